import { type CancelTimer, type Clock, every } from './clock.ts'

export interface SessionTableOptions<S> {
  clock: Clock
  /** Pause between two sweeps. */
  sweepMs: number
  /** Whether a session's time is over. */
  expired(session: S, now: number): boolean
  /** Called after an expired session has been removed. An error is passed to `onError` and stops nothing. */
  onExpired(session: S): void | Promise<void>
  onError(error: unknown): void
}

/** Sessions by id, swept for expired ones. The first sweep comes one pause after the table was made. */
export class SessionTable<S extends { readonly id: string }> {
  protected readonly sessions = new Map<string, S>()
  protected readonly options: SessionTableOptions<S>
  readonly #stopSweeping: CancelTimer

  constructor(options: SessionTableOptions<S>) {
    this.options = options
    this.#stopSweeping = every(options.clock, options.sweepMs, () => this.sweep())
  }

  /** Registers a session, in place of any other with its id. */
  add(session: S): void {
    this.sessions.set(session.id, session)
  }

  get(id: string): S | undefined {
    return this.sessions.get(id)
  }

  /** Forgets a session, unless another one has taken its id meanwhile. */
  remove(session: S): boolean {
    return this.sessions.get(session.id) === session && this.sessions.delete(session.id)
  }

  all(): S[] {
    return [...this.sessions.values()]
  }

  /** Removes what has expired. One failing hook does not keep the others waiting. */
  sweep(): void {
    const now = this.options.clock.now()
    for (const session of this.all().filter(session => this.options.expired(session, now))) {
      this.remove(session)
      void this.#notify(session)
    }
  }

  async #notify(session: S): Promise<void> {
    try {
      await this.options.onExpired(session)
    } catch (error) {
      this.options.onError(error)
    }
  }

  close(): void {
    this.#stopSweeping()
  }
}
