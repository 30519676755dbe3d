import type { Connection } from '../../../reference/hub/connection.ts'
import { parts } from '../../../reference/hub/server.ts'
import type { AccountRow } from '../../../reference/hub/store.ts'
import type { User } from '../../../schemas/hub/index.ts'
import type { Defect } from '../defect.ts'

export const superseding: Defect[] = [
  {
    name: 'older-connection-keeps-place',
    does: 'leaves the place of a user to the connection that was there first',
    breaks: ['hub/superseding/newest-gets-frames'],
    parts: {
      Roster: class extends parts.Roster {
        override join(connection: Connection): Connection | undefined {
          return this.of(connection.identity.userId) ? undefined : super.join(connection)
        }
      },
    },
  },
  {
    name: 'broadcasts-to-the-older',
    does: 'broadcasts to the connections that users had first',
    breaks: ['hub/superseding/newest-gets-frames'],
    parts: {
      Roster: class extends parts.Roster {
        readonly #first = new Map<number, Connection>()
        override join(connection: Connection): Connection | undefined {
          const { userId } = connection.identity
          if (!this.of(userId)) this.#first.set(userId, connection)
          return super.join(connection)
        }
        override *all(): Iterable<Connection> {
          for (const { identity } of super.all()) yield this.#first.get(identity.userId) as Connection
        }
      },
    },
  },
  {
    name: 'older-end-takes-the-place',
    does: "leaves a superseded connection open, and takes the user's place away when it ends",
    breaks: ['hub/superseding/old-teardown-keeps-new', 'hub/superseding/old-connection-told'],
    parts: {
      Roster: class extends parts.Roster {
        override join(connection: Connection): undefined {
          super.join(connection)
        }
        override leave({ identity }: Connection): void {
          this.slots.delete(identity.userId)
        }
      },
    },
  },
  {
    name: 'older-end-shown-as-offline',
    does: 'shows a user as offline once a superseded connection has closed',
    breaks: ['hub/superseding/old-teardown-keeps-new'],
    parts: {
      Connection: class extends parts.Connection {
        override closed(code: number): void {
          super.closed(code)
          offline.set(
            this.options.clock,
            (offline.get(this.options.clock) ?? new Set()).add(this.identity.userId),
          )
        }
      },
      HttpSurface: class extends parts.HttpSurface {
        protected override describe(account: Readonly<AccountRow>): User {
          const user = super.describe(account)
          return offline.get(this.options.clock)?.has(account.id) ? { ...user, status: 'OFFLINE' } : user
        }
      },
    },
  },
  {
    name: 'superseded-cut',
    does: 'cuts a superseded connection without a close frame',
    breaks: ['hub/superseding/old-connection-told'],
    wire: { close: close => (close.code === 4000 ? 'cut' : close) },
  },
  {
    name: 'stuck-at-a-stalled-reader',
    does: 'takes no more messages once it has closed a connection that does not read',
    breaks: ['hub/superseding/stalled-reader-survived'],
    parts: {
      Connection: class extends parts.Connection {
        override end(close: Parameters<Connection['end']>[0]): void {
          if (this.outbox?.full) stuck.add(this.options)
          super.end(close)
        }
        override text(data: string): void {
          if (!stuck.has(this.options)) super.text(data)
        }
      },
    },
  },
]

/** Servers that have stopped to work. */
const stuck = new WeakSet<object>()
/** Who is shown as offline, by the clock of a server. */
const offline = new WeakMap<object, Set<number>>()
