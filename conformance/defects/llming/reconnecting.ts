import type { Connection } from '../../../reference/llming/connection.ts'
import { parts } from '../../../reference/llming/server.ts'
import type { JsonObject } from '../../../schemas/json.ts'
import type { Defect } from '../defect.ts'

export const reconnecting: Defect[] = [
  {
    name: 'state-lost-with-connection',
    does: "forgets the session's data when its connection ends",
    breaks: ['llming/reconnecting/session-resumes'],
    parts: {
      Connection: class extends parts.Connection {
        override closed(): void {
          this.session.data.clear()
          super.closed()
        }
      },
    },
  },
  {
    name: 'pushes-queued',
    does: 'keeps what was pushed without a connection for the next one',
    breaks: ['llming/reconnecting/no-replay'],
    parts: {
      Controller: class extends parts.Controller {
        override send(message: JsonObject): boolean {
          const sent = super.send(message)
          const queue = (this.session.data.get('queue') ?? []) as JsonObject[]
          if (!sent) this.session.data.set('queue', [...queue, message])
          return sent
        }
      },
      Connection: class extends parts.Connection {
        override opened(socket: Parameters<Connection['opened']>[0]): void {
          super.opened(socket)
          for (const message of (this.session.data.get('queue') ?? []) as JsonObject[])
            this.send(JSON.stringify(message))
          this.session.data.delete('queue')
        }
      },
    },
  },
]
