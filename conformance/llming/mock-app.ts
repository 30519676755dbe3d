import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { JsonObject } from '../../schemas/json.ts'
import { Signal } from '../engine/signal.ts'

/** One request that the mock app has received. */
export interface Recorded {
  method: string
  path: string
  query: Record<string, string>
  key: string | undefined
  body: string
}

export const mockCommands = [
  command('ping', 'global', 'GET', '/ping'),
  command('search', 'global', 'GET', '/search', ['q']),
  command('list_sessions', 'global', 'GET', '/list_sessions'),
  command('greet', 'session', 'POST', '/sessions/{session_id}/greet', ['name']),
  command('whereami', 'session', 'GET', '/sessions/{session_id}/whereami'),
  command('custom', 'session', 'GET', '/custom/where'),
  command('templated', 'session', 'GET', '/x/{session_id}/here'),
  command('putit', 'global', 'PUT', '/custom/put', ['a']),
  command('fail', 'global', 'POST', '/fail'),
]

/** The app that a stdio server looks for, played by the tester, so that every request can be looked at. */
export class MockApp {
  readonly requests: Recorded[] = []
  /** Status of every answer, where it is not 200. */
  status = 200
  sessions: { session_id: string; idle_seconds: number }[] = []
  up: boolean
  readonly #signal = new Signal()
  readonly #server: Server

  /** An app on a port of its own. As long as it is not up, every connection is broken off. */
  static async create(up: boolean): Promise<MockApp> {
    const app = new MockApp(up)
    await new Promise<void>((resolve, reject) => {
      app.#server.once('error', reject)
      app.#server.listen(0, '127.0.0.1', resolve)
    })
    return app
  }

  private constructor(up: boolean) {
    this.up = up
    this.#server = createServer((request, response) => {
      void this.#answer(request).then(({ status, body }) => {
        response.writeHead(status, { 'Content-Type': 'application/json', Connection: 'close' })
        response.end(JSON.stringify(body))
      })
    })
    this.#server.on('connection', socket => {
      if (!this.up) socket.destroy()
    })
  }

  /** Where it is to be found. */
  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/debug`
  }

  close(): void {
    this.#server.close()
    this.#server.closeAllConnections()
  }

  /** Waits for so many requests for the list of commands; false if they do not come. */
  async searched(times: number, withinMs: number): Promise<boolean> {
    return (await this.#signal.until(() => this.searches >= times || undefined, withinMs)) ?? false
  }

  /** Requests for the list of commands. */
  get searches(): number {
    return this.requests.filter(({ path }) => path === '/debug/commands').length
  }

  /** Requests for a command, or anything else but the lists. */
  get calls(): Recorded[] {
    return this.requests.filter(({ path }) => path !== '/debug/commands' && path !== '/debug/sessions')
  }

  async #answer(request: IncomingMessage): Promise<{ status: number; body: unknown }> {
    const url = new URL(request.url ?? '/', 'http://localhost')
    let body = ''
    for await (const chunk of request) body += chunk
    const key = request.headers['x-debug-key']
    this.requests.push({
      method: request.method ?? '',
      path: url.pathname,
      query: Object.fromEntries(url.searchParams),
      key: Array.isArray(key) ? key[0] : key,
      body,
    })
    this.#signal.notify()
    if (this.status !== 200) return { status: this.status, body: { detail: 'not now' } }
    if (url.pathname === '/debug/commands') return { status: 200, body: { commands: mockCommands } }
    if (url.pathname === '/debug/sessions')
      return { status: 200, body: { count: this.sessions.length, sessions: this.sessions } }
    if (url.pathname === '/debug/fail') return { status: 418, body: { detail: 'teapot' } }
    return { status: 200, body: { path: url.pathname, query: Object.fromEntries(url.searchParams) } }
  }
}

function command(
  name: string,
  scope: string,
  method: string,
  path: string,
  params: string[] = [],
): JsonObject {
  return {
    name,
    description: `the command ${name}`,
    scope,
    http_method: method,
    http_path: path,
    tags: [],
    app: '',
    requires_websocket: false,
    params: params.map(param => ({
      name: param,
      json_type: 'string',
      description: '',
      required: true,
      default: null,
    })),
  }
}
