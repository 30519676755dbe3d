import { randomUUID } from 'node:crypto'
import type { JsonObject } from '../../schemas/json.ts'
import type { IdOf } from '../../spec/registry.ts'
import { checksFor } from '../engine/check.ts'
import { Unreached } from '../engine/evidence.ts'
import { difference, show } from '../engine/match.ts'
import { Socket } from '../engine/socket.ts'
import type { Instance } from '../engine/target/instance.ts'
import { type HttpOptions, Trial } from '../engine/trial.ts'
import type { HttpAnswer } from '../engine/wire/http.ts'

export interface DebugOptions extends HttpOptions {
  /** `null`: none. Default: the right one. */
  key?: string | null
}

/** One run against a server of the `llming` protocol: how to get a session and speak on it. */
export class LlmingTrial extends Trial {
  readonly requestIds = new Set<string>()
  #sessions = 0

  /** A fresh session, made through the control API or taken from those that the config names. */
  async session(args: JsonObject = {}): Promise<TestSession> {
    const made = await this.control('createSession', args)
    const session = new TestSession(this, String(made.sessionId), String(made.token), String(made.cookieName))
    const name = `session ${++this.#sessions}`
    this.hide(session.id, name)
    this.hide(session.token, `token of ${name}`)
    return session
  }

  /** Asks the debug surface. */
  debug(method: string, path: string, options: DebugOptions = {}): Promise<HttpAnswer> {
    this.need('debug')
    const { key = this.debugKey, headers, ...rest } = options
    return this.ask(method, `/debug${path}`, {
      ...rest,
      headers: { ...(key === null ? {} : { 'x-debug-key': key }), ...headers },
    })
  }

  /** The key that the target was launched with. */
  get debugKey(): string {
    const { debugKey = 'dbg' } = this.instance.settings
    this.hide(String(debugKey), 'debug key')
    return String(debugKey)
  }

  /** What the debug surface says of a session in its detail and in the list. */
  async connectedness(session: TestSession): Promise<unknown[]> {
    const detail = await this.debug('GET', `/sessions/${session.id}`)
    const list = await this.debug('GET', '/sessions')
    const { sessions } = list.json as { sessions?: JsonObject[] }
    const listed = sessions?.find(each => each.session_id === session.id)
    return [(detail.json as JsonObject | undefined)?.ws_connected, listed?.ws_connected]
  }

  /** Waits until the debug surface says of a session that it is connected, or that it is not. */
  async reportedAs(session: TestSession, connected: boolean): Promise<void> {
    const deadline = performance.now() + this.tolerance.closeWithinMs
    let reported = await this.connectedness(session)
    while (reported.some(each => each !== connected) && performance.now() < deadline)
      reported = await this.connectedness(session)
    this.equal(reported, [connected, connected], 'ws_connected in detail and list')
  }

  /** Ends a connection from our side and waits until the target has taken note. */
  async leave(session: TestSession, socket: LlmingSocket): Promise<void> {
    socket.wire.close(1000)
    await this.arrange('the close was answered', () => socket.closes(1000))
    if (this.has('debug')) await this.arrange('the close was noticed', () => this.reportedAs(session, false))
    else await this.settle()
  }

  /** Tries to connect to a session that nobody has registered. */
  async stranger(id = `unknown-${randomUUID()}`): Promise<LlmingSocket> {
    this.hide(id, 'unknown session')
    return this.watch(await this.dial(`/ws/${id}`), LlmingSocket)
  }

  /** A session that the target has registered by itself. */
  existingSession(id: string): TestSession {
    return new TestSession(this, id, '', '')
  }

  /** Whether the debug surface lists a session. */
  async isListed(sessionId: string): Promise<boolean> {
    const { json } = await this.debug('GET', '/sessions')
    const { sessions = [] } = json as { sessions?: JsonObject[] }
    return sessions.some(({ session_id }) => session_id === sessionId)
  }

  /** Expects that a session is listed; without a debug surface, that it accepts a connection, which is a sign of use. */
  async isKnown(session: TestSession): Promise<void> {
    if (this.has('debug')) {
      this.equal(await this.isListed(session.id), true, 'whether the session is listed')
    } else {
      const socket = await session.dial()
      await socket.isServed()
      await this.leave(session, socket)
    }
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
    if (this.has('debug')) this.equal(await this.isListed(session.id), false, 'whether the session is listed')
    await this.isUnknown(session)
  }

  /** A request id that no other request of this run has. */
  newRequestId(): string {
    const id = `r${this.requestIds.size + 1}`
    this.requestIds.add(id)
    return id
  }

  override unsolicited(frame: unknown): string {
    const { type, _req_id } = (frame ?? {}) as JsonObject
    if (type === 'heartbeat_ack') return 'llming/liveness/heartbeat-acked'
    if (this.requestIds.has(String(_req_id))) return 'llming/routing/result-is-replied'
    return 'llming/connecting/sessions-isolated'
  }
}

/** What becomes of a connection to an unknown session, by target. */
const refusals = new WeakMap<Instance, string>()

/** A session at the target. */
export class TestSession {
  readonly id: string
  readonly token: string
  readonly cookieName: string
  readonly #trial: LlmingTrial

  constructor(trial: LlmingTrial, id: string, token: string, cookieName: string) {
    this.#trial = trial
    this.id = id
    this.token = token
    this.cookieName = cookieName
  }

  /** The header that carries the session's token. */
  get cookie(): { Cookie: string } {
    return { Cookie: `${this.cookieName}=${this.token}` }
  }

  /** Tries to connect; the caller looks what became of it. */
  async dial(headers: Readonly<Record<string, string>> = {}, query = ''): Promise<LlmingSocket> {
    const cookie: Record<string, string> = this.#trial.has('handshake-token') ? this.cookie : {}
    const wire = await this.#trial.dial(`/ws/${this.id}${query}`, { ...cookie, ...headers })
    return this.#trial.watch(wire, LlmingSocket)
  }

  /** An open connection. @throws Unreached when the target refuses it */
  async connect(): Promise<LlmingSocket> {
    const socket = await this.dial()
    if (!socket.wire.open) throw new Unreached(`the connection to ${this.id} did not open: ${socket.fate}`)
    return socket
  }
}

/** A WebSocket of a session. */
export class LlmingSocket extends Socket<LlmingTrial> {
  #pings = 0

  /** What has become of the connection, in words. */
  get fate(): string {
    const { handshake, closed } = this.wire
    if (closed && handshake?.status === 101) return `closed with ${closed.code}`
    return handshake?.status === 101 ? 'open' : (handshake?.error ?? `refused with HTTP ${handshake?.status}`)
  }

  /** What this connection has received, or still receives, is of no interest any more. */
  forget(): void {
    for (const frame of this.wire.frames) frame.claimed = true
  }

  /** Pings the target; the pong shows that everything before it has arrived. */
  async ponged(): Promise<void> {
    const expected = ++this.#pings
    this.wire.ping()
    await this.wire.until(() => this.wire.pongs >= expected || undefined, this.trial.tolerance.replyWithinMs)
  }

  /** Sends a request with an id of its own, and returns the id. */
  request(type: string, args: JsonObject = {}): string {
    const id = this.trial.newRequestId()
    this.send({ type, ...args, _req_id: id })
    return id
  }

  /** Waits for the reply to a request, whatever it says. */
  async reply(id: string, expected = `a frame with _req_id ${show(id)}`): Promise<JsonObject> {
    const frame = await this.claim(
      each => (each.json as JsonObject | undefined)?._req_id === id,
      this.trial.tolerance.replyWithinMs,
    )
    return frame ? (frame.json as JsonObject) : this.missing(`the reply to request ${id}`, expected)
  }

  /** Expects the reply to a request: its id and exactly these members. */
  async replied(id: string, expected: JsonObject): Promise<JsonObject> {
    const reply = await this.reply(id, show({ ...expected, _req_id: id }))
    this.trial.equal(reply, { ...expected, _req_id: id }, `the reply to request ${id}`)
    return reply
  }

  /** Sends a request and expects its reply. */
  async answers(type: string, args: JsonObject, result: JsonObject): Promise<JsonObject> {
    return this.replied(this.request(type, args), { type, ...result })
  }

  /** Expects the simplest request to be answered: the connection is open and served. */
  async isServed(): Promise<void> {
    await this.answers('windows.list', {}, { windows: [1, 2] })
  }

  /** A heartbeat and its ack: everything that was sent before has been handled. */
  async fence(): Promise<void> {
    this.send({ type: 'heartbeat' })
    const ack = await this.claim(isAck, this.trial.tolerance.replyWithinMs)
    if (!ack) this.missing('the ack of the fence', '{"type":"heartbeat_ack"}')
  }

  /**
   * Waits until nothing more comes. A heartbeat is the fence; where the rate limit swallows it, a ping shows that all
   * has arrived, and silence that all has been handled.
   */
  async quiet(): Promise<void> {
    this.send({ type: 'heartbeat' })
    await this.ponged()
    await this.claim(isAck, this.trial.tolerance.settleMs)
  }

  /** Expects that nothing has come but what was claimed, and that the connection is still open. */
  async staysSilent(what: string): Promise<void> {
    await this.trial.refusing(async () => {
      await this.fence()
      this.nothingElse(what)
    })
  }

  /** Expects that all that has come so far was claimed. */
  nothingElse(what: string): void {
    const [frame] = this.unclaimed()
    if (frame)
      this.trial.violated({ message: what, expected: 'no frame', received: show(frame.json ?? frame.text) })
    this.trial.holds()
  }
}

function isAck(frame: { json: unknown }): boolean {
  return difference({ type: 'heartbeat_ack' }, frame.json) === undefined
}

/** The words that this profile's checks are written with. */
export const { check, when } = checksFor<LlmingTrial, IdOf<'llming', 'server'>>()
