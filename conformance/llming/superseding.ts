import fc from 'fast-check'
import { each } from '../engine/check.ts'
import { anyWholeNumber } from '../engine/match.ts'
import { check, type LlmingTrial, when } from './driver.ts'
import type { LlmingSocket } from './session.ts'

/** How long a handler is under way: where time is real, long enough for a target that takes its time to open connections. */
const slowestMs = 400
const slow = fc.integer({ min: 200, max: slowestMs })

/** One session, one live socket: the newest. */
export const superseding = [
  check('llming/superseding/old-socket-closed-4001', {
    given: { requests: fc.nat(3) },
    async run(t, { requests }) {
      const bystander = await (await t.session()).connect()
      await t.twin('a connection to another session is served', () => bystander.isServed())
      const session = await t.session()
      const first = await session.connect()
      for (let i = 0; i < requests; i++) await t.arrange('the first is served', () => first.isServed())
      await session.connect()
      const { reason } = await first.closes(4001)
      t.note(`close reason when superseded: "${reason}"`)
      await bystander.isServed()
    },
  }),

  check('llming/superseding/new-socket-serves', {
    given: { requests: fc.nat(3) },
    async run(t, { requests }) {
      const session = await t.session()
      const first = await session.connect()
      await t.twin('a first connection is served', () => first.isServed())
      for (let i = 0; i < requests; i++) first.request('windows.list')
      const second = await session.dial()
      t.equal(second.fate, 'open', 'a second connection opens')
      await second.isServed()
      first.forget()
    },
  }),

  check('llming/superseding/late-teardown-harmless', {
    given: { answersClose: each(false, true) },
    async run(t, { answersClose }) {
      const session = await t.session()
      const first = await session.connect()
      first.wire.mute = !answersClose
      await t.twin('before, the first is served', () => servedAndPushedTo(t, session.id, first))
      const second = await session.connect()
      await t.arrange('the old one is closed', () => first.ends())
      first.wire.cut()
      await t.settle()
      await servedAndPushedTo(t, session.id, second)
    },
  }),

  check(
    'llming/superseding/session-state-right',
    when('the record names the newest', {
      async run(t) {
        const session = await t.session()
        const first = await session.connect()
        await t.twin('before, the first is the current one', () => isCurrent(first))
        const second = await session.connect()
        await isCurrent(second)
      },
    }),
    when('the debug surface reports it as connected', {
      alone: true,
      async run(t) {
        const session = await t.session()
        const first = await session.connect()
        const second = await session.connect()
        await t.arrange('the first is closed', () => first.ends())
        await t.settle()
        t.equal(await t.debug.connected(session), true, 'ws_connected in the detail')
        await t.debug.lists(session, true)
        second.wire.close(1000)
        await t.twin('after the newest has closed it is not', () => t.debug.reports(session, false))
      },
    }),
    when('the newest keeps it alive', {
      settings: { limits: { sessionTtlMs: 3_000, heartbeatTtlMs: 5_000, sweepMs: 500 } },
      time: limits => 4 * Number(limits.sessionTtlMs) + 4 * Number(limits.sweepMs),
      async run(t) {
        const session = await t.session()
        await session.connect()
        const second = await session.connect()
        const step = Math.min(t.limit('sessionTtlMs'), Math.floor(t.limit('heartbeatTtlMs') / 2))
        for (let passed = 0; passed < 3 * t.limit('sessionTtlMs'); passed += step) {
          await t.advance(step)
          await second.fence()
        }
        await second.isServed()
        const third = await session.dial()
        await third.isServed()
        await t.leave(session, third)
        await t.advance(t.limit('sessionTtlMs') + 2 * t.limit('sweepMs'))
        await t.twin('after the newest has closed it does expire', () => t.isUnknown(session))
      },
    }),
  ),

  check('llming/superseding/newest-wins', {
    given: { sockets: fc.integer({ min: 3, max: 8 }), requests: fc.nat(1) },
    async run(t, { sockets, requests }) {
      const session = await t.session()
      const opened: LlmingSocket[] = []
      for (let i = 0; i < sockets; i++) {
        const socket = await session.connect()
        for (let k = 0; k < requests; k++) await t.arrange('the newest is served', () => socket.isServed())
        opened.push(socket)
      }
      const newest = opened.pop()
      for (const older of opened) await older.ends()
      await newest?.isServed()
      await t.twin('connections to several sessions stay open', async () => {
        for (const other of await connectToEach(t, 2)) await other.isServed()
      })
    },
  }),

  check(
    'llming/superseding/simultaneous-one-left',
    when('on an idle session', {
      given: { sockets: fc.integer({ min: 2, max: 8 }) },
      run: (t, { sockets }) => oneIsLeft(t, sockets, false),
    }),
    when('over a live socket', {
      given: { sockets: fc.integer({ min: 2, max: 5 }) },
      run: (t, { sockets }) => oneIsLeft(t, sockets, true),
    }),
  ),

  check('llming/superseding/old-socket-busy', {
    given: { ms: slow, busy: each(false, true) },
    time: () => 2 * slowestMs,
    async run(t, { ms, busy }) {
      const session = await t.session()
      const first = await session.connect()
      if (busy) first.request('windows.slow', { ms })
      const second = await session.connect()
      await t.advance(busy ? 2 * ms : 0)
      const third = await session.connect()
      await first.ends()
      await second.ends()
      await third.isServed()
      first.forget()
    },
  }),

  check('llming/superseding/reply-stays-on-its-socket', {
    given: { ms: slow, end: each<'supersede' | 'close' | 'cut'>('supersede', 'close', 'cut') },
    time: () => slowestMs,
    async run(t, { ms, end }) {
      const undisturbed = await (await t.session()).connect()
      const session = await t.session()
      const first = await session.connect()
      first.request('windows.slow', { ms })
      // The ping's answer shows that the request has arrived before the connection goes.
      await first.ponged()
      // Asked later, so that its reply shows that the first handler, too, has ended.
      const reply = undisturbed.request('windows.slow', { ms })
      await undisturbed.ponged()
      if (end === 'close') first.wire.close(1000)
      if (end === 'cut') first.wire.cut()
      const second = await session.connect()
      await t.advance(ms)
      await t.twin('left alone, the socket sees its reply', () =>
        undisturbed.replied(reply, { type: 'windows.slow', slept: ms }),
      )
      await second.staysSilent('the reply to a request of an earlier connection came on this one')
      first.forget()
    },
  }),

  check('llming/superseding/unresponsive-old-socket', {
    async run(t) {
      const [polite, rude] = await t.severalSessions(2)
      await polite.connect()
      await t.twin('over a client that answers the close frame', async () =>
        (await polite.connect()).isServed(),
      )
      const first = await rude.connect()
      first.wire.mute = true
      const second = await rude.dial()
      t.equal(second.fate, 'open', 'a connection over an unresponsive one opens')
      await second.isServed()
    },
  }),

  check('llming/superseding/closed-socket-not-served', {
    given: { late: fc.integer({ min: 1, max: 5 }) },
    async run(t, { late }) {
      const session = await t.session()
      const first = await session.connect()
      first.wire.mute = true
      await t.twin('before, its requests are executed', () =>
        first.answers('windows.counter', {}, { count: 1 }),
      )
      const second = await session.connect()
      await t.arrange('the first got its close frame', () => first.ends())
      for (let i = 0; i < late; i++) first.request('windows.counter')
      await t.settle()
      const { count } = await t.arrange('the new one counts', () =>
        second.answers('windows.counter', {}, { count: anyWholeNumber }),
      )
      await t.refusing(async () => t.equal(count, 2, 'the count after requests on a superseded connection'))
    },
  }),

  check('llming/superseding/reprovisioned-session-closes-old', {
    async run(t) {
      const session = await t.session()
      const first = await session.connect()
      const bystander = await (await t.session()).connect()
      const again = await t.session({ sessionId: session.id })
      const second = await again.connect()
      const oneLeft = await t.becomes([first, second], () => !first.wire.open || !second.wire.open)
      await t.refusing(async () =>
        t.that(oneLeft, 'at most one of the two connections stays open', [first.fate, second.fate]),
      )
      await t.twin('a session with another id keeps its connection', () => bystander.isServed())
    },
  }),
]

async function servedAndPushedTo(t: LlmingTrial, sessionId: string, socket: LlmingSocket): Promise<void> {
  await socket.isServed()
  const message = { type: 'note', number: t.newRequestId() }
  const { sent } = await t.control('push', { sessionId, message })
  t.equal(sent, true, 'the push reports that it was sent')
  await socket.receives(message)
}

/** The application writes to the connection that the session's record names. */
async function isCurrent(socket: LlmingSocket): Promise<void> {
  socket.send({ type: 'windows.direct' })
  await socket.receives({ type: 'direct' })
}

async function connectToEach(t: LlmingTrial, sessions: number): Promise<LlmingSocket[]> {
  return Promise.all(Array.from({ length: sessions }, async () => (await t.session()).connect()))
}

async function oneIsLeft(t: LlmingTrial, sockets: number, overLive: boolean): Promise<void> {
  const session = await t.session()
  const all = overLive ? [await session.connect()] : []
  all.push(...(await Promise.all(Array.from({ length: sockets }, () => session.dial()))))
  const open = () => all.filter(({ wire }) => wire.open)
  await t.becomes(all, () => open().length <= 1)
  t.equal(open().length, 1, `open sockets of the session after ${sockets} simultaneous connections`)
  await open()[0]?.isServed()
  await t.twin('several sessions keep a connection each', async () => {
    for (const other of await connectToEach(t, 2)) await other.isServed()
  })
}
