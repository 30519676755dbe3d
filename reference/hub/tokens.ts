import { createHash, randomBytes, type webcrypto } from 'node:crypto'
import { jwtVerify, SignJWT } from 'jose'
import { JOSEError } from 'jose/errors'
import { Claims } from '../../schemas/hub/formats.ts'
import { fits } from '../../schemas/validate.ts'
import type { Clock } from '../core/clock.ts'

/** The algorithms that a token may be signed with. Never what it names itself: that would let it choose `none`. */
const hashes: Readonly<Record<string, string>> = { HS256: 'SHA-256', HS384: 'SHA-384', HS512: 'SHA-512' }

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
  readonly #keys = new Map<string, Promise<webcrypto.CryptoKey>>()

  /** @throws Error when the secret is too short */
  constructor(options: TokenOptions) {
    if (options.secret.length < 32)
      throw new Error(`the secret must have at least 32 characters, not ${options.secret.length}`)
    this.options = options
  }

  async sign(user: { id: number; role: string }, lifetimeS = this.options.lifetimeS): Promise<string> {
    const now = Math.floor(this.options.clock.now() / 1000)
    return new SignJWT({ user_id: user.id, role: user.role })
      .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
      .setIssuer(this.options.issuer)
      .setIssuedAt(now)
      .setExpirationTime(now + lifetimeS)
      .sign(await this.#keyFor('HS256'))
  }

  /** The claims of a token that is signed by this hub, complete, and valid now. */
  async verify(token: string): Promise<Claims | undefined> {
    try {
      const { payload } = await jwtVerify(token, ({ alg }) => this.#keyFor(alg), {
        algorithms: Object.keys(hashes),
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

  /** The secret as a key for an algorithm. To import it takes longer than to sign, so that is done once. */
  #keyFor(alg: string): Promise<webcrypto.CryptoKey> {
    const known = this.#keys.get(alg)
    if (known) return known
    const algorithm = { name: 'HMAC', hash: hashes[alg] ?? '' }
    const bytes = new TextEncoder().encode(this.options.secret)
    const key = crypto.subtle.importKey('raw', bytes, algorithm, false, ['sign', 'verify'])
    this.#keys.set(alg, key)
    return key
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
