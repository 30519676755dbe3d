import type { ServerSocket } from '../../../reference/core/service.ts'
import type { Connection } from '../../../reference/hub/connection.ts'
import type { Identity } from '../../../reference/hub/gate.ts'
import { parts } from '../../../reference/hub/server.ts'
import { closes } from '../../../schemas/hub/closes.ts'
import type { Inbound, Outbound } from '../../../schemas/hub/index.ts'
import { isJsonObject, parseJsonObject } from '../../../schemas/json.ts'
import type { Defect } from '../defect.ts'
import { outgoing } from '../tamper.ts'

export const framing: Defect[] = [
  {
    name: 'messages-joined',
    does: 'joins messages that wait for the same client to one, a line each',
    breaks: ['hub/framing/one-object-per-message'],
    parts: {
      Outbox: class extends parts.Outbox {
        #waiting: string[] = []
        override send(...[text, from]: Parameters<InstanceType<typeof parts.Outbox>['send']>): void {
          if (this.#waiting.push(text) > 1) return
          queueMicrotask(() => super.send(this.#waiting.splice(0).join('\n'), from))
        }
      },
    },
  },
  {
    name: 'null-payload-omitted',
    does: 'leaves out a payload of null',
    breaks: ['hub/framing/envelope-schema'],
    wire: outgoing(({ payload, ...message }) => (payload === null ? [message] : undefined)),
  },
  {
    name: 'timestamp-in-milliseconds',
    does: 'gives the time in milliseconds since 1970',
    breaks: ['hub/framing/envelope-schema'],
    wire: outgoing(message => [{ ...message, timestamp: Date.parse(String(message.timestamp)) }]),
  },
  {
    name: 'absent-members-as-null',
    does: 'writes null for members that are absent',
    breaks: ['hub/framing/envelope-schema'],
    wire: outgoing(message => [{ stream_id: null, ...message }]),
  },
  ...(['sender_id', 'sender_name', 'sender_role', 'timestamp'] as const).map(member => ({
    name: `believes-${member}`,
    does: `takes over the ${member} that a client has written`,
    breaks: ['hub/framing/sender-assigned'],
    parts: {
      Exchange: class extends parts.Exchange {
        protected override stamp(sender: Identity, message: Inbound): Outbound {
          const frame = super.stamp(sender, message)
          return { ...frame, [member]: message[member] ?? frame[member] }
        }
      },
    },
  })),
  stamping('local-id-dropped', 'drops the local_id', frame => ({ ...frame, local_id: undefined })),
  stamping('texts-trimmed', 'trims texts', frame =>
    typeof frame.payload === 'string' ? { ...frame, payload: frame.payload.trim() } : frame,
  ),
  stamping('streams-renamed', 'gives streams names of its own', frame =>
    frame.stream_id === undefined ? frame : { ...frame, stream_id: `s-${frame.stream_id}` },
  ),
  stamping('numbers-rounded', 'knows whole numbers only', frame => ({
    ...frame,
    payload: JSON.parse(JSON.stringify(frame.payload), (_, value) =>
      typeof value === 'number' ? Math.round(value) : value,
    ),
  })),
  {
    name: 'broadcasts-have-a-target',
    does: 'writes -1 as the target of a broadcast',
    breaks: ['hub/framing/content-unchanged'],
    wire: outgoing(message => [{ target_id: -1, ...message }]),
  },
  {
    name: 'unknown-type-closes',
    does: 'ends the connection at a type that it does not know',
    breaks: ['hub/framing/unknown-tolerated'],
    parts: receiving((connection, text) => {
      const type = parseJsonObject(text)?.type
      if (typeof type === 'string' && !/^[A-Z_]+$/.test(type)) connection.end({ code: 1008, reason: '' })
      return [text]
    }),
  },
  {
    name: 'unknown-member-closes',
    does: 'ends the connection at a member that it does not know',
    breaks: ['hub/framing/unknown-tolerated'],
    parts: receiving((connection, text) => {
      const unknown = Object.keys(parseJsonObject(text) ?? {}).filter(name => name.startsWith('x_'))
      if (unknown.length > 0) connection.end({ code: 1008, reason: '' })
      return [text]
    }),
  },
  {
    name: 'types-in-any-case',
    does: 'takes `chat` for CHAT',
    breaks: ['hub/framing/unknown-tolerated'],
    parts: {
      Router: class extends parts.Router {
        protected override echoes(frame: Outbound): boolean {
          return super.echoes({ ...frame, type: frame.type.toUpperCase() })
        }
      },
    },
  },
  {
    name: 'malformed-ends-all',
    does: 'ends all connections when a message is malformed',
    breaks: ['hub/framing/malformed-isolated'],
    ...malformedEndsAll(),
  },
  {
    name: 'numbers-as-texts',
    does: 'takes numbers for texts, and texts for numbers',
    breaks: ['hub/framing/malformed-isolated'],
    parts: receiving((_, text) => {
      const message = parseJsonObject(text)
      if (!message) return [text]
      if (typeof message.type === 'number') message.type = String(message.type)
      if (typeof message.stream_id === 'number') message.stream_id = String(message.stream_id)
      if (typeof message.sender_id === 'string') message.sender_id = undefined
      return [JSON.stringify(message)]
    }),
  },
  {
    name: 'broken-off-is-completed',
    does: 'completes a message that breaks off',
    breaks: ['hub/framing/malformed-isolated'],
    parts: receiving((_, text) => [parseJsonObject(text) ? text : `${text}}`]),
  },
  {
    name: 'first-object-only',
    does: 'reads the first object of a message and leaves the rest',
    breaks: ['hub/framing/not-one-object-refused'],
    parts: receiving((_, text) => [text.replace(/^(\{[^{}]*\}).*$/s, '$1')]),
  },
  {
    name: 'lists-unpacked',
    does: 'routes the objects of an array one by one',
    breaks: ['hub/framing/not-one-object-refused'],
    parts: receiving((_, text) => {
      const list = text.startsWith('[{') ? (JSON.parse(text) as unknown[]) : undefined
      return list ? list.filter(isJsonObject).map(each => JSON.stringify(each)) : [text]
    }),
  },
  {
    name: 'bare-value-is-empty-message',
    does: 'takes a bare value for a message without members',
    breaks: ['hub/framing/not-one-object-refused'],
    parts: receiving((_, text) => [/^(null|true|\d+|"\w*")$/.test(text) ? '{}' : text]),
  },
  {
    name: 'undecodable-is-an-error',
    does: 'closes with 1011 when it cannot decode a message',
    breaks: ['hub/framing/undecodable-close-code'],
    wire: { close: close => (close.code === 1008 ? { ...close, code: 1011 } : close) },
  },
  {
    name: 'undecodable-cuts',
    does: 'cuts the connection when it cannot decode a message',
    breaks: ['hub/framing/undecodable-close-code'],
    wire: { close: close => (close.code === 1008 ? 'cut' : close) },
  },
  closing(1007, 1000, 'hub/framing/invalid-utf8-refused'),
  {
    name: 'half-a-kilobyte',
    does: 'drops messages of more than 512 bytes',
    breaks: ['hub/framing/small-messages-accepted'],
    parts: receiving((_, text) => (Buffer.byteLength(text) > 512 ? [] : [text])),
  },
  {
    name: 'no-fragments',
    does: 'cuts whoever sends a message in fragments',
    breaks: ['hub/framing/small-messages-accepted'],
    // The first byte of a text frame that is not the last one.
    bytes: { toServer: bytes => (bytes[0] === 0x01 ? 'cut' : bytes) },
  },
  {
    name: 'no-largest-message',
    does: 'takes messages of any size',
    breaks: ['hub/framing/oversize-closed-1009'],
    wire: { maxPayloadBytes: () => 100_000_000 },
  },
  {
    name: 'largest-message-one-less',
    does: 'refuses a message of exactly the limit',
    breaks: ['hub/framing/oversize-closed-1009'],
    wire: { maxPayloadBytes: limit => limit - 1 },
  },
  {
    name: 'largest-message-one-more',
    does: 'takes a message of one byte more than the limit',
    breaks: ['hub/framing/oversize-closed-1009'],
    wire: { maxPayloadBytes: limit => limit + 1 },
  },
  closing(1009, 1008, 'hub/framing/oversize-closed-1009'),
  {
    name: 'reserved-bit-ignored',
    does: 'takes a frame with a reserved bit',
    breaks: ['hub/framing/protocol-error-ends-connection'],
    bytes: {
      toServer(bytes) {
        if (bytes[0] === 0xc1) bytes[0] = 0x81
        return bytes
      },
    },
  },
  {
    name: 'opcode-ignored',
    does: 'takes a frame with an unknown opcode for text',
    breaks: ['hub/framing/protocol-error-ends-connection'],
    bytes: {
      toServer(bytes) {
        if (bytes[0] === 0x83) bytes[0] = 0x81
        return bytes
      },
    },
  },
  closing(1002, 5000, 'hub/framing/protocol-error-ends-connection'),
]

/** A hub that changes what belongs to the sender. */
function stamping(name: string, does: string, change: (frame: Outbound) => Outbound): Defect {
  return {
    name,
    does,
    breaks: ['hub/framing/content-unchanged'],
    parts: {
      Exchange: class extends parts.Exchange {
        protected override stamp(sender: Identity, message: Inbound): Outbound {
          return change(super.stamp(sender, message))
        }
      },
    },
  }
}

/** Connections that take something else in place of a text that has come. */
function receiving(texts: (connection: Connection, text: string) => string[]) {
  return {
    Connection: class extends parts.Connection {
      override text(data: string): void {
        for (const text of texts(this, data)) super.text(text)
      }
    },
  }
}

function malformedEndsAll(): Pick<Defect, 'parts'> {
  const all = new Set<Connection>()
  return {
    parts: {
      Connection: class extends parts.Connection {
        override opened(socket: ServerSocket): void {
          all.add(this)
          super.opened(socket)
        }
        override end(close: { code: number; reason: string }): void {
          super.end(close)
          if (close.code === closes.undecodable.code)
            for (const each of all) if (each !== this) each.end({ code: 1011, reason: '' })
        }
      },
    },
  }
}

/** A hub whose WebSocket library closes with another code than it should. Those frames have no reason. */
function closing(right: number, wrong: number, broken: string): Defect {
  const frame = (code: number) => Buffer.from([0x88, 2, code >> 8, code & 0xff])
  return {
    name: `closes-with-${wrong}-for-${right}`,
    does: `closes with ${wrong} in place of ${right}`,
    breaks: [broken],
    bytes: {
      toClient(bytes) {
        const at = bytes.indexOf(frame(right))
        if (at >= 0) frame(wrong).copy(bytes, at)
        return bytes
      },
    },
  }
}
