import type { JsonObject } from '../../schemas/json.ts'
import type { Frame } from './link.ts'

/** What a user says to somebody. */
export interface Message {
  /** The other side of the conversation; 0: everybody. */
  partnerId: number
  /** The whole of what was said; of a stream, what there is of it. */
  payload: unknown
  /** The sender's own key of the message. */
  localId?: string
  /** The thread, if it belongs to one. */
  conversationId?: number
}

/** One message in a conversation, as a user sees it. */
export interface Entry extends Message {
  /** Who has said it. */
  senderId: number
  /** Absent until the hub has confirmed the message, and in what it does not store. */
  id?: number
  /** Joins it with the chunks that it came in. */
  streamId?: string
  /** When the hub got it, in the form of RFC 3339. */
  timestamp?: string
  /** `sent`: not confirmed yet; `streaming`: more will come; `final`: nothing will; `refused`: nobody has got it. */
  state: 'sent' | 'streaming' | 'final' | 'refused'
}

/** What a user has said and heard, by the partner of the conversation. One message is one entry, however often it is seen. */
export class Conversations {
  readonly #userId: number
  readonly #byPartner = new Map<number, Entry[]>()
  /** What the user has said and nobody has confirmed, in the order in which it was said. */
  readonly #unconfirmed = new Set<Entry>()
  /** Streams that have not ended, by sender and stream id. */
  readonly #streams = new Map<string, Entry>()

  constructor(userId: number) {
    this.#userId = userId
  }

  /** The entries with one partner, oldest first. The partner 0 is everybody. */
  with(partnerId: number): readonly Readonly<Entry>[] {
    return this.#byPartner.get(partnerId) ?? []
  }

  /** With whom something has been said. */
  partners(): number[] {
    return [...this.#byPartner.keys()]
  }

  /** Adds what the user says, before anybody has confirmed it. */
  sent(message: Message): Entry {
    const entry = this.#add({ ...message, senderId: this.#userId, state: 'sent' })
    this.#unconfirmed.add(entry)
    return entry
  }

  /** What the user has said and nobody has confirmed, in the order in which it was said. */
  unconfirmed(): Iterable<Entry> {
    return this.#unconfirmed
  }

  /** The hub has refused a message. It takes one after the other, so it was the first that is not confirmed. */
  refused(): void {
    const [entry] = this.#unconfirmed
    if (!entry) return
    entry.state = 'refused'
    this.#unconfirmed.delete(entry)
  }

  /** Takes a frame of one of the three CHAT types. */
  heard(frame: Frame): void {
    const stream = streamOf(frame)
    if (frame.type === 'CHAT_STREAM_END') this.#ended(stream)
    else if (frame.type === 'CHAT_STREAM') this.#grown(frame, stream)
    else this.#said(frame, stream)
  }

  /** Takes a message out of a history. */
  stored(item: JsonObject): void {
    const { sender_id, receiver_id, type } = item
    if (typeof sender_id !== 'number' || typeof receiver_id !== 'number' || type !== 'CHAT') return
    const partnerId = sender_id === this.#userId ? receiver_id : sender_id
    const entry = this.#known({ ...item, local_id: item.local_id || undefined }, partnerId, sender_id)
    this.#confirm(entry ?? this.#add({ partnerId, senderId: sender_id, payload: '', state: 'final' }), item)
    this.#sort(partnerId)
  }

  #grown(frame: Frame, stream: string | undefined): void {
    if (stream === undefined) return
    const text = typeof frame.payload === 'string' ? frame.payload : ''
    const entry = this.#streams.get(stream)
    if (entry) {
      // After the whole has come, a late chunk adds nothing.
      if (entry.state === 'streaming') entry.payload = `${entry.payload}${text}`
      return
    }
    const { sender_id: senderId, stream_id } = frame
    const begun: Entry = {
      partnerId: this.#partnerOf(frame),
      senderId,
      payload: text,
      streamId: String(stream_id),
      state: 'streaming',
    }
    this.#streams.set(stream, this.#add(begun))
  }

  /** A whole message: one that is known already, the end of a stream, or a new one. */
  #said(frame: Frame, stream: string | undefined): void {
    const partnerId = this.#partnerOf(frame)
    const streaming = stream === undefined ? undefined : this.#streams.get(stream)
    const entry =
      this.#known(frame, partnerId, frame.sender_id) ??
      (streaming?.state === 'streaming' ? streaming : undefined) ??
      this.#add({ partnerId, senderId: frame.sender_id, payload: null, state: 'final' })
    this.#confirm(entry, frame)
  }

  #ended(stream: string | undefined): void {
    const entry = stream === undefined ? undefined : this.#streams.get(stream)
    if (!entry || stream === undefined) return
    entry.state = 'final'
    this.#streams.delete(stream)
  }

  /** The entry of a message: by its number, else by its sender's own key. Equal texts mean nothing. */
  #known({ id, local_id }: JsonObject, partnerId: number, senderId: number): Entry | undefined {
    const entries = this.#byPartner.get(partnerId) ?? []
    const numbered = id === undefined ? undefined : entries.findLast(entry => entry.id === id)
    if (numbered || local_id === undefined) return numbered
    return entries.findLast(entry => entry.localId === local_id && entry.senderId === senderId)
  }

  /** Writes into an entry what the hub says about the message. */
  #confirm(entry: Entry, { payload, id, local_id, stream_id, conversation_id, timestamp }: JsonObject): void {
    entry.payload = payload
    entry.state = 'final'
    this.#unconfirmed.delete(entry)
    if (typeof id === 'number') entry.id = id
    if (typeof local_id === 'string' && local_id !== '') entry.localId = local_id
    if (typeof stream_id === 'string') entry.streamId = stream_id
    if (typeof conversation_id === 'number') entry.conversationId = conversation_id
    if (typeof timestamp === 'string') entry.timestamp = timestamp
  }

  #add(entry: Entry): Entry {
    const entries = this.#byPartner.get(entry.partnerId)
    if (entries) entries.push(entry)
    else this.#byPartner.set(entry.partnerId, [entry])
    return entry
  }

  /** Puts the numbered entries in the order of their numbers; the others, which are the latest, stay behind them. */
  #sort(partnerId: number): void {
    const rank = ({ id }: Entry) => id ?? Number.POSITIVE_INFINITY
    this.#byPartner.get(partnerId)?.sort((a, b) => (rank(a) === rank(b) ? 0 : rank(a) - rank(b)))
  }

  /** The partner of a conversation is the target of what the user says, and the sender of all else. */
  #partnerOf({ sender_id, target_id }: Frame): number {
    if (sender_id !== this.#userId) return sender_id
    return typeof target_id === 'number' ? target_id : 0
  }
}

function streamOf({ sender_id, stream_id }: Frame): string | undefined {
  return typeof stream_id === 'string' && stream_id !== '' ? `${sender_id}:${stream_id}` : undefined
}
