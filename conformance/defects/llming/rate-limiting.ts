import { SlidingWindow } from '../../../reference/core/sliding-window.ts'
import { parts } from '../../../reference/llming/server.ts'
import type { JsonObject } from '../../../schemas/json.ts'
import type { Defect } from '../defect.ts'

export const rateLimiting: Defect[] = [
  {
    name: 'no-rate-limit',
    does: 'serves any number of frames',
    breaks: ['llming/rate-limiting/limit-enforced'],
    parts: {
      Connection: class extends parts.Connection {
        protected override admits(): boolean {
          return true
        }
      },
    },
  },
  {
    name: 'rate-limit-one-less',
    does: 'serves one frame less than the limit',
    breaks: ['llming/rate-limiting/limit-enforced'],
    parts: {
      Connection: class extends parts.Connection {
        protected override readonly window = new SlidingWindow(
          this.options.limits['rateLimit.messages'] - 1,
          this.options.limits['rateLimit.windowMs'],
        )
      },
    },
  },
  {
    name: 'excess-told',
    does: 'answers a frame over the limit with an error',
    breaks: ['llming/rate-limiting/excess-keeps-open'],
    parts: {
      Connection: class extends parts.Connection {
        protected override admits(message: JsonObject | undefined): boolean {
          const admitted = super.admits(message)
          if (!admitted) this.send('{"type":"error","error":"rate limit exceeded"}')
          return admitted
        }
      },
    },
  },
  {
    name: 'excess-closes',
    does: 'ends the connection at a frame over the limit',
    breaks: ['llming/rate-limiting/excess-keeps-open'],
    parts: {
      Connection: class extends parts.Connection {
        protected override admits(message: JsonObject | undefined): boolean {
          const admitted = super.admits(message)
          if (!admitted) this.end({ code: 1008, reason: '' })
          return admitted
        }
      },
    },
  },
  {
    name: 'fixed-window',
    does: 'begins a new window when the old one is over, instead of sliding',
    breaks: ['llming/rate-limiting/sliding-window'],
    parts: {
      Connection: class extends parts.Connection {
        protected override readonly window = new (class extends SlidingWindow {
          #startedAt = 0
          #count = 0
          override admit(now: number): boolean {
            if (now - this.#startedAt >= this.windowMs) {
              this.#startedAt = now
              this.#count = 0
            }
            return ++this.#count <= this.limit
          }
        })(this.options.limits['rateLimit.messages'], this.options.limits['rateLimit.windowMs'])
      },
    },
  },
  {
    name: 'dropped-frames-count',
    does: 'counts the frames that it drops',
    breaks: ['llming/rate-limiting/dropped-frames-do-not-count'],
    parts: {
      Connection: class extends parts.Connection {
        protected override readonly window = new (class extends SlidingWindow {
          override admit(now: number): boolean {
            const admitted = super.admit(now)
            if (!admitted) this.arrivals.push(now)
            return admitted
          }
        })(this.options.limits['rateLimit.messages'], this.options.limits['rateLimit.windowMs'])
      },
    },
  },
  {
    name: 'garbage-is-free',
    does: 'does not count frames that are no request',
    breaks: ['llming/rate-limiting/invalid-frames-count'],
    parts: {
      Connection: class extends parts.Connection {
        protected override admits(message: JsonObject | undefined): boolean {
          return message === undefined || super.admits(message)
        }
      },
    },
  },
  {
    name: 'heartbeats-limited',
    does: 'counts and drops heartbeats like any other frame',
    breaks: ['llming/rate-limiting/heartbeats-exempt'],
    parts: {
      Connection: class extends parts.Connection {
        protected override admits(): boolean {
          return this.window.admit(this.options.clock.now())
        }
      },
    },
  },
]
