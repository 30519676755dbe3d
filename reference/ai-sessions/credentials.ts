import { randomUUID } from 'node:crypto'
import type { CredentialStatus } from '../../schemas/ai-sessions/index.ts'
import type { Limits } from '../../schemas/ai-sessions/limits.ts'
import type { Clock } from '../core/clock.ts'
import { Refusal } from './refusal.ts'
import type { User } from './users.ts'

/** What an agent reaches its model with. Nobody is ever shown the secret again. */
export interface Credential {
  readonly type: 'api_key' | 'oauth_token'
  readonly createdAt: string
  readonly secret: string
}

/** Who grants access by OAuth. */
export interface OAuthProvider {
  /** Where the user can agree. It may take a while to find out. */
  authorizeUrl(oauthSessionId: string): Promise<string>
  /** What a code is good for; `undefined` if it is no good. */
  exchange(code: string): Promise<string | undefined>
}

interface OAuthSession {
  readonly userId: string
  readonly expiresAt: number
  state: { status: 'pending' } | { status: 'url_ready'; url: string } | { status: 'failed' }
}

export interface CredentialDeskOptions {
  clock: Clock
  limits: Limits
  /** Absent: there is no way to get credentials by OAuth. */
  oauth?: OAuthProvider
  onError(error: unknown): void
}

/** Stores credentials, and gets them by OAuth. */
export class CredentialDesk {
  protected readonly options: CredentialDeskOptions
  protected readonly sessions = new Map<string, OAuthSession>()

  constructor(options: CredentialDeskOptions) {
    this.options = options
  }

  status({ credential }: User): CredentialStatus {
    if (!credential) return { has_credentials: false }
    const { type, createdAt } = credential
    return { has_credentials: true, credential_type: type, created_at: createdAt }
  }

  store(user: User, type: Credential['type'], secret: string): void {
    user.credential = { type, secret, createdAt: new Date(this.options.clock.now()).toISOString() }
  }

  /** Begins OAuth. @throws Refusal when there is no provider */
  start(user: User): { oauth_session_id: string; expires_in: number } {
    const { clock, limits, oauth } = this.options
    if (!oauth) throw new Refusal('not_found', 'this service has no OAuth')
    this.#forgetDead()
    const id = randomUUID()
    const session: OAuthSession = {
      userId: user.id,
      expiresAt: clock.now() + limits.oauthTtlMs,
      state: { status: 'pending' },
    }
    this.sessions.set(id, session)
    void oauth.authorizeUrl(id).then(
      url => {
        session.state = { status: 'url_ready', url }
      },
      error => {
        session.state = { status: 'failed' }
        this.options.onError(error)
      },
    )
    return { oauth_session_id: id, expires_in: limits.oauthTtlMs / 1000 }
  }

  /** How far OAuth has come. @throws Refusal when the session is not the user's, or is over */
  poll(user: User, id: string): OAuthSession['state'] {
    return this.own(user, id).state
  }

  /** Takes a code. False: it is no good. @throws Refusal when the session is not the user's, or is over */
  async submit(user: User, id: string, code: string): Promise<boolean> {
    this.own(user, id)
    const secret = await this.options.oauth?.exchange(code)
    if (secret === undefined) return false
    this.sessions.delete(id)
    this.store(user, 'oauth_token', secret)
    return true
  }

  protected own(user: User, id: string): OAuthSession {
    const session = this.sessions.get(id)
    if (session && session.userId === user.id && this.isAlive(session)) return session
    throw new Refusal('not_found', 'there is no such OAuth session')
  }

  protected isAlive({ expiresAt }: OAuthSession): boolean {
    return this.options.clock.now() < expiresAt
  }

  #forgetDead(): void {
    for (const [id, session] of this.sessions) if (!this.isAlive(session)) this.sessions.delete(id)
  }
}
