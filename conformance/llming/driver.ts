import { randomUUID } from 'node:crypto'
import type { JsonObject } from '../../schemas/json.ts'
import type { IdOf } from '../../spec/registry.ts'
import { checksFor } from '../engine/check.ts'
import type { Instance } from '../engine/target/instance.ts'
import { Trial } from '../engine/trial.ts'
import { DebugSurface } from './debug-surface.ts'
import { McpSurface } from './mcp-surface.ts'
import { LlmingSocket, TestSession } from './session.ts'
import { TokenSurface } from './token-surface.ts'

type Several<N extends number, T> = N extends 1 ? [T] : N extends 2 ? [T, T] : T[]

/** What becomes of a connection to an unknown session, by target. */
const refusals = new WeakMap<Instance, string>()

/** One run against a server of the `llming` protocol: how to get a session and speak on it. */
export class LlmingTrial extends Trial {
  readonly debug = new DebugSurface(this)
  readonly tokens = new TokenSurface(this)
  readonly mcp = new McpSurface(this)
  readonly #requestIds = new Set<string>()
  #sessions = 0

  /** A fresh session, made through the control API or taken from what the config offers. */
  async session(args: JsonObject = {}): Promise<TestSession> {
    const made = await this.#provision(args)
    const session = new TestSession(this, String(made.sessionId), String(made.token), String(made.cookieName))
    const name = `session ${++this.#sessions}`
    this.hide(session.id, name)
    this.hide(session.token, `token of ${name}`)
    return session
  }

  /** So many fresh sessions, made at the same time. */
  severalSessions<N extends number>(count: N, args: JsonObject = {}): Promise<Several<N, TestSession>> {
    const sessions = Array.from({ length: count }, () => this.session(args))
    return Promise.all(sessions) as Promise<Several<N, TestSession>>
  }

  /** A session that the target has registered by itself. */
  existingSession(id: string): TestSession {
    return new TestSession(this, id, '', '')
  }

  /** Leaves the target without any session. */
  async endAllSessions(): Promise<void> {
    for (const { session_id } of await this.debug.sessions())
      await this.control('endSession', { sessionId: String(session_id) })
  }

  /** Tries to connect to a session that nobody has registered. */
  async stranger(id = `unknown-${randomUUID()}`): Promise<LlmingSocket> {
    this.hide(id, 'unknown session')
    return this.watch(await this.dial(`/ws/${id}`), LlmingSocket)
  }

  /** Ends a connection from our side and waits until the target has taken note. */
  async leave(session: TestSession, socket: LlmingSocket, how: 'close' | 'cut' = 'close'): Promise<void> {
    if (how === 'cut') socket.wire.cut()
    else {
      socket.wire.close(1000)
      await this.arrange('the close was answered', () => socket.closes(1000))
      await socket.wire.until(() => socket.wire.gone || undefined, this.tolerance.closeWithinMs)
    }
    if (this.has('debug'))
      await this.arrange('the end of the connection was noticed', () => this.debug.reports(session, false))
    else await this.settle()
  }

  /** Expects that a session is listed; without a debug surface, that it accepts a connection, which is a sign of use. */
  async isKnown(session: TestSession): Promise<void> {
    if (this.has('debug'))
      return this.equal(await this.debug.knows(session.id), true, 'whether the session is registered')
    const socket = await session.dial()
    await socket.isServed()
    await this.leave(session, socket)
  }

  /** Expects that a session is refused in the way in which the target refuses any unknown one. */
  async isUnknown(session: TestSession): Promise<void> {
    let usual = refusals.get(this.instance)
    if (usual === undefined) {
      const stranger = await this.stranger()
      await this.arrange('an unknown session is refused', () => stranger.ends())
      usual = stranger.fate
      refusals.set(this.instance, usual)
    }
    const socket = await session.dial()
    await socket.wire.until(() => socket.wire.closed, this.tolerance.closeWithinMs)
    this.equal(socket.fate, usual, 'what becomes of a connection to a session that is gone')
  }

  /** Expects that a session is neither listed nor served any more. */
  async isGone(session: TestSession): Promise<void> {
    if (this.has('debug'))
      this.equal(await this.debug.knows(session.id), false, 'whether the session is registered')
    await this.isUnknown(session)
  }

  /** A request id that no other request of this run has. */
  newRequestId(): string {
    const id = `r${this.#requestIds.size + 1}`
    this.#requestIds.add(id)
    return id
  }

  override unsolicited(frame: unknown): string {
    const { type, _req_id } = (frame ?? {}) as JsonObject
    if (type === 'heartbeat_ack') return 'llming/liveness/heartbeat-acked'
    if (this.#requestIds.has(String(_req_id))) return 'llming/routing/result-is-replied'
    return 'llming/connecting/sessions-isolated'
  }

  async #provision(args: JsonObject): Promise<JsonObject> {
    if (this.instance.operations.has('createSession')) return this.control('createSession', args)
    if (Object.keys(args).length > 0) this.leaveOut("the target's control API cannot create sessions")
    return { sessionId: await this.provisionedSession(), token: '', cookieName: '' }
  }
}

/** The words that this profile's checks are written with. */
export const { check, when } = checksFor<LlmingTrial, IdOf<'llming', 'server'>>()
