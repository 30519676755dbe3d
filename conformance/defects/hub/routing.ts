import type { Connection } from '../../../reference/hub/connection.ts'
import type { Identity } from '../../../reference/hub/gate.ts'
import { parts } from '../../../reference/hub/server.ts'
import type { Inbound, Outbound } from '../../../schemas/hub/envelope.ts'
import type { Defect } from '../defect.ts'

/** A hub with other readers: what `more` names comes on top of what the table says. */
function withReaders(more: (frame: Outbound, everybody: Connection[]) => readonly Connection[]) {
  return {
    Router: class extends parts.Router {
      protected override *readers(frame: Outbound): Iterable<Connection> {
        yield* super.readers(frame)
        yield* more(frame, [...this.roster.all()])
      }
    },
  }
}

/** A hub in which some readers are left out. */
function withoutReaders(out: (frame: Outbound, reader: Connection) => boolean) {
  return {
    Router: class extends parts.Router {
      protected override *readers(frame: Outbound): Iterable<Connection> {
        for (const reader of super.readers(frame)) if (!out(frame, reader)) yield reader
      }
    },
  }
}

/** A hub that has its own mind about echoes. */
function withEchoes(echoes: (frame: Outbound, rightly: boolean) => boolean) {
  return {
    Router: class extends parts.Router {
      protected override echoes(frame: Outbound): boolean {
        return echoes(frame, super.echoes(frame))
      }
    },
  }
}

/** A hub that reads messages otherwise. */
function withStamp(change: (frame: Outbound, message: Inbound) => Outbound) {
  return {
    Exchange: class extends parts.Exchange {
      protected override stamp(identity: Identity, message: Inbound): Outbound {
        return change(super.stamp(identity, message), message)
      }
    },
  }
}

/** A hub that lets others say more, or less. */
function withSpeech(may: (identity: Identity, message: Inbound, rightly: boolean) => boolean) {
  return {
    Exchange: class extends parts.Exchange {
      protected override maySend(identity: Identity, message: Inbound): boolean {
        return may(identity, message, super.maySend(identity, message))
      }
    },
  }
}

const idOf = ({ identity }: Connection) => identity.userId
const roleOf = ({ identity }: Connection) => identity.role
const isSender = ({ sender_id }: Outbound, reader: Connection) => idOf(reader) === sender_id
const isTarget = ({ target_id }: Outbound, reader: Connection) => idOf(reader) === target_id

/** Whom the sender of a frame has claimed to be. */
const claims = new WeakMap<Outbound, number>()

export const routing: Defect[] = [
  {
    name: 'agent-chunks-twice',
    does: "delivers an agent's chunks twice",
    breaks: ['hub/routing/targeted-delivered'],
    parts: withReaders((frame, all) =>
      frame.type === 'CHAT_STREAM' && frame.sender_role === 'AGENT'
        ? all.filter(each => isTarget(frame, each))
        : [],
    ),
  },
  {
    name: 'decisions-swallowed',
    does: 'keeps AUTH_RESPONSE to itself',
    breaks: ['hub/routing/targeted-delivered'],
    parts: withoutReaders((frame, reader) => frame.type === 'AUTH_RESPONSE' && roleOf(reader) === 'BUTLER'),
  },
  {
    name: 'decisions-for-everybody',
    does: 'delivers AUTH_RESPONSE to all',
    breaks: ['hub/routing/target-only'],
    parts: withReaders((frame, all) =>
      frame.type === 'AUTH_RESPONSE'
        ? all.filter(each => !isTarget(frame, each) && !isSender(frame, each))
        : [],
    ),
  },
  {
    name: 'requests-for-all-admins',
    does: "shows the butler's requests to all administrators",
    breaks: ['hub/routing/target-only'],
    parts: withReaders((frame, all) =>
      frame.type === 'AUTH_REQUEST'
        ? all.filter(each => roleOf(each) === 'ADMIN' && !isTarget(frame, each))
        : [],
    ),
  },
  {
    name: 'agents-overheard',
    does: 'lets administrators hear what agents say to each other',
    breaks: ['hub/routing/target-only'],
    parts: withReaders((frame, all) => {
      const target = all.find(each => isTarget(frame, each))
      if (frame.sender_role !== 'AGENT' || !target || roleOf(target) !== 'AGENT') return []
      return all.filter(each => roleOf(each) === 'ADMIN')
    }),
  },
  {
    name: 'echo-to-claimed-sender',
    does: 'sends the echo to whom a client claims to be',
    breaks: ['hub/routing/target-only'],
    parts: {
      ...withStamp((frame, { sender_id }) => {
        if (sender_id) claims.set(frame, sender_id)
        return frame
      }),
      Router: class extends parts.Router {
        protected override readers(frame: Outbound): Iterable<Connection> {
          return super.readers({ ...frame, sender_id: claims.get(frame) ?? frame.sender_id })
        }
      },
    },
  },
  {
    name: 'self-chat-twice',
    does: 'delivers what people say to themselves as message and as echo',
    breaks: ['hub/routing/self-target-once'],
    parts: withReaders((frame, all) =>
      frame.type === 'CHAT' && frame.sender_role !== 'AGENT' && frame.target_id === frame.sender_id
        ? all.filter(each => isSender(frame, each))
        : [],
    ),
  },
  {
    name: 'self-chat-lost',
    does: 'keeps an agent from hearing what it says to itself',
    breaks: ['hub/routing/self-target-once'],
    parts: withoutReaders(
      (frame, reader) =>
        frame.type === 'CHAT' && frame.target_id === frame.sender_id && roleOf(reader) === 'AGENT',
    ),
  },
  {
    name: 'echo-for-known-roles',
    does: 'echoes to ADMIN and MEMBER only',
    breaks: ['hub/routing/echo-to-humans'],
    parts: withEchoes(({ sender_role }, rightly) => rightly && /^(ADMIN|MEMBER)$/.test(sender_role)),
  },
  {
    name: 'echo-of-chat-only',
    does: 'echoes no parts of a stream',
    breaks: ['hub/routing/echo-to-humans'],
    parts: withEchoes(({ type }) => type === 'CHAT'),
  },
  {
    name: 'echo-without-id',
    does: 'leaves the id out of an echo',
    breaks: ['hub/routing/echo-equals-target-copy'],
    parts: {
      Router: class extends parts.Router {
        override deliver(frame: Outbound, from?: Connection): void {
          for (const reader of this.readers(frame)) {
            const isEcho = isSender(frame, reader) && frame.target_id && !isTarget(frame, reader)
            reader.send(JSON.stringify(isEcho ? { ...frame, id: undefined } : frame), from)
          }
        }
      },
    },
  },
  {
    name: 'echo-twice',
    does: 'sends the echo of a CHAT_STREAM_END twice',
    breaks: ['hub/routing/echo-equals-target-copy'],
    parts: withReaders((frame, all) =>
      frame.type === 'CHAT_STREAM_END' && frame.sender_role !== 'AGENT'
        ? all.filter(each => isSender(frame, each))
        : [],
    ),
  },
  {
    name: 'echo-to-agents',
    does: 'echoes to agents',
    breaks: ['hub/routing/no-echo-to-agents'],
    parts: withEchoes(
      ({ type, sender_role }, rightly) => rightly || (sender_role === 'AGENT' && type === 'CHAT'),
    ),
  },
  {
    name: 'echo-to-butler',
    does: 'echoes to the butler',
    breaks: ['hub/routing/no-echo-to-agents'],
    parts: withEchoes(
      ({ type, sender_role }, rightly) => rightly || (sender_role === 'BUTLER' && type === 'CHAT'),
    ),
  },
  {
    name: 'echo-of-decisions',
    does: 'echoes AUTH_RESPONSE',
    breaks: ['hub/routing/no-echo-for-other-types'],
    parts: withEchoes(({ type }, rightly) => rightly || type === 'AUTH_RESPONSE'),
  },
  {
    name: 'echo-in-any-case',
    does: 'ignores the case of a type when it decides about the echo',
    breaks: ['hub/routing/no-echo-for-other-types'],
    parts: withEchoes((frame, rightly) => rightly || frame.type === 'chat'),
  },
  {
    name: 'null-is-nobody',
    does: 'delivers a frame whose target is null to nobody',
    breaks: ['hub/routing/broadcast-without-target'],
    parts: withStamp((frame, { target_id }) => (target_id === null ? { ...frame, target_id: -1 } : frame)),
  },
  {
    name: 'broadcasts-for-people',
    does: 'leaves agents out of broadcasts of people',
    breaks: ['hub/routing/broadcast-without-target'],
    parts: withoutReaders(
      (frame, reader) => !frame.target_id && roleOf(reader) === 'AGENT' && frame.sender_role !== 'AGENT',
    ),
  },
  {
    name: 'broadcast-echoed',
    does: 'echoes a CHAT to everybody as well',
    breaks: ['hub/routing/broadcast-one-copy'],
    parts: withReaders((frame, all) =>
      frame.type === 'CHAT' && !frame.target_id ? all.filter(each => isSender(frame, each)) : [],
    ),
  },
  {
    name: 'unknown-target-is-everybody',
    does: 'sends a frame for an unknown user to all',
    breaks: ['hub/routing/bad-target-not-broadcast'],
    parts: withReaders((frame, all) =>
      (frame.target_id ?? 0) > 0 && !all.some(each => isTarget(frame, each))
        ? all.filter(each => !isSender(frame, each))
        : [],
    ),
  },
  {
    name: 'negative-target-is-everybody',
    does: 'takes a negative target for none',
    breaks: ['hub/routing/bad-target-not-broadcast'],
    parts: withReaders((frame, all) =>
      (frame.target_id ?? 0) < 0 ? all.filter(each => !isSender(frame, each)) : [],
    ),
  },
  {
    name: 'odd-target-is-everybody',
    does: 'takes a target that is no integer for none',
    breaks: ['hub/routing/bad-target-not-broadcast'],
    wire: { toServer: text => [text.replace(/"target_id":("[^"]*"|\d+\.\d+)/, '"target_id":0')] },
  },
  {
    name: 'no-echo-for-the-absent',
    does: 'echoes only what it has delivered',
    breaks: ['hub/routing/absent-target-keeps-sender'],
    parts: {
      Router: class extends parts.Router {
        protected override echoes(frame: Outbound): boolean {
          return super.echoes(frame) && this.roster.of(frame.target_id ?? 0) !== undefined
        }
      },
    },
  },
  {
    name: 'absent-target-ends-sender',
    does: 'closes the connection of one who speaks to nobody',
    breaks: ['hub/routing/absent-target-keeps-sender'],
    parts: {
      Router: class extends parts.Router {
        override deliver(frame: Outbound, from?: Connection): void {
          super.deliver(frame, from)
          if (frame.target_id && !this.roster.of(frame.target_id)) from?.end({ code: 1008, reason: 'nobody' })
        }
      },
    },
  },
  {
    name: 'chunks-overtake',
    does: 'delivers every third chunk late',
    breaks: ['hub/routing/order-kept'],
    parts: {
      Router: class extends parts.Router {
        #chunks = 0
        override deliver(frame: Outbound, from?: Connection): void {
          if (frame.type === 'CHAT_STREAM' && frame.sender_role !== 'BUTLER' && ++this.#chunks % 3 === 0)
            setImmediate(() => super.deliver(frame, from))
          else super.deliver(frame, from)
        }
      },
    },
  },
  {
    name: 'broadcasts-overtake',
    does: 'tells some clients later than others of a broadcast',
    breaks: ['hub/routing/order-kept'],
    parts: {
      Router: class extends parts.Router {
        override deliver(frame: Outbound, from?: Connection): void {
          const isLate = (reader: Connection) => (idOf(reader) + frame.sender_id) % 2 === 0
          for (const reader of this.readers(frame)) {
            const send = () => reader.send(JSON.stringify(frame), from)
            if (!frame.target_id && isLate(reader)) setImmediate(send)
            else send()
          }
        }
      },
    },
  },
  {
    name: 'forged-status',
    does: 'lets anybody send AUTH_STATUS_UPDATE',
    breaks: ['hub/routing/hub-types-not-forgeable'],
    parts: withSpeech((_, { type }, rightly) => rightly || type === 'AUTH_STATUS_UPDATE'),
  },
  {
    name: 'admins-may-forge',
    does: 'lets administrators send what only the hub and the butler may',
    breaks: ['hub/routing/hub-types-not-forgeable'],
    parts: withSpeech(({ role }, _, rightly) => rightly || role === 'ADMIN'),
  },
  {
    name: 'butler-may-not-either',
    does: 'takes AUTH_REQUEST from nobody, not even the butler',
    breaks: ['hub/routing/hub-types-not-forgeable'],
    parts: withSpeech((_, { type }, rightly) => rightly && type !== 'AUTH_REQUEST'),
  },
]
