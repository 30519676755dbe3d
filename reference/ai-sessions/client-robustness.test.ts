import { describe, expect, test, vi } from 'vitest'
import { closes } from '../../schemas/ai-sessions/closes.ts'
import type { SessionError } from './session-error.ts'
import { FakeService, json, settled } from './testing/fake-service.ts'

/** Longer than any pause. */
const agesMs = 1_000_000

/** What a promise comes to. */
const failureOf = (promise: Promise<unknown>) =>
  promise.then(
    value => expect.fail(`resolved to ${JSON.stringify(value)}`),
    error => error,
  )

describe('a service that closes', () => {
  const givesUp = new Set<number>([1000])
  for (const { code, clientWill } of Object.values(closes)) if (clientWill === 'give up') givesUp.add(code)

  test('with any code: the client comes back, unless that is in vain, and tells why', async () => {
    const codes = [...Array(16).keys()].map(i => 1_000 + i)
    codes.push(...[...Array(1_000).keys()].map(i => 4_000 + i), 3_000, 3_999, 0, 65_535)
    const comeBack: number[] = []
    for (const code of codes) {
      const service = new FakeService()
      const errors: SessionError[] = []
      const ws = await service.connected({ onError: error => errors.push(error as SessionError) })
      service.newest.end(code, 'because')
      expect(ws.getState()).toBe('disconnected')
      await service.clock.advance(1_000)
      if (service.sockets.length > 1) comeBack.push(code)
      const isAsWished = code === 1000 || code === closes.ended.code
      expect(errors.map(({ closeCode }) => closeCode)).toEqual(isAsWished ? [] : [code])
      if (!isAsWished) expect(errors[0]?.message).toContain('because')
      ws.disconnect()
    }
    expect(comeBack).toEqual(codes.filter(code => !givesUp.has(code)))
  })

  test('a refusal has a code of its own', async () => {
    const service = new FakeService()
    const errors: SessionError[] = []
    await service.connected({ onError: error => errors.push(error as SessionError) })
    service.newest.end(closes.unauthorized.code, closes.unauthorized.reason)
    expect(errors).toMatchObject([{ code: 'connection_refused', closeCode: 4001 }])
  })

  test('at once after each opening: one connection a pause, no more', async () => {
    const service = new FakeService()
    await service.connected({}, { reconnectDelay: 100 })
    for (let i = 0; i < 50; i++) {
      service.newest.end(1011)
      await service.pass(99)
      expect(service.sockets).toHaveLength(i + 1)
      await service.pass(1)
      service.newest.accept()
    }
    expect(service.sockets).toHaveLength(51)
  })
})

describe('a service that hangs', () => {
  test('in the handshake: connect() rejects, and what comes late is not heard', async () => {
    const service = new FakeService()
    const ws = service.socket({}, { connectTimeout: 50 })
    const failure = failureOf(ws.connect())
    await service.pass(49)
    expect(ws.getState()).toBe('connecting')
    await service.pass(1)
    expect(await failure).toMatchObject({ code: 'timeout' })
    expect([ws.getState(), service.newest.readyState]).toEqual(['disconnected', 2])
    service.newest.accept()
    expect(ws.getState()).toBe('disconnected')
  })

  test('in the handshake of an attempt to come back: the next attempt follows', async () => {
    const service = new FakeService()
    const ws = await service.connected({}, { connectTimeout: 50, reconnectDelay: 10 })
    service.newest.end(1006)
    await service.pass(10 + 50 + 20)
    expect(service.sockets).toHaveLength(3)
    service.newest.accept()
    expect(ws.getState()).toBe('connected')
  })

  test('without a limit of its own the handshake has the one of a request', async () => {
    const service = new FakeService()
    const failure = failureOf(service.socket().connect())
    await service.pass(30_000)
    expect(await failure).toMatchObject({ code: 'timeout' })
  })

  test('with a fetch that cannot be aborted: the call rejects all the same', async () => {
    const service = new FakeService(() => new Promise(() => {}))
    const failure = failureOf(service.client({ timeout: 50 }).register())
    await service.pass(50)
    expect(await failure).toMatchObject({ error: 'timeout', status: 0 })
  })

  test('in the middle of an answer: the call rejects', async () => {
    const body = () => new ReadableStream({ start: controller => controller.enqueue(Buffer.from('{"sess')) })
    const service = new FakeService(() => new Response(body()))
    const failure = failureOf(service.client({ timeout: 50 }).getSession('s'))
    await service.pass(50)
    expect(await failure).toMatchObject({ error: 'timeout', status: 0 })
  })

  test('over a session that never starts: the wait ends', async () => {
    const service = new FakeService(() => json({ session: { id: 's', status: 'pending' } }))
    const failure = failureOf(service.client().waitForSession('s'))
    for (let i = 0; i < 121; i++) await service.pass(1_000)
    expect((await failure).message).toContain('pending')
  })
})

describe('a service that answers what is no answer', () => {
  const html = (status: number) =>
    new Response('<!doctype html><title>Hello</title>', {
      status,
      headers: { 'Content-Type': 'text/html' },
    })

  test.for([200, 201])('HTML with %s rejects', async status => {
    const service = new FakeService(() => html(status))
    expect(await failureOf(service.client().getSession('s'))).toMatchObject({
      error: 'invalid_response',
      status,
    })
  })

  test('HTML with 502 is repeated, and rejects at last', async () => {
    const service = new FakeService(() => html(502))
    const failure = failureOf(service.client().getSession('s'))
    for (let i = 0; i < 5; i++) await service.pass(30_000)
    expect(await failure).toMatchObject({ error: 'http_error', status: 502 })
    expect(service.asked).toHaveLength(4)
  })

  test.for(['', 'null', '5', '[]', '"text"', '{"a":'])(
    'a success of %j where an object is due',
    async body => {
      const service = new FakeService(() => new Response(body))
      expect(await failureOf(service.client().getSession('s'))).toMatchObject({
        error: 'invalid_response',
        status: 200,
      })
      // Where the protocol leaves the answer open, no JSON is no answer either, but nothing at all is one.
      const open = service.client().deleteProfile('p')
      if (body === '{"a":') expect(await failureOf(open)).toMatchObject({ error: 'invalid_response' })
      else expect(await open).toEqual(body === '' ? undefined : JSON.parse(body))
    },
  )

  test.for<[string, object]>([
    ['null', { error: 'http_error' }],
    ['[]', { error: 'http_error' }],
    ['{"error":5,"message":{}}', { error: 'http_error' }],
    ['{"error":"","message":""}', { error: 'http_error' }],
    ['{"error":"odd"}', { error: 'odd' }],
  ])('an error body of %s', async ([body, expected]) => {
    const service = new FakeService(() => new Response(body, { status: 400 }))
    const failure = await failureOf(service.client().register())
    expect(failure).toMatchObject({ ...expected, status: 400 })
    expect(failure.message).toContain('400')
  })
})

describe('an application that errs', () => {
  test.for(['', '.', '..', '\ud800'])('an id of %j asks for nothing', async id => {
    const service = new FakeService()
    const client = service.client()
    for (const call of [
      () => client.getSession(id),
      () => client.terminateSession(id),
      () => client.deleteProfile(id),
      () => client.notifyUploadComplete(id, 'u'),
    ])
      expect(await failureOf(call())).toBeInstanceOf(TypeError)
    expect(() => client.getWebSocketURL(id)).toThrow(TypeError)
    expect(service.asked).toEqual([])
  })

  test('a body that JSON cannot hold asks for nothing', async () => {
    const service = new FakeService()
    const failure = await failureOf(service.client().createSession({ max_budget_usd: Number.NaN }))
    expect(failure).toBeInstanceOf(TypeError)
    expect(service.asked).toEqual([])
  })

  test('options that make no sense are refused', () => {
    const service = new FakeService()
    for (const timeout of [0, -1, Number.NaN, 2 ** 31, Number.POSITIVE_INFINITY])
      expect(() => service.client({ timeout })).toThrow(RangeError)
    for (const retry of [
      { maxRetries: -1 },
      { maxRetries: 0.5 },
      { retryDelay: -1 },
      { retryDelay: 2 ** 31 },
    ])
      expect(() => service.client({ retry })).toThrow(RangeError)
    for (const options of [
      { heartbeatInterval: 0 },
      { heartbeatInterval: Number.NaN },
      { reconnectDelay: -1 },
      { maxReconnectAttempts: -1 },
      { maxReconnectAttempts: Number.NaN },
      { connectTimeout: 0 },
    ])
      expect(() => service.socket({}, options)).toThrow(RangeError)
    for (const baseUrl of ['', 'service.example', 'ftp://service.example', 'javascript:alert(1)'])
      expect(() => service.client({ baseUrl })).toThrow(TypeError)
    for (const token of ['', 'two words', 'line\nbreak'])
      expect(() => service.client({ token })).toThrow(TypeError)
    const { timeout, retry, baseUrl, token } = {
      timeout: undefined,
      retry: {},
      baseUrl: 'http://h',
      token: 't',
    }
    service.client({ timeout, retry, baseUrl, token })
    service.socket({}, { maxReconnectAttempts: Number.POSITIVE_INFINITY, heartbeatInterval: undefined })
  })

  test('what is sent on a connection that is closing is reported', async () => {
    const service = new FakeService()
    const ws = await service.connected({}, { heartbeatInterval: 10 })
    service.newest.readyState = 2
    expect(() => ws.sendPrompt('lost')).toThrow('not connected')
    // A heartbeat that falls due now is nobody's fault.
    await service.pass(10)
    expect(service.newest.sent).toEqual([])
  })

  test('handlers that fail later, or fail without onError, are heard of', async () => {
    const heard = vi.spyOn(console, 'error').mockImplementation(() => {})
    const [now, later] = [new Error('now'), new Error('later')]
    const service = new FakeService()
    const handlers = {
      onMessage() {
        throw now
      },
      onAssistant: (() => Promise.reject(later)) as () => void,
    }
    await service.connected(handlers)
    service.newest.receive({ type: 'assistant', payload: { content: [] } })
    await settled()
    expect(heard.mock.calls).toEqual([[now], [later]])
    heard.mockRestore()
  })
})

describe('handlers that act', () => {
  test('connect() during an attempt to come back waits for that attempt', async () => {
    const service = new FakeService()
    const ws = await service.connected({}, { reconnectDelay: 10 })
    service.newest.end(1006)
    await service.pass(10)
    const connecting = ws.connect()
    expect(service.sockets).toHaveLength(2)
    service.newest.accept()
    await connecting
    expect(ws.getState()).toBe('connected')
  })

  test('connect() during a pause connects at once, and a failure does not end the attempts', async () => {
    const service = new FakeService()
    const ws = await service.connected({}, { reconnectDelay: 100 })
    service.newest.end(1006)
    const failure = failureOf(ws.connect())
    expect(service.sockets).toHaveLength(2)
    service.newest.refuse()
    await failure
    await service.pass(100)
    expect(service.sockets).toHaveLength(3)
  })

  test('connect() after the end of a session begins anew, and comes back again', async () => {
    const service = new FakeService()
    const ws = await service.connected({}, { reconnectDelay: 10 })
    service.newest.receive({ type: 'session_end', payload: { reason: 'completed' } })
    service.newest.end(4100)
    const connecting = ws.connect()
    service.newest.accept()
    await connecting
    service.newest.end(1006)
    await service.pass(10)
    expect(service.sockets).toHaveLength(3)
  })

  test('disconnect() on hearing of a loss is final', async () => {
    const service = new FakeService()
    const ws = await service.connected({ onConnectionChange: state => state === 'disconnected' && off() })
    const off = () => ws.disconnect()
    service.newest.end(1006)
    await service.pass(agesMs)
    expect(service.sockets).toHaveLength(1)
  })

  test('connect() on hearing of a loss makes one connection', async () => {
    const service = new FakeService()
    const ws = await service.connected({ onConnectionChange: state => state === 'disconnected' && again() })
    const again = () => void ws.connect()
    service.newest.end(1006)
    service.newest.accept()
    await service.pass(agesMs)
    expect(service.sockets).toHaveLength(2)
    expect(ws.getState()).toBe('connected')
  })

  test('disconnect() on hearing of an attempt opens nothing', async () => {
    const service = new FakeService()
    const ws = service.socket({ onConnectionChange: state => state === 'connecting' && ws.disconnect() })
    expect(await failureOf(ws.connect())).toMatchObject({ code: 'disconnected' })
    expect(service.sockets).toHaveLength(0)
    expect(ws.getState()).toBe('disconnected')
  })

  test('disconnect() while connecting rejects, and nothing is heard of that socket', async () => {
    const service = new FakeService()
    const states: string[] = []
    const ws = service.socket({ onConnectionChange: state => states.push(state) })
    const failure = failureOf(ws.connect())
    ws.disconnect()
    expect(await failure).toMatchObject({ code: 'disconnected' })
    service.newest.accept()
    service.newest.end(1006)
    expect(states).toEqual(['connecting', 'disconnected'])
  })

  test('what comes late on an old socket does not reach the new one', async () => {
    const service = new FakeService()
    const seen: unknown[] = []
    const ws = await service.connected({ onMessage: message => seen.push(message) })
    const [old] = service.sockets
    ws.disconnect()
    const connecting = ws.connect()
    service.newest.accept()
    await connecting
    old?.receive({ type: 'assistant', payload: { content: [] } })
    old?.end(4001)
    expect([ws.getState(), seen, service.sockets.length]).toEqual(['connected', [], 2])
  })
})

describe('frames that are not as their types say', () => {
  test('a text of the agent is a block; other results of tools are text', async () => {
    const service = new FakeService()
    const [said, got]: [unknown[], unknown[]] = [[], []]
    await service.connected({
      onAssistant: ({ payload }) => said.push(payload.content),
      onToolResult: ({ payload }) => got.push(payload.content),
    })
    const results = [
      'as is',
      [
        { type: 'text', text: 'a' },
        { type: 'text', text: 'b' },
      ],
      { rows: 2 },
      [1],
    ]
    service.newest.receive({ type: 'assistant', payload: { content: 'hello' } })
    for (const content of results)
      service.newest.receive({ type: 'tool_result', payload: { tool_use_id: 't', content } })
    expect(said).toEqual([[{ type: 'text', text: 'hello' }]])
    expect(got).toEqual(['as is', 'a\nb', '{"rows":2}', '[1]'])
  })

  test('what cannot be taken as its type goes to onMessage and onError', async () => {
    const service = new FakeService()
    const [all, typed, errors]: [unknown[], unknown[], unknown[]] = [[], [], []]
    await service.connected({
      onMessage: message => all.push(message),
      onAssistant: message => typed.push(message),
      onResult: message => typed.push(message),
      onError: error => errors.push((error as SessionError).code),
    })
    const odd = [
      { type: 'assistant' },
      { type: 'assistant', payload: {} },
      { type: 'assistant', payload: { content: 5 } },
      { type: 'result', payload: 'text' },
      { type: 'result', payload: null },
    ]
    service.newest.receive(...odd)
    expect([all, typed, errors]).toEqual([odd, [], odd.map(() => 'invalid_message')])
  })
})

test('the token in the URL of a WebSocket stays out of errors', async () => {
  const service = new FakeService()
  const errors: unknown[] = []
  for (const url of ['no url?token=secret', 'http://h/?token=secret', 'ws://h/?token=secret#x'])
    try {
      service.socket({}, {}, url)
      errors.push('taken')
    } catch (error) {
      errors.push(String(error))
    }
  expect(errors).toEqual(Array(3).fill(expect.stringMatching(/^TypeError: (?!.*secret)/)))
})
