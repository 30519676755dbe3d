import { type AuthRequest, type MonitorEvent, SystemLog } from '../../schemas/hub/payloads.ts'
import { isJsonObject, parseJsonObject } from '../../schemas/json.ts'
import { problem } from '../../schemas/validate.ts'
import { Conversations, type Entry, type Message } from './conversations.ts'
import { type Farewell, type Frame, HubLink, type LinkOptions, userIdOf } from './link.ts'
import { jsonBytes } from './size.ts'

/** A line of the log that a user sees. */
export interface LogLine extends SystemLog {
  senderId: number
}

export interface ClientOptions extends LinkOptions {
  /** The user's own id. Default: what the token says. */
  userId?: number
  /** Default: a random UUID. */
  newLocalId?(): string
  /** Something that the user sees has changed. */
  onChange?(): void
  onOpen?(): void
  /** The client will not connect again by itself. */
  onEnd?(reason: Farewell): void
}

/** A request that the hub has refused. */
export class RequestFailed extends Error {
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

/** A person's side of the hub: what there is to see, and what there is to do. It draws nothing. */
export class HubClient {
  readonly conversations: Conversations
  /** The latest log lines, oldest first. */
  readonly logs: LogLine[] = []
  /** Requests for approval by their action. */
  readonly cards = new Map<string, AuthRequest>()
  /** What the butler and agents have said to each other, oldest first. For administrators. */
  readonly monitored: MonitorEvent[] = []
  readonly #options: ClientOptions
  readonly #link: HubLink
  #butlerId: Promise<number> | undefined

  /** @throws Error when the user's id is neither given nor in the token */
  constructor(options: ClientOptions) {
    const userId = options.userId ?? userIdOf(options.token)
    if (userId === undefined) throw new Error('the token does not say whose it is: pass userId')
    this.#options = options
    this.conversations = new Conversations(userId)
    this.#link = new HubLink(options, {
      onOpen: () => this.#opened(),
      onFrame: frame => this.#hear(frame),
      onEnd: options.onEnd,
    })
  }

  /** A token for a name and a password. @throws RequestFailed */
  static async login(
    url: string,
    username: string,
    password: string,
    { fetch = globalThis.fetch } = {},
  ): Promise<string> {
    const body = JSON.stringify({ username, password })
    const response = await fetch(new URL('/api/auth/login', url), { method: 'POST', body })
    return String((await contentOf(response)).token)
  }

  get connected(): boolean {
    return this.#link.connected
  }

  connect(): void {
    this.#link.connect()
  }

  /** Disconnects and stays off. */
  logout(): void {
    this.#link.close()
  }

  /**
   * Says something to a user. It is shown at once. What nobody has confirmed when the connection is lost is sent
   * again on the next one; by its local id the hub knows that it is the same.
   *
   * @throws RangeError when the message is larger than the hub takes
   */
  say(partnerId: number, payload: unknown, conversationId?: number): Entry {
    const { newLocalId = () => crypto.randomUUID() } = this.#options
    const message = { partnerId, payload, localId: newLocalId(), conversationId }
    const { maxMessageBytes } = this.#link.limits
    if (jsonBytes(frameOf(message)) > maxMessageBytes)
      throw new RangeError(`a message may have ${maxMessageBytes} bytes`)
    this.#link.send(frameOf(message))
    const entry = this.conversations.sent(message)
    this.#changed()
    return entry
  }

  /** Says something to the butler, whose id the hub knows. */
  async sayToButler(payload: unknown, conversationId?: number): Promise<Entry> {
    return this.say(await this.butlerId(), payload, conversationId)
  }

  /** The butler's id. It is asked for once. */
  butlerId(): Promise<number> {
    this.#butlerId ??= this.#get('/api/users/butler').then(butler => Number(butler.id))
    // After a failure the next one asks again.
    this.#butlerId.catch(() => {
      this.#butlerId = undefined
    })
    return this.#butlerId
  }

  /** Decides about a command. @throws RequestFailed */
  async decide(actionId: string, approved: boolean): Promise<void> {
    const body = JSON.stringify({ action_id: actionId, approved })
    await contentOf(await this.#link.request('/api/chat/auth/response', { method: 'POST', body }))
  }

  /** Fetches what was said before. What is shown already stays one entry. @throws RequestFailed */
  async loadHistory(partnerId: number): Promise<void> {
    const response = await this.#link.request(`/api/chat/history/${partnerId}`)
    const items: unknown = await contentOf(response)
    for (const item of Array.isArray(items) ? items : [])
      if (isJsonObject(item)) {
        this.conversations.stored(item)
        if (item.type === 'AUTH_REQUEST') this.#card(parseJsonObject(String(item.payload)))
      }
    this.#changed()
  }

  #opened(): void {
    for (const entry of this.conversations.unconfirmed()) this.#link.send(frameOf(entry))
    this.#options.onOpen?.()
  }

  #hear(frame: Frame): void {
    switch (frame.type) {
      case 'CHAT':
      case 'CHAT_STREAM':
      case 'CHAT_STREAM_END':
        this.conversations.heard(frame)
        break
      case 'SYSTEM_LOG':
        this.#log(frame)
        break
      case 'AUTH_REQUEST':
        this.#card(frame.payload)
        break
      case 'AUTH_STATUS_UPDATE':
        this.#update(frame.payload)
        break
      case 'BUTLER_AGENT_MESSAGE':
        this.#keep(this.monitored, frame.payload as MonitorEvent)
        break
      default:
        return
    }
    this.#changed()
  }

  /** A payload is an object, or the JSON of one. */
  #log({ payload, sender_id }: Frame): void {
    const entry = typeof payload === 'string' ? parseJsonObject(payload) : payload
    if (problem(SystemLog, entry) === undefined)
      this.#keep(this.logs, { ...(entry as SystemLog), senderId: sender_id })
  }

  #card(payload: unknown): void {
    if (isJsonObject(payload) && typeof payload.action_id === 'string')
      this.cards.set(payload.action_id, payload as AuthRequest)
  }

  #update(payload: unknown): void {
    if (!isJsonObject(payload)) return
    const card = this.cards.get(String(payload.action_id))
    if (card) this.cards.set(card.action_id, { ...card, status: payload.status as AuthRequest['status'] })
  }

  /** Adds to a list that does not grow for ever. */
  #keep<T>(list: T[], item: T): void {
    list.push(item)
    if (list.length > this.#link.limits['client.logEntries']) list.shift()
  }

  async #get(path: string) {
    return contentOf(await this.#link.request(path))
  }

  #changed(): void {
    this.#options.onChange?.()
  }
}

/** The message behind an entry of the user's own. */
function frameOf({ partnerId, payload, localId, conversationId }: Message): object {
  return {
    local_id: localId,
    ...(conversationId === undefined ? {} : { conversation_id: conversationId }),
    type: 'CHAT',
    target_id: partnerId,
    payload,
  }
}

async function contentOf(response: Response): Promise<Record<string, unknown>> {
  const content = (await response.json().catch(() => ({}))) as Record<string, unknown>
  if (!response.ok)
    throw new RequestFailed(response.status, String(content.error ?? `status ${response.status}`))
  return content
}
