import { isJsonObject, type JsonObject, memberOf } from '../../schemas/json.ts'
import type { HttpOptions } from '../engine/trial.ts'
import type { HttpAnswer } from '../engine/wire/http.ts'
import { shorten } from '../engine/wire/transcript.ts'
import type { LlmingTrial } from './driver.ts'
import type { TestSession } from './session.ts'

export interface DebugOptions extends HttpOptions {
  /** `null`: none. Default: the right one. */
  key?: string | null
}

/** The debug surface of a target, as a trial speaks with it. */
export class DebugSurface {
  readonly #trial: LlmingTrial

  constructor(trial: LlmingTrial) {
    this.#trial = trial
  }

  /** The key that the target was launched with. */
  get key(): string {
    const { debugKey } = this.#trial.instance.settings
    const key = String(debugKey ?? 'dbg')
    this.#trial.hide(key, 'debug key')
    return key
  }

  ask(method: string, path: string, options: DebugOptions = {}): Promise<HttpAnswer> {
    this.#trial.need('debug')
    const { key = this.key, headers, ...rest } = options
    return this.#trial.ask(method, `/debug${path}`, {
      ...rest,
      headers: { ...(key === null ? {} : { 'x-debug-key': key }), ...headers },
    })
  }

  /** All sessions that are listed. */
  async sessions(): Promise<JsonObject[]> {
    const { json } = await this.ask('GET', '/sessions')
    return listIn(json, 'sessions')
  }

  /**
   * Whether a session is registered, or what came in place of an answer to that. Asked by its detail: the list of a
   * busy target is long.
   */
  async knows(sessionId: string): Promise<boolean | string> {
    const { status, json, text } = await this.ask('GET', `/sessions/${sessionId}`)
    if (status >= 400 && status < 500) return false
    return memberOf(json, 'session_id') === sessionId ? true : `HTTP ${status} ${shorten(text)}`
  }

  /** All commands that are listed. Leaves the case out where the target has none. */
  async commands(): Promise<JsonObject[]> {
    this.#trial.need('commands')
    const { json } = await this.ask('GET', '/commands')
    return listIn(json, 'commands')
  }

  /** Calls a command, or what is none. Leaves the case out where the target has no commands. */
  command(method: string, path: string, options: DebugOptions = {}): Promise<HttpAnswer> {
    this.#trial.need('commands')
    return this.ask(method, path, options)
  }

  /** Whether the detail of a session says that it is connected. */
  async connected(session: TestSession): Promise<unknown> {
    const { json } = await this.ask('GET', `/sessions/${session.id}`)
    return memberOf(json, 'ws_connected')
  }

  /** Expects the detail of a session to say that it is connected, or that it is not, soon. */
  async reports(session: TestSession, connected: boolean): Promise<void> {
    const deadline = performance.now() + this.#trial.tolerance.closeWithinMs
    let reported = await this.connected(session)
    while (reported !== connected && performance.now() < deadline) reported = await this.connected(session)
    this.#trial.equal(reported, connected, 'ws_connected in the detail')
  }

  /** Expects the same of the list. */
  async lists(session: TestSession, connected: boolean): Promise<void> {
    const listed = (await this.sessions()).find(({ session_id }) => session_id === session.id)
    this.#trial.equal(listed?.ws_connected, connected, 'ws_connected in the list')
  }

  /** Injects a message, or what is none. */
  inject(sessionId: string, message: JsonObject | string, bad = false): Promise<HttpAnswer> {
    return this.ask('POST', `/sessions/${sessionId}/ws_send`, { body: message, bad })
  }

  /** Expects an injection to be taken. */
  async injects(session: TestSession, message: JsonObject, forwarded: string): Promise<void> {
    const { json } = await this.#trial.answers(200, this.inject(session.id, message))
    this.#trial.equal(json, { ok: true, forwarded }, 'the answer to an injection')
  }
}

/** The objects of a list that is a member of a value; none where there is no such list. */
export function listIn(json: unknown, member: string): JsonObject[] {
  const list = memberOf(json, member)
  return Array.isArray(list) ? list.filter(isJsonObject) : []
}
