import fc from 'fast-check'
import { memberOf } from '../../schemas/json.ts'
import { each } from '../engine/check.ts'
import { check, type LlmingTrial, when } from './driver.ts'
import { connectAll, type LlmingSocket } from './session.ts'

const small = { limits: { 'rateLimit.messages': 5, 'rateLimit.windowMs': 2_000 } }
const smallFrames = { limits: { ...small.limits, maxMessageBytes: 200 } }
const limit = (t: LlmingTrial) => t.limit('rateLimit.messages')
const windowMs = (t: LlmingTrial) => t.limit('rateLimit.windowMs')
const oneWindow = (limits: Readonly<Record<string, number>>) => 2 * Number(limits['rateLimit.windowMs'])

/** The limit on frames per connection. */
export const rateLimiting = [
  check(
    'llming/rate-limiting/limit-enforced',
    when('a burst over the limit', {
      settings: small,
      given: { excess: fc.integer({ min: 1, max: 20 }) },
      async run(t, { excess }) {
        const [socket, other] = await connectAll(...(await t.severalSessions(2)))
        const ids = burst(socket, limit(t) + excess)
        await t.refusing(async () =>
          t.equal(await answered(socket), ids.slice(0, limit(t)), 'the requests answered'),
        )
        const allowed = burst(other, limit(t))
        await t.twin("another session's burst of the limit is answered", async () =>
          t.equal(await answered(other), allowed, 'the requests answered'),
        )
      },
    }),
    when('the declared limit', {
      once: true,
      async run(t) {
        const socket = await (await t.session()).connect()
        const ids = burst(socket, limit(t) + 20)
        await t.refusing(async () =>
          t.equal(await answered(socket), ids.slice(0, limit(t)), 'the requests answered'),
        )
        await t.twin('another connection is served', async () =>
          (await (await t.session()).connect()).isServed(),
        )
      },
    }),
  ),

  check(
    'llming/rate-limiting/excess-keeps-open',
    when('it is dropped in silence', {
      settings: small,
      given: { excess: fc.integer({ min: 1, max: 20 }) },
      async run(t, { excess }) {
        const socket = await (await t.session()).connect()
        const ids = burst(socket, limit(t) + excess)
        const seen = await answered(socket)
        await t.twin('what is within the limit is answered', async () =>
          t.equal(seen.slice(0, limit(t)), ids.slice(0, limit(t)), 'the first requests'),
        )
        await t.refusing(async () => {
          t.equal(socket.fate, 'open', 'the connection after a burst')
          socket.nothingElse('a frame over the limit has caused a frame')
        })
      },
    }),
    when('and served again once the window has moved', {
      settings: small,
      time: oneWindow,
      given: { excess: fc.integer({ min: 1, max: 20 }) },
      async run(t, { excess }) {
        const socket = await (await t.session()).connect()
        burst(socket, limit(t) + excess)
        await t.arrange('the burst is over', () => answered(socket))
        socket.forget()
        await t.advance(windowMs(t) + 1)
        await socket.isServed()
      },
    }),
  ),

  check(
    'llming/rate-limiting/sliding-window',
    when('one frame after another', {
      settings: small,
      time: limits => 4 * Number(limits['rateLimit.windowMs']),
      given: { gaps: fc.array(fc.integer({ min: 100, max: 700 }), { minLength: 7, maxLength: 12 }) },
      async run(t, { gaps }) {
        const socket = await (await t.session()).connect()
        const model = new WindowModel(limit(t), windowMs(t))
        for (const gap of gaps) {
          await model.send(t, socket, gap)
        }
        model.judge(t, await answered(socket))
      },
    }),
    when('a full burst after a quiet window', {
      settings: small,
      time: oneWindow,
      async run(t) {
        const socket = await (await t.session()).connect()
        burst(socket, limit(t))
        await t.arrange('the first burst is answered', () => answered(socket))
        await t.advance(windowMs(t) + 1)
        const again = burst(socket, limit(t))
        t.equal((await answered(socket)).slice(-limit(t)), again, 'the second burst')
      },
    }),
    when('at the declared window', {
      time: limits => Number(limits['rateLimit.windowMs']) + 1_000,
      once: true,
      async run(t) {
        const socket = await (await t.session()).connect()
        burst(socket, limit(t))
        await t.arrange('the burst is answered', () => answered(socket))
        await t.advance(windowMs(t) - 1_500)
        const early = socket.request('windows.list')
        await t.refusing(async () => t.that(!(await answered(socket)).includes(early), 'not yet', 'answered'))
        await t.advance(2_100)
        await t.twin('after the window', () => socket.isServed())
        await socket.isServed()
      },
    }),
  ),

  check(
    'llming/rate-limiting/dropped-frames-do-not-count',
    when('over the rate limit', {
      settings: small,
      time: limits => 3 * Number(limits['rateLimit.windowMs']),
      given: { dropped: fc.integer({ min: 1, max: 10 }) },
      async run(t, { dropped }) {
        const socket = await (await t.session()).connect()
        burst(socket, limit(t))
        await t.arrange('the burst is answered', () => answered(socket))
        await t.advance(Math.floor(windowMs(t) / 2))
        burst(socket, dropped)
        const seen = await t.arrange('the rest is dropped', () => answered(socket))
        await t.twin('the dropped ones are not served', async () => t.equal(seen.length, limit(t), 'served'))
        await t.advance(Math.ceil(windowMs(t) / 2) + 1)
        const ids = burst(socket, limit(t))
        t.equal(
          (await answered(socket)).slice(-limit(t)),
          ids,
          'a full burst once the first has left the window',
        )
      },
    }),
    when('over the size limit', {
      settings: smallFrames,
      exactLimits: true,
      given: { over: fc.integer({ min: 1, max: 100 }) },
      async run(t, { over }) {
        const [socket, full] = await connectAll(...(await t.severalSessions(2)))
        const text = (bytes: number) => JSON.stringify({ pad: 'x'.repeat(bytes - 10) })
        for (let i = 0; i < 10; i++) socket.sendBad(text(t.limit('maxMessageBytes') + over))
        await socket.isServed()
        for (let i = 0; i < 10; i++) full.sendBad(text(t.limit('maxMessageBytes')))
        const id = full.request('windows.list')
        await t.twin('frames within the size limit do count', async () =>
          t.equal((await answered(full)).includes(id), false, 'a request after them was answered'),
        )
      },
    }),
  ),

  check('llming/rate-limiting/invalid-frames-count', {
    settings: small,
    given: { garbage: each('nonsense', '[]', '{', '""', '5', 'null') },
    async run(t, { garbage }) {
      const [full, nearly] = await connectAll(...(await t.severalSessions(2)))
      for (let i = 0; i < limit(t); i++) full.sendBad(garbage)
      const id = full.request('windows.list')
      await t.refusing(async () =>
        t.equal((await answered(full)).includes(id), false, 'answered after garbage'),
      )
      for (let i = 0; i < limit(t) - 1; i++) nearly.sendBad(garbage)
      await t.twin('one less leaves room', () => nearly.isServed())
    },
  }),

  check(
    'llming/rate-limiting/heartbeats-exempt',
    when('acked when the limit is used up', {
      settings: small,
      given: { heartbeats: fc.integer({ min: 1, max: 5 }) },
      async run(t, { heartbeats }) {
        const socket = await (await t.session()).connect()
        const ids = burst(socket, limit(t))
        for (let i = 0; i < heartbeats; i++) socket.send({ type: 'heartbeat' })
        for (let i = 0; i < heartbeats; i++) await socket.receives({ type: 'heartbeat_ack' })
        socket.request('windows.list')
        const seen = await t.arrange('the burst is over', () => answered(socket))
        await t.twin('of the requests only the burst is answered', async () =>
          t.equal(seen, ids, 'the requests answered'),
        )
      },
    }),
    when('a busy client is not taken for dead', {
      settings: { limits: { ...small.limits, heartbeatTtlMs: 2_000, sweepMs: 500 } },
      time: limits => 3 * Number(limits.heartbeatTtlMs),
      async run(t) {
        const session = await t.session()
        const [busy, calm] = [await session.connect(), await (await t.session()).connect()]
        const step = Math.floor(t.limit('heartbeatTtlMs') / 2)
        for (let passed = 0; passed < 2 * t.limit('heartbeatTtlMs'); passed += step) {
          burst(busy, limit(t) + 3)
          busy.send({ type: 'heartbeat' })
          await calm.fence()
          await busy.ponged()
          await t.advance(step)
        }
        await t.twin('without the flood it stays', () => calm.isServed())
        busy.forget()
        t.equal(busy.fate, 'open', 'the connection of a busy client')
      },
    }),
  ),
]

/** Sends so many requests at once. */
function burst(socket: LlmingSocket, count: number): string[] {
  return Array.from({ length: count }, () => socket.request('windows.list'))
}

/**
 * The ids of all requests that have been answered on a connection, once nothing more comes. A heartbeat is the fence
 * where the target exempts it from the limit; where it does not, silence has to do.
 */
async function answered(socket: LlmingSocket): Promise<string[]> {
  await socket.quiet()
  for (const frame of socket.wire.frames)
    if (memberOf(frame.json, 'type') === 'windows.list') frame.claimed = true
  return idsAnswered(socket)
}

function idsAnswered(socket: LlmingSocket): string[] {
  return socket.wire.frames.map(({ json }) => memberOf(json, '_req_id')).filter(id => typeof id === 'string')
}

/** When a request arrived: somewhere between its sending and the pong that followed. */
interface Arrival {
  fromMs: number
  toMs: number
}

/** Which requests a sliding window serves, by the times at which they arrived. */
class WindowModel {
  readonly #limit: number
  readonly #windowMs: number
  readonly #served: Arrival[] = []
  readonly #verdicts: { id: string; serve: boolean }[] = []
  #unsure = false

  constructor(limit: number, windowMs: number) {
    this.#limit = limit
    this.#windowMs = windowMs
  }

  /** Sends one request, and lets time pass. */
  async send(t: LlmingTrial, socket: LlmingSocket, thenMs: number): Promise<void> {
    const fromMs = t.elapsedMs
    const id = socket.request('windows.list')
    await socket.ponged()
    const arrival = { fromMs, toMs: t.elapsedMs }
    // From the first doubtful one on the model may be a frame off, and nothing is judged any more.
    this.#unsure ||= this.#served.some(earlier => this.#isNearBoundary(earlier, arrival))
    const counting = this.#served.filter(earlier => fromMs - earlier.fromMs < this.#windowMs)
    const serve = counting.length < this.#limit
    if (serve) {
      this.#served.push(arrival)
      // A target may answer pings before it looks at what came earlier. Its clock must not move in between.
      const seen = () => socket.wire.closed ?? (idsAnswered(socket).includes(id) || undefined)
      await socket.wire.until(seen, t.tolerance.replyWithinMs)
    }
    if (!this.#unsure) this.#verdicts.push({ id, serve })
    await t.advance(thenMs)
  }

  judge(t: LlmingTrial, answered: readonly string[]): void {
    for (const { id, serve } of this.#verdicts)
      t.equal(answered.includes(id), serve, `whether request ${id} was served`)
  }

  /** Whether the earlier request may or may not have left the window. On a virtual clock that is always clear. */
  #isNearBoundary(earlier: Arrival, later: Arrival): boolean {
    const [least, most] = [later.fromMs - earlier.toMs, later.toMs - earlier.fromMs]
    return least < most && least < this.#windowMs && most >= this.#windowMs
  }
}
