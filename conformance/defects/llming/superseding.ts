import type { Clock } from '../../../reference/core/clock.ts'
import { ConnectionSlot } from '../../../reference/core/connection-slot.ts'
import type { Connection } from '../../../reference/llming/connection.ts'
import type { Outcome } from '../../../reference/llming/controller.ts'
import { parts } from '../../../reference/llming/server.ts'
import { Session, type SessionDetails } from '../../../reference/llming/session.ts'
import type { JsonObject } from '../../../schemas/json.ts'
import type { Defect } from '../defect.ts'

/** A registry whose sessions keep their connection in another kind of slot. */
function withSlot(Slot: new () => ConnectionSlot<Connection>) {
  return {
    SessionRegistry: class extends parts.SessionRegistry {
      protected override make(details: SessionDetails & { id: string }): Session {
        const made = super.make(details)
        return new Session({ ...details }, made.data, this.options.clock as Clock, new Slot())
      }
    },
  }
}

export const superseding: Defect[] = [
  {
    name: 'superseded-with-4000',
    does: 'closes a superseded connection with 4000',
    breaks: ['llming/superseding/old-socket-closed-4001'],
    wire: { close: close => (close.code === 4001 ? { ...close, code: 4000 } : close) },
  },
  {
    name: 'older-connection-wins',
    does: 'refuses a second connection while there is one',
    breaks: ['llming/superseding/new-socket-serves'],
    parts: {
      Connection: class extends parts.Connection {
        override opened(socket: Parameters<Connection['opened']>[0]): void {
          if (this.session.connection) {
            this.ended = true
            socket.close(4009, 'Session already connected')
          } else super.opened(socket)
        }
      },
    },
  },
  {
    name: 'late-close-tears-down',
    does: "lets the superseded connection's end clear the newer one",
    breaks: ['llming/superseding/late-teardown-harmless'],
    parts: withSlot(
      class extends ConnectionSlot<Connection> {
        override release(connection: Connection): boolean {
          if (this.current) super.release(this.current)
          return super.release(connection)
        }
      },
    ),
  },
  {
    name: 'superseded-reported-disconnected',
    does: 'reports a session that was taken over as not connected',
    breaks: ['llming/superseding/session-state-right'],
    parts: {
      Connection: class extends parts.Connection {
        protected override supersede(older: Connection): void {
          super.supersede(older)
          this.session.data.set('taken over', true)
        }
      },
      SessionRegistry: class extends parts.SessionRegistry {
        override isConnected(session: Session): boolean {
          return !session.data.get('taken over') && super.isConnected(session)
        }
      },
    },
  },
  {
    name: 'supersedes-once',
    does: 'supersedes the first connection only',
    breaks: ['llming/superseding/newest-wins'],
    parts: {
      Connection: class extends parts.Connection {
        protected override supersede(older: Connection): void {
          if (!this.session.data.get('superseded')) super.supersede(older)
          this.session.data.set('superseded', true)
        }
      },
    },
  },
  {
    name: 'superseding-race',
    does: 'looks for an older connection some time before it records the new one',
    breaks: ['llming/superseding/simultaneous-one-left'],
    parts: {
      Connection: class extends parts.Connection {
        override opened(socket: Parameters<Connection['opened']>[0]): void {
          const older = this.session.connection
          this.socket = socket
          this.options.clock.after(10, () => {
            this.session.slot.take(this)
            if (older) this.supersede(older)
          })
          this.next(() => this.connected())
        }
      },
    },
  },
  {
    name: 'busy-connection-kept',
    does: 'does not supersede a connection that is inside a handler',
    breaks: ['llming/superseding/old-socket-busy'],
    parts: {
      Connection: class extends parts.Connection {
        get busy(): boolean {
          return this.waiting > 0
        }
        protected override supersede(older: Connection): void {
          if (!(older as Connection & { busy: boolean }).busy) super.supersede(older)
        }
      },
    },
  },
  {
    name: 'reply-follows-the-session',
    does: "sends a reply to the session's current connection",
    breaks: ['llming/superseding/reply-stays-on-its-socket'],
    parts: {
      Controller: class extends parts.Controller {
        override handleMessage(message: JsonObject): Promise<Outcome> {
          const { session } = this
          const current = { send: (text: string) => session.connection?.send(text) ?? false }
          return super.handleMessage(message, current as Connection)
        }
      },
    },
  },
  {
    name: 'waits-for-the-old-close',
    does: 'serves a new connection only when the old one has answered its close',
    breaks: ['llming/superseding/unresponsive-old-socket'],
    parts: {
      Connection: class extends parts.Connection {
        release: () => void = () => {}
        protected override supersede(older: Connection): void {
          super.supersede(older)
          const gone = new Promise<void>(resolve => {
            ;(older as Connection & { release: () => void }).release = resolve
          })
          this.next(() => gone)
        }
        override closed(): void {
          this.release()
          super.closed()
        }
      },
    },
  },
  {
    name: 'superseded-still-served',
    does: 'executes what still arrives on a superseded connection',
    breaks: ['llming/superseding/closed-socket-not-served'],
    parts: {
      Connection: class extends parts.Connection {
        override text(data: string): void {
          this.ended = false
          super.text(data)
        }
      },
    },
  },
  {
    name: 'replaced-session-keeps-socket',
    does: 'leaves the connection of a replaced session open',
    breaks: ['llming/superseding/reprovisioned-session-closes-old'],
    parts: {
      SessionRegistry: class extends parts.SessionRegistry {
        override create(details: SessionDetails = {}): Session {
          const replaced = details.id === undefined ? undefined : this.get(details.id)
          if (replaced) this.remove(replaced)
          return super.create(details)
        }
      },
    },
  },
]
