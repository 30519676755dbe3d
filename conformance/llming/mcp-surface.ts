import type { JsonObject } from '../../schemas/json.ts'
import { Unreached } from '../engine/evidence.ts'
import type { HttpAnswer } from '../engine/wire/http.ts'
import type { LlmingTrial } from './driver.ts'
import { EventStream, McpDialogue } from './mcp-client.ts'
import { MockApp } from './mock-app.ts'
import { StdioServer } from './stdio-server.ts'

type Headers = Readonly<Record<string, string>>

/** The MCP surfaces of a target, as a trial speaks with them. */
export class McpSurface {
  readonly #trial: LlmingTrial

  constructor(trial: LlmingTrial) {
    this.#trial = trial
  }

  /** The key that the target was launched with. */
  get key(): string {
    const key = String(this.#trial.instance.settings.mcpKey ?? 'mk')
    this.#trial.hide(key, 'MCP key')
    return key
  }

  /** Asks for the event stream. */
  async openStream(key: string | null, headers: Headers = {}): Promise<EventStream> {
    this.#trial.need('mcp-http')
    const credentials: Headers = key === null ? {} : { 'x-mcp-key': key }
    return new EventStream(
      await this.#trial.open('GET', '/mcp/sse', { headers: { ...credentials, ...headers } }),
    )
  }

  /** The URL for messages, of a stream that is open. @throws Unreached when there is none */
  async messagesUrl(): Promise<string> {
    return (await this.#openedStream()).messagesUrl
  }

  /** Posts a message of no consequence. */
  post(messagesUrl: string, key: string | null, headers: Headers = {}): Promise<HttpAnswer> {
    const body = {
      jsonrpc: '2.0',
      method: 'notifications/progress',
      params: { progressToken: 1, progress: 1 },
    }
    const credentials: Headers = key === null ? {} : { 'x-mcp-key': key }
    return this.#trial.ask('POST', messagesUrl, { headers: { ...credentials, ...headers }, body })
  }

  /** A dialogue over HTTP, after the handshake. */
  async dialogue(): Promise<McpDialogue> {
    const { stream, messagesUrl } = await this.#openedStream()
    const dialogue = this.speak(stream, messagesUrl)
    await dialogue.initialize()
    return dialogue
  }

  /** A dialogue over an open stream, before the handshake. */
  speak(stream: EventStream, messagesUrl: string): McpDialogue {
    const send = async (body: JsonObject) => {
      const answer = await this.#trial.ask('POST', messagesUrl, { headers: { 'x-mcp-key': this.key }, body })
      if (answer.status >= 300)
        throw new Unreached(`the messages URL answered ${answer.status} ${answer.text}`)
    }
    const dialogue = new McpDialogue(send, this.#trial.tolerance.replyWithinMs)
    stream.onEvent = ({ event, data }) => event === 'message' && dialogue.take(JSON.parse(data))
    return dialogue
  }

  async #openedStream(): Promise<{ stream: EventStream; messagesUrl: string }> {
    const stream = await this.openStream(this.key)
    const first = await stream.first(this.#trial.tolerance.replyWithinMs)
    if (first?.event !== 'endpoint')
      throw new Unreached(`the event stream did not begin: HTTP ${stream.status}`)
    return { stream, messagesUrl: first.data }
  }

  /** Starts the target's MCP server over standard input and output. */
  async stdioServer(env: Headers, key: string | null = 'stdio-key'): Promise<StdioServer> {
    this.#trial.need('mcp-stdio')
    const { spawnBridge } = this.#trial.instance
    if (!spawnBridge) return this.#trial.leaveOut('the config names no program for standard input and output')
    const bridge = await spawnBridge({ ...env, ...(key === null ? {} : { LLMING_DEBUG_KEY: key }) })
    const server = new StdioServer(bridge, this.#trial.tolerance.replyWithinMs)
    this.#trial.later(() => server.close())
    return server
  }

  /** An app for that server to find, played by the tester. */
  async mockApp({ listening = true } = {}): Promise<MockApp> {
    const app = await MockApp.reserved()
    this.#trial.later(() => void app.close())
    return listening ? app.listen() : app
  }
}
