import { parts } from '../../../reference/llming/server.ts'
import { type JsonObject, parseJsonObject } from '../../../schemas/json.ts'
import type { Defect } from '../defect.ts'
import { outgoing } from '../tamper.ts'

export const framing: Defect[] = [
  {
    name: 'pushes-in-a-list',
    does: 'wraps pushes in an array',
    breaks: ['llming/framing/frames-are-typed-objects'],
    wire: outgoing(message => (message.type === 'note' ? [[message]] : undefined)),
  },
  {
    name: 'answers-garbage',
    does: 'answers text that is not JSON with an error',
    breaks: ['llming/framing/invalid-frame-ignored'],
    parts: {
      Connection: class extends parts.Connection {
        override text(data: string): void {
          if (!parseJsonObject(data)) this.send('{"type":"error","error":"not an object"}')
          super.text(data)
        }
      },
    },
  },
  {
    name: 'garbage-closes',
    does: 'ends the connection at text that is not JSON',
    breaks: ['llming/framing/invalid-frame-ignored'],
    parts: {
      Connection: class extends parts.Connection {
        override text(data: string): void {
          if (parseJsonObject(data)) super.text(data)
          else this.end({ code: 1007, reason: '' })
        }
      },
    },
  },
  {
    name: 'odd-type-crashes',
    does: 'fails on a type that is no text, and loses the connection',
    breaks: ['llming/framing/hostile-frame-survived'],
    parts: {
      Connection: class extends parts.Connection {
        protected override async handle(message: JsonObject): Promise<void> {
          if (typeof message.type === 'object' && message.type !== null) this.end({ code: 1011, reason: '' })
          else await super.handle(message)
        }
      },
    },
  },
  {
    name: 'binary-cuts',
    does: 'drops the TCP connection at a binary frame',
    breaks: ['llming/framing/binary-frame-orderly'],
    wire: { handler: (_handler, socket) => ({ binary: () => socket()?.cut() }) },
  },
  {
    name: 'no-astral-characters',
    does: 'replaces characters beyond the basic plane',
    breaks: ['llming/framing/valid-text-accepted'],
    wire: { toClient: text => [text.replace(/[\ud800-\udbff][\udc00-\udfff]/g, '?')] },
  },
  {
    name: 'unsendable-result-lost',
    does: 'drops a result that has no JSON form',
    breaks: ['llming/framing/unsendable-result-answered'],
    parts: {
      Dispatcher: class extends parts.Dispatcher {
        override reply(message: JsonObject, result: unknown): JsonObject | undefined {
          return message.type === 'windows.broken' ? undefined : super.reply(message, result)
        }
      },
    },
  },
  {
    name: 'no-size-limit',
    does: 'serves frames of any size',
    breaks: ['llming/framing/size-limit'],
    parts: {
      Connection: class extends parts.Connection {
        protected override tooLong(): boolean {
          return false
        }
      },
    },
  },
  {
    name: 'size-limit-one-less',
    does: 'refuses a frame of exactly the limit',
    breaks: ['llming/framing/size-limit'],
    parts: {
      Connection: class extends parts.Connection {
        protected override tooLong(data: string): boolean {
          return Buffer.byteLength(data) >= this.options.limits.maxMessageBytes
        }
      },
    },
  },
  {
    name: 'size-in-characters',
    does: 'counts characters instead of bytes',
    breaks: ['llming/framing/size-counted-in-bytes'],
    parts: {
      Connection: class extends parts.Connection {
        protected override tooLong(data: string): boolean {
          return data.length > this.options.limits.maxMessageBytes
        }
      },
    },
  },
]
