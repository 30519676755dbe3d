import type { JsonObject } from '../../schemas/json.ts'
import { Unreached } from '../engine/evidence.ts'
import type { Instance } from '../engine/target/instance.ts'
import type { HttpAnswer } from '../engine/wire/http.ts'
import type { LlmingTrial } from './driver.ts'
import { EventStream, type McpChannel, McpDialogue } from './mcp-client.ts'
import { MockApp } from './mock-app.ts'
import { StdioServer } from './stdio-server.ts'

type Headers = Readonly<Record<string, string>>

interface Connection {
  channel: McpChannel
  messagesUrl: string
}

const connections = new WeakMap<Instance, Promise<Connection>>()

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
    const opened = await this.#trial.open('GET', '/mcp/sse', { headers: { ...credentials, ...headers } })
    this.#trial.later(() => opened.close())
    return new EventStream(opened.response)
  }

  /** The URL for messages, of a stream that is open. @throws Unreached when there is none */
  async messagesUrl(): Promise<string> {
    const stream = await this.openStream(this.key)
    const first = await stream.first(this.#trial.tolerance.replyWithinMs)
    if (first?.event === 'endpoint') return first.data
    throw new Unreached(`the event stream did not begin: HTTP ${stream.status}`)
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

  /** A dialogue over HTTP, after the handshake. All trials of an instance share the connection below it. */
  async dialogue(): Promise<McpDialogue> {
    this.#trial.need('mcp-http')
    const { instance } = this.#trial
    const connection = connections.get(instance) ?? this.#connect()
    connections.set(instance, connection)
    connection.catch(() => connections.delete(instance))
    const { channel, messagesUrl } = await connection
    return this.speak(channel, messagesUrl)
  }

  /** A dialogue whose messages are posted, before the handshake. */
  speak(channel: McpChannel, messagesUrl: string): McpDialogue {
    const send = async (body: JsonObject) => {
      const answer = await this.#trial.ask('POST', messagesUrl, { headers: { 'x-mcp-key': this.key }, body })
      if (answer.status >= 300)
        throw new Unreached(`the messages URL answered ${answer.status} ${answer.text}`)
    }
    return new McpDialogue(channel, send, this.#trial.tolerance.replyWithinMs)
  }

  /** Opens a stream that outlives this trial. */
  async #connect(): Promise<Connection> {
    const { response, close } = await this.#trial.open('GET', '/mcp/sse', {
      headers: { 'x-mcp-key': this.key },
    })
    const stream = new EventStream(response)
    const first = await stream.first(this.#trial.tolerance.replyWithinMs)
    if (first?.event !== 'endpoint') {
      close()
      throw new Unreached(`the event stream did not begin: HTTP ${stream.status}`)
    }
    await this.speak(stream.channel, first.data).initialize()
    return { channel: stream.channel, messagesUrl: first.data }
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
  async mockApp({ up = true } = {}): Promise<MockApp> {
    const app = await MockApp.create(up)
    this.#trial.later(() => app.close())
    return app
  }
}
