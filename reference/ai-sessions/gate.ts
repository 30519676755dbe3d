import { Claims } from '../../schemas/ai-sessions/formats.ts'
import { fits } from '../../schemas/validate.ts'
import type { Clock } from '../core/clock.ts'
import { JwtKey } from '../core/jwt.ts'

export interface GateOptions {
  /** Signs the tokens; at least 32 characters. */
  secret: string
  clock: Clock
}

/** Knows whom a token names. */
export class Gate {
  protected readonly clock: Clock
  protected readonly key: JwtKey

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
    const claims = await this.key.verify(token, { now: this.clock.now(), requiredClaims: ['sub'] })
    return fits(Claims, claims) ? claims : undefined
  }
}

/** The token of an `Authorization` header. */
export function bearerOf(header: string | null | undefined): string | undefined {
  return /^Bearer (\S+)$/i.exec(header ?? '')?.[1]
}
