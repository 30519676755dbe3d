import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { boundaries } from '../../schemas/boundaries.ts'
import { isJsonObject, type JsonObject } from '../../schemas/json.ts'
import { llming } from '../../schemas/llming/index.ts'
import { type Host, listen } from '../core/node-host.ts'
import { cases, casesOf, testOperations } from '../testing/boundary-cases.ts'
import { createFixture } from './fixture.ts'
import { WSRouter } from './router.ts'
import { createLlmingServer, type LlmingServer } from './server.ts'

const { frames, formats, operations } = llming

let server: LlmingServer
let host: Host
let socket: WebSocket

beforeAll(async () => {
  const requests = boundaries(frames.request.schema).filter(({ valid }) => valid)
  const router = new WSRouter().handler('fence', {}, () => ({}))
  for (const { value } of requests)
    router.handler(String((value as JsonObject).type), {}, () => ({ ok: true }))
  server = createLlmingServer({ router, limits: { 'rateLimit.messages': 1_000_000 }, onError: () => {} })
  host = await listen([server])
  socket = new WebSocket(`${host.url}/ws/${server.createSession().id}`.replace('http', 'ws'))
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject))
})

afterAll(async () => {
  socket.terminate()
  await host.close()
})

/** What comes back for a frame. A request behind it, which is answered in any case, ends the wait. */
function answersTo(value: unknown): Promise<JsonObject[]> {
  const answers: JsonObject[] = []
  return new Promise((resolve, reject) => {
    const read = (data: unknown) => {
      const answer = JSON.parse(String(data)) as JsonObject
      if (answer.type !== 'fence') return void answers.push(answer)
      socket.off('message', read).off('close', ended)
      resolve(answers)
    }
    const ended = (code: number) => reject(new Error(`the connection was closed with ${code}`))
    socket.on('message', read).once('close', ended)
    socket.send(JSON.stringify(value))
    socket.send('{"type":"fence"}')
  })
}

// What is refused is ignored, and the connection stays open: see the section "framing" of the page.
describe('a heartbeat', () => {
  test.each(casesOf(frames.heartbeat.schema))('%s', async (_, { valid, value }) => {
    const acks = (await answersTo(value)).filter(({ type }) => type === 'heartbeat_ack')
    expect(acks).toEqual(valid ? [{ type: 'heartbeat_ack' }] : [])
  })
})

describe('a request', () => {
  test.each(casesOf(frames.request.schema))('%s', async (_, { valid, value }) => {
    const { type } = (value ?? {}) as JsonObject
    const id = isJsonObject(value) && '_req_id' in value ? { _req_id: value._req_id } : {}
    expect(await answersTo(value)).toEqual(valid ? [{ type, ok: true, ...id }] : [])
  })
})

describe('a session id', () => {
  // Whatever is no text is out of the question already.
  const texts = boundaries(formats.sessionId).filter(({ value }) => typeof value === 'string')

  test.each(cases(texts))('%s', (_, { valid, value }) => {
    const create = () => server.createSession({ id: value as string })
    if (valid) expect(create().id).toBe(value)
    else expect(create).toThrow('cannot be a session id')
  })
})

testOperations(operations, createFixture)
