import {
  decodeJwt,
  type GenerateKeyPairResult,
  generateKeyPair,
  type JWTPayload,
  SignJWT,
  UnsecuredJWT,
} from 'jose'
import { Unreached } from '../engine/evidence.ts'
import type { HubTrial } from './driver.ts'
import type { Person } from './person.ts'

export interface TokenOptions {
  /** Default: HS256. */
  algorithm?: 'HS256' | 'HS512' | 'RS256' | 'none'
  /** Default: the target's. */
  secret?: string
}

/** Tokens with chosen claims. */
export class TokenSurface {
  readonly #trial: HubTrial

  constructor(trial: HubTrial) {
    this.#trial = trial
  }

  /** The claims of a complete token that is valid for an hour. */
  claims(person: Person): JWTPayload & { iat: number; exp: number; iss: string } {
    const { id, role } = person
    const now = this.#nowS(person)
    return { user_id: id, role, iss: this.#setting('issuer', 'echocenter'), iat: now, exp: now + 3_600 }
  }

  /** Signs claims. A member that is `undefined` is left out. */
  async make(claims: JWTPayload, { algorithm = 'HS256', secret }: TokenOptions = {}): Promise<string> {
    this.#trial.need('mint')
    const ownSecret = this.#setting('secret', 'agentwire-hub-secret-for-tests-only')
    const token = await sign(claims, algorithm, secret ?? ownSecret)
    this.#trial.hide(token, 'a token with chosen claims')
    return token
  }

  /** The same token with another first character of its signature. */
  withChangedSignature(token: string): string {
    const place = token.lastIndexOf('.') + 1
    const changed = token.slice(0, place) + (token[place] === 'A' ? 'B' : 'A') + token.slice(place + 1)
    this.#trial.hide(changed, 'a token with another signature')
    return changed
  }

  /** The target's time. Where that stands still, a token that it has just made tells. */
  #nowS({ token }: Person): number {
    const madeAt = this.#trial.instance.frozen ? issuedAt(token) : undefined
    return madeAt ?? Math.floor(Date.now() / 1000)
  }

  #setting(name: string, otherwise: string): string {
    return String(this.#trial.instance.settings[name] ?? otherwise)
  }
}

/** @throws Unreached when the token is no JWT */
function issuedAt(token: string): number | undefined {
  try {
    return decodeJwt(token).iat
  } catch (error) {
    throw new Unreached(`a token of the target is no JWT: ${(error as Error).message}`)
  }
}

/** A key that no hub knows. To make one takes long, and it stays as strange as it was. */
let strangeKey: Promise<GenerateKeyPairResult> | undefined

async function sign(claims: JWTPayload, algorithm: string, secret: string): Promise<string> {
  if (algorithm === 'none') return new UnsecuredJWT(claims).encode()
  if (algorithm === 'RS256') strangeKey ??= generateKeyPair('RS256')
  const key = algorithm === 'RS256' ? (await strangeKey)?.privateKey : new TextEncoder().encode(secret)
  return new SignJWT(claims)
    .setProtectedHeader({ alg: algorithm, typ: 'JWT' })
    .sign(key as Parameters<SignJWT['sign']>[0])
}
