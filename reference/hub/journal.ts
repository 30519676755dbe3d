import type { HistoryItem } from '../../schemas/hub/endpoints.ts'
import type { Outbound } from '../../schemas/hub/envelope.ts'
import type { Limits } from '../../schemas/hub/limits.ts'
import { encode } from './envelope.ts'
import { isProgram, plainRole } from './roles.ts'
import { type MessageRow, pairOf, type Store } from './store.ts'
import type { Threads } from './threads.ts'

export interface JournalOptions {
  store: Store
  threads: Threads
  limits: Limits
  /** Role of an account or of somebody who is connected. */
  roleOf(userId: number): string | undefined
}

/** A request for approval, as it is stored. */
export interface StoredRequest {
  actionId: string
  butlerId: number
  receiverId: number
  requesterId: number
  threadId: number | undefined
  payload: string
  timestamp: string
}

/** What has been said: which messages are kept, under which number and thread, and who may read them again. */
export class Journal {
  protected readonly options: JournalOptions
  protected readonly messages: Store['messages']

  constructor(options: JournalOptions) {
    this.options = options
    this.messages = options.store.messages
  }

  /** Stores a CHAT if it is to be stored, and puts the number, time and thread of the stored message into it. */
  file(frame: Outbound): void {
    if (!this.keeps(frame)) {
      this.checkThread(frame)
      return
    }
    const row = this.repeated(frame) ?? this.#insert(frame)
    frame.id = row.id
    frame.timestamp = row.timestamp
    frame.conversation_id = row.threadId ?? undefined
  }

  /** Takes a thread out of a frame that is not one of its sender and target. */
  checkThread(frame: Outbound): void {
    if (frame.conversation_id !== undefined) frame.conversation_id = this.#threadGiven(frame)?.id
  }

  /** Stores a request for approval, and returns its number. */
  fileRequest(request: StoredRequest): number {
    const { butlerId, receiverId, requesterId, actionId, payload, timestamp } = request
    return this.messages.insert({
      type: 'AUTH_REQUEST',
      senderId: butlerId,
      receiverId,
      pair: pairOf(butlerId, receiverId),
      requesterPair: requesterId === receiverId ? null : pairOf(butlerId, requesterId),
      threadId: request.threadId ?? null,
      localId: null,
      localKey: null,
      actionId,
      status: 'PENDING',
      payload,
      timestamp,
    }).id
  }

  /** The stored request for an action. */
  request(actionId: string): Readonly<MessageRow> | undefined {
    return this.messages.find('actionId', actionId)[0]
  }

  /** Writes down what became of a request. */
  settle(row: Readonly<MessageRow>, status: string): void {
    const payload = JSON.stringify({ ...JSON.parse(row.payload), status })
    this.messages.update(row.id, { status, payload })
  }

  /** Gives up all requests that are still undecided. */
  expirePending(): void {
    for (const row of this.messages.find('status', 'PENDING')) this.settle(row, 'EXPIRED')
  }

  /** What two users have said to each other, and the requests that were made for one of them. */
  between(a: number, b: number, atMost: number): HistoryItem[] {
    const pair = pairOf(a, b)
    const own = this.messages.find('pair', pair, atMost)
    const requests = this.messages.find('requesterPair', pair, atMost)
    const rows = requests.length === 0 ? own : [...own, ...requests].sort((x, y) => x.id - y.id)
    return rows.slice(-atMost).map(asItem)
  }

  inThread(threadId: number): HistoryItem[] {
    return this.messages.find('threadId', threadId, this.options.limits.threadHistoryCap).map(asItem)
  }

  /** Whether a CHAT is kept: one in which a person takes part, or one between the butler and an agent. */
  protected keeps({ sender_role, target_id = 0 }: Outbound): boolean {
    if (!isProgram(sender_role)) return true
    const role = this.options.roleOf(target_id)
    return role !== undefined && (!isProgram(role) || plainRole(role) !== plainRole(sender_role))
  }

  /** The message of which this one is a repeat. The key is the sender's: another's message must not be found by it. */
  protected repeated({ sender_id, local_id }: Outbound): Readonly<MessageRow> | undefined {
    return local_id === undefined ? undefined : this.messages.find('localKey', `${sender_id}:${local_id}`)[0]
  }

  #insert(frame: Outbound): Readonly<MessageRow> {
    const { sender_id, target_id = 0, local_id, payload, timestamp } = frame
    // First of all: what cannot be written must leave nothing behind.
    const text = typeof payload === 'string' ? payload : textOf(payload)
    const parties = this.#parties(frame)
    const thread = this.#threadGiven(frame) ?? (parties && this.options.threads.byDefault(parties))
    return this.messages.insert({
      type: 'CHAT',
      senderId: sender_id,
      receiverId: target_id,
      pair: pairOf(sender_id, target_id),
      requesterPair: null,
      threadId: thread?.id ?? null,
      localId: local_id ?? null,
      localKey: local_id === undefined ? null : `${sender_id}:${local_id}`,
      actionId: null,
      status: null,
      payload: text,
      timestamp,
    })
  }

  #threadGiven(frame: Outbound) {
    const parties = frame.conversation_id === undefined ? undefined : this.#parties(frame)
    return parties && this.options.threads.given(parties, frame.conversation_id)
  }

  /** The human and the program of a conversation, if it is one of these two. */
  #parties({ sender_id, sender_role, target_id = 0 }: Outbound): Parties | undefined {
    const targetRole = this.options.roleOf(target_id)
    if (targetRole === undefined || isProgram(sender_role) === isProgram(targetRole)) return undefined
    return isProgram(targetRole)
      ? { userId: sender_id, peerId: target_id, peerRole: targetRole }
      : { userId: target_id, peerId: sender_id, peerRole: sender_role }
  }
}

/** A human and the agent or butler that they talk to. */
export interface Parties {
  userId: number
  peerId: number
  peerRole: string
}

/** The JSON text of a payload. It is as deep as in its frame, so that the one cannot be written without the other. */
function textOf(payload: unknown): string {
  return encode({ payload }).slice('{"payload":'.length, -1)
}

function asItem(row: Readonly<MessageRow>): HistoryItem {
  return {
    id: row.id,
    local_id: row.localId ?? '',
    ...(row.threadId === null ? {} : { conversation_id: row.threadId }),
    sender_id: row.senderId,
    receiver_id: row.receiverId,
    type: row.type,
    payload: row.payload,
    timestamp: row.timestamp,
  }
}
