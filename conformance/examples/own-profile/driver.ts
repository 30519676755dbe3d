import { checksFor, type Matcher, nonEmptyText, Socket, Trial } from 'agentwire/conformance'
import type { RequirementId } from './requirements.ts'

/** One run against a server of `tally`: how to open a session. */
export class TallyTrial extends Trial {
  /** Tries to connect: to a new session, or to the one that a token names. */
  async connect(token?: string): Promise<TallySocket> {
    const query = token === undefined ? '' : `?token=${token}`
    return this.watch(await this.dial(`/tally${query}`), TallySocket)
  }

  /** A connection to a new session; where most checks begin. */
  async session(): Promise<TallySocket> {
    const socket = await this.connect()
    await this.arrange('a session is opened', () => socket.isWelcomed(0))
    return socket
  }

  /** A further connection to the session of another one. */
  async comeBack(older: TallySocket, total: number): Promise<TallySocket> {
    const socket = await this.connect(older.token)
    await socket.isWelcomed(total, older.token)
    return socket
  }
}

/** A connection, and what one says and expects on it. */
export class TallySocket extends Socket<TallyTrial> {
  token = ''

  /** Expects the welcome. A token that it brings is shown by name from then on. */
  async isWelcomed(total: number, token: string | Matcher = nonEmptyText): Promise<void> {
    const welcome = await this.receives({ kind: 'welcome', token, total })
    this.token = String(welcome.token)
    if (this.token !== token) this.trial.hide(this.token, `token of ${this.wire.label}`)
  }

  /** Adds, and expects the new total. */
  async adds(amount: number, total: number): Promise<void> {
    this.send({ kind: 'add', amount })
    await this.receives({ kind: 'total', total })
  }
}

/** The words that the checks are written with. */
export const { check } = checksFor<TallyTrial, RequirementId>()
