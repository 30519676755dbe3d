import { createHash, createSecretKey, type KeyObject, randomBytes } from 'node:crypto'
import { jwtVerify, SignJWT } from 'jose'
import { JOSEError } from 'jose/errors'
import { Claims } from '../../schemas/hub/formats.ts'
import { fits } from '../../schemas/validate.ts'
import type { Clock } from '../core/clock.ts'

export interface TokenOptions {
  /** Signs the tokens; at least 32 characters. */
  secret: string
  /** Whom the tokens name as their issuer. */
  issuer: string
  /** Lifetime of a token that is signed without one. */
  lifetimeS: number
  clock: Clock
}

/** Signs and verifies the JSON Web Tokens of users. */
export class TokenAuthority {
  protected readonly options: TokenOptions
  readonly #key: KeyObject

  /** @throws Error when the secret is too short */
  constructor(options: TokenOptions) {
    if (options.secret.length < 32)
      throw new Error(`the secret must have at least 32 characters, not ${options.secret.length}`)
    this.options = options
    this.#key = createSecretKey(Buffer.from(options.secret))
  }

  async sign(user: { id: number; role: string }, lifetimeS = this.options.lifetimeS): Promise<string> {
    const now = Math.floor(this.options.clock.now() / 1000)
    return new SignJWT({ user_id: user.id, role: user.role })
      .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
      .setIssuer(this.options.issuer)
      .setIssuedAt(now)
      .setExpirationTime(now + lifetimeS)
      .sign(this.#key)
  }

  /** The claims of a token that is signed by this hub, complete, and valid now. */
  async verify(token: string): Promise<Claims | undefined> {
    try {
      const { payload } = await jwtVerify(token, this.#key, {
        // Never what the token itself names: that would let it choose `none`.
        algorithms: ['HS256', 'HS384', 'HS512'],
        issuer: this.options.issuer,
        requiredClaims: ['exp', 'user_id', 'role'],
        currentDate: new Date(this.options.clock.now()),
      })
      return fits(Claims, payload) ? payload : undefined
    } catch (error) {
      if (error instanceof JOSEError) return undefined
      throw error
    }
  }
}

/** An API token that nobody can guess. */
export function generateApiToken(): string {
  return `agt_${randomBytes(32).toString('base64url')}`
}

/** What is kept of an API token. It is random enough to need no salt. */
export function hashOfToken(token: string): string {
  return createHash('sha256').update(token).digest('hex')
}
