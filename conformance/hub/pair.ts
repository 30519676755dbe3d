import type { HubTrial } from './driver.ts'
import type { HubSocket } from './person.ts'

/** Who of the two speaks. */
export type Side = 'agent' | 'butler'

/** An agent and the butler, one of whom speaks to the other. */
export class Pair {
  readonly agent: HubSocket
  /** The butler's connection, if it has one. */
  butler: HubSocket | undefined
  readonly #trial: HubTrial
  readonly #from: Side
  readonly #butlerId: number

  private constructor(trial: HubTrial, agent: HubSocket, butler: HubSocket | number, from: Side) {
    this.#trial = trial
    this.agent = agent
    this.butler = typeof butler === 'number' ? undefined : butler
    this.#butlerId = typeof butler === 'number' ? butler : butler.id
    this.#from = from
  }

  /** @param from who will speak; the butler needs a connection for that */
  static async open(t: HubTrial, from: Side): Promise<Pair> {
    const [agent] = await t.connected('AGENT')
    return new Pair(t, agent, from === 'butler' ? await t.butlerSocket() : (await t.butler()).id, from)
  }

  say(payload: unknown, type = 'CHAT'): void {
    if (this.#from === 'agent') this.agent.tell(this.#butlerId, type, payload)
    else this.butler?.tell(this.agent, type, payload)
  }

  /** Who hears it. A butler without a connection hears it, but not so that anybody could see it. */
  async receiver(): Promise<HubSocket | undefined> {
    if (this.#from === 'butler') return this.agent
    if (this.#trial.has('butler-socket')) this.butler ??= await this.#trial.butlerSocket()
    return this.butler
  }

  /** What the two have received is of no interest. */
  forget(): void {
    this.agent.forget()
    this.butler?.forget()
  }
}
