import { parts } from '../../../reference/hub/server.ts'
import type { Outbound } from '../../../schemas/hub/envelope.ts'
import type { Defect } from '../defect.ts'

/** How many frames a hub has taken in one turn. */
const taken = new WeakMap<object, number>()

export const rateLimiting: Defect[] = [
  {
    name: 'full-queue-drops-frames',
    does: 'drops what comes in when its queue is full, and tells nobody',
    breaks: ['hub/rate-limiting/burst-delivered-or-told'],
    parts: {
      Connection: class extends parts.Connection {
        override text(data: string): void {
          const { options } = this
          const count = taken.get(options) ?? 0
          if (count === 0) setImmediate(() => taken.delete(options))
          taken.set(options, count + 1)
          if (count < options.limits.hubQueueFrames) super.text(data)
        }
      },
    },
  },
  {
    name: 'butler-loses-chunks',
    does: 'loses the chunks of an answer that are too many for a queue',
    breaks: ['hub/rate-limiting/butler-stream-complete'],
    parts: {
      Exchange: class extends parts.Exchange {
        readonly #chunks = new Map<string, number>()
        override publish(frame: Parameters<InstanceType<typeof parts.Exchange>['publish']>[0]): Outbound {
          const { type, stream_id = '' } = frame
          const count = this.#chunks.get(stream_id) ?? 0
          if (type === 'CHAT_STREAM') this.#chunks.set(stream_id, count + 1)
          if (type === 'CHAT_STREAM_END') this.#chunks.delete(stream_id)
          if (type === 'CHAT_STREAM' && count >= 30) return { ...frame, timestamp: this.timestamp() }
          return super.publish(frame)
        }
      },
    },
  },
]
