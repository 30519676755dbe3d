import type { Connection } from '../../../reference/hub/connection.ts'
import { parts } from '../../../reference/hub/server.ts'
import type { Defect } from '../defect.ts'

export const reconnecting: Defect[] = [
  {
    name: 'loss-noted-late',
    does: 'notes the loss of a connection a little late, and then takes away whichever the user has',
    breaks: ['hub/reconnecting/fast-return-keeps-new'],
    parts: {
      Roster: class extends parts.Roster {
        override leave({ identity }: Connection): void {
          setTimeout(() => this.slots.delete(identity.userId), 10)
        }
      },
    },
  },
  {
    name: 'one-return-at-a-time',
    does: 'keeps the place of a lost connection for a while',
    breaks: ['hub/reconnecting/fast-return-keeps-new'],
    parts: {
      Roster: class extends parts.Roster {
        readonly #lost = new Set<number>()
        override leave(connection: Connection): void {
          const { userId } = connection.identity
          if (this.of(userId) !== connection) return
          this.#lost.add(userId)
          setTimeout(() => {
            this.#lost.delete(userId)
            super.leave(connection)
          }, 20)
        }
        override join(connection: Connection): Connection | undefined {
          return this.#lost.has(connection.identity.userId) ? undefined : super.join(connection)
        }
      },
    },
  },
]
