import type { Connection } from '../../../reference/hub/connection.ts'
import type { Identity } from '../../../reference/hub/gate.ts'
import type { JournalOptions, Parties } from '../../../reference/hub/journal.ts'
import { parts } from '../../../reference/hub/server.ts'
import type { MessageRow, ThreadRow } from '../../../reference/hub/store.ts'
import type { HistoryItem } from '../../../schemas/hub/endpoints.ts'
import type { Inbound, Outbound } from '../../../schemas/hub/envelope.ts'
import type { Defect } from '../defect.ts'
import { outgoing } from '../tamper.ts'

/** An exchange that believes the id which a client sends. */
class BelievingExchange extends parts.Exchange {
  protected override stamp(sender: Identity, message: Inbound): Outbound {
    return { ...super.stamp(sender, message), id: message.id ?? undefined }
  }
}

type Publishable = Parameters<InstanceType<typeof parts.Exchange>['publish']>[0]

export const lifecycle: Defect[] = [
  {
    name: 'agents-are-not-stored',
    does: 'gives no id to what an agent says',
    breaks: ['hub/lifecycle/chat-gets-id', 'hub/lifecycle/history-returns-pair'],
    parts: {
      Journal: class extends parts.Journal {
        protected override keeps(frame: Outbound): boolean {
          return frame.sender_role !== 'AGENT' && super.keeps(frame)
        }
      },
    },
  },
  {
    name: 'ids-fall',
    does: 'counts its ids down',
    breaks: ['hub/lifecycle/chat-gets-id'],
    parts: {
      Journal: class extends parts.Journal {
        override file(frame: Outbound): void {
          super.file(frame)
          if (frame.id !== undefined) frame.id = 1_000_000 - frame.id
        }
      },
    },
  },
  {
    name: 'given-id-passed-on',
    does: 'passes on the id that a client sends',
    breaks: ['hub/lifecycle/given-id-ignored'],
    parts: {
      Exchange: BelievingExchange,
      Journal: class extends parts.Journal {
        override file(frame: Outbound): void {
          const given = frame.id
          super.file(frame)
          frame.id = given ?? frame.id
        }
      },
    },
  },
  {
    name: 'given-id-finds-a-message',
    does: 'takes a CHAT with the id of an earlier one for its repeat',
    breaks: ['hub/lifecycle/given-id-ignored'],
    parts: {
      Exchange: BelievingExchange,
      Journal: class extends parts.Journal {
        protected override repeated(frame: Outbound): Readonly<MessageRow> | undefined {
          return super.repeated(frame) ?? (frame.id === undefined ? undefined : this.messages.get(frame.id))
        }
      },
    },
  },
  {
    name: 'repeats-stored-again',
    does: 'stores a CHAT again whose local_id it has seen',
    breaks: ['hub/lifecycle/local-id-repeat-same-id'],
    parts: {
      Journal: class extends parts.Journal {
        protected override repeated(): undefined {
          return undefined
        }
      },
    },
  },
  {
    name: 'local-ids-are-shared',
    does: "finds another user's message by a local_id",
    breaks: ['hub/lifecycle/local-id-belongs-to-sender'],
    parts: {
      Journal: class extends parts.Journal {
        readonly #byKey = new Map<string, number>()
        override file(frame: Outbound): void {
          super.file(frame)
          const { local_id, id } = frame
          if (local_id !== undefined && id !== undefined) this.#byKey.set(local_id, id)
        }
        protected override repeated({ local_id = '' }: Outbound): Readonly<MessageRow> | undefined {
          const id = this.#byKey.get(local_id)
          return id === undefined ? undefined : this.messages.get(id)
        }
      },
    },
  },
  {
    name: 'chunks-stored',
    does: 'stores the chunks of an answer like messages',
    breaks: ['hub/lifecycle/stream-final-stored-once'],
    parts: {
      Exchange: class extends parts.Exchange {
        protected override stamp(sender: Identity, message: Inbound): Outbound {
          const frame = super.stamp(sender, message)
          if (frame.type === 'CHAT_STREAM') this.options.journal.file(frame)
          return frame
        }
      },
    },
  },
  {
    name: 'final-stored-twice',
    does: 'stores the final CHAT of a stream twice',
    breaks: ['hub/lifecycle/stream-final-stored-once'],
    parts: {
      Journal: class extends parts.Journal {
        override file(frame: Outbound): void {
          super.file(frame)
          if (frame.stream_id !== undefined) super.file({ ...frame })
        }
      },
    },
  },
  {
    name: 'history-newest-first',
    does: 'returns a history backwards',
    breaks: ['hub/lifecycle/history-returns-pair'],
    parts: {
      Journal: class extends parts.Journal {
        override between(a: number, b: number, atMost: number): HistoryItem[] {
          return super.between(a, b, atMost).reverse()
        }
      },
    },
  },
  {
    name: 'history-one-way',
    does: 'returns only what the caller has said',
    breaks: ['hub/lifecycle/history-returns-pair'],
    parts: {
      Journal: class extends parts.Journal {
        override between(a: number, b: number, atMost: number): HistoryItem[] {
          return super.between(a, b, atMost).filter(({ sender_id }) => sender_id === a)
        }
      },
    },
  },
  {
    name: 'history-of-the-peer',
    does: 'returns what a peer has said and heard, whoever the other one was',
    breaks: ['hub/lifecycle/history-private'],
    parts: {
      Journal: class extends parts.Journal {
        override between(_a: number, b: number, atMost: number): HistoryItem[] {
          const partners = new Set<number>()
          for (const { senderId, receiverId } of this.messages.newestFirst())
            if (senderId === b || receiverId === b) partners.add(senderId === b ? receiverId : senderId)
          const items = [...partners].flatMap(partner => super.between(partner, b, atMost))
          return items.sort((x, y) => x.id - y.id).slice(-atMost)
        }
      },
    },
  },
  {
    name: 'threads-open-to-all',
    does: "shows the messages of anybody's thread",
    breaks: ['hub/lifecycle/history-private'],
    parts: {
      Threads: class extends parts.Threads {
        override own(_userId: number, id: number): Readonly<ThreadRow> | undefined {
          return this.store.threads.get(id)
        }
      },
    },
  },
  {
    name: 'history-returns-oldest',
    does: 'returns the beginning of a history that is too long',
    breaks: ['hub/lifecycle/history-returns-newest'],
    parts: {
      Journal: class extends parts.Journal {
        override between(a: number, b: number, atMost: number): HistoryItem[] {
          return super.between(a, b, Number.POSITIVE_INFINITY).slice(0, atMost)
        }
      },
    },
  },
  {
    name: 'thread-returns-oldest',
    does: 'returns the beginning of a thread that is too long',
    breaks: ['hub/lifecycle/history-returns-newest'],
    parts: {
      Journal: class extends parts.Journal {
        readonly #cap: number
        constructor(options: JournalOptions) {
          const { limits } = options
          super({ ...options, limits: { ...limits, threadHistoryCap: Number.POSITIVE_INFINITY } })
          this.#cap = limits.threadHistoryCap
        }
        override inThread(threadId: number): HistoryItem[] {
          return super.inThread(threadId).slice(0, this.#cap)
        }
      },
    },
  },
  {
    name: 'empty-lists-are-null',
    does: 'answers null where a list is empty',
    breaks: ['hub/lifecycle/empty-lists-are-arrays'],
    wire: {
      async fetch(request, pass) {
        const response = await pass(request)
        if (!response) return undefined
        const { status, headers } = response
        const text = await response.text()
        return new Response(text === '[]' ? 'null' : text, { status, headers })
      },
    },
  },
  {
    name: 'foreign-threads-used',
    does: "files a message under somebody else's thread if it says so",
    breaks: ['hub/lifecycle/foreign-conversation-refused'],
    parts: {
      Threads: class extends parts.Threads {
        override given(parties: Parties, id: number | undefined): Readonly<ThreadRow> | undefined {
          return super.given(parties, id) ?? (id === undefined ? undefined : this.store.threads.get(id))
        }
      },
    },
  },
  {
    name: 'any-thread-passed-on',
    does: 'passes on any conversation_id as it is',
    breaks: ['hub/lifecycle/foreign-conversation-refused'],
    parts: {
      Exchange: class extends parts.Exchange {
        override take(sender: Connection, message: Inbound): void {
          const { router } = this.options
          const deliver = router.deliver.bind(router)
          router.deliver = (frame, from) =>
            deliver({ ...frame, conversation_id: message.conversation_id ?? frame.conversation_id }, from)
          super.take(sender, message)
          router.deliver = deliver
        }
      },
    },
  },
  {
    name: 'butler-ends-before-the-chat',
    does: 'sends the end of an answer of the butler before its CHAT',
    breaks: ['hub/lifecycle/butler-answer-order'],
    parts: {
      Exchange: class extends parts.Exchange {
        #held: Publishable | undefined
        override publish(frame: Publishable): Outbound {
          if (frame.type === 'CHAT' && frame.sender_role === 'BUTLER') {
            this.#held = frame
            return { ...frame, timestamp: this.timestamp() }
          }
          const published = super.publish(frame)
          const held = this.#held
          if (held && frame.type === 'CHAT_STREAM_END') {
            this.#held = undefined
            super.publish(held)
          }
          return published
        }
      },
    },
  },
  {
    name: 'butler-chat-without-stream-id',
    does: "leaves the stream_id out of the butler's final CHAT",
    breaks: ['hub/lifecycle/butler-answer-order'],
    wire: outgoing(({ stream_id: _, ...message }) =>
      message.type === 'CHAT' && message.sender_role === 'BUTLER' ? [message] : undefined,
    ),
  },
]
