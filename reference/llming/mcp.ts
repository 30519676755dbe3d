import { randomUUID } from 'node:crypto'
import type { Server } from '@modelcontextprotocol/sdk/server/index.js'
import type { WebStandardStreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js'
import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js'
import { isJsonObject, type JsonObject } from '../../schemas/json.ts'
import { isLoopback } from '../core/address.ts'
import { BodyTooLarge, readText } from '../core/body.ts'
import { jsonResponse } from '../core/json-response.ts'
import type { Peer } from '../core/service.ts'
import { equalInConstantTime } from '../core/signing.ts'
import { toStrictJson } from '../core/strict-json.ts'
import { CommandError, type CommandRunner, toolInput } from './commands.ts'
import { type EventStreamTransport, openEventStream } from './mcp-event-stream.ts'

export interface McpOptions {
  runner: CommandRunner
  /** Value of `x-mcp-key`. */
  key: string
  /** Refuse peers that are not this machine. Default: true. */
  localhostOnly?: boolean
  /** Default: `llming-debug`. */
  serverName?: string
  /** Largest body of a message for an event stream; the SDK bounds the others. */
  maxBodyBytes: number
  onError(error: unknown): void
}

/** Sessions of the Streamable HTTP transport that are kept; beyond that the oldest one ends. */
const maxStreamableSessions = 1_000

/** The commands as MCP tools over HTTP: the SSE transport below `/mcp/sse`, Streamable HTTP at `/mcp`. */
export class McpSurface {
  protected readonly options: McpOptions
  readonly #eventStreams = new Map<string, EventStreamTransport>()
  readonly #streamable = new Map<string, WebStandardStreamableHTTPServerTransport>()

  /** @throws Error when the key is empty: this surface is never open to everybody. */
  constructor(options: McpOptions) {
    if (!options.key) throw new Error('the MCP surface needs a key')
    this.options = options
  }

  /** Answers a request below `/mcp`. */
  async fetch(request: Request, peer: Peer): Promise<Response> {
    const refusal = this.refusal(request.headers, peer)
    if (refusal) return jsonResponse({ detail: refusal.detail }, refusal.status)
    try {
      return await this.#route(request)
    } catch (error) {
      if (error instanceof BodyTooLarge) return jsonResponse({ detail: 'the body is too large' }, 413)
      throw error
    }
  }

  async #route(request: Request): Promise<Response> {
    const { pathname, searchParams } = new URL(request.url)
    if (pathname === '/mcp') return this.#streamableHttp(request)
    if (pathname === '/mcp/sse')
      return request.method === 'GET' ? this.#openStream(request) : methodNotAllowed()
    if (pathname === '/mcp/messages/')
      return request.method === 'POST' ? this.#message(request, searchParams) : methodNotAllowed()
    return jsonResponse({ detail: 'Not Found' }, 404)
  }

  async close(): Promise<void> {
    await Promise.all(
      [...this.#eventStreams.values(), ...this.#streamable.values()].map(each => each.close()),
    )
  }

  protected refusal(headers: Headers, peer: Peer): { status: number; detail: string } | undefined {
    if (this.options.localhostOnly !== false && !isLoopback(peer.address))
      return { status: 403, detail: 'MCP is only available from localhost' }
    if (!equalInConstantTime(headers.get('x-mcp-key') ?? '', this.options.key))
      return { status: 401, detail: 'Invalid MCP key' }
    return undefined
  }

  async #openStream(request: Request): Promise<Response> {
    const id = randomUUID()
    const { transport, response } = openEventStream(`/mcp/messages/?session_id=${id}`)
    this.#eventStreams.set(id, transport)
    const server = await createToolServer(this.options.serverName ?? 'llming-debug', this.tools())
    server.onclose = () => this.#eventStreams.delete(id)
    request.signal.addEventListener('abort', () => void transport.close())
    await server.connect(transport)
    return response
  }

  async #message(request: Request, query: URLSearchParams): Promise<Response> {
    const transport = this.#eventStreams.get(query.get('session_id') ?? '')
    if (!transport) return jsonResponse({ detail: 'no such stream' }, 404)
    return (await transport.receive(await readText(request, this.options.maxBodyBytes)))
      ? new Response('Accepted', { status: 202 })
      : jsonResponse({ detail: 'not a JSON-RPC message' }, 400)
  }

  async #streamableHttp(request: Request): Promise<Response> {
    const id = request.headers.get('mcp-session-id')
    const known = id === null ? undefined : this.#streamable.get(id)
    if (id !== null && !known) return jsonResponse({ detail: 'no such session' }, 404)
    return (known ?? (await this.#newStreamable())).handleRequest(request)
  }

  async #newStreamable(): Promise<WebStandardStreamableHTTPServerTransport> {
    const { WebStandardStreamableHTTPServerTransport: Transport } = await import(
      '@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js'
    )
    const transport = new Transport({
      sessionIdGenerator: randomUUID,
      onsessioninitialized: id => {
        this.#streamable.set(id, transport)
        const [oldest] = this.#streamable
        if (this.#streamable.size > maxStreamableSessions && oldest) void oldest[1].close()
      },
    })
    const server = await createToolServer(this.options.serverName ?? 'llming-debug', this.tools())
    await server.connect(transport)
    server.onclose = () => transport.sessionId && this.#streamable.delete(transport.sessionId)
    return transport
  }

  protected tools(): ToolSource {
    return commandTools(this.options.runner, this.options.onError)
  }
}

/** What an MCP server offers: the list of tools now, and the call of one. */
export interface ToolSource {
  list(): JsonObject[]
  /** The value of a call, or a {@link ToolError}. */
  call(name: string, args: JsonObject): Promise<unknown>
}

/** A failed call; `failure` is what the caller sees. */
export class ToolError extends Error {
  readonly failure: JsonObject

  constructor(failure: JsonObject & { error: string }) {
    super(failure.error)
    this.failure = failure
  }
}

/** The commands as tools, limited to the app of the most recently active session. Calls are not limited that way. */
export function commandTools(runner: CommandRunner, onError: (error: unknown) => void): ToolSource {
  return {
    list: () =>
      runner.forApp(runner.registry.mostRecentlyActive()?.appType).map(command => ({
        name: command.name,
        description: command.description,
        inputSchema: toolInput(command),
      })),
    async call(name, { session_id = 'current', ...args }) {
      const command = runner.find(name)
      if (!command) throw new ToolError({ error: `Unknown command: ${name}` })
      try {
        return await runner.run(command, typeof session_id === 'string' ? session_id : undefined, args, false)
      } catch (error) {
        if (error instanceof CommandError) throw new ToolError({ error: error.message, status: error.status })
        onError(error)
        throw new ToolError({ error: 'Internal server error' })
      }
    },
  }
}

/** The SDK would compile a validator for answers of its users for each connection; this server asks them nothing. */
const noElicitation = {
  getValidator: () => () => ({ valid: true as const, data: undefined as never, errorMessage: undefined }),
}

/** An MCP server for a source of tools, to be connected to a transport. The SDK is loaded when it is first needed. */
export async function createToolServer(name: string, tools: ToolSource): Promise<Server> {
  const [{ Server }, { CallToolRequestSchema, ListToolsRequestSchema }] = await Promise.all([
    import('@modelcontextprotocol/sdk/server/index.js'),
    import('@modelcontextprotocol/sdk/types.js'),
  ])
  const server = new Server(
    { name, version: '1.0.0' },
    { capabilities: { tools: { listChanged: true } }, jsonSchemaValidator: noElicitation },
  )
  server.setRequestHandler(ListToolsRequestSchema, () => ({ tools: tools.list() as never }))
  server.setRequestHandler(CallToolRequestSchema, async ({ params }): Promise<CallToolResult> => {
    try {
      return textResult(await tools.call(params.name, isJsonObject(params.arguments) ? params.arguments : {}))
    } catch (error) {
      if (error instanceof ToolError) return { ...textResult(error.failure), isError: true }
      throw error
    }
  })
  return server
}

function textResult(value: unknown): CallToolResult {
  return { content: [{ type: 'text', text: toStrictJson(value ?? null) }] }
}

function methodNotAllowed(): Response {
  return jsonResponse({ detail: 'Method Not Allowed' }, 405)
}
