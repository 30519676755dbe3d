import { ControlDescription } from '../../../schemas/control.ts'
import { problem } from '../../../schemas/validate.ts'
import { HttpClient, NoAnswer } from '../wire/http.ts'
import { Transcript } from '../wire/transcript.ts'

/** Calls of the control API that belong to no trial. */
export class ControlClient {
  readonly base: URL
  readonly #http: HttpClient
  readonly #timeoutMs: number

  constructor(base: URL, http = new HttpClient(), timeoutMs = 2_000) {
    this.base = base
    this.#http = http
    this.#timeoutMs = timeoutMs
  }

  /**
   * What the control API offers, or why there is none.
   *
   * @throws NoAnswer when nobody answers at all
   */
  async describe(): Promise<ControlDescription | { missing: string }> {
    const answer = await this.#ask('GET', this.base)
    if (answer.status !== 200) return { missing: `GET ${this.base.pathname} answered ${answer.status}` }
    const found = problem(ControlDescription, answer.json)
    if (found !== undefined)
      return { missing: `GET ${this.base.pathname} does not describe a control API: ${found}` }
    return answer.json as ControlDescription
  }

  /** @throws Error when the operation fails */
  async call(operation: string, args: object): Promise<void> {
    const url = new URL(`${this.base.pathname.replace(/\/$/, '')}/${operation}`, this.base)
    const answer = await this.#ask('POST', url, JSON.stringify(args))
    if (answer.status !== 200) throw new Error(`the control operation "${operation}" answered ${answer.text}`)
  }

  close(): void {
    this.#http.close()
  }

  #ask(method: string, url: URL, body?: string) {
    const options = { timeoutMs: this.#timeoutMs, label: 'control', transcript: new Transcript() }
    return this.#http.ask({ method, url, body }, options)
  }
}

export { NoAnswer }
