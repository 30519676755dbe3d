import type { IncomingMessage } from 'node:http'
import { createParser } from 'eventsource-parser'
import { isJsonObject, type JsonObject } from '../../schemas/json.ts'
import { Unreached } from '../engine/evidence.ts'
import { Signal } from '../engine/signal.ts'

/** What a tool call came to. */
export interface ToolResult {
  /** The one text item. */
  text: string
  /** Its JSON; `undefined` if it is none. */
  value: unknown
  isError: unknown
  items: number
}

/** What the other end of a JSON-RPC connection has said. Several dialogues may share it: their ids differ. */
export class McpChannel {
  readonly notifications: JsonObject[] = []
  readonly #answers = new Map<unknown, JsonObject>()
  readonly #signal = new Signal()
  #lastId = 0

  /** Takes one message of the other end. */
  take(message: unknown): void {
    if (!isJsonObject(message)) return
    if ('id' in message) this.#answers.set(message.id, message)
    else this.notifications.push(message)
    this.#signal.notify()
  }

  newId(): number {
    return ++this.#lastId
  }

  async answer(id: number, withinMs: number): Promise<JsonObject | undefined> {
    const answer = await this.#signal.until(() => this.#answers.get(id), withinMs)
    this.#answers.delete(id)
    return answer
  }

  /** Waits for a notification; false if it does not come. */
  async notified(method: string, withinMs: number): Promise<boolean> {
    const came = () => this.notifications.some(each => each.method === method) || undefined
    return (await this.#signal.until(came, withinMs)) ?? false
  }
}

/** Our end of such a connection: raw, so that no library smooths over what the other end does. */
export class McpDialogue {
  readonly channel: McpChannel
  readonly #send: (message: JsonObject) => Promise<void> | void
  readonly #withinMs: number

  constructor(channel: McpChannel, send: (message: JsonObject) => Promise<void> | void, withinMs: number) {
    this.channel = channel
    this.#send = send
    this.#withinMs = withinMs
  }

  /** @throws Unreached when no answer comes, or an error */
  async request(method: string, params: JsonObject = {}): Promise<JsonObject> {
    const id = this.channel.newId()
    await this.#send({ jsonrpc: '2.0', id, method, params })
    const answer = await this.channel.answer(id, this.#withinMs)
    if (!answer) throw new Unreached(`${method} was not answered`)
    if (!isJsonObject(answer.result)) throw new Unreached(`${method} answered ${JSON.stringify(answer)}`)
    return answer.result
  }

  /** The handshake; resolves with what the server says of itself. */
  async initialize(): Promise<JsonObject> {
    const clientInfo = { name: 'agentwire', version: '1' }
    const result = await this.request('initialize', {
      protocolVersion: '2025-03-26',
      capabilities: {},
      clientInfo,
    })
    await this.#send({ jsonrpc: '2.0', method: 'notifications/initialized' })
    return result
  }

  async tools(): Promise<JsonObject[]> {
    const { tools } = await this.request('tools/list')
    return Array.isArray(tools) ? tools.filter(isJsonObject) : []
  }

  async call(name: string, args: JsonObject): Promise<ToolResult> {
    const { content, isError } = await this.request('tools/call', { name, arguments: args })
    const items = Array.isArray(content) ? content : []
    const text = isJsonObject(items[0]) ? String(items[0].text) : ''
    return { text, value: parse(text), isError, items: items.length }
  }

  /** Waits for a notification; false if it does not come. */
  notified(method: string): Promise<boolean> {
    return this.channel.notified(method, this.#withinMs)
  }
}

/** The first events of an event stream, and what comes after. */
export class EventStream {
  readonly status: number
  readonly contentType: string
  readonly events: { event: string; data: string }[] = []
  /** What its messages say. */
  readonly channel = new McpChannel()
  readonly #signal = new Signal()

  constructor(response: IncomingMessage) {
    this.status = response.statusCode ?? 0
    this.contentType = String(response.headers['content-type'] ?? '').split(';')[0] ?? ''
    const parser = createParser({
      onEvent: ({ event = 'message', data }) => {
        this.events.push({ event, data })
        if (event === 'message') this.channel.take(parse(data))
        this.#signal.notify()
      },
    })
    response.setEncoding('utf8')
    response.on('data', (chunk: string) => parser.feed(chunk))
    response.on('error', () => {})
  }

  /** The first event, or `undefined` if none comes in time. */
  first(withinMs: number): Promise<{ event: string; data: string } | undefined> {
    return this.#signal.until(() => this.events[0], withinMs)
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
