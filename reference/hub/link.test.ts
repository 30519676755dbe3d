import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import fc from 'fast-check'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { type WebSocket, WebSocketServer } from 'ws'
import { closes } from '../../schemas/hub/closes.ts'
import { hub } from '../../schemas/hub/index.ts'
import { limits as hubLimits } from '../../schemas/hub/limits.ts'
import { defaultLimits } from '../../schemas/protocol.ts'
import { NodeSocket } from './node-socket.ts'
import { chat, clients, Surroundings, tokenOf } from './testing/links.ts'
import { World } from './testing/world.ts'

const { 'client.reconnectBaseMs': baseMs, 'client.reconnectCapMs': capMs } = defaultLimits(hubLimits)

/** Longer than any pause. */
const agesMs = 10 * capMs

/** A hub of the test's own: hands over the first socket that connects. */
async function fakeHub(): Promise<{ url: string; socket: Promise<WebSocket> }> {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 })
  onTestFinished(() => {
    for (const socket of server.clients) socket.terminate()
    server.close()
  })
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}`, socket: once(server, 'connection').then(([socket]) => socket) }
}

describe.each(Object.entries(clients))('%s', (kind, make) => {
  /** A client in surroundings of its own, on its way to the hub. */
  function start(options = {}) {
    const it = new Surroundings()
    const ends: string[] = []
    const client = make({ ...it.options(), onEnd: reason => ends.push(reason), ...options })
    client.connect()
    const close = () => ('logout' in client ? client.logout() : client.close())
    /** Whether a CHAT is handled: an agent answers it, a user interface shows it. */
    const handles = async (message = chat({ payload: `probe ${Math.random()}` })) => {
      const before = 'conversations' in client ? client.conversations.with(7).length : it.sent.length
      it.socket.receive(message)
      await it.settle()
      if (!('conversations' in client)) return it.sent.length > before
      return client.conversations.with(7).at(-1)?.payload === message.payload
    }
    return { it, client, ends, close, handles }
  }

  test('hub/connecting/client-token-in-query', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), token => {
        const { it } = start({ token, userId: 1 })
        const { origin, pathname, search, searchParams } = new URL(it.socket.url)
        expect([origin, pathname]).toEqual(['ws://hub.example', '/api/ws'])
        expect([...searchParams]).toEqual([['token', token]])
        expect(search).toMatch(/^\?token=[\w.~!'()*%-]+$/)
      }),
      { examples: [['a+b/c=d&e%20f'], ['plain'], ['#?token=x']] },
    )
    expect(start({ url: 'https://hub.example:8443' }).it.socket.url).toMatch(
      /^wss:\/\/hub\.example:8443\/api\/ws\?/,
    )
  })

  test('hub/framing/client-survives-odd-frames', async () => {
    const { it, client, handles } = start()
    it.socket.accept()
    for (const data of [
      'garbage',
      '',
      'null',
      '5',
      '[]',
      '{}',
      '{"type":',
      Buffer.from('{}'),
      new ArrayBuffer(1),
    ])
      it.socket.receiveData(data)
    expect(await handles(chat({ payload: null }))).toBe(true)
    expect(await handles(chat({ surprise: [1, { deep: true }], payload: 'p' }))).toBe(true)

    const types = Object.keys(hub.frames).map(name => name.replace(/^\w+\//, ''))
    const frame = fc.record({
      type: fc.constantFrom(...types, 7),
      sender_id: fc.constantFrom<unknown>(1, 7, '7', null),
      sender_role: fc.constantFrom<unknown>('MEMBER', 'BUTLER', null),
      target_id: fc.constantFrom<unknown>(1, 0, '1'),
      payload: fc.jsonValue(),
      stream_id: fc.constantFrom<unknown>('s', '', 5),
      local_id: fc.constantFrom<unknown>('l', 5),
      id: fc.constantFrom<unknown>(1, 'x'),
      timestamp: fc.constantFrom<unknown>('t', 5),
    })
    for (const odd of fc.sample(fc.oneof(frame, fc.jsonValue()), 500)) it.socket.receive(odd)
    await it.settle()
    expect(await handles()).toBe(true)
    expect([client.connected, it.sockets.length, it.errors]).toEqual([true, 1, []])
  })

  test('hub/framing/client-survives-odd-frames: a fragment and an empty last one', async () => {
    const { url, socket } = await fakeHub()
    let changed = () => {}
    const { client, close } = start({ url, WebSocket: NodeSocket, onChange: () => changed() })
    onTestFinished(close)
    const server = await socket
    const message = Buffer.from(JSON.stringify(chat({ payload: 'in pieces' })))
    const heard = new Promise<unknown>(resolve => {
      server.on('message', data => resolve(JSON.parse(String(data)).type))
      changed = () => resolve('conversations' in client && client.conversations.with(7)[0]?.payload)
    })
    server.send(message.subarray(0, 20), { fin: false, binary: false })
    server.send(message.subarray(20), { fin: false, binary: false })
    server.send('', { fin: true, binary: false })
    expect(await heard).toBe(kind === 'an agent' ? 'CHAT_STREAM' : 'in pieces')
  })

  test('hub/reconnecting/client-reconnects', async () => {
    const codes = Object.values(closes).filter(({ clientWill }) => clientWill === 'reconnect')
    for (const code of [1000, 1005, 1006, 1011, ...codes.map(({ code }) => code)]) {
      const { it, client, ends, handles } = start()
      it.socket.accept()
      it.socket.end(code)
      expect(client.connected).toBe(false)
      await it.clock.advance(baseMs)
      expect(it.sockets, String(code)).toHaveLength(2)
      it.socket.accept()
      expect(client.connected).toBe(true)
      expect(await handles()).toBe(true)
      expect(ends).toEqual([])
    }
  })

  test('hub/reconnecting/client-backs-off', async () => {
    const { it } = start()
    /** The pause after something that ends a connection or an attempt. */
    const pause = async (end: () => void) => {
      const [endedAt, made] = [it.clock.now(), it.sockets.length]
      end()
      await it.clock.advance(agesMs)
      expect(it.sockets).toHaveLength(made + 1)
      return (it.openedAt.at(-1) ?? 0) - endedAt
    }
    const pauses: number[] = []
    for (let n = 0; n < 10; n++) pauses.push(await pause(() => it.socket.refuse(503)))
    expect(pauses).toEqual(pauses.map((_, n) => Math.min(capMs, baseMs * 2 ** n)))
    expect(pauses.at(-1)).toBe(capMs)
    it.socket.accept()
    expect(await pause(() => it.socket.end(1006))).toBe(baseMs)
    expect(await pause(() => it.socket.end(1006))).toBe(2 * baseMs)
  })

  test('hub/reconnecting/client-stays-off', async () => {
    /** Says why a client stays off after something, or whether it comes back. */
    const outcomeOf = async (act: (one: ReturnType<typeof start>) => unknown) => {
      const one = start()
      await act(one)
      const made = one.it.sockets.length
      await one.it.clock.advance(agesMs)
      expect(one.client.connected).toBe(false)
      return one.it.sockets.length === made ? one.ends : 'comes back'
    }
    const ended = (code: number) => outcomeOf(({ it }) => [it.socket.accept(), it.socket.end(code)])
    const logsOut: ((one: ReturnType<typeof start>) => unknown)[] = [
      ({ close }) => close(),
      ({ it, close }) => [it.socket.accept(), close(), it.socket.end(1005)],
      ({ it, close }) => [it.socket.accept(), it.socket.end(1006), close()],
      ({ close }) => [close(), close()],
    ]
    for (const act of logsOut) expect(await outcomeOf(act)).toEqual(['closed'])
    expect(await outcomeOf(({ it }) => it.socket.refuse(401))).toEqual(['token refused'])
    expect(await ended(closes.tokenDead.code)).toEqual(['token refused'])
    expect(await ended(closes.superseded.code)).toEqual(['superseded'])

    expect(await ended(1006)).toBe('comes back')
    expect(await outcomeOf(({ it }) => it.socket.refuse(503))).toBe('comes back')
  })

  test('hub/reconnecting/client-stays-off: where nobody tells why a handshake failed, the hub is asked', async () => {
    const asking = async (
      answer: Surroundings['answer'],
      meanwhile = (_: ReturnType<typeof start>) => {},
    ) => {
      const one = start({ token: tokenOf(1) })
      one.it.answer = answer
      one.it.socket.refuse()
      await one.it.clock.advance(baseMs)
      meanwhile(one)
      await one.it.clock.advance(agesMs)
      expect(one.it.asked[0]?.url).toBe(`http://hub.example/api/ws?token=${tokenOf(1)}`)
      return { sockets: one.it.sockets.length, ends: one.ends }
    }
    const status = (code: number) => () => new Response('{}', { status: code })
    expect(await asking(status(401))).toEqual({ sockets: 1, ends: ['token refused'] })
    expect(await asking(status(400))).toEqual({ sockets: 2, ends: [] })
    expect(await asking(() => Promise.reject(new TypeError('fetch failed')))).toEqual({
      sockets: 2,
      ends: [],
    })

    // Whoever logs out or connects while the hub is asked does not wait for its answer.
    const late = (code: number) => {
      let tell = () => {}
      const told = new Promise<void>(resolve => {
        tell = resolve
      })
      return { answer: () => told.then(status(code)), tell }
    }
    const [out, again] = [late(400), late(401)]
    expect(await asking(out.answer, ({ close }) => [close(), out.tell()])).toEqual({
      sockets: 1,
      ends: ['closed'],
    })
    const connects = ({ client }: ReturnType<typeof start>) => [client.connect(), again.tell()]
    expect(await asking(again.answer, connects)).toEqual({ sockets: 2, ends: [] })
  })

  test('connects once, however often it is told to, and at once during a pause', async () => {
    const { it, client, close } = start()
    client.connect()
    it.socket.accept()
    client.connect()
    expect(it.sockets).toHaveLength(1)
    it.socket.end(1006)
    client.connect()
    expect(it.sockets).toHaveLength(2)
    await it.clock.advance(agesMs)
    expect(it.sockets).toHaveLength(2)
    close()
    client.connect()
    expect(it.sockets).toHaveLength(3)
  })

  test('takes nothing from a socket that it has given up', async () => {
    const { it, client, ends, close, handles } = start()
    it.socket.accept()
    const [old] = it.sockets
    close()
    client.connect()
    it.socket.accept()
    old?.receive(chat({ payload: 'from the past' }))
    old?.end(4000)
    await it.clock.advance(agesMs)
    expect([client.connected, it.sockets.length, ends]).toEqual([true, 2, ['closed']])
    expect(await handles()).toBe(true)
    if ('conversations' in client) expect(client.conversations.with(7)).toHaveLength(1)
    else expect(it.sent.filter(({ type }) => type === 'CHAT')).toHaveLength(1)
  })

  test('survives what listeners throw, and tells of it', async () => {
    const failure = new Error('of the application')
    const throwing = () => {
      throw failure
    }
    const { it, client, handles } = start({ onOpen: throwing, onEnd: throwing })
    it.socket.accept()
    expect(await handles()).toBe(true)
    it.socket.end(closes.superseded.code)
    expect(client.connected).toBe(false)
    expect(it.errors).toEqual([failure, failure])
  })

  test('needs a WebSocket class, and says so', () => {
    vi.stubGlobal('WebSocket', undefined)
    onTestFinished(() => void vi.unstubAllGlobals())
    expect(() => start({ WebSocket: undefined })).toThrow('NodeSocket')
  })

  test('hub/liveness/client-answers-ping', async () => {
    const { url, socket } = await fakeHub()
    const { close } = start({ url, WebSocket: NodeSocket })
    onTestFinished(close)
    const server = await socket
    server.ping('are you there?')
    const [payload] = await once(server, 'pong')
    expect(String(payload)).toBe('are you there?')
  })

  test('is told by the Node socket why a handshake was refused', async () => {
    const world = await World.start()
    const ended = new Promise(resolve => {
      const { close } = start({ url: world.url, WebSocket: NodeSocket, onEnd: resolve })
      onTestFinished(close)
    })
    // The token of the mock is signed by nobody.
    expect(await ended).toBe('token refused')
  })
})
