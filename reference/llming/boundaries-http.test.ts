import { afterAll, beforeAll, expect, test } from 'vitest'
import { endpoints } from '../../schemas/llming/endpoints.ts'
import { type Host, listen } from '../core/node-host.ts'
import { endpointCases, type Request, tryEndpoint } from '../testing/endpoint-cases.ts'
import { command } from './commands.ts'
import { createLlmingServer, type LlmingServer } from './server.ts'

type EndpointName = keyof typeof endpoints

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
  connect: () => ({}),
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

const tried = endpointCases(endpoints).filter(([name, part, , { constraint, why, valid }]) => {
  // Of all texts in a header or a query only the right one is accepted: what is left is its absence.
  if (part !== 'body') return constraint.startsWith('/required/')
  // JSON-RPC allows further members. The SDK does not take them, and MCP needs none.
  return !(name.startsWith('mcp') && valid && why.endsWith('further members are allowed'))
})

test.each(tried)('%s, %s: %s', async (name, part, _, boundary) =>
  tryEndpoint(host.url, endpoints[name], part, boundary, await accepted[name]()),
)

test('every endpoint that reads something of a request is tried', () => {
  const names = new Set(tried.map(([name]) => name))
  expect(Object.keys(endpoints).filter(name => !names.has(name as EndpointName))).toEqual([
    'connect',
    'clientScript',
  ])
})
