import type { UpgradeRequest } from '../core/service.ts'
import type { AccountBook } from './accounts.ts'
import { plainRole } from './roles.ts'
import type { TokenAuthority } from './tokens.ts'

/** Who holds a connection or makes a request, as the token says. */
export interface Identity {
  userId: number
  name: string
  role: string
  /** When a JWT ends, in milliseconds since 1970. */
  expiresAt?: number
  /** Hash of the API token that was used. */
  tokenHash?: string
}

export interface GateOptions {
  accounts: AccountBook
  tokens: TokenAuthority
  allowedOrigins: readonly string[]
}

/** Decides who may come in. */
export class Gate {
  protected readonly options: GateOptions

  constructor(options: GateOptions) {
    this.options = options
  }

  /** Whom a token of a WebSocket names: a JWT of anybody, or the API token of an agent. */
  async identify(token: string): Promise<Identity | undefined> {
    return (await this.user(token)) ?? this.agent(token)
  }

  /** Whom a JWT names. */
  async user(token: string): Promise<Identity | undefined> {
    const claims = await this.options.tokens.verify(token)
    return claims && { ...this.#named(claims.user_id, claims.role), expiresAt: claims.exp * 1000 }
  }

  /** Browsers say where a page comes from, programs need not. */
  originAllowed({ headers }: UpgradeRequest): boolean {
    const origin = headers.get('origin')
    if (origin === null || this.options.allowedOrigins.includes(origin)) return true
    return URL.canParse(origin) && new URL(origin).host === headers.get('host')
  }

  /** An administrator is one by the token and, if there is an account, by that too: a role may have been taken away. */
  isAdmin({ userId, role }: Identity): boolean {
    return plainRole(role) === 'ADMIN' && (this.options.accounts.get(userId)?.role ?? 'ADMIN') === 'ADMIN'
  }

  protected agent(token: string): Identity | undefined {
    const account = this.options.accounts.agentOf(token)
    return account && { ...this.#named(account.id, account.role), tokenHash: account.tokenHash ?? '' }
  }

  #named(userId: number, role: string): Identity {
    return { userId, role, name: this.options.accounts.get(userId)?.username ?? `User_${userId}` }
  }
}
