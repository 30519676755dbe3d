import fc from 'fast-check'
import { each } from '../engine/check.ts'
import { check, type LlmingTrial, when } from './driver.ts'
import type { LlmingSocket, TestSession } from './session.ts'

/** Coming back to a session. */
export const reconnecting = [
  check(
    'llming/reconnecting/session-resumes',
    when('however the connection has ended', {
      given: { end: each('1000', '1001', 'without a code', 'cut', 'superseded') },
      async run(t, { end }) {
        const session = await t.session()
        const first = await session.connect()
        await t.arrange('the count begins', () => first.answers('windows.counter', {}, { count: 1 }))
        if (end === 'cut') first.wire.cut()
        else if (end !== 'superseded') first.wire.close(end === 'without a code' ? undefined : Number(end))
        const second = await session.dial()
        t.equal(second.fate, 'open', 'a connection after the old one')
        await second.answers('windows.counter', {}, { count: 2 })
        await t.twin('a new session starts afresh', async () =>
          (await (await t.session()).connect()).answers('windows.counter', {}, { count: 1 }),
        )
      },
    }),
    when('a session that was ended is not served', {
      async run(t) {
        const session = await t.session()
        await t.arrange('it is served', async () => (await session.connect()).isServed())
        await t.control('endSession', { sessionId: session.id })
        await t.refusing(() => t.isUnknown(session))
        await t.twin('one that was not is', async () => (await (await t.session()).connect()).isServed())
      },
    }),
    when('the target cuts all connections', {
      alone: true,
      once: true,
      async run(t) {
        const session = await t.session()
        const first = await session.connect()
        await t.arrange('the count begins', () => first.answers('windows.counter', {}, { count: 1 }))
        await t.control('drop')
        await t.arrange('the connection is gone', () => first.ends())
        await (await session.connect()).answers('windows.counter', {}, { count: 2 })
      },
    }),
  ),

  check('llming/reconnecting/no-replay', {
    given: { early: fc.integer({ min: 1, max: 3 }), between: fc.integer({ min: 0, max: 3 }) },
    async run(t, { early, between }) {
      if (t.has('replay')) t.leaveOut('the target declares "replay"')
      const session = await t.session()
      for (let i = 0; i < early; i++) await notSent(t, session, i)
      const first = await session.connect()
      await first.staysSilent('what was pushed before the connection came after it')
      await t.leave(session, first)
      for (let i = 0; i < between; i++) await notSent(t, session, i)
      const second = await session.connect()
      await second.staysSilent('what was pushed between the connections came after it')
      await t.twin('a push while open is delivered', () => delivered(t, session, second))
    },
  }),
]

async function notSent(t: LlmingTrial, session: TestSession, number: number): Promise<void> {
  const { sent } = await t.control('push', { sessionId: session.id, message: { type: 'early', number } })
  await t.refusing(async () => t.equal(sent, false, 'what a push without a connection reports'))
}

async function delivered(t: LlmingTrial, session: TestSession, socket: LlmingSocket): Promise<void> {
  const { sent } = await t.control('push', { sessionId: session.id, message: { type: 'note' } })
  t.equal(sent, true, 'what the push reports')
  await socket.receives({ type: 'note' })
}
