import { memberOf } from '../../schemas/json.ts'
import type { Instance } from '../engine/target/instance.ts'
import type { HttpAnswer } from '../engine/wire/http.ts'
import type { LlmingTrial } from './driver.ts'
import type { TokenKind } from './tokens.ts'

export interface WhoAmIOptions {
  /** Default: the first of the two pages. */
  page?: string
  query?: Readonly<Record<string, string | number>>
}

const cookieNames = new WeakMap<Instance, Record<string, unknown>>()

/** The tokens of a target: how to get one, and whom one names. */
export class TokenSurface {
  readonly #trial: LlmingTrial

  constructor(trial: LlmingTrial) {
    this.#trial = trial
  }

  /** The secret that signs the target's tokens. */
  get secret(): string {
    return String(this.#trial.instance.settings.secret ?? 'k')
  }

  /** Has the target sign a token. */
  async sign(kind: TokenKind, value: string): Promise<string> {
    const { token } = await this.#trial.control('sign', { kind, value })
    this.#trial.hide(String(token), `${kind} token`)
    return String(token)
  }

  /** Asks the target whom a request names. */
  whoami(headers: Readonly<Record<string, string>>, options: WhoAmIOptions = {}): Promise<HttpAnswer> {
    this.#trial.need('tokens')
    const { page = 'whoami', query = {} } = options
    const search = new URLSearchParams()
    for (const [name, value] of Object.entries(query)) search.set(name, String(value))
    return this.#trial.askControl('GET', `${page}?${search}`, { headers })
  }

  /** Asks the target whom a request with this token in the cookie of its kind names. */
  async whoamiWith(
    kind: TokenKind,
    token: string,
    query: Readonly<Record<string, number>> = {},
  ): Promise<HttpAnswer> {
    const { instance } = this.#trial
    const names = cookieNames.get(instance) ?? (await this.#trial.control('cookieNames'))
    cookieNames.set(instance, names)
    return this.whoami({ Cookie: `${names[kind]}=${token}` }, { query })
  }

  /** Whom a token names in the cookie of its kind: a session or an identity, or `null`. */
  async named(
    kind: TokenKind,
    token: string,
    limits: Readonly<Record<string, number>> = {},
  ): Promise<unknown> {
    const { status, json } = await this.whoamiWith(kind, token, limits)
    if (status !== 200) return `HTTP ${status}`
    return memberOf(json, kind)
  }
}
