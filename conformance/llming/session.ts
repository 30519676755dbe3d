import { isJsonObject, type JsonObject } from '../../schemas/json.ts'
import { Unreached } from '../engine/evidence.ts'
import { difference, show } from '../engine/match.ts'
import { Socket, showClose } from '../engine/socket.ts'
import type { Instance } from '../engine/target/instance.ts'
import type { ReceivedFrame } from '../engine/wire/wire-socket.ts'
import type { LlmingTrial } from './driver.ts'

/** Targets whose rate limit was seen to stop heartbeats, so that waiting long for an ack is in vain. */
const swallowing = new WeakSet<Instance>()

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
  /** What has become of the connection, in words. */
  get fate(): string {
    const { handshake, closed } = this.wire
    if (closed && handshake?.status === 101) return showClose(closed).replace('close', 'closed with')
    return handshake?.status === 101 ? 'open' : (handshake?.error ?? `refused with HTTP ${handshake?.status}`)
  }

  /** Sends a request with an id of its own, and returns the id. */
  request(type: string, args: JsonObject = {}): string {
    const id = this.trial.newRequestId()
    this.send({ type, ...args, _req_id: id })
    return id
  }

  /** Waits for the reply to a request, whatever it says. */
  async reply(id: string, expected: JsonObject = {}): Promise<JsonObject> {
    const frame = await this.claim(
      ({ json }) => isJsonObject(json) && json._req_id === id,
      this.trial.tolerance.replyWithinMs,
    )
    if (frame) return frame.json as JsonObject
    return this.missing(`the reply to request ${id}`, show({ ...expected, _req_id: id }))
  }

  /** Expects the reply to a request: its id and exactly these members. */
  async replied(id: string, expected: JsonObject): Promise<JsonObject> {
    const reply = await this.reply(id, expected)
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
   * Waits until nothing more comes. A heartbeat is the fence; where the rate limit swallows it, silence has to do. The
   * first such silence must be as long as the wait for any reply: the ack might only be late.
   */
  async quiet(): Promise<void> {
    const { instance, tolerance } = this.trial
    this.send({ type: 'heartbeat' })
    await this.ponged()
    if (!swallowing.has(instance)) {
      if ((await this.claim(isAck, tolerance.replyWithinMs)) || this.wire.closed) return
      swallowing.add(instance)
    }
    for (let seen = -1; seen < this.wire.frames.length; ) {
      seen = this.wire.frames.length
      if (await this.claim(isAck, tolerance.settleMs)) return
    }
  }

  /** Expects that nothing has come but what was claimed, and that the connection is still open. */
  async staysSilent(what: string): Promise<void> {
    await this.trial.refusing(async () => {
      await this.fence()
      this.nothingElse(what)
    })
  }
}

/** A connection to each of several sessions, opened at the same time. */
export function connectAll<S extends readonly TestSession[]>(
  ...sessions: S
): Promise<{ [Index in keyof S]: LlmingSocket }> {
  return Promise.all(sessions.map(session => session.connect())) as never
}

export function isAck({ json }: ReceivedFrame): boolean {
  return difference({ type: 'heartbeat_ack' }, json) === undefined
}
