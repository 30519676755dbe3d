import { randomBytes } from 'node:crypto'
import { parse } from 'hono/utils/cookie'
import { limits as llmingLimits } from '../../schemas/llming/limits.ts'
import { defaultLimits } from '../../schemas/protocol.ts'
import { type Clock, systemClock } from '../core/clock.ts'
import type { UpgradeRequest } from '../core/service.ts'
import { equalInConstantTime, hmacHex } from '../core/signing.ts'

/** What a token stands for: a session, or who somebody is. */
export type TokenKind = 'auth' | 'identity'

/** How tokens are signed and cookies named. */
export interface AuthOptions {
  /** Signs the tokens. Default: environment variable `LLMING_AUTH_SECRET`. */
  secret?: string
  /** Prefix of the cookie names, so that two apps on one domain keep apart. Default: `llming`. */
  appName?: string
  /** Age in seconds at which the token of a session expires. Default: as the protocol says. */
  authTokenMaxAgeS?: number
  /** Age in seconds at which the token of an identity expires. Default: as the protocol says. */
  identityTokenMaxAgeS?: number
  /** How far in the future a token may have been signed, in seconds. Default: as the protocol says. */
  tokenFutureSkewS?: number
  /** Default: the system's. */
  clock?: Clock
  /** Environment to read; default: that of the process. */
  env?: Readonly<Record<string, string | undefined>>
}

const defaults = defaultLimits(llmingLimits)

/**
 * Signs and verifies the tokens that cookies carry, and knows the names of the cookies.
 *
 * A token reads `<value>.<ts>.<sig>`. What is signed differs by kind, so neither kind passes for the other
 * (`llming/access/token-format`, `llming/access/tokens-domain-separated`).
 */
export class AuthManager {
  /** The cookie with the token of the session. */
  readonly authCookieName: string
  /** The cookie with the bare session id. */
  readonly sessionCookieName: string
  /** The cookie with the token of the user's identity. */
  readonly identityCookieName: string
  /** What it was made with. */
  protected readonly options: AuthOptions
  /** Tells how old a token is. */
  protected readonly clock: Clock
  #secret: string | undefined

  constructor(options: AuthOptions = {}) {
    this.options = options
    this.clock = options.clock ?? systemClock
    const prefix = (options.appName || 'llming').replaceAll('-', '_')
    this.authCookieName = `${prefix}_auth`
    this.sessionCookieName = `${prefix}_session`
    this.identityCookieName = `${prefix}_identity`
  }

  /** @throws Error when no secret is configured. */
  signAuthToken(sessionId: string): string {
    return this.sign('auth', sessionId)
  }

  /** @throws Error when no secret is configured. */
  signIdentityToken(id: string): string {
    return this.sign('identity', id)
  }

  /** Session that a valid session cookie names, or `null`. Whether it still exists is a separate question. */
  sessionIdOf(request: UpgradeRequest, maxAgeS?: number): string | null {
    return this.verify('auth', this.cookie(request, this.authCookieName), maxAgeS)
  }

  /** Identity that a valid identity cookie names, or `null`. */
  identityOf(request: UpgradeRequest, maxAgeS?: number): string | null {
    return this.verify('identity', this.cookie(request, this.identityCookieName), maxAgeS)
  }

  /**
   * The registered session of a request: by its cookie, else by a bearer token, else by the query (`session_id` or
   * `sid`). Each of them carries a token; a bare session id names nobody (`llming/access/request-resolves-to-session`).
   */
  resolve(request: UpgradeRequest, registered: (sessionId: string) => boolean): string | null {
    const query = new URL(request.url).searchParams
    const bearer = /^Bearer (.+)$/i.exec(request.headers.get('authorization') ?? '')?.[1]
    const cookie = this.cookie(request, this.authCookieName)
    const tokens = [cookie, bearer, query.get('session_id'), query.get('sid')]
    const ids = tokens.map(token => this.verify('auth', token ?? undefined))
    return ids.find(id => id !== null && registered(id)) ?? null
  }

  /** A token for a value. @throws Error when no secret is configured */
  sign(kind: TokenKind, value: string): string {
    if (value.includes('.'))
      throw new Error('a dot separates the parts of a token: it cannot be in the value')
    const ts = String(Math.floor(this.clock.now() / 1000))
    return `${value}.${ts}.${hmacHex(this.secret(), this.signedText(kind, value, ts))}`
  }

  /** The value of a token that is well formed, of the right kind, not too old and not from the future. */
  verify(kind: TokenKind, token: string | undefined, maxAgeS = this.maxAgeS(kind)): string | null {
    const [value, ts, signature, ...rest] = (token ?? '').split('.')
    if (!value || !ts || !signature || rest.length > 0 || !/^\d+$/.test(ts)) return null
    // The text of the timestamp is signed, not its number: no other spelling of it can pass.
    if (!equalInConstantTime(signature, hmacHex(this.secret(), this.signedText(kind, value, ts)))) return null
    const ageS = Math.floor(this.clock.now() / 1000) - Number(ts)
    return ageS <= maxAgeS && ageS >= -this.futureSkewS() ? value : null
  }

  /** What the signature of a token covers. */
  protected signedText(kind: TokenKind, value: string, ts: string): string {
    return kind === 'identity' ? `id:${value}:${ts}` : `${value}.${ts}`
  }

  /** How old a token of that kind may be, in seconds. */
  protected maxAgeS(kind: TokenKind): number {
    return kind === 'auth'
      ? (this.options.authTokenMaxAgeS ?? defaults.authTokenMaxAgeS)
      : (this.options.identityTokenMaxAgeS ?? defaults.identityTokenMaxAgeS)
  }

  /** How far in the future a token may have been signed, in seconds. */
  protected futureSkewS(): number {
    return this.options.tokenFutureSkewS ?? defaults.tokenFutureSkewS
  }

  /** The value of a cookie in a request. */
  protected cookie(request: UpgradeRequest, name: string): string | undefined {
    return parse(request.headers.get('cookie') ?? '', name)[name]
  }

  /** Read on first use and kept. An empty secret counts as none. */
  protected secret(): string {
    const env = this.options.env ?? process.env
    this.#secret ||= this.options.secret || env.LLMING_AUTH_SECRET || developmentSecret(env.LLMING_ENV)
    if (!this.#secret) throw new Error('no secret: set LLMING_AUTH_SECRET or pass one')
    return this.#secret
  }
}

function developmentSecret(environment: string | undefined): string | undefined {
  const development = environment === 'dev' || environment === 'development'
  return development ? `llming_dev_${randomBytes(24).toString('base64url')}` : undefined
}
