import { isJsonObject, type JsonObject, memberOf } from '../../schemas/json.ts'
import { Unreached } from '../engine/evidence.ts'
import { show } from '../engine/match.ts'
import type { HttpAnswer } from '../engine/wire/http.ts'
import type { AiTrial } from './driver.ts'
import { SessionSocket } from './session-socket.ts'
import type { User } from './user.ts'

/** How far a session has come, by its status. */
const ranks: Readonly<Record<string, number>> = {
  pending: 0,
  starting: 0,
  running: 1,
  ended: 2,
  terminated: 2,
  failed: 2,
}

const pollMs = 20

/** 0: not running yet; 1: running; 2: over; `undefined`: not a status that the protocol knows. */
export function rankOf(status: unknown): number | undefined {
  return typeof status === 'string' && Object.hasOwn(ranks, status) ? ranks[status] : undefined
}

/** A session of a user. */
export class AgentSession {
  readonly user: User
  readonly id: string
  readonly #trial: AiTrial

  constructor(trial: AiTrial, user: User, id: string) {
    this.#trial = trial
    this.user = user
    this.id = id
  }

  /** Where it is found. */
  get path(): string {
    return `/v1/sessions/${encodeURIComponent(this.id)}`
  }

  /** Where its files are asked for. */
  get filesPath(): string {
    return `/v1/io/sessions/${encodeURIComponent(this.id)}`
  }

  /** What the service says about it. */
  async read(): Promise<JsonObject> {
    const { session } = await this.user.gets(200, 'GET', this.path)
    return isJsonObject(session) ? session : {}
  }

  /** Waits until it is running or over. */
  async isUnderWay(): Promise<JsonObject> {
    return this.#reaches(1, this.#trial.limit('startTimeoutMs'), 'is running or over')
  }

  /** Waits until it is running. */
  async isRunning(): Promise<void> {
    const session = await this.isUnderWay()
    if (rankOf(session.status) !== 1) throw new Unreached(`the session is not running, but ${show(session)}`)
  }

  /** Expects that it comes to its end. */
  isOver(): Promise<JsonObject> {
    return this.#reaches(2, this.#trial.tolerance.replyWithinMs, 'is over')
  }

  /** Expects that it is running. */
  async runs(): Promise<void> {
    this.#trial.equal((await this.read()).status, 'running', 'the status of the session')
  }

  terminate(): Promise<HttpAnswer> {
    return this.user.ask('DELETE', this.path)
  }

  /** Ends it over REST. */
  end(): Promise<JsonObject> {
    return this.#trial.arrange('the session is ended', async () => {
      await this.#trial.answers(200, this.terminate())
      return this.isOver()
    })
  }

  /** Tries to connect; the caller looks what became of it. */
  async dial(
    query: string = `?token=${encodeURIComponent(this.user.token)}`,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<SessionSocket> {
    const wire = await this.#trial.dial(`${this.path}/ws${query}`, headers)
    const socket = this.#trial.watch(wire, SessionSocket)
    socket.session = this
    return socket
  }

  /** An open connection. @throws Unreached when the target refuses it */
  async connect(): Promise<SessionSocket> {
    const socket = await this.dial()
    if (!socket.wire.open) throw new Unreached(`no connection to a running session: it is ${socket.fate}`)
    return socket
  }

  /** Asks again and again until the status has come so far. Where time does not pass by itself, it is moved on. */
  async #reaches(rank: number, withinMs: number, what: string): Promise<JsonObject> {
    const trial = this.#trial
    const patienceMs = Math.min(withinMs, trial.tolerance.replyWithinMs + trial.limit('startDelayMs'))
    let session = await this.read()
    for (let waited = 0; ; waited += pollMs) {
      const known = rankOf(session.status)
      if (known !== undefined && known >= rank) break
      if (known === undefined || waited > patienceMs)
        return trial.violated(
          {
            message: `the session ${what}`,
            expected: `a session that ${what} within ${patienceMs} ms`,
            received: `status ${show(memberOf(session, 'status'))}`,
          },
          known !== undefined,
        )
      await trial.advance(pollMs)
      session = await this.read()
    }
    trial.holds()
    return session
  }
}
