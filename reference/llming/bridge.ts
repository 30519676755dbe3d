import type { Readable, Writable } from 'node:stream'
import { isJsonObject, type JsonObject } from '../../schemas/json.ts'
import { limits as llmingLimits } from '../../schemas/llming/limits.ts'
import { defaultLimits } from '../../schemas/protocol.ts'
import { type Clock, every, systemClock } from '../core/clock.ts'
import { createToolServer, ToolError, type ToolSource } from './mcp.ts'

/** The world around the program. */
export interface BridgeOptions {
  /** The environment variables. */
  env: Readonly<Record<string, string | undefined>>
  /** Where requests come from. */
  stdin: Readable
  /** Where answers go, and nothing else. */
  stdout: Writable
  /** Where it says what went wrong. */
  stderr: Writable
  /** Default: the system's. */
  clock?: Clock
  /** Default: the global one. */
  fetch?: typeof fetch
  /** Pause between two attempts to find the app. */
  stdioPollMs?: number
}

const defaultUrl = 'http://localhost:8080/api/llming/debug'
const callTimeoutMs = 30_000
const shownLength = 200

/** A command as the app describes it; what else it says of it is not needed here. */
interface RemoteCommand {
  name: string
  description: string
  scope: string
  http_method: string
  http_path: string
  params: { name: string; json_type: string; description: string; required: boolean }[]
}

/**
 * The commands of a running app as MCP tools over standard input and output. It begins without tools, looks for the
 * app until it finds it, and forwards each call over HTTP. Resolves with the exit status when its input ends.
 */
export async function runBridge(options: BridgeOptions): Promise<number> {
  const { env, stdin, stdout, stderr, clock = systemClock } = options
  const key = env.LLMING_DEBUG_KEY
  if (!key) {
    stderr.write('LLMING_DEBUG_KEY is not set: it must hold the key of the debug surface\n')
    return 1
  }
  const app = new RemoteApp(env.LLMING_DEBUG_URL ?? defaultUrl, key, options.fetch ?? fetch)
  const { StdioServerTransport } = await import('@modelcontextprotocol/sdk/server/stdio.js')
  const server = await createToolServer('llming-debug-stdio', app.tools())
  const closed = new Promise<void>(resolve => {
    server.onclose = resolve
    stdin.once('end', resolve)
    stdin.once('close', resolve)
  })
  await server.connect(new StdioServerTransport(stdin, stdout))
  let told = ''
  const search = async () => {
    if (app.found) return
    const found = await app.discover()
    // A slow answer may be overtaken by that to a later search: only the first one found counts.
    if (found) {
      stopSearching()
      await server.sendToolListChanged()
    } else if (app.trouble !== told) stderr.write(`${app.trouble}\n`)
    told = app.trouble
  }
  const safely = () => void search().catch(error => stderr.write(`${error}\n`))
  const pollMs = options.stdioPollMs ?? defaultLimits(llmingLimits).stdioPollMs
  const stopSearching = every(clock, pollMs, safely)
  safely()
  await closed
  stopSearching()
  await server.close()
  return 0
}

/** The debug surface of an app, seen from outside. */
class RemoteApp {
  /** Why the commands could not be had, in words. */
  trouble = ''
  readonly #url: string
  readonly #key: string
  readonly #fetch: typeof fetch
  #commands: readonly RemoteCommand[] | undefined

  constructor(url: string, key: string, fetchFrom: typeof fetch) {
    this.#url = url.replace(/\/$/, '')
    this.#key = key
    this.#fetch = fetchFrom
  }

  get found(): boolean {
    return this.#commands !== undefined
  }

  /** Asks for the commands. True when this has found them; false when they cannot be had, or were found meanwhile. */
  async discover(): Promise<boolean> {
    try {
      const { status, json } = await this.#ask('GET', '/commands')
      const { commands } = isJsonObject(json) ? json : {}
      this.trouble = status < 400 ? '' : `${this.#url} answered HTTP ${status} to the key in LLMING_DEBUG_KEY`
      if (status >= 400 || !Array.isArray(commands) || this.found) return false
      this.#commands = commands as RemoteCommand[]
      return true
    } catch {
      // Not up yet. That is no trouble: it will be looked for again.
      return false
    }
  }

  tools(): ToolSource {
    return {
      list: () =>
        (this.#commands ?? []).map(command => ({
          name: command.name,
          description: command.description,
          inputSchema: inputSchema(command),
        })),
      call: (name, args) => this.#call(name, args),
    }
  }

  async #call(name: string, args: JsonObject): Promise<unknown> {
    const command = this.#commands?.find(each => each.name === name)
    if (!command) throw new ToolError({ error: `Unknown: ${name}` })
    const path = command.scope === 'session' ? await this.#sessionPath(command, args) : command.http_path
    const { session_id: _, ...own } = args
    const values = command.scope === 'session' ? own : args
    const { status, text, json } = await this.#ask(command.http_method, path, values).catch(error => {
      throw new ToolError({ error: `${this.#url} does not answer: ${(error as Error).message}` })
    })
    if (status >= 400) throw new ToolError({ error: `HTTP ${status}: ${text.slice(0, shownLength)}`, status })
    return json ?? text
  }

  /** The command's path with the session filled in, or behind it where the path has no place for it. */
  async #sessionPath(
    { http_path: path }: RemoteCommand,
    { session_id: given = 'current' }: JsonObject,
  ): Promise<string> {
    const id = encodeURIComponent(given === 'current' ? await this.#currentSession() : String(given))
    return path.includes('{session_id}') ? path.replace('{session_id}', id) : `${path}?session_id=${id}`
  }

  /** The most recently active session, which is the one that `current` means everywhere else. */
  async #currentSession(): Promise<string> {
    const { json } = await this.#ask('GET', '/sessions')
    const { sessions = [] } = (json ?? {}) as { sessions?: { session_id: string; idle_seconds: number }[] }
    const [latest] = sessions.toSorted((a, b) => a.idle_seconds - b.idle_seconds)
    if (!latest) throw new ToolError({ error: 'No active sessions' })
    return latest.session_id
  }

  async #ask(method: string, path: string, values: JsonObject = {}) {
    const url = new URL(this.#url + path)
    const headers: Record<string, string> = { 'x-debug-key': this.#key }
    if (method === 'GET')
      for (const [name, value] of Object.entries(values))
        url.searchParams.set(name, typeof value === 'string' ? value : JSON.stringify(value))
    else headers['content-type'] = 'application/json'
    const response = await this.#fetch(url, {
      method,
      headers,
      body: method === 'GET' ? undefined : JSON.stringify(values),
      signal: AbortSignal.timeout(callTimeoutMs),
    })
    const text = await response.text()
    return { status: response.status, text, json: parse(text) }
  }
}

function inputSchema({ scope, params }: RemoteCommand): JsonObject {
  const own = params.map(({ name, json_type, description }) => [name, { type: json_type, description }])
  const session = ['session_id', { type: 'string', description: 'session to act on, or "current"' }]
  const required = params.filter(each => each.required).map(({ name }) => name)
  return {
    type: 'object',
    properties: Object.fromEntries(scope === 'session' ? [session, ...own] : own),
    required: scope === 'session' ? ['session_id', ...required] : required,
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
