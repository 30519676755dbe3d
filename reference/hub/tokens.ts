import { createHash, randomBytes } from 'node:crypto'
import { Claims } from '../../schemas/hub/formats.ts'
import { fits } from '../../schemas/validate.ts'
import type { Clock } from '../core/clock.ts'
import { JwtKey } from '../core/jwt.ts'

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
  readonly #key: JwtKey

  /** @throws Error when the secret is too short */
  constructor(options: TokenOptions) {
    this.#key = new JwtKey(options.secret)
    this.options = options
  }

  sign(user: { id: number; role: string }, lifetimeS = this.options.lifetimeS): Promise<string> {
    const now = Math.floor(this.options.clock.now() / 1000)
    const { issuer } = this.options
    return this.#key.sign({ user_id: user.id, role: user.role, iss: issuer, iat: now, exp: now + lifetimeS })
  }

  /** The claims of a token that is signed by this hub, complete, and valid now. */
  async verify(token: string): Promise<Claims | undefined> {
    const claims = await this.#key.verify(token, {
      issuer: this.options.issuer,
      requiredClaims: ['exp', 'user_id', 'role'],
      now: this.options.clock.now(),
    })
    return fits(Claims, claims) ? claims : undefined
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
