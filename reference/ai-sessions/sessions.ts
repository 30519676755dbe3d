import type { CreateSession } from '../../schemas/ai-sessions/index.ts'
import type { Limits } from '../../schemas/ai-sessions/limits.ts'
import { Refusal } from './refusal.ts'
import type { AgentSession } from './session.ts'
import type { User, UserBook } from './users.ts'

export interface SessionBookOptions {
  limits: Limits
  users: UserBook
  make(userId: string, wishes: CreateSession): AgentSession
}

export interface Page {
  sessions: AgentSession[]
  next_cursor: string
}

/** All sessions, those that have ended included, until their records are deleted. */
export class SessionBook {
  protected readonly options: SessionBookOptions
  protected readonly sessions = new Map<string, AgentSession>()
  /** The same for each user, in the order of their making. */
  readonly #byUser = new Map<string, Set<AgentSession>>()
  /** The order in which they were made. */
  readonly #numbers = new Map<string, number>()
  #made = 0

  constructor(options: SessionBookOptions) {
    this.options = options
  }

  /**
   * @throws Refusal when the user has no credential, has too many sessions, or creates them too fast
   */
  create(user: User, wishes: CreateSession): AgentSession {
    const key = wishes.idempotent_key
    const same =
      key === undefined ? undefined : this.of(user).find(each => each.wishes.idempotent_key === key)
    if (same) return same
    if (!user.credential) throw new Refusal('no_credentials', 'store a credential first')
    const { maxSessions } = this.options.limits
    if (this.live(user).length >= maxSessions)
      throw new Refusal('max_sessions', `a user has ${maxSessions} sessions at a time at most`)
    this.options.users.countCreation(user)
    const session = this.options.make(user.id, wishes)
    this.sessions.set(session.id, session)
    const own = this.#byUser.get(user.id) ?? new Set()
    this.#byUser.set(user.id, own.add(session))
    this.#numbers.set(session.id, ++this.#made)
    return session
  }

  /** A user's own session. To others it does not exist. @throws Refusal when there is none of that id */
  own(user: { id: string }, id: string): AgentSession {
    const session = this.sessions.get(id)
    if (session?.userId !== user.id) throw new Refusal('not_found', 'there is no such session')
    return session
  }

  get(id: string): AgentSession | undefined {
    return this.sessions.get(id)
  }

  /** @throws Refusal when the cursor is none that a page has given */
  page(user: User, { status, limit, cursor }: { status?: string; limit: number; cursor?: string }): Page {
    const before = cursor ? numberOf(cursor) : Number.POSITIVE_INFINITY
    const rest = this.of(user)
      .filter(session => this.#number(session) < before)
      .filter(session => status === undefined || session.describe().status === status)
    const sessions = rest.slice(0, Math.min(limit, this.options.limits.listMax))
    const last = sessions.at(-1)
    return {
      sessions,
      next_cursor: last && rest.length > sessions.length ? cursorOf(this.#number(last)) : '',
    }
  }

  /** Deletes the record of a session. @throws Refusal when it has not ended */
  remove(session: AgentSession): void {
    if (!session.over) throw new Refusal('conflict', 'the session has not ended')
    this.forget(session)
  }

  /** Ends all sessions of a user and deletes their records. */
  removeAll(user: User): void {
    for (const session of this.of(user)) {
      session.end('user_requested')
      this.forget(session)
    }
  }

  all(): AgentSession[] {
    return [...this.sessions.values()]
  }

  /** The newest first. */
  protected of(user: { id: string }): AgentSession[] {
    return [...(this.#byUser.get(user.id) ?? [])].reverse()
  }

  protected live(user: User): AgentSession[] {
    return this.of(user).filter(({ over }) => !over)
  }

  protected forget(session: AgentSession): void {
    this.sessions.delete(session.id)
    const own = this.#byUser.get(session.userId)
    own?.delete(session)
    if (own?.size === 0) this.#byUser.delete(session.userId)
    this.#numbers.delete(session.id)
    void session.workspace.remove()
  }

  #number({ id }: AgentSession): number {
    return this.#numbers.get(id) ?? 0
  }
}

function cursorOf(number: number): string {
  return Buffer.from(`before ${number}`).toString('base64url')
}

function numberOf(cursor: string): number {
  const [, digits] = /^before (\d+)$/.exec(Buffer.from(cursor, 'base64url').toString()) ?? []
  if (digits === undefined) throw new Refusal('invalid_request', 'cursor: expected the next_cursor of a page')
  return Number(digits)
}
