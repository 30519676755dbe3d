import { AuthRequest, AuthStatus, MonitorEvent, SystemLog } from '../../schemas/hub/payloads.ts'
import { isJsonObject, memberOf, parseJsonObject } from '../../schemas/json.ts'
import { fits } from '../../schemas/validate.ts'
import { Conversations, type Entry, type Message } from './conversations.ts'
import { type Farewell, type Frame, HubLink, type LinkOptions, userIdOf } from './link.ts'

/** A line of the log that a user sees. */
export interface LogLine extends SystemLog {
  /** The agent that has logged it. */
  senderId: number
}

/** A request for approval, with what has become of it. */
export interface Card extends Omit<AuthRequest, 'status'> {
  /** `PENDING`, or what has been decided. */
  status: string
}

/** How a person's client connects, and who hears of what it gets. */
export interface ClientOptions extends LinkOptions {
  /** The user's own id. Default: what the token says. */
  userId?: number
  /** Default: a random UUID. */
  newLocalId?(): string
  /** Something that the user sees has changed. */
  onChange?(): void
  /** The client is connected, for the first time or again. */
  onOpen?(): void
  /** The client will not connect again by itself. */
  onEnd?(reason: Farewell): void
}

/** A request that the hub has refused. */
export class RequestFailed extends Error {
  /** The HTTP status of the refusal. */
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

/** A person's side of the hub: what there is to see, and what there is to do. It draws nothing. */
export class HubClient {
  /** What the user has said and heard. */
  readonly conversations: Conversations
  /** The latest log lines, oldest first. */
  readonly logs: LogLine[] = []
  /** Requests for approval by their action. */
  readonly cards = new Map<string, Card>()
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
      onRefused: () => this.#refused(),
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
    const token = memberOf(await contentOf(response), 'token')
    if (typeof token !== 'string') throw new RequestFailed(response.status, 'there is no token in the answer')
    return token
  }

  /** Whether there is an open connection. */
  get connected(): boolean {
    return this.#link.connected
  }

  /** Connects, and from now on again whenever the connection is lost. */
  connect(): void {
    this.#link.connect()
  }

  /** Disconnects and stays off. */
  logout(): void {
    this.#link.close()
  }

  /**
   * Says something to a user. It is shown at once. What nobody has confirmed when the connection is lost is sent
   * again on the next one; by its local id the hub knows that it is the same. What the hub refuses is not sent again.
   *
   * @throws RangeError when the message is larger than the hub takes
   */
  say(partnerId: number, payload: unknown, conversationId?: number): Entry {
    const { newLocalId = () => crypto.randomUUID() } = this.#options
    const message = { partnerId, payload, localId: newLocalId(), conversationId }
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
    this.#butlerId ??= this.#get('/api/users/butler').then(butler => {
      const id = memberOf(butler, 'id')
      // Anything else would make what is said to the butler something that everybody hears.
      if (typeof id !== 'number' || id < 1) throw new TypeError('the hub does not say who the butler is')
      return id
    })
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
    const items = await contentOf(response)
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

  #refused(): void {
    this.conversations.refused()
    this.#changed()
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
        if (fits(MonitorEvent, frame.payload)) this.#keep(this.monitored, frame.payload)
        break
      default:
        return
    }
    this.#changed()
  }

  /** A payload is an object, or the JSON of one. */
  #log({ payload, sender_id }: Frame): void {
    const entry = typeof payload === 'string' ? parseJsonObject(payload) : payload
    if (fits(SystemLog, entry)) this.#keep(this.logs, { ...entry, senderId: sender_id })
  }

  /** An action that is decided does not become undecided again, in whatever order one hears of it. */
  #card(payload: unknown): void {
    if (!fits(AuthRequest, payload)) return
    if (payload.status !== 'PENDING' || !this.cards.has(payload.action_id))
      this.cards.set(payload.action_id, payload)
  }

  #update(payload: unknown): void {
    if (!fits(AuthStatus, payload)) return
    const card = this.cards.get(payload.action_id)
    if (card) this.cards.set(card.action_id, { ...card, status: payload.status })
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

/** What a response says. @throws RequestFailed when it is a refusal */
async function contentOf(response: Response): Promise<unknown> {
  const content: unknown = await response.json().catch(() => undefined)
  if (!response.ok)
    throw new RequestFailed(
      response.status,
      String(memberOf(content, 'error') ?? `status ${response.status}`),
    )
  return content
}
