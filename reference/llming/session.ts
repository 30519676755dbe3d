import { randomBytes } from 'node:crypto'
import { closes } from '../../schemas/llming/closes.ts'
import type { Limits } from '../../schemas/llming/limits.ts'
import type { Clock } from '../core/clock.ts'
import { ConnectionSlot } from '../core/connection-slot.ts'
import { DataStore, type Namespace } from '../core/data-store.ts'
import { SessionTable } from '../core/session-table.ts'
import type { Connection } from './connection.ts'
import type { Controller } from './controller.ts'

/** What a session is made of. */
export interface SessionDetails {
  /** Names the session; generated if absent. */
  id?: string
  /** Default: empty. */
  userId?: string
  /** Default: empty. */
  userName?: string
  /** Default: empty. */
  userEmail?: string
  /** The app that the session belongs to; empty: none in particular. */
  appType?: string
}

/** The server's record of a session. It outlives its connections. */
export class Session {
  /** Names it. */
  readonly id: string
  /** Empty where nobody has said it. */
  readonly userId: string
  /** Empty where nobody has said it. */
  readonly userName: string
  /** Empty where nobody has said it. */
  readonly userEmail: string
  /** The app that it belongs to; empty: none in particular. */
  readonly appType: string
  /** In milliseconds since 1970. */
  readonly createdAt: number
  /** Absent in an application that only watches. */
  controller: Controller | undefined
  /** The application's values, kept as long as the session. */
  readonly data: Namespace
  /** When it was last used, in milliseconds since 1970. */
  lastActivityAt: number
  /** Orders sessions that were active in the same millisecond. */
  activity = 0
  /** When the client last gave a sign of life, in milliseconds since 1970. */
  lastHeartbeatAt: number
  /** Holds its connection. */
  readonly slot: ConnectionSlot<Connection>
  readonly #clock: Clock

  constructor(
    details: SessionDetails & { id: string },
    data: Namespace,
    clock: Clock,
    slot = new ConnectionSlot<Connection>(),
  ) {
    this.id = details.id
    this.userId = details.userId ?? ''
    this.userName = details.userName ?? ''
    this.userEmail = details.userEmail ?? ''
    this.appType = details.appType ?? ''
    this.data = data
    this.slot = slot
    this.#clock = clock
    this.createdAt = this.lastActivityAt = this.lastHeartbeatAt = clock.now()
  }

  /** The live connection: always the newest. */
  get connection(): Connection | undefined {
    return this.slot.current
  }

  static #activities = 0

  /** Notes a sign of use: connecting, leaving, an injected message, a command. */
  touch(): void {
    this.lastActivityAt = this.#clock.now()
    this.activity = ++Session.#activities
  }

  /** Notes a sign of life of the client. */
  beat(): void {
    this.lastHeartbeatAt = this.#clock.now()
  }

  /** Lets the controller clean up. What fails there harms nobody else. */
  async cleanUp(onError: (error: unknown) => void): Promise<void> {
    try {
      await this.controller?.cleanup()
    } catch (error) {
      onError(error)
    }
  }
}

export interface RegistryOptions {
  clock: Clock
  limits: Limits
  /** Called after an expired session has been removed. */
  onExpired?(session: Session): void | Promise<void>
  onError(error: unknown): void
}

/** All sessions of one app. */
export class SessionRegistry extends SessionTable<Session> {
  readonly #clock: Clock
  readonly #store = new DataStore()

  constructor({ clock, limits, onExpired, onError }: RegistryOptions) {
    super({
      clock,
      sweepMs: limits.sweepMs,
      expired: (session, now) => this.expired(session, now, limits),
      onExpired: session => {
        this.dismiss(session, closes.heartbeatTimeout)
        return onExpired?.(session)
      },
      onError,
    })
    this.#clock = clock
  }

  /**
   * Registers a session. One that has the same id is replaced, and loses its connection.
   *
   * @throws Error when the id contains a dot, which no token could carry.
   */
  create(details: SessionDetails = {}): Session {
    const id = details.id ?? this.generateId()
    if (!/^[^./?#\s]+$/.test(id)) throw new Error(`"${id}" cannot be a session id: one path segment, no dot`)
    const replaced = this.get(id)
    if (replaced) this.dismiss(replaced, closes.superseded)
    const session = this.make({ ...details, id })
    session.touch()
    this.add(session)
    return session
  }

  /** Forgets a session and closes its connection normally. */
  end(session: Session): void {
    this.remove(session)
    this.dismiss(session, closes.sessionEnded)
  }

  /** Ends all sessions that match, and returns their ids. Without a criterion it ends none. */
  revoke(criteria: { userEmail?: string }): string[] {
    const { userEmail } = criteria
    if (userEmail === undefined) return []
    const matching = this.all().filter(session => session.userEmail === userEmail)
    for (const session of matching) this.end(session)
    return matching.map(session => session.id)
  }

  /** Whether a connection of the session is open. */
  isConnected(session: Session): boolean {
    return session.connection !== undefined
  }

  /** Whole seconds since the last activity. */
  idleSeconds(session: Session): number {
    return Math.floor((this.#clock.now() - session.lastActivityAt) / 1000)
  }

  /** Whole seconds since the session was registered. */
  ageSeconds(session: Session): number {
    return Math.floor((this.#clock.now() - session.createdAt) / 1000)
  }

  mostRecentlyActive(): Session | undefined {
    return this.all().reduce<Session | undefined>(
      (latest, session) => (latest && latest.activity > session.activity ? latest : session),
      undefined,
    )
  }

  /** An id of 192 random bits (`llming/access/generated-session-id-unguessable`). */
  protected generateId(): string {
    return randomBytes(24).toString('base64url')
  }

  protected make(details: SessionDetails & { id: string }): Session {
    return new Session(details, this.#store.namespace(details.id), this.#clock)
  }

  /** Connected: too long without a heartbeat. Not connected: idle for too long. Both limits are still alive. */
  protected expired(session: Session, now: number, limits: Limits): boolean {
    return session.connection
      ? now - session.lastHeartbeatAt > limits.heartbeatTtlMs
      : now - session.lastActivityAt > limits.sessionTtlMs
  }

  protected dismiss(session: Session, close: { code: number; reason: string }): void {
    void session.cleanUp(this.options.onError)
    session.connection?.end(close)
    this.#store.drop(session.id)
  }
}
