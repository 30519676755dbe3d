import { EventEmitter, once } from 'node:events'
import type { AddressInfo } from 'node:net'
import fc from 'fast-check'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { WebSocketServer, WebSocket as WsSocket } from 'ws'
import { limits } from '../../schemas/llming/limits.ts'
import { defaultLimits } from '../../schemas/protocol.ts'
import { MockSocket } from '../testing/mock-socket.ts'
import type { ClientEnvironment, ClientOptions, DocumentLike, ElementLike } from './client.ts'
import { LlmingWebSocket } from './client.ts'

const URL = 'ws://localhost:8001/ws/my-session?x=1'
const HEARTBEAT = { type: 'heartbeat' }
const ACK = { type: 'heartbeat_ack' }
/** No wait for a reconnect is longer. */
const LONGEST_WAIT_MS = 5_000
/** Silence that counts as "nothing more comes". */
const SETTLE_MS = 300

/** Time that only `advance` moves. `rearm`: whether a repeating timer is queued anew before its callback. */
class FakeClock {
  now = 0
  #lastTimer = 0
  readonly #due = new Map<number, { at: number; run: () => void }>()

  readonly #rearm: 'before' | 'after'

  constructor(rearm: 'before' | 'after' = 'before') {
    this.#rearm = rearm
  }

  readonly setTimeout = (run: () => void, ms: number): number => this.#add(++this.#lastTimer, run, ms)

  readonly setInterval = (run: () => void, ms: number): number => {
    const timer = ++this.#lastTimer
    const repeat = () => {
      if (this.#rearm === 'before') this.#add(timer, repeat, ms)
      run()
      if (this.#rearm === 'after') this.#add(timer, repeat, ms)
    }
    return this.#add(timer, repeat, ms)
  }

  readonly clearTimeout = (timer: unknown): void => void this.#due.delete(timer as number)
  readonly clearInterval = this.clearTimeout

  get pending(): number {
    return this.#due.size
  }

  advance(ms: number): void {
    const end = this.now + ms
    for (let fired = 0; ; fired++) {
      if (fired > 10_000) throw new Error('timers without end')
      let next: [number, { at: number; run: () => void }] | undefined
      for (const entry of this.#due)
        if (entry[1].at <= end && (!next || entry[1].at < next[1].at)) next = entry
      if (!next) break
      this.now = next[1].at
      this.#due.delete(next[0])
      next[1].run()
    }
    this.now = end
  }

  #add(timer: number, run: () => void, ms: number): number {
    this.#due.set(timer, { at: this.now + ms, run })
    return timer
  }
}

/** A page with a body, just enough for the banner. */
class MockDocument implements DocumentLike {
  readonly elements: ElementLike[] = []
  readonly body = { appendChild: (element: ElementLike) => this.elements.push(element) }
  created = 0

  createElement(): ElementLike {
    this.created++
    return { id: '', role: null, textContent: null, style: { cssText: '', display: '' } }
  }

  getElementById(id: string): ElementLike | null {
    return this.elements.find(element => element.id === id) ?? null
  }

  /** What the user sees, if anything. */
  get banner(): string | null {
    const element = this.getElementById('llming-reconnect-banner')
    return element && element.style.display !== 'none' ? element.textContent : null
  }
}

const CALLBACKS = [
  'onMessage',
  'onOpen',
  'onClose',
  'onError',
  'onReconnecting',
  'onReconnected',
  'onSessionLost',
  'onConnectionWarning',
  'onConnectionRestored',
] as const

/** A client in a world of its own. `acks`: the server answers heartbeats, one millisecond later. */
function world(options: ClientOptions = {}, { acks = true, clock = new FakeClock() } = {}) {
  const sockets: MockSocket[] = []
  const calls: [name: string, ...args: unknown[]][] = []
  const errors: unknown[] = []
  const server = { acks }
  const answer = (message: unknown, socket: MockSocket) => {
    if (server.acks && (message as { type?: unknown })?.type === 'heartbeat')
      clock.setTimeout(() => socket.receive(ACK), 1)
  }
  const environment: ClientEnvironment = {
    WebSocket: class extends MockSocket {
      constructor(url: string) {
        super(url, answer)
        sockets.push(this)
      }
    },
    setTimeout: clock.setTimeout,
    clearTimeout: clock.clearTimeout,
    log: (_message, error) => errors.push(error),
    ...options.environment,
  }
  const recorded = Object.fromEntries(
    CALLBACKS.map(name => [
      name,
      (...args: unknown[]) => {
        calls.push([name, ...args])
        return (options[name] as ((...args: unknown[]) => unknown) | undefined)?.(...args)
      },
    ]),
  )
  const client = new LlmingWebSocket(URL, { ...options, ...recorded, environment })
  /** The newest socket. */
  const socket = () => sockets.at(-1) ?? expect.fail('no socket')
  return {
    client,
    clock,
    server,
    sockets,
    socket,
    errors,
    calls,
    names: () => calls.map(([name]) => name),
    /** The first argument of each call of a callback. */
    args: (name: (typeof CALLBACKS)[number]) => calls.filter(call => call[0] === name).map(call => call[1]),
    count: (name: (typeof CALLBACKS)[number]) => calls.filter(call => call[0] === name).length,
    start: () => {
      client.connect()
      socket().accept()
    },
    /** Ends up to `times` connections, one after the other, each as soon as it is begun. */
    fail: (times: number, code = 1011) => {
      for (let i = 0; i < times && socket().readyState < 2; i++) {
        socket().end(code)
        clock.advance(LONGEST_WAIT_MS)
      }
    },
  }
}

const attempts = (infos: unknown[]) => infos.map(info => (info as { attempt: number }).attempt)
const delays = (infos: unknown[]) => infos.map(info => (info as { delay: number }).delay)
const circular: Record<string, unknown> = {}
circular.self = circular

afterEach(() => {
  vi.unstubAllGlobals()
  vi.restoreAllMocks()
})

describe('connecting', () => {
  test('llming/connecting/client-opens-on-connect', () => {
    const { client, clock, sockets, socket } = world()
    clock.advance(SETTLE_MS)
    expect(sockets).toEqual([])
    client.connect()
    expect(sockets.map(({ url }) => url)).toEqual([URL])

    socket().accept()
    socket().end(1006)
    clock.advance(LONGEST_WAIT_MS)
    expect(sockets.map(({ url }) => url)).toEqual([URL, URL])
  })

  test('llming/connecting/client-reports-open', () => {
    const { client, clock, socket, count } = world()
    expect(client.connected).toBe(false)
    client.connect()
    expect(client.connected).toBe(false)
    socket().accept()
    expect(client.connected).toBe(true)
    expect(count('onOpen')).toBe(1)
    socket().readyState = 2
    expect(client.connected).toBe(false)
    socket().end(1011)
    expect(client.connected).toBe(false)
    clock.advance(LONGEST_WAIT_MS)
    expect(client.connected).toBe(false)
    socket().accept()
    expect(client.connected).toBe(true)
    expect(count('onOpen')).toBe(2)
    client.close()
    expect(client.connected).toBe(false)
    socket().end(1005)
    expect(client.connected).toBe(false)
    expect(count('onOpen')).toBe(2)
  })

  test('llming/connecting/client-offline-noop', () => {
    const use = (offline: boolean) => {
      const it = world({ offline })
      it.client.connect()
      it.client.send({ type: 'early' })
      it.client.send(circular)
      it.sockets[0]?.accept()
      it.clock.advance(SETTLE_MS)
      return it
    }
    const away = use(true)
    expect(away.sockets).toEqual([])
    expect(away.calls).toEqual([])
    expect(away.errors).toEqual([])
    expect(away.client.connected).toBe(false)
    away.client.close()

    const online = use(false)
    expect(online.socket().sent).toEqual([{ type: 'early' }])
    expect(online.names()).toEqual(['onOpen'])
    expect(online.client.connected).toBe(true)
  })

  test('llming/connecting/client-offline-detected', () => {
    const handshakes = (options: ClientOptions) => {
      const { client, sockets } = world(options)
      client.connect()
      return sockets.length
    }
    expect(handshakes({})).toBe(1)
    vi.stubGlobal('window', { __LLMING_OFFLINE__: true })
    expect(handshakes({})).toBe(0)
    expect(handshakes({ offline: false })).toBe(1)
    vi.stubGlobal('window', {})
    expect(handshakes({})).toBe(1)
  })

  test('llming/connecting/client-needs-no-dom', () => {
    const live = (document?: DocumentLike) => {
      const it = world({ environment: document && { document } }, { acks: false })
      it.start()
      it.clock.advance(30_000)
      it.socket().receive(ACK)
      it.socket().end(1006)
      it.clock.advance(LONGEST_WAIT_MS)
      it.socket().accept()
      it.client.close()
      expect(it.errors).toEqual([])
      return it.names()
    }
    const document = new MockDocument()
    expect(live()).toEqual([
      'onOpen',
      'onConnectionWarning',
      'onConnectionRestored',
      'onClose',
      'onReconnecting',
      'onReconnected',
      'onOpen',
    ])
    expect(live(document)).toEqual(live())
    expect(document.created).toBe(1)
  })

  test('llming/connecting/client-early-send-delivered', () => {
    const { client, socket, fail } = world({ onOpen: () => client.send({ n: 3 }) })
    client.connect()
    client.send({ n: 1 })
    fail(1)
    client.send({ n: 2 })
    socket().accept()
    expect(socket().sent).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }])
    client.send({ n: 4 })
    expect(socket().sent).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }, { n: 4 }])

    // Once is enough.
    fail(1)
    socket().accept()
    expect(socket().sent).toEqual([{ n: 3 }])

    // What a cancelled connection was to carry is not carried by the next one.
    client.close()
    client.connect()
    client.send({ n: 5 })
    client.close()
    client.connect()
    socket().accept()
    expect(socket().sent).toEqual([{ n: 3 }])
  })
})

describe('framing', () => {
  test('llming/framing/client-sends-json-text', () => {
    const { client, socket, start } = world()
    start()
    expect(socket().texts).toEqual([])
    const message = {
      type: 'x',
      nested: { list: [1, null, { deep: true }] },
      none: null,
      text: 'Grüße, 世界 🚀',
    }
    client.send(message)
    expect(socket().texts).toEqual([JSON.stringify(message)])
  })

  test('llming/framing/client-delivers-parsed-message', () => {
    const { socket, start, args, errors } = world()
    start()
    const messages = [{ type: 'a', nested: { list: [1] } }, { type: 'b', _req_id: 7 }, 5, 'x', [], {}]
    socket().receive(...messages.slice(0, 1), ACK, ...messages.slice(1))
    expect(args('onMessage')).toEqual(messages)
    expect(errors).toEqual([])
  })

  test('llming/framing/client-bad-frame-survived', () => {
    const bad = ['garbage', '', '{"type":', 'null', Buffer.from('{"type":"binary"}')]
    for (const frame of bad) {
      const { client, socket, start, args, errors } = world()
      start()
      socket().receiveData(frame)
      socket().receive({ type: 'good' })
      expect(args('onMessage')).toEqual([{ type: 'good' }])
      expect(errors).toHaveLength(1)
      expect(client.connected).toBe(true)
    }
  })

  test('llming/framing/client-throwing-message-callback-survived', () => {
    const live = (onMessage: ClientOptions['onMessage']) => {
      const it = world({ onMessage })
      it.start()
      it.socket().receive({ n: 1 }, { n: 2 })
      it.clock.advance(15_000)
      expect(it.args('onMessage')).toEqual([{ n: 1 }, { n: 2 }])
      expect(it.socket().sent).toEqual([HEARTBEAT])
      return it.errors
    }
    const failure = new Error('of the application')
    const throwing = () => {
      throw failure
    }
    expect(live(throwing)).toEqual([failure, failure])
    expect(live(() => {})).toEqual([])
  })
})

describe('superseding', () => {
  test('llming/superseding/client-superseded-final', () => {
    const end = (code: number) => {
      const it = world()
      it.start()
      it.socket().end(code)
      it.clock.advance(SETTLE_MS + LONGEST_WAIT_MS)
      return it
    }
    const superseded = end(4001)
    expect(superseded.args('onSessionLost')).toStrictEqual([{ reason: 'superseded', code: 4001 }])
    expect(superseded.sockets).toHaveLength(1)
    expect(superseded.clock.pending).toBe(0)

    const failed = end(1011)
    expect(failed.count('onSessionLost')).toBe(0)
    expect(failed.sockets).toHaveLength(2)
  })
})

describe('reconnecting', () => {
  test('llming/reconnecting/client-reconnects', () => {
    const handshakesAfter = (code: number) => {
      const { clock, socket, sockets, start } = world()
      start()
      socket().end(code)
      clock.advance(LONGEST_WAIT_MS)
      return sockets.length - 1
    }
    const codes = [1000, 1001, 1005, 1006, 1008, 1009, 1011, 1012, 4000, 4002, 4003]
    expect(codes.map(handshakesAfter)).toEqual(codes.map(() => 1))
    expect([4001, 4004].map(handshakesAfter)).toEqual([0, 0])
  })

  test('llming/reconnecting/client-backoff-grows', () => {
    const waits = (options: ClientOptions = {}) => {
      const { client, clock, socket, sockets, args } = world(options)
      client.connect()
      const waited: number[] = []
      while (waited.length < 5) {
        const since = clock.now
        const handshakes = sockets.length
        socket().end(1011)
        while (sockets.length === handshakes && clock.now < since + 10_000) clock.advance(1)
        waited.push(clock.now - since)
      }
      expect(delays(args('onReconnecting'))).toEqual(waited)
      return waited
    }
    expect(waits()).toEqual([1_500, 2_250, 3_375, 5_000, 5_000])
    expect(waits({ maxBackoff: 100 })).toEqual([100, 100, 100, 100, 100])

    const { client, clock, socket, args } = world({ maxBackoff: 1e9 })
    client.connect()
    for (let i = 0; i < 15; i++) {
      socket().end(1011)
      clock.advance(1e9)
    }
    const announced = delays(args('onReconnecting'))
    for (const [i, delay] of announced.slice(1).entries())
      expect(delay / (announced[i] ?? 0)).toBeCloseTo(1.5)
  })

  test('llming/reconnecting/client-reports-attempt', () => {
    const { client, clock, socket, sockets, calls } = world({ maxReconnectAttempts: 7 })
    client.connect()
    expect(calls).toEqual([])
    for (const [attempt, delay] of [1_500, 2_250, 3_375].entries()) {
      calls.length = 0
      socket().end(1011)
      const info = { attempt: attempt + 1, maxAttempts: 7, delay }
      expect(calls.slice(1)).toStrictEqual([['onReconnecting', info]])
      clock.advance(delay - 1)
      expect(sockets).toHaveLength(attempt + 1)
      clock.advance(1)
      expect(sockets).toHaveLength(attempt + 2)
    }
  })

  test('llming/reconnecting/client-stops-after-maximum', () => {
    const exhaust = (maxReconnectAttempts: number | undefined, handshakes: number) => {
      const { client, clock, sockets, fail, args, count } = world({ maxReconnectAttempts })
      client.connect()
      fail(handshakes - 1)
      expect(sockets).toHaveLength(handshakes)
      expect(count('onSessionLost')).toBe(0)
      fail(99)
      clock.advance(SETTLE_MS)
      expect(sockets).toHaveLength(handshakes)
      expect(args('onSessionLost')).toStrictEqual([{ reason: 'exhausted' }])
      return delays(args('onReconnecting')).reduce((sum, delay) => sum + delay, 0)
    }
    exhaust(0, 1)
    exhaust(2, 3)
    expect(exhaust(undefined, 16)).toBe(67_125)
  })

  test('llming/reconnecting/client-counter-resets-on-open', () => {
    const reported = (open: boolean) => {
      const { client, socket, fail, args } = world()
      client.connect()
      fail(2)
      if (open) socket().accept()
      fail(1)
      return attempts(args('onReconnecting'))
    }
    expect(reported(true)).toEqual([1, 2, 1])
    expect(reported(false)).toEqual([1, 2, 3])
  })

  test('llming/reconnecting/client-callback-order', () => {
    const callbacksOf = (act: (it: ReturnType<typeof world>) => void) => {
      const it = world()
      it.start()
      act(it)
      return it.names()
    }
    expect(callbacksOf(() => {})).toEqual(['onOpen'])
    expect(callbacksOf(it => it.socket().end(1011))).toEqual(['onOpen', 'onClose', 'onReconnecting'])
    expect(callbacksOf(it => it.socket().end(4001))).toEqual(['onOpen', 'onClose', 'onSessionLost'])
    expect(callbacksOf(it => it.socket().end(4004))).toEqual(['onOpen', 'onClose', 'onSessionLost'])
    const twoAttempts = ['onClose', 'onReconnecting', 'onClose', 'onReconnecting']
    const reopened = (it: ReturnType<typeof world>) => {
      it.fail(2, 1006)
      it.socket().accept()
    }
    expect(callbacksOf(reopened)).toEqual(['onOpen', ...twoAttempts, 'onReconnected', 'onOpen'])
    const closed = (it: ReturnType<typeof world>) => {
      it.client.close()
      it.socket().end(1005)
      it.start()
    }
    expect(callbacksOf(closed)).toEqual(['onOpen', 'onClose', 'onOpen'])
  })

  test('llming/reconnecting/client-dead-session', () => {
    const fail = (codes: number[], { opened = false } = {}) => {
      const it = world()
      it.client.connect()
      if (opened) it.socket().accept()
      for (const code of codes) it.fail(1, code)
      return { sockets: it.sockets.length, lost: it.args('onSessionLost') }
    }
    const dead = [{ reason: 'dead_session', code: 1006 }]
    expect(fail([1006, 1006])).toEqual({ sockets: 3, lost: [] })
    expect(fail([1006, 1006, 1006, 1006])).toStrictEqual({ sockets: 3, lost: dead })
    expect(fail([1011, 1011, 1011])).toEqual({ sockets: 4, lost: [] })
    for (const codes of [
      [1011, 1006, 1006, 1006],
      [1006, 1011, 1006, 1006],
      [1006, 1006, 1011, 1006],
    ])
      expect(fail(codes)).toEqual({ sockets: 5, lost: [] })
    expect(fail([1006, 1006, 1006, 1006], { opened: true })).toEqual({ sockets: 5, lost: [] })
  })

  test('llming/reconnecting/client-not-found-final', () => {
    const end = (code: number) => {
      const { clock, socket, sockets, start, args } = world()
      start()
      socket().end(code)
      clock.advance(SETTLE_MS + LONGEST_WAIT_MS)
      return { sockets: sockets.length, lost: args('onSessionLost') }
    }
    expect(end(4004)).toStrictEqual({ sockets: 1, lost: [{ reason: 'not_found', code: 4004 }] })
    expect(end(4003)).toEqual({ sockets: 2, lost: [] })
  })

  test('llming/reconnecting/client-close-final', () => {
    const handshakes = (state: 'open' | 'waiting' | 'connecting', close: boolean) => {
      const { client, clock, socket, sockets, count } = world()
      client.connect()
      if (state !== 'connecting') socket().accept()
      if (state === 'waiting') socket().end(1011)
      const before = sockets.length
      if (close) client.close()
      if (state === 'open') socket().end(close ? 1005 : 1001)
      if (state === 'connecting') socket().refuse()
      expect(count('onReconnecting')).toBe(close && state !== 'waiting' ? 0 : 1)
      clock.advance(LONGEST_WAIT_MS)
      if (close) expect(clock.pending).toBe(0)
      expect(count('onSessionLost')).toBe(0)
      expect(count('onClose')).toBe(1)
      return sockets.length - before
    }
    for (const state of ['open', 'waiting', 'connecting'] as const) {
      expect(handshakes(state, true)).toBe(0)
      expect(handshakes(state, false)).toBe(1)
    }

    // Until its close event the socket may still have something to say.
    const { client, socket, start, names } = world()
    start()
    client.close()
    socket().receive({ type: 'late' })
    socket().onerror?.({} as never)
    expect(names()).toEqual(['onOpen'])
  })

  test('llming/reconnecting/client-connect-after-close', () => {
    const { client, clock, socket, sockets, start, args } = world()
    const works = () => {
      const start = clock.now
      socket().receive({ at: start })
      expect(args('onMessage').at(-1)).toEqual({ at: start })
      client.send({ at: start })
      clock.advance(15_000)
      expect(socket().sent).toEqual([{ at: start }, HEARTBEAT])
    }
    start()
    works()
    client.close()
    socket().end(1005)
    start()
    expect(sockets).toHaveLength(2)
    works()
  })

  test('llming/reconnecting/client-close-then-connect', () => {
    // The server supersedes: 4001 for the first socket, before or after the second one has opened.
    for (const order of ['close first', 'open first'] as const)
      for (const state of ['connecting', 'open', 'waiting'] as const) {
        const { client, clock, sockets, errors, count } = world()
        client.connect()
        if (state !== 'connecting') sockets[0]?.accept()
        if (state === 'waiting') sockets[0]?.end(1011)
        client.close()
        client.connect()
        if (order === 'close first') sockets[0]?.end(4001)
        sockets[1]?.accept()
        if (order === 'open first') sockets[0]?.end(4001)
        clock.advance(LONGEST_WAIT_MS)
        expect(sockets).toHaveLength(2)
        expect(count('onSessionLost')).toBe(0)
        expect(client.connected).toBe(true)
        expect(errors).toEqual([])

        sockets[1]?.end(4001)
        expect(count('onSessionLost')).toBe(1)
      }

    const { client, clock, socket, sockets, start, count } = world()
    start()
    client.close()
    socket().end(1005)
    start()
    clock.advance(LONGEST_WAIT_MS)
    expect(sockets).toHaveLength(2)
    expect(count('onSessionLost')).toBe(0)
  })

  test('llming/reconnecting/client-connect-twice-one-socket', () => {
    const once = world()
    once.start()
    for (const early of [true, false]) {
      const { client, clock, socket, sockets } = world()
      client.connect()
      if (early) client.connect()
      socket().accept()
      if (!early) client.connect()
      clock.advance(LONGEST_WAIT_MS)
      expect(sockets).toHaveLength(once.sockets.length)
      expect(client.connected).toBe(true)
    }
  })

  test('llming/reconnecting/client-connect-during-backoff-one-socket', () => {
    const cut = (connect: boolean) => {
      const { client, clock, socket, sockets, start, names } = world()
      start()
      socket().end(1006)
      clock.advance(500)
      if (connect) client.connect()
      expect(sockets).toHaveLength(connect ? 2 : 1)
      clock.advance(1_000)
      expect(sockets).toHaveLength(2)
      socket().accept()
      clock.advance(LONGEST_WAIT_MS)
      expect(sockets.map(({ readyState }) => readyState)).toEqual([3, 1])
      return names()
    }
    // The attempt that was announced has been made, only sooner.
    expect(cut(true)).toEqual(cut(false))

    // The end of the wait that was cut short does not cut the next one short.
    const { client, clock, socket, sockets, start } = world()
    start()
    socket().end(1006)
    clock.advance(500)
    client.connect()
    expect(clock.pending).toBe(0)
    socket().end(1006)
    clock.advance(2_249)
    expect(sockets).toHaveLength(2)
    clock.advance(1)
    expect(sockets).toHaveLength(3)
  })

  test('llming/reconnecting/client-one-live-socket', () => {
    type Step = fc.Command<object, ReturnType<typeof world>>
    const step = (name: string, run: (it: ReturnType<typeof world>) => void): Step => ({
      check: () => true,
      run: (_model, it) => {
        run(it)
        expect(it.sockets.filter(({ readyState }) => readyState < 2).length).toBeLessThanOrEqual(1)
        expect(it.client.connected).toBe(it.sockets.some(({ readyState }) => readyState === 1))
      },
      toString: () => name,
    })
    const inState = (it: ReturnType<typeof world>, ...states: number[]) =>
      it.sockets.filter(({ readyState }) => states.includes(readyState))
    const code = fc.constantFrom(1000, 1006, 1011, 4001, 4004)
    const steps = [
      fc.constant(step('connect', it => it.client.connect())),
      fc.constant(step('close', it => it.client.close())),
      fc.constant(step('server opens', it => inState(it, 0)[0]?.accept())),
      fc.constant(step('server refuses', it => inState(it, 0)[0]?.refuse())),
      code.map(code => step(`server ends ${code}`, it => inState(it, 1)[0]?.end(code))),
      fc.constant(step('server begins to close', it => inState(it, 1)[0]?.close())),
      // A closing handshake may last, so that the close event of a former socket comes at any time.
      fc.tuple(fc.nat(3), code).map(([which, code]) =>
        step(`closing socket ${which} ends ${code}`, it => {
          const closing = inState(it, 2)
          closing[which % closing.length]?.end(code)
        }),
      ),
      fc.nat(6_000).map(ms => step(`${ms} ms`, it => it.clock.advance(ms))),
    ]
    const property = fc.property(fc.commands(steps, { maxCommands: 40 }), commands => {
      const it = world({ maxReconnectAttempts: 3 })
      fc.modelRun(() => ({ model: {}, real: it }), commands)
      for (const socket of inState(it, 2)) socket.end(1000)
      it.client.connect()
      it.clock.advance(LONGEST_WAIT_MS)
      for (const socket of inState(it, 0)) socket.accept()
      expect(inState(it, 1)).toHaveLength(1)
      expect(it.errors).toEqual([])
    })
    fc.assert(property, { numRuns: 500 })
  })

  test('llming/reconnecting/client-stale-close-ignored', () => {
    const { client, clock, sockets, names, start } = world()
    start()
    client.close()
    start()
    client.connect()
    const [first, second] = sockets
    first?.receive({ type: 'late' })
    first?.onerror?.({} as never)
    first?.onopen?.({} as never)
    first?.end(4001)
    expect(names()).toEqual(['onOpen', 'onOpen'])
    clock.advance(30_000)
    expect(sockets).toHaveLength(2)
    expect(second?.sent).toEqual([HEARTBEAT, HEARTBEAT])

    second?.end(4001)
    clock.advance(30_000)
    expect(names()).toEqual(['onOpen', 'onOpen', 'onClose', 'onSessionLost'])
    expect(second?.sent).toHaveLength(2)
  })

  test('llming/reconnecting/client-connect-after-exhausted', () => {
    const { client, clock, sockets, fail, args } = world({ maxReconnectAttempts: 2 })
    client.connect()
    fail(3)
    clock.advance(LONGEST_WAIT_MS)
    expect(sockets).toHaveLength(3)
    client.connect()
    fail(3)
    expect(attempts(args('onReconnecting'))).toEqual([1, 2, 1, 2])
    expect(delays(args('onReconnecting'))).toEqual([1_500, 2_250, 1_500, 2_250])
    expect(args('onSessionLost')).toEqual([{ reason: 'exhausted' }, { reason: 'exhausted' }])

    // What was held against the server is forgotten too.
    const flapping = world()
    for (let i = 0; i < 3; i++) {
      flapping.start()
      flapping.socket().end(1011)
    }
    flapping.client.close()
    flapping.client.connect()
    flapping.socket().end(1011)
    expect(delays(flapping.args('onReconnecting'))).toEqual([1_500, 2_250, 3_375, 1_500])
  })

  test('llming/reconnecting/client-accept-then-close-slows', () => {
    const lives = (lifetimes: number[], options: ClientOptions = {}) => {
      const { client, clock, socket, args } = world(options)
      client.connect()
      for (const lifetime of lifetimes) {
        socket().accept()
        clock.advance(lifetime)
        socket().end(1000)
        clock.advance(LONGEST_WAIT_MS)
      }
      expect(attempts(args('onReconnecting'))).toEqual(lifetimes.map(() => 1))
      return delays(args('onReconnecting'))
    }
    const twenty = lives(Array.from({ length: 20 }, () => 0))
    expect(twenty).toEqual([1_500, 2_250, 3_375, ...Array.from({ length: 17 }, () => 5_000)])
    const long = LONGEST_WAIT_MS
    for (const maxBackoff of [undefined, Number.POSITIVE_INFINITY])
      expect(lives([long, 0, long, 0, long], { maxBackoff })).toEqual([1_500, 1_500, 1_500, 1_500, 1_500])
  })

  test('llming/reconnecting/client-send-while-closed-harmless', () => {
    const { client, clock, socket, sockets, start } = world()
    const send = (n: number) => {
      client.send({ n })
      client.send(circular)
    }
    send(1)
    client.connect()
    client.send(circular)
    socket().accept()
    socket().end(1011)
    send(2)
    clock.advance(1_500)
    socket().accept()
    client.close()
    send(3)
    socket().end(1005)
    send(4)
    start()
    expect(sockets.map(({ sent }) => sent)).toEqual([[], [], []])
    send(5)
    expect(socket().sent).toEqual([{ n: 5 }])
  })

  test('llming/reconnecting/client-throwing-callback-still-reconnects', async () => {
    const failure = new Error('of the application')
    const throwing = () => {
      throw failure
    }
    for (const options of [{ onClose: throwing }, { onReconnecting: throwing }, { onClose: () => {} }]) {
      const { clock, socket, sockets, start, errors } = world(options)
      start()
      socket().end(1011)
      clock.advance(LONGEST_WAIT_MS)
      expect(sockets).toHaveLength(2)
      socket().accept()
      expect(socket().readyState).toBe(1)
      expect(errors).toEqual(Object.values(options).includes(throwing) ? [failure] : [])
    }
  })

  test('llming/reconnecting/client-banner', () => {
    const watch = (options: ClientOptions = {}) => {
      const document = new MockDocument()
      const { client, clock, server, socket, start } = world({ ...options, environment: { document } })
      const seen: (string | null)[] = []
      const see = () => seen.push(document.banner)
      start()
      see()
      server.acks = false
      clock.advance(30_000)
      see()
      socket().receive(ACK)
      see()
      socket().end(1011)
      see()
      clock.advance(LONGEST_WAIT_MS)
      see()
      socket().accept()
      see()
      socket().end(1011)
      client.close()
      see()
      start()
      clock.advance(30_000)
      socket().end(4001)
      see()
      return { document, seen }
    }
    const { document, seen } = watch()
    const [warning, reconnecting] = ['Connection unstable…', 'Reconnecting…']
    expect(seen).toEqual([null, warning, null, reconnecting, reconnecting, null, null, null])
    expect(document.created).toBe(1)
    expect(watch({ bannerText: 'away', warningText: 'slow' }).seen.slice(0, 4)).toEqual([
      null,
      'slow',
      null,
      'away',
    ])
    const hidden = watch({ showBanner: false })
    expect(hidden.seen.every(text => text === null)).toBe(true)
    expect(hidden.document.created).toBe(0)
  })
})

describe('liveness', () => {
  test('llming/liveness/client-sends-heartbeat', () => {
    const sentBy = (times: number[], options: ClientOptions = {}) => {
      const { clock, socket, start } = world(options)
      start()
      return times.map(at => {
        clock.advance(at - clock.now)
        expect(socket().sent.every(message => JSON.stringify(message) === '{"type":"heartbeat"}')).toBe(true)
        return socket().sent.length
      })
    }
    expect(sentBy([14_999, 15_000, 29_999, 30_000, 44_999, 45_000])).toEqual([0, 1, 1, 2, 2, 3])
    expect(sentBy([199, 200, 399, 400, 600], { heartbeatInterval: 200 })).toEqual([0, 1, 1, 2, 3])
    expect(sentBy([150_000], { heartbeatInterval: 0 })).toEqual([0])
  })

  test('llming/liveness/client-heartbeat-stops', () => {
    // A heartbeat on a closing or closed mock socket would throw.
    const beats = (end: (it: ReturnType<typeof world>) => void) => {
      const it = world()
      it.start()
      it.clock.advance(15_000)
      end(it)
      it.clock.advance(150_000)
      return it.sockets.flatMap(({ sent }) => sent).length - 1
    }
    expect(beats(it => it.client.close())).toBe(0)
    expect(beats(it => it.socket().end(1011))).toBe(0)
    expect(beats(it => it.socket().close())).toBe(0)
    expect(beats(() => {})).toBe(10)
  })

  test('llming/liveness/client-warns-on-missing-ack', () => {
    const { clock, server, socket, start, names } = world({ heartbeatInterval: 300 }, { acks: false })
    start()
    clock.advance(599)
    expect(names()).toEqual(['onOpen'])
    clock.advance(1)
    expect(names()).toEqual(['onOpen', 'onConnectionWarning'])
    clock.advance(300)
    expect(names()).toEqual(['onOpen', 'onConnectionWarning', 'onConnectionWarning'])
    server.acks = true
    socket().receive(ACK, ACK)
    clock.advance(3_000)
    const all = ['onOpen', 'onConnectionWarning', 'onConnectionWarning', 'onConnectionRestored']
    expect(names()).toEqual(all)

    // A warning ends with its connection.
    server.acks = false
    clock.advance(600)
    socket().end(1011)
    clock.advance(LONGEST_WAIT_MS)
    server.acks = true
    socket().accept()
    clock.advance(3_000)
    const reconnect = ['onClose', 'onReconnecting', 'onReconnected', 'onOpen']
    expect(names()).toEqual([...all, 'onConnectionWarning', ...reconnect])

    const acking = world({ heartbeatInterval: 300 })
    acking.start()
    acking.clock.advance(3_000)
    expect(acking.socket().sent).toHaveLength(10)
    expect(acking.names()).toEqual(['onOpen'])
  })

  test('llming/liveness/client-warning-timer-independent', () => {
    const warnings = (rearm: 'before' | 'after', acks: boolean) => {
      const clock = new FakeClock(rearm)
      for (const name of ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] as const)
        vi.stubGlobal(name, clock[name])
      const environment = { setTimeout: undefined, clearTimeout: undefined }
      const { start, count } = world({ environment }, { acks, clock })
      start()
      clock.advance(50_000)
      return count('onConnectionWarning')
    }
    expect(warnings('before', false)).toBe(2)
    expect(warnings('after', false)).toBe(2)
    expect(warnings('before', true)).toBe(0)
    expect(warnings('after', true)).toBe(0)
  })
})

describe('requests', () => {
  const id = (message: unknown) => (message as { _req_id?: unknown })._req_id

  test('resolve with the reply that carries their id, which onMessage does not see', async () => {
    const { client, clock, socket, args } = world()
    client.connect()
    const first = client.request({ type: 'windows.focus', window_id: 'w', _req_id: 'replaced' })
    socket().accept()
    const second = client.request({ type: 'windows.list' })
    const [focus, list] = socket().sent
    expect(focus).toEqual({ type: 'windows.focus', window_id: 'w', _req_id: expect.any(String) })
    expect(new Set(['replaced', id(focus), id(list)]).size).toBe(3)

    const foreign = [
      { type: 'windows.list', _req_id: 'mine' },
      { type: 'windows.list', _req_id: 1 },
    ]
    const replies = [
      { type: 'windows.list', windows: [1, 2], _req_id: id(list) },
      { type: 'windows.focus', ok: true, error: null, _req_id: id(focus) },
    ]
    socket().receive(...foreign, ...replies)
    await expect(second).resolves.toEqual(replies[0])
    await expect(first).resolves.toEqual(replies[1])
    expect(args('onMessage')).toEqual(foreign)
    client.close()
    expect(clock.pending).toBe(0)
  })

  test('reject on an error reply', async () => {
    const { client, socket, start } = world()
    start()
    const request = client.request({ type: 'windows.focus' })
    socket().receive({ type: 'windows.focus', error: 'window_id is missing', _req_id: id(socket().sent[0]) })
    await expect(request).rejects.toThrow('windows.focus: window_id is missing')
  })

  test('reject on timeout, and swallow the late reply', async () => {
    const { client, clock, socket, start, calls } = world({ heartbeatInterval: 0 })
    start()
    const outcomes: string[] = []
    const note = (error: Error) => outcomes.push(error.message)
    const slow = client.request({ type: 'windows.slow' }).catch(note)
    const quick = client.request({}, { timeoutMs: 50 }).catch(note)
    clock.advance(50)
    await quick
    clock.advance(9_949)
    await Promise.resolve()
    expect(outcomes).toEqual(['request: no reply within 50 ms'])
    clock.advance(1)
    await slow
    expect(outcomes[1]).toBe('windows.slow: no reply within 10000 ms')
    socket().receive({ type: 'windows.slow', _req_id: id(socket().sent[0]) })
    expect(calls).toEqual([['onOpen']])
    expect(clock.pending).toBe(0)
  })

  test('reject when the connection closes', async () => {
    const ends: ((it: ReturnType<typeof world>) => void)[] = [
      it => it.socket().end(1011),
      it => it.client.close(),
      it => {
        it.client.close()
        it.client.connect()
      },
    ]
    for (const end of ends) {
      const it = world()
      it.start()
      const request = it.client.request({ type: 'windows.list' })
      end(it)
      await expect(request).rejects.toThrow('windows.list: the connection has closed')
    }
  })

  test('reject at once where the message would be dropped', async () => {
    const { client, socket, start, errors } = world()
    const refused = (request: Promise<object>) => expect(request).rejects.toThrow('x: not connected')
    await refused(client.request({ type: 'x' }))
    start()
    await expect(client.request({ type: 'x', circular })).rejects.toThrow(/^x: TypeError: .*circular/)
    socket().end(1011)
    await refused(client.request({ type: 'x' }))
    client.close()
    await refused(client.request({ type: 'x' }))
    expect(errors).toEqual([])
    await expect(world({ offline: true }).client.request({ type: 'x' })).rejects.toThrow('x: offline mode')
  })

  test('are not sent when they have failed before the open', async () => {
    const { client, clock, socket } = world()
    client.connect()
    const timedOut = expect(client.request({ type: 'a' }, { timeoutMs: 10 })).rejects.toThrow('10 ms')
    clock.advance(10)
    const cut = expect(client.request({ type: 'b' })).rejects.toThrow('closed')
    client.send({ type: 'c' })
    socket().refuse()
    clock.advance(LONGEST_WAIT_MS)
    socket().accept()
    expect(socket().sent).toEqual([{ type: 'c' }])
    await Promise.all([timedOut, cut])
  })
})

describe('robustness', () => {
  test('the defaults are those of the protocol', () => {
    const protocol = defaultLimits(limits)
    expect(LlmingWebSocket.HEARTBEAT_INTERVAL_MS).toBe(protocol['client.heartbeatIntervalMs'])
    expect(LlmingWebSocket.HEARTBEAT_INTERVAL_MS).toBe(protocol['client.ackTimeoutMs'])
    expect(LlmingWebSocket.BACKOFF_BASE_MS).toBe(protocol['client.backoffBaseMs'])
    expect(LlmingWebSocket.BACKOFF_FACTOR).toBe(protocol['client.backoffFactor'])
    expect(LlmingWebSocket.MAX_BACKOFF_MS).toBe(protocol['client.maxBackoffMs'])
    expect(LlmingWebSocket.MAX_RECONNECT_ATTEMPTS).toBe(protocol['client.maxReconnectAttempts'])
    expect(LlmingWebSocket.DEAD_SESSION_SOCKETS).toBe(protocol['client.deadSessionSockets'])
  })

  test('an option that is undefined has its default', () => {
    const { clock, socket, start, args } = world({
      maxReconnectAttempts: undefined,
      heartbeatInterval: undefined,
      maxBackoff: undefined,
      offline: undefined,
    })
    start()
    clock.advance(15_000)
    expect(socket().sent).toEqual([HEARTBEAT])
    socket().end(1011)
    expect(args('onReconnecting')).toEqual([{ attempt: 1, maxAttempts: 15, delay: 1_500 }])
  })

  test('any callback may throw or reject; console.error hears of it unless there is a log', async () => {
    const heard = vi.spyOn(console, 'error').mockImplementation(() => {})
    const live = async (fail: () => unknown) => {
      heard.mockClear()
      const options = Object.fromEntries(CALLBACKS.map(name => [name, fail]))
      const it = world(
        { ...options, maxReconnectAttempts: 1, environment: { log: undefined } },
        { acks: false },
      )
      it.start()
      it.clock.advance(30_000)
      it.socket().receive(ACK, { type: 'x' })
      it.socket().refuse()
      it.clock.advance(LONGEST_WAIT_MS)
      it.socket().accept()
      it.socket().end(4001)
      await Promise.resolve()
      expect(new Set(it.names())).toEqual(new Set(CALLBACKS))
      expect(heard.mock.calls.map(([text]) => text)).toEqual(
        it.names().map(name => `LlmingWebSocket, ${name}:`),
      )
    }
    await live(() => {
      throw new Error('now')
    })
    await live(() => Promise.reject(new Error('later')))
  })

  test('callbacks may steer the client', () => {
    const onClose = world({ onClose: () => onClose.client.connect() })
    onClose.start()
    onClose.socket().end(4001)
    onClose.clock.advance(LONGEST_WAIT_MS)
    expect(onClose.sockets).toHaveLength(2)
    expect(onClose.names()).toEqual(['onOpen', 'onClose'])

    const onReconnecting = world({ onReconnecting: () => onReconnecting.client.close() })
    onReconnecting.start()
    onReconnecting.socket().end(1011)
    onReconnecting.clock.advance(LONGEST_WAIT_MS)
    expect(onReconnecting.sockets).toHaveLength(1)

    const onWarning = world({ onConnectionWarning: () => onWarning.client.close() }, { acks: false })
    onWarning.start()
    onWarning.clock.advance(60_000)
    expect(onWarning.socket().sent).toEqual([HEARTBEAT])
    expect(onWarning.errors).toEqual([])

    const onLost = world({ onSessionLost: () => onLost.client.connect() })
    onLost.start()
    onLost.socket().end(4004)
    expect(onLost.sockets).toHaveLength(2)
  })

  test('a WebSocket class that throws fails connect(), but only costs an attempt later', () => {
    let broken = true
    const sockets: MockSocket[] = []
    class Fragile extends MockSocket {
      constructor(url: string) {
        if (broken) throw new SyntaxError('malformed')
        super(url, () => {})
        sockets.push(this)
      }
    }
    const { client, clock, args, errors } = world({ environment: { WebSocket: Fragile } })
    expect(() => client.connect()).toThrow('malformed')
    expect(clock.pending).toBe(0)
    broken = false
    client.connect()
    sockets[0]?.end(1011)
    broken = true
    clock.advance(1_500)
    expect(errors).toEqual([new SyntaxError('malformed')])
    broken = false
    clock.advance(2_250)
    sockets[1]?.accept()
    expect(attempts(args('onReconnecting'))).toEqual([1, 2])
    expect(client.connected).toBe(true)
  })

  test('without a WebSocket class connect() says what to do', () => {
    vi.stubGlobal('WebSocket', undefined)
    const { client } = world({ environment: { WebSocket: undefined } })
    expect(() => client.connect()).toThrow('environment.WebSocket')
  })

  test('two clients of a page share the banner without hiding it from each other', () => {
    const document = new MockDocument()
    const [a, b] = [world({ environment: { document } }), world({ environment: { document } })]
    a.start()
    a.socket().end(1011)
    b.start()
    expect(document.banner).toBe('Reconnecting…')
    b.socket().end(1011)
    b.client.close()
    expect(document.created).toBe(1)
    expect(document.banner).toBe(null)
  })

  test('a page that has no body yet has no banner', () => {
    const document = { ...new MockDocument(), body: null } as unknown as DocumentLike
    const { socket, start, errors } = world({ environment: { document } })
    start()
    socket().end(1011)
    expect(errors).toEqual([])
  })
})

test('a real server: early send, request, cut and reconnect, close', async () => {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 })
  await once(server, 'listening')
  server.on('connection', socket =>
    socket.on('message', data => {
      const message = JSON.parse(String(data))
      if (message.type === 'cut') socket.terminate()
      else socket.send(JSON.stringify(message.type === 'heartbeat' ? ACK : { ...message, echo: true }))
    }),
  )
  try {
    const events = new EventEmitter()
    const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}/ws/s1`
    const client = new LlmingWebSocket(url, {
      environment: { WebSocket: WsSocket },
      maxBackoff: 1,
      onMessage: message => events.emit('message', message),
      onReconnected: () => events.emit('reconnected'),
      onClose: ({ code }) => events.emit('close', code),
    })
    client.connect()
    client.send({ type: 'early' })
    expect(await once(events, 'message')).toEqual([{ type: 'early', echo: true }])
    await expect(client.request({ type: 'windows.list' })).resolves.toMatchObject({ echo: true })
    const cut = once(events, 'close')
    const reconnected = once(events, 'reconnected')
    client.send({ type: 'cut' })
    expect(await cut).toEqual([1006])
    await reconnected
    expect(server.clients.size).toBe(1)
    const closed = once(events, 'close')
    client.close()
    expect(await closed).toEqual([1005])
    expect(client.connected).toBe(false)
  } finally {
    for (const socket of server.clients) socket.terminate()
    server.close()
  }
})
