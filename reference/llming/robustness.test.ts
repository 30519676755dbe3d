import Type from 'typebox'
import { expect, onTestFinished, test } from 'vitest'
import type { Host } from '../core/node-host.ts'
import { open, type Peer, serve } from '../testing/serving.ts'
import { command } from './commands.ts'
import { Controller } from './controller.ts'
import { WSRouter } from './router.ts'
import { createLlmingServer, type LlmingServer, type LlmingServerOptions } from './server.ts'

async function llming(options: LlmingServerOptions): Promise<{ server: LlmingServer; host: Host }> {
  const server = createLlmingServer({ onError: () => {}, onAudit: () => {}, ...options })
  return { server, host: await serve(server) }
}

function connect(host: Host, sessionId: string): Promise<Peer> {
  return open(`${host.url}/ws/${sessionId}`)
}

const echo = () => new WSRouter().handler('echo', { n: {} }, ({ n }) => ({ n }))

test('a frame far over a configured limit is ignored', async () => {
  const { server, host } = await llming({ router: echo(), limits: { maxMessageBytes: 200 } })
  const socket = await connect(host, server.createSession().id)
  socket.send({ type: 'echo', n: 'x'.repeat(200_000) })
  socket.send({ type: 'echo', n: 2 })
  expect(await socket.take(1)).toEqual([{ type: 'echo', n: 2 }])
})

test('a burst as large as the rate limit is served, however large that is', async () => {
  const burst = 3_000
  const { server, host } = await llming({ router: echo(), limits: { 'rateLimit.messages': burst } })
  const socket = await connect(host, server.createSession().id)
  for (let n = 0; n < burst; n++) socket.send({ type: 'echo', n })
  expect(await socket.take(burst)).toHaveLength(burst)
})

test.each([
  [
    'throws',
    () => {
      throw new Error('on purpose')
    },
  ],
  ['rejects', () => Promise.reject(new Error('on purpose'))],
])('a controller whose cleanup %s does not keep others from connecting or ending', async (_, cleanup) => {
  const errors: unknown[] = []
  class Failing extends Controller {
    override cleanup = cleanup
  }
  const { server, host } = await llming({
    router: echo(),
    parts: { Controller: Failing },
    onError: error => errors.push(error),
  })
  const session = server.createSession()
  const older = await connect(host, session.id)
  const newer = await connect(host, session.id)
  expect(await older.ended).toBe(4001)
  server.registry.end(session)
  expect(await newer.ended).toBe(1000)
  expect(errors).toHaveLength(2)
})

test('a plain request to the URL of a session is told to upgrade, and to what', async () => {
  const { server, host } = await llming({})
  const { id } = server.createSession()
  const response = await fetch(`${host.url}/ws/${id}`)
  expect(response.status).toBe(426)
  expect(response.headers.get('upgrade')).toBe('websocket')
  for (const path of ['/ws', '/ws/', `/ws/${id}/b`, '/ws/a%2Fb'])
    expect((await fetch(host.url + path)).status, path).toBe(404)
})

test('only three texts mean true', async () => {
  const flag = command('flag', {
    scope: 'global',
    method: 'GET',
    parameters: Type.Object({ on: Type.Boolean() }),
    run: ({ on }) => ({ on }),
  })
  const { host } = await llming({ commands: [flag], debug: { key: () => 'k' } })
  const on = async (text: string) => {
    const answer = await fetch(`${host.url}/debug/flag?on=${text}`, { headers: { 'x-debug-key': 'k' } })
    return answer.json()
  }
  for (const text of ['true', '1', 'yes']) expect(await on(text)).toEqual({ on: true })
  for (const text of ['TRUE', 'Yes', 'on', '0', '']) expect(await on(text)).toEqual({ on: false })
})

test('a message for an event stream has the size limit of a frame', async () => {
  const { host } = await llming({ mcp: { key: 'k' }, limits: { maxMessageBytes: 500 } })
  const headers = { 'x-mcp-key': 'k' }
  const stream = await fetch(`${host.url}/mcp/sse`, { headers })
  const reader = stream.body?.getReader()
  onTestFinished(() => reader?.cancel())
  const first = new TextDecoder().decode((await reader?.read())?.value)
  const url = host.url + /^data: (.*)$/m.exec(first)?.[1]
  const post = (padding: number) =>
    fetch(url, {
      method: 'POST',
      headers,
      body: JSON.stringify({ jsonrpc: '2.0', method: 'notifications/initialized' }).padEnd(padding),
    })
  expect((await post(500)).status).toBe(202)
  expect((await post(501)).status).toBe(413)
})

test('a command that is refused is no activity of its session', async () => {
  const named = command('named', { parameters: Type.Object({ name: Type.String() }), run: () => ({}) })
  const { server, host } = await llming({ commands: [named], debug: { key: () => 'k' } })
  const [older, newer] = [server.createSession(), server.createSession()]
  const call = (body: string) =>
    fetch(`${host.url}/debug/sessions/${older.id}/named`, {
      method: 'POST',
      body,
      headers: { 'x-debug-key': 'k' },
    })
  expect((await call('{}')).status).toBe(422)
  expect(server.registry.mostRecentlyActive()).toBe(newer)
  expect((await call('{"name":"a"}')).status).toBe(200)
  expect(server.registry.mostRecentlyActive()).toBe(older)
})
