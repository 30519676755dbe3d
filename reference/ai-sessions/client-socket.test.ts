import { describe, expect, test } from 'vitest'
import WebSocket, { WebSocketServer } from 'ws'
import { createSessionWebSocket, SessionError, type SessionHandlers } from './session-socket.ts'
import { FakeService, settled } from './testing/fake-service.ts'

const payloads: Record<string, object> = {
  assistant: { content: [{ type: 'text', text: 'a' }] },
  tool_use: { id: 't', name: 'Read', input: {} },
  tool_result: { tool_use_id: 't', content: 'c' },
  user: { text: 'u' },
  system: { message: 's' },
  result: { success: true, summary: 'r' },
  session_end: { reason: 'done' },
}
const frame = (type: string) => ({ type, timestamp: '2026-01-05T09:00:00Z', payload: payloads[type] ?? {} })
const handlerNames = {
  assistant: 'onAssistant',
  tool_use: 'onToolUse',
  tool_result: 'onToolResult',
  user: 'onUser',
  system: 'onSystem',
  result: 'onResult',
  session_end: 'onSessionEnd',
} as const

/** Handlers that keep what they are called with, by their names. */
function recorder() {
  const calls: [string, unknown][] = []
  const names = ['onMessage', 'onError', 'onConnectionChange', ...Object.values(handlerNames)]
  const handlers = Object.fromEntries(
    names.map(name => [name, (value: unknown) => calls.push([name, value])]),
  )
  const of = (name: string) => calls.filter(([each]) => each === name).map(([, value]) => value)
  return { handlers: handlers as SessionHandlers, calls, of }
}

describe('opening', () => {
  test('ai-sessions/connecting/client-connect-resolves', async () => {
    const service = new FakeService()
    const ws = service.socket()
    let open = false
    const connecting = ws.connect().then(() => {
      open = true
    })
    await settled()
    expect(open).toBe(false)
    service.newest.accept()
    await connecting
    expect(open).toBe(true)
  })

  test('ai-sessions/connecting/client-states-reported', async () => {
    const service = new FakeService()
    const { handlers, of } = recorder()
    const ws = service.socket(handlers)
    expect(ws.getState()).toBe('disconnected')
    const connecting = ws.connect()
    expect(ws.getState()).toBe('connecting')
    service.newest.accept()
    await connecting
    expect(ws.getState()).toBe('connected')
    ws.disconnect()
    expect(of('onConnectionChange')).toEqual(['connecting', 'connected', 'disconnected'])
  })

  test('ai-sessions/connecting/client-custom-websocket-used', async () => {
    const service = new FakeService()
    await service.connected()
    expect(service.newest.url).toBe('wss://service.example/v1/sessions/s/ws?token=t')
  })

  test('without a WebSocket class there is a clear error', () => {
    const { WebSocket: kept } = globalThis
    try {
      Object.assign(globalThis, { WebSocket: undefined })
      expect(() => createSessionWebSocket('ws://service.example')).toThrow('fourth argument')
    } finally {
      Object.assign(globalThis, { WebSocket: kept })
    }
  })

  test('ai-sessions/connecting/client-send-before-open-reported', async () => {
    const service = new FakeService()
    const ws = service.socket()
    expect(() => ws.sendPrompt('hi')).toThrow('not connected')
    const connecting = ws.connect()
    expect(() => ws.sendPrompt('hi')).toThrow('not connected')
    service.newest.accept()
    await connecting
    ws.sendPrompt('hi')
    expect(service.newest.sent).toHaveLength(1)
  })

  test('a first connection that fails rejects, and is not tried again', async () => {
    const service = new FakeService()
    const connecting = service.socket().connect()
    service.newest.refuse()
    await expect(connecting).rejects.toThrow('1006')
    await service.pass(100_000)
    expect(service.sockets).toHaveLength(1)
  })

  test('whoever connects twice waits for the same connection', async () => {
    const service = new FakeService()
    const ws = service.socket()
    const both = Promise.all([ws.connect(), ws.connect()])
    service.newest.accept()
    await both
    await ws.connect()
    expect(service.sockets).toHaveLength(1)
  })
})

describe('frames', () => {
  test('ai-sessions/framing/client-frames-sent', async () => {
    const service = new FakeService()
    const ws = await service.connected()
    const upload = { request_id: 'r', filename: 'a', content_type: 'b', size: 1 }
    const notice = { request_id: 'r', filename: 'a', path: '/p' }
    const download = { request_id: 'r', path: '/p' }
    ws.sendPrompt('hi')
    ws.sendInterrupt()
    ws.sendHeartbeat()
    ws.requestUpload(upload)
    ws.notifyUploadComplete(notice)
    ws.requestDownload(download)
    expect(service.newest.sent).toEqual([
      { type: 'prompt', payload: { text: 'hi' } },
      { type: 'interrupt' },
      { type: 'heartbeat' },
      { type: 'upload_request', payload: upload },
      { type: 'upload_complete', payload: notice },
      { type: 'download_request', payload: download },
    ])
  })

  test.for(Object.entries(handlerNames))(
    'ai-sessions/routing/client-handlers-called: %s',
    async ([type, name]) => {
      const service = new FakeService()
      const { handlers, of } = recorder()
      await service.connected(handlers)
      service.newest.receive(frame(type))
      expect(of(name)).toEqual([frame(type)])
    },
  )

  test('ai-sessions/routing/client-on-message-for-all', async () => {
    const service = new FakeService()
    const { handlers, of } = recorder()
    await service.connected(handlers)
    const all = [...Object.keys(payloads), 'error', 'upload_url', 'brand_new'].map(frame)
    service.newest.receive(...all)
    expect(of('onMessage')).toEqual(all)
  })

  test('ai-sessions/routing/client-unknown-type-no-other-handler', async () => {
    const service = new FakeService()
    const { handlers, calls } = recorder()
    await service.connected(handlers)
    calls.length = 0
    service.newest.receive(frame('brand_new'), frame('constructor'))
    expect(calls.map(([name]) => name)).toEqual(['onMessage', 'onMessage'])
  })

  test('ai-sessions/routing/client-error-frame-to-on-error', async () => {
    const service = new FakeService()
    const { handlers, of } = recorder()
    await service.connected(handlers)
    service.newest.receive(
      { type: 'error', payload: { code: 'rate_limited', message: 'slow down' } },
      frame('assistant'),
    )
    const [error, ...others] = of('onError') as SessionError[]
    expect(others).toEqual([])
    expect(error).toBeInstanceOf(SessionError)
    expect(error).toMatchObject({ code: 'rate_limited', payload: { message: 'slow down' } })
  })

  test('ai-sessions/routing/client-missing-handler-harmless', async () => {
    const service = new FakeService()
    const results: unknown[] = []
    await service.connected({ onResult: message => results.push(message) })
    service.newest.receive(frame('assistant'), { type: 'error' }, frame('result'))
    expect(results).toHaveLength(1)
  })

  test('ai-sessions/framing/client-survives-bad-messages', async () => {
    const service = new FakeService()
    const { handlers, of } = recorder()
    const ws = await service.connected(handlers)
    for (const bad of ['not json', '[]', '5', 'null', '{}', new ArrayBuffer(2)])
      service.newest.receiveData(bad)
    expect(of('onError')).toHaveLength(6)
    service.newest.receive(frame('assistant'))
    expect(of('onAssistant')).toHaveLength(1)
    expect(ws.getState()).toBe('connected')
  })

  test('a handler that fails stops nothing', async () => {
    const service = new FakeService()
    const errors: unknown[] = []
    const results: unknown[] = []
    await service.connected({
      onMessage() {
        throw new Error('mine')
      },
      onResult: message => results.push(message),
      onError: error => errors.push(error.message),
    })
    service.newest.receive(frame('result'))
    expect(errors).toEqual(['mine'])
    expect(results).toHaveLength(1)
  })

  test('ai-sessions/reconnecting/client-survives-repeats', async () => {
    const service = new FakeService()
    const { handlers, of } = recorder()
    const ws = await service.connected(handlers)
    service.newest.receive(frame('assistant'), frame('assistant'), frame('result'))
    expect(of('onResult')).toHaveLength(1)
    service.newest.receive(frame('session_end'), frame('session_end'))
    service.newest.end(4100)
    expect(ws.getState()).toBe('disconnected')
  })
})

describe('coming back', () => {
  test.for([1001, 1006, 1011, 4101, 4500])(
    'ai-sessions/reconnecting/client-reconnects-after-loss: %s',
    async code => {
      const service = new FakeService()
      await service.connected({}, { reconnectDelay: 30 })
      service.newest.end(code)
      await service.pass(30)
      expect(service.sockets.map(({ url }) => url)).toEqual(Array(2).fill(service.newest.url))
    },
  )

  test('ai-sessions/reconnecting/client-reconnect-off', async () => {
    const service = new FakeService()
    const ws = await service.connected({}, { autoReconnect: false })
    service.newest.end(1006)
    await service.pass(100_000)
    expect(service.sockets).toHaveLength(1)
    expect(ws.getState()).toBe('disconnected')
  })

  test('ai-sessions/reconnecting/client-first-delay', async () => {
    const service = new FakeService()
    await service.connected({}, { reconnectDelay: 50 })
    service.newest.end(1006)
    await service.pass(49)
    expect(service.sockets).toHaveLength(1)
    await service.pass(1)
    expect(service.sockets).toHaveLength(2)
  })

  test('ai-sessions/reconnecting/client-attempts-limited', async () => {
    const service = new FakeService()
    const ws = await service.connected({}, { reconnectDelay: 10, maxReconnectAttempts: 5 })
    service.newest.end(1006)
    for (let i = 0; i < 10; i++) {
      await service.pass(1_000)
      if (service.newest.readyState === 0) service.newest.refuse()
    }
    expect(service.sockets).toHaveLength(6)
    expect(ws.getState()).toBe('disconnected')
  })

  test('ai-sessions/reconnecting/client-attempts-reset', async () => {
    const service = new FakeService()
    const ws = await service.connected({}, { reconnectDelay: 10, maxReconnectAttempts: 4 })
    for (let round = 0; round < 2; round++) {
      service.newest.end(1006)
      for (let i = 0; i < 3; i++) {
        await service.pass(1_000)
        service.newest.refuse()
      }
      await service.pass(1_000)
      service.newest.accept()
      expect(ws.getState()).toBe('connected')
    }
  })

  test('ai-sessions/reconnecting/client-disconnect-closes', async () => {
    const service = new FakeService()
    const { handlers, of } = recorder()
    const ws = await service.connected(handlers)
    ws.disconnect()
    expect(service.newest.readyState).toBe(2)
    expect(ws.getState()).toBe('disconnected')
    expect(of('onConnectionChange').at(-1)).toBe('disconnected')
  })

  test('ai-sessions/reconnecting/client-disconnect-final', async () => {
    const service = new FakeService()
    const ws = await service.connected()
    ws.disconnect()
    service.newest.end(1006)
    await service.pass(100_000)
    expect(service.sockets).toHaveLength(1)
  })

  test('ai-sessions/reconnecting/client-disconnect-cancels-pending', async () => {
    const service = new FakeService()
    const ws = await service.connected({}, { reconnectDelay: 200 })
    service.newest.end(1006)
    await service.pass(50)
    ws.disconnect()
    await service.pass(100_000)
    expect(service.sockets).toHaveLength(1)
  })

  test.for(['session_end', 'close 4100'])(
    'ai-sessions/reconnecting/client-stays-off-after-end: %s',
    async how => {
      const service = new FakeService()
      await service.connected()
      if (how === 'session_end') service.newest.receive(frame('session_end'))
      service.newest.end(how === 'session_end' ? 1006 : 4100)
      await service.pass(100_000)
      expect(service.sockets).toHaveLength(1)
    },
  )

  test.for([4001, 4003, 4004, 4009])(
    'ai-sessions/reconnecting/client-stays-off-after-refusal: %s',
    async code => {
      const service = new FakeService()
      await service.connected()
      service.newest.end(code)
      await service.pass(100_000)
      expect(service.sockets).toHaveLength(1)
    },
  )

  test('ai-sessions/reconnecting/client-replay-dispatched', async () => {
    const service = new FakeService()
    const { handlers, calls } = recorder()
    await service.connected(handlers)
    service.newest.end(1006)
    await service.pass(1_000)
    service.newest.accept()
    calls.length = 0
    service.newest.receive(frame('assistant'), frame('tool_use'), frame('result'))
    const names = calls.map(([name]) => name).filter(name => name !== 'onMessage')
    expect(names).toEqual(['onAssistant', 'onToolUse', 'onResult'])
  })

  test('ai-sessions/reconnecting/client-websocket-defaults', async () => {
    const service = new FakeService()
    await service.connected()
    await service.pass(29_999)
    expect(service.newest.sent).toEqual([])
    await service.pass(1)
    expect(service.newest.sent).toEqual([{ type: 'heartbeat' }])
    service.newest.end(1006)
    await service.pass(999)
    expect(service.sockets).toHaveLength(1)
    await service.pass(1)
    expect(service.sockets).toHaveLength(2)
    for (let i = 0; i < 10; i++) {
      if (service.newest.readyState === 0) service.newest.refuse()
      await service.pass(30_000)
    }
    expect(service.sockets).toHaveLength(6)
  })
})

describe('signs of life', () => {
  test('ai-sessions/liveness/client-heartbeats-sent', async () => {
    const service = new FakeService()
    await service.connected({}, { heartbeatInterval: 30 })
    await service.pass(600)
    expect(service.newest.sent).toEqual(Array(20).fill({ type: 'heartbeat' }))
  })

  test('ai-sessions/liveness/client-heartbeats-stop', async () => {
    const service = new FakeService()
    const ws = await service.connected({}, { heartbeatInterval: 30 })
    await service.pass(30)
    ws.disconnect()
    await service.pass(600)
    expect(service.newest.sent).toHaveLength(1)
  })

  test('ai-sessions/liveness/client-answers-ping', async ({ onTestFinished }) => {
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
    onTestFinished(() => void server.close())
    const pong = new Promise<string>(resolve => {
      server.on('connection', socket => {
        socket.on('pong', data => resolve(String(data)))
        socket.ping('payload')
      })
    })
    await new Promise(resolve => server.once('listening', resolve))
    const { port } = server.address() as { port: number }
    const ws = createSessionWebSocket(
      `ws://127.0.0.1:${port}`,
      {},
      {},
      WebSocket as unknown as typeof globalThis.WebSocket,
    )
    await ws.connect()
    expect(await pong).toBe('payload')
    ws.disconnect()
  })
})
