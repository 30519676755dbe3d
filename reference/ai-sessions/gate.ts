import { hash } from 'node:crypto'
import { Claims } from '../../schemas/ai-sessions/formats.ts'
import { fits } from '../../schemas/validate.ts'
import type { Clock } from '../core/clock.ts'
import { JwtKey } from '../core/jwt.ts'

export interface GateOptions {
  /** Signs the tokens; at least 32 characters. */
  secret: string
  clock: Clock
}

/** So many tokens are kept in mind. */
const verifiedAtMost = 10_000

/** Knows whom a token names. */
export class Gate {
  protected readonly clock: Clock
  protected readonly key: JwtKey
  /** Claims by the hash of their token, which is verified once: that takes longer than most calls. */
  readonly #verified = new Map<string, Claims>()

  /** @throws Error when the secret is too short */
  constructor({ secret, clock }: GateOptions) {
    this.key = new JwtKey(secret)
    this.clock = clock
  }

  /** A token for a user. */
  sign(user: { id: string; email?: string }, lifetimeS = 86_400): Promise<string> {
    const now = Math.floor(this.clock.now() / 1000)
    return this.key.sign({ sub: user.id, email: user.email, iat: now, exp: now + lifetimeS })
  }

  /** The claims of a token that is ours and valid now. */
  async identify(token: string | undefined): Promise<Claims | undefined> {
    if (!token) return undefined
    const digest = hash('sha256', token)
    const known = this.#verified.get(digest)
    if (known) return isOver(known, this.clock.now()) ? undefined : known
    const claims = await this.key.verify(token, { now: this.clock.now(), requiredClaims: ['sub'] })
    if (!fits(Claims, claims)) return undefined
    const [oldest] = this.#verified.keys()
    if (this.#verified.size >= verifiedAtMost && oldest !== undefined) this.#verified.delete(oldest)
    this.#verified.set(digest, claims)
    return claims
  }
}

function isOver({ exp }: Claims, now: number): boolean {
  return exp !== undefined && exp <= Math.floor(now / 1000)
}

/** The token of an `Authorization` header. */
export function bearerOf(header: string | null | undefined): string | undefined {
  return /^Bearer (\S+)$/i.exec(header ?? '')?.[1]
}
