import type { webcrypto } from 'node:crypto'
import { type JWTPayload, jwtVerify, SignJWT } from 'jose'
import { JOSEError } from 'jose/errors'

/** The algorithms that a token may be signed with. Never what it names itself: that would let it choose `none`. */
const hashes: Readonly<Record<string, string>> = { HS256: 'SHA-256', HS384: 'SHA-384', HS512: 'SHA-512' }

/** What is asked of a token beside a right signature and that its time has not run out. */
export interface Expected {
  issuer?: string
  requiredClaims?: string[]
  /** The time now, in milliseconds since 1970. */
  now: number
}

/** Signs and verifies JSON Web Tokens with one secret. */
export class JwtKey {
  readonly #secret: string
  readonly #keys = new Map<string, Promise<webcrypto.CryptoKey>>()

  /** @throws Error when the secret is too short */
  constructor(secret: string) {
    if (secret.length < 32)
      throw new Error(`the secret must have at least 32 characters, not ${secret.length}`)
    this.#secret = secret
  }

  /** The claims as a token in compact form. */
  async sign(claims: JWTPayload): Promise<string> {
    return new SignJWT(claims)
      .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
      .sign(await this.#keyFor('HS256'))
  }

  /** The claims of a token that is signed with the secret and as it is expected to be. */
  async verify(token: string, { now, issuer, requiredClaims }: Expected): Promise<JWTPayload | undefined> {
    try {
      const { payload } = await jwtVerify(token, ({ alg }) => this.#keyFor(alg), {
        algorithms: Object.keys(hashes),
        issuer,
        requiredClaims,
        currentDate: new Date(now),
      })
      return payload
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
    const bytes = new TextEncoder().encode(this.#secret)
    const key = crypto.subtle.importKey('raw', bytes, algorithm, false, ['sign', 'verify'])
    this.#keys.set(alg, key)
    return key
  }
}
