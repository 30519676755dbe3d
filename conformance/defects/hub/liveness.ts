import type { ServerSocket } from '../../../reference/core/service.ts'
import type { Connection } from '../../../reference/hub/connection.ts'
import type { OutboxOptions } from '../../../reference/hub/outbox.ts'
import { parts } from '../../../reference/hub/server.ts'
import type { Outbound } from '../../../schemas/hub/envelope.ts'
import type { Defect } from '../defect.ts'

/** The first byte of a pong. */
const pongFrame = 0x8a

export const liveness: Defect[] = [
  {
    name: 'no-pings',
    does: 'sends no pings, and waits for no answers',
    breaks: ['hub/liveness/server-pings'],
    parts: {
      Connection: class extends parts.Connection {
        protected override fallDue(now: number): void {
          this.lastSeenAt = now
          this.nextPingAt = Number.POSITIVE_INFINITY
          super.fallDue(now)
        }
      },
    },
  },
  {
    name: 'pings-once',
    does: 'sends one ping only',
    breaks: ['hub/liveness/server-pings'],
    parts: {
      Connection: class extends parts.Connection {
        protected override fallDue(now: number): void {
          super.fallDue(now)
          if (this.nextPingAt > now) this.nextPingAt = Number.POSITIVE_INFINITY
        }
      },
    },
  },
  {
    name: 'silent-peers-kept',
    does: 'keeps a peer that does not answer its pings',
    breaks: ['hub/liveness/silent-peer-dropped'],
    parts: {
      Connection: class extends parts.Connection {
        protected override fallDue(now: number): void {
          this.lastSeenAt = now
          super.fallDue(now)
        }
      },
    },
  },
  {
    name: 'pongs-do-not-count',
    does: 'takes data for a sign of life, but no pongs',
    breaks: ['hub/liveness/answering-peer-kept'],
    parts: {
      Connection: class extends parts.Connection {
        override text(data: string): void {
          super.text(data)
          this.lastSeenAt = this.options.clock.now()
        }
        override beat(): void {}
      },
    },
  },
  {
    name: 'pongs-only',
    does: 'takes nothing but pongs for a sign of life',
    breaks: ['hub/liveness/data-counts-as-life'],
    parts: {
      Connection: class extends parts.Connection {
        override text(data: string): void {
          const seenAt = this.lastSeenAt
          super.text(data)
          this.lastSeenAt = seenAt
        }
      },
    },
  },
  {
    name: 'pings-unanswered',
    does: 'answers no ping',
    breaks: ['hub/liveness/ping-answered'],
    bytes: { toClient: bytes => (bytes[0] === pongFrame ? bytes.subarray(bytes.length) : bytes) },
  },
  {
    name: 'pongs-empty',
    does: 'answers a ping with an empty pong',
    breaks: ['hub/liveness/ping-answered'],
    bytes: { toClient: bytes => (bytes[0] === pongFrame ? Buffer.from([pongFrame, 0]) : bytes) },
  },
  {
    name: 'stalled-readers-kept',
    does: 'keeps a client that does not read, however much waits for it',
    breaks: ['hub/liveness/stalled-reader-dropped'],
    parts: {
      Outbox: class extends parts.Outbox {
        constructor(socket: ServerSocket, options: OutboxOptions) {
          super(socket, { ...options, onStalled() {} })
        }
      },
    },
  },
  {
    name: 'full-queue-stops-all',
    does: 'delivers nothing to anybody while a queue is full',
    breaks: ['hub/liveness/stalled-reader-isolated'],
    parts: {
      Router: class extends parts.Router {
        #last = Promise.resolve()
        override deliver(frame: Outbound, from?: Connection): void {
          const readers = [...this.readers(frame)]
          this.#last = this.#last
            .then(() => Promise.all(readers.map(reader => reader.room())))
            .then(() => super.deliver(frame, from))
        }
      },
    },
  },
]
