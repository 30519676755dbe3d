import type { TSchema } from 'typebox'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Boundary, boundaries } from '../../schemas/boundaries.ts'
import { endpoints } from '../../schemas/llming/endpoints.ts'
import { type Host, listen } from '../core/node-host.ts'
import { command } from './commands.ts'
import { createLlmingServer, type LlmingServer } from './server.ts'

type EndpointName = keyof typeof endpoints
type Part = 'headers' | 'query' | 'body'

interface Request {
  path: string
  headers: Record<string, string>
  query: Record<string, string>
  body: unknown
}

const debug = { headers: { 'x-debug-key': 'dk' } }
const mcp = {
  headers: {
    'x-mcp-key': 'mk',
    accept: 'application/json, text/event-stream',
    'content-type': 'application/json',
  },
}

let server: LlmingServer
let host: Host

beforeAll(async () => {
  server = createLlmingServer({
    commands: [
      command('anything', { scope: 'global', run: () => ({}) }),
      command('something', { run: () => ({}) }),
    ],
    debug: { key: () => 'dk' },
    mcp: { key: 'mk' },
    onAudit: () => {},
    onError: () => {},
  })
  server.createSession({ id: 's' })
  host = await listen([server])
})

afterAll(() => host.close())

/** For each endpoint the rest of a request that it accepts; its body is to be tried. */
const accepted: Record<EndpointName, () => Partial<Request> | Promise<Partial<Request>>> = {
  sessionList: () => debug,
  sessionDetail: () => ({ ...debug, path: '/debug/sessions/s' }),
  inject: () => ({ ...debug, path: '/debug/sessions/s/ws_send', body: {} }),
  commandList: () => debug,
  globalCommand: () => ({ ...debug, path: '/debug/anything' }),
  sessionCommand: () => ({ ...debug, path: '/debug/sessions/s/something' }),
  clientScript: () => ({}),
  mcpStream: () => mcp,
  mcpMessages: async () => ({ ...mcp, query: { session_id: await openStream() }, body: aMessage }),
  mcp: async () => ({ headers: { ...mcp.headers, 'mcp-session-id': await openSession() }, body: aMessage }),
}

const aMessage = { jsonrpc: '2.0', method: 'notifications/initialized' }

/** The id of a new stream of the HTTP/SSE transport. */
async function openStream(): Promise<string> {
  const response = await fetch(`${host.url}/mcp/sse`, mcp)
  const { value } = (await response.body?.getReader().read()) ?? {}
  return /session_id=(\S+)/.exec(new TextDecoder().decode(value))?.[1] ?? ''
}

/** The id of a new session of Streamable HTTP. */
async function openSession(): Promise<string> {
  const params = { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 't', version: '1' } }
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'initialize', params })
  const response = await fetch(`${host.url}/mcp`, { ...mcp, method: 'POST', body })
  await response.text()
  return response.headers.get('mcp-session-id') ?? ''
}

/** Everything that a client puts into a request, with its boundaries. */
const tried = (Object.keys(endpoints) as EndpointName[]).flatMap(name => {
  const { headers, query, body } = endpoints[name] as { [P in Part]?: TSchema }
  return Object.entries({ headers, query, body }).flatMap(([part, schema]) =>
    schema ? boundaries(schema).flatMap(boundary => caseOf(name, part as Part, boundary)) : [],
  )
})

function caseOf(name: EndpointName, part: Part, boundary: Boundary) {
  const { constraint, why, valid } = boundary
  // A header and a query hold nothing but text, and only the right text is accepted: what is left is its absence.
  if (part !== 'body' && !constraint.startsWith('/required/')) return []
  // JSON-RPC allows further members. The SDK does not take them, and MCP needs none.
  if (name.startsWith('mcp') && valid && why.endsWith('further members are allowed')) return []
  return [[name, part, `${valid ? 'takes' : 'refuses'} ${why} (${constraint})`, boundary] as const]
}

test.each(tried)('%s, %s: %s', async (name, part, _, { valid, value, constraint }) => {
  const { method, path } = endpoints[name]
  const request: Request = { path, headers: {}, query: {}, body: undefined, ...(await accepted[name]()) }
  if (part === 'body') request.body = value
  else if (!valid) {
    const { required = [] } = (endpoints[name] as { [P in Part]?: { required?: string[] } })[part] ?? {}
    const { [required[Number(constraint.split('/')[2])] ?? '']: _, ...rest } = request[part]
    request[part] = rest
  }
  const response = await fetch(`${host.url}${request.path}?${new URLSearchParams(request.query)}`, {
    method,
    headers: request.headers,
    body: request.body === undefined ? undefined : JSON.stringify(request.body),
  })
  await response.body?.cancel()
  const [from, to] = valid ? [200, 299] : [400, 499]
  expect(response.status).toBeGreaterThanOrEqual(from)
  expect(response.status).toBeLessThanOrEqual(to)
})

test('every endpoint that reads something of a request is tried', () => {
  const names = new Set(tried.map(([name]) => name))
  expect(Object.keys(endpoints).filter(name => !names.has(name as EndpointName))).toEqual(['clientScript'])
})
