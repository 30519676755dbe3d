import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { createContext, runInContext } from 'node:vm'
import { build } from 'esbuild'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { createClient, createSessionWebSocket, type SessionError, type SessionHandlers } from './client.ts'
import { FakeService } from './testing/fake-service.ts'

const result = { type: 'result', payload: { success: true, summary: 'done' } }

async function listening(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return `127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** A service over real WebSockets, and its end of each connection. */
async function service() {
  const server = createServer()
  const sockets: WebSocket[] = []
  const wss = new WebSocketServer({ server })
  onTestFinished(() => {
    for (const socket of sockets) socket.terminate()
  })
  const waiting: (() => void)[] = []
  wss.on('connection', socket => {
    sockets.push(socket)
    for (const wake of waiting.splice(0)) wake()
  })
  /** The end of connection number `n`, once there is one. */
  const peer = async (n: number): Promise<WebSocket> => {
    while (sockets.length <= n) await new Promise<void>(resolve => waiting.push(resolve))
    return sockets[n] as WebSocket
  }
  return { url: `ws://${await listening(server)}/`, peer, sockets }
}

/** A conversation that goes with the test. */
function converse(url: string, handlers: SessionHandlers = {}, options = {}) {
  const socketClass = WebSocket as unknown as typeof globalThis.WebSocket
  const ws = createSessionWebSocket(url, handlers, { reconnectDelay: 1, ...options }, socketClass)
  onTestFinished(() => ws.disconnect())
  return ws
}

const failureOf = (promise: Promise<unknown>) =>
  promise.then(
    () => expect.fail('resolved'),
    error => error,
  )

describe('a connection', () => {
  test('ai-sessions/reconnecting/client-disconnect-closes: the service gets a close frame', async () => {
    const { url, peer } = await service()
    const ws = converse(url)
    await ws.connect()
    const closed = once(await peer(0), 'close')
    ws.disconnect()
    // 1006 would be the end of a connection without one.
    expect((await closed)[0]).toBe(1005)
  })

  test.for<[string, (peer: WebSocket) => void]>([
    ['a cut', peer => peer.terminate()],
    ['close 1011', peer => peer.close(1011)],
    ['a message that is not UTF-8', peer => peer.send(Buffer.from([0xff]), { binary: false })],
    [
      'a frame that breaks the rules',
      peer => (peer as unknown as { _socket: Socket })._socket.write('\xff\xff'),
    ],
  ])('ai-sessions/reconnecting/client-reconnects-after-loss: by %s', async ([, lose]) => {
    const { url, peer } = await service()
    const heard: unknown[] = []
    await converse(url, { onResult: message => heard.push(message) }).connect()
    lose(await peer(0))
    const second = await peer(1)
    second.send(JSON.stringify(result))
    await vi.waitFor(() => expect(heard).toEqual([result]))
  })

  test('stands what is no frame: bytes, a message without content, a very long one', async () => {
    const { url, peer, sockets } = await service()
    const [heard, errors]: [unknown[], unknown[]] = [[], []]
    const ws = converse(url, {
      onMessage: message => heard.push(message.type),
      onError: error => errors.push((error as SessionError).code),
    })
    await ws.connect()
    const server = await peer(0)
    for (const data of [Buffer.from('{}'), '', 'x'.repeat(10 * 2 ** 20)]) server.send(data)
    const long = {
      type: 'assistant',
      payload: { content: [{ type: 'text', text: 'y'.repeat(10 * 2 ** 20) }] },
    }
    for (const frame of [long, result]) server.send(JSON.stringify(frame))
    await vi.waitFor(() => expect(heard).toEqual(['assistant', 'result']))
    expect(errors).toEqual(Array(3).fill('invalid_message'))
    expect(sockets).toHaveLength(1)
  })

  test('that is closed at once for good stays closed, for each such code', async () => {
    for (const code of [1000, 4001, 4003, 4004, 4009, 4100]) {
      const { url, peer, sockets } = await service()
      const states: string[] = []
      const errors: unknown[] = []
      const ws = converse(url, {
        onConnectionChange: state => states.push(state),
        onError: error => errors.push((error as SessionError).closeCode),
      })
      void peer(0).then(socket => socket.close(code))
      await ws.connect()
      await vi.waitFor(() => expect(states).toEqual(['connecting', 'connected', 'disconnected']))
      expect(errors).toEqual(code === 1000 || code === 4100 ? [] : [code])
      // A later connection is the fence: there was no other before it.
      await converse(url).connect()
      expect(sockets).toHaveLength(2)
    }
  })
})

describe('a handshake', () => {
  test.for([200, 302, 401, 403, 404, 500])('that is answered with HTML and %s rejects', async status => {
    const server = createServer()
    server.on('upgrade', (_, socket) => {
      socket.end(
        `HTTP/1.1 ${status} No\r\nContent-Type: text/html\r\nLocation: /\r\nContent-Length: 4\r\n\r\n<p/>`,
      )
    })
    const ws = converse(`ws://${await listening(server)}/?token=secret`)
    const failure = await failureOf(ws.connect())
    expect(failure).toMatchObject({ code: 'connection_failed', closeCode: 1006 })
    expect(failure.message).toContain(String(status))
    expect(failure.message).not.toContain('secret')
    expect(ws.getState()).toBe('disconnected')
  })

  test('that is never answered, or with noise, rejects', async () => {
    for (const [hello, code] of [
      [undefined, 'timeout'],
      ['noise\r\n\r\n', 'connection_failed'],
    ] as const) {
      const peers: Socket[] = []
      const server = createTcpServer(socket => {
        peers.push(socket.on('error', () => {}))
        if (hello) socket.write(hello)
      })
      onTestFinished(() => {
        for (const socket of peers) socket.destroy()
        server.close()
      })
      server.listen(0, '127.0.0.1')
      await once(server, 'listening')
      const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}`
      const options = code === 'timeout' ? { connectTimeout: 200 } : {}
      expect(await failureOf(converse(url, {}, options).connect())).toMatchObject({ code })
    }
  })
})

describe('a request', () => {
  test('ai-sessions/liveness/client-timeout-aborts: its connection ends', async () => {
    const server = createServer()
    const baseUrl = `http://${await listening(server)}`
    const asked = once(server, 'request')
    const { clock } = new FakeService()
    const failure = failureOf(createClient({ baseUrl, token: 't', clock }).register())
    const [{ socket }] = (await asked) as [{ socket: Socket }]
    const closed = once(socket, 'close')
    await clock.advance(30_000)
    expect(await failure).toMatchObject({ error: 'timeout' })
    await closed
  })

  test('to something that does not speak HTTP, or is not there, rejects', async () => {
    const server = createTcpServer(socket => {
      socket.on('error', () => {}).end('220 mail.example\r\n', () => socket.destroy())
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const client = createClient({ baseUrl, token: 't' })
    expect(await failureOf(client.register())).toMatchObject({ error: 'network_error', status: 0 })
    server.close()
    await once(server, 'close')
    expect(await failureOf(client.register())).toMatchObject({ error: 'network_error', status: 0 })
  })
})

describe('a program', () => {
  test('ai-sessions/liveness/client-heartbeats-stop: it lives through a pause, and ends after disconnect()', async () => {
    const { url, peer } = await service()
    const script = fileURLToPath(new URL('testing/conversation-process.ts', import.meta.url))
    const ended = promisify(execFile)(process.execPath, ['--import', 'tsx', script, url])
    ;(await peer(0)).close(1011)
    ;(await peer(1)).send(JSON.stringify({ type: 'system', payload: { message: 'go' } }))
    const once = ['connecting', 'connected', 'disconnected']
    expect(JSON.parse((await ended).stdout)).toEqual([...once, ...once])
  })

  test('of a browser can load the client as it is', async () => {
    const entry = fileURLToPath(new URL('client.ts', import.meta.url))
    const { metafile, outputFiles } = await build({
      entryPoints: [entry],
      bundle: true,
      write: false,
      metafile: true,
      format: 'iife',
      globalName: 'client',
      platform: 'browser',
    })
    // Neither a package nor a module of Node: whatever is imported is a file beside it.
    const foreign = Object.keys(metafile.inputs).filter(path => !/^(reference|schemas)\//.test(path))
    expect(foreign).toEqual([])

    // The globals of a browser, and none of Node's.
    const calls: unknown[][] = []
    const world = createContext({
      URL,
      Blob,
      Response,
      ReadableStream,
      AbortController,
      setTimeout,
      clearTimeout,
      console,
      fetch(this: unknown, url: string, init: RequestInit) {
        if (this !== undefined && this !== self) throw new TypeError('Illegal invocation')
        calls.push([init.method, url, init.body instanceof Blob])
        const answer = url.endsWith('/upload')
          ? { upload_url: 'https://files.example/u', upload_id: 'u' }
          : { path: '/p' }
        return Promise.resolve(new Response(JSON.stringify(answer)))
      },
    })
    const self: unknown = runInContext('globalThis', world)
    const text = outputFiles[0]?.text ?? ''
    const path = runInContext(
      `'use strict'; ${text}
      const rest = client.createClient({ baseUrl: 'https://service.example', token: 't' })
      client.createFileTransfer(rest).uploadFile('s', new Blob(['abc']), 'a')`,
      world,
    )
    expect(await path).toBe('/p')
    expect(calls).toEqual([
      ['POST', 'https://service.example/v1/io/sessions/s/upload', false],
      ['PUT', 'https://files.example/u', true],
      ['POST', 'https://service.example/v1/io/sessions/s/upload/complete', false],
    ])
  })
})
