import { each } from '../engine/check.ts'
import { type AiTrial, check, when } from './driver.ts'
import type { SessionSocket } from './session-socket.ts'

/** Pings, heartbeats, inactivity. */
export const liveness = [
  check('ai-sessions/liveness/server-pings', {
    time: ({ pingIntervalMs }) => 2.4 * Number(pingIntervalMs),
    async run(t) {
      const idle = await t.attached()
      await t.arrange('the session works', () => idle.works())
      for (let i = 1; i <= 2; i++) {
        await t.advance(t.limit('pingIntervalMs'))
        await arePinged(t, i, idle)
        if (idle.wire.pings < i) {
          await t.advance(Math.floor(0.2 * t.limit('pingIntervalMs')))
          await arePinged(t, i, idle)
        }
        const { pings, closed } = idle.wire
        if (pings < i)
          t.violated(
            { message: `ping ${i} has come in time`, expected: `${i} pings`, received: `${pings}` },
            !closed,
          )
        t.holds()
      }
    },
  }),

  check('ai-sessions/liveness/silent-client-closed', {
    time: ({ inactivityTimeoutMs }) => 1.2 * Number(inactivityTimeoutMs),
    async run(t) {
      const [silent, beating] = [await t.attached(), await t.attached()]
      for (const socket of [silent, beating]) await t.arrange('the session works', () => socket.works())
      silent.wire.mute = true
      const limit = t.limit('inactivityTimeoutMs')
      await passes(t, Math.floor(0.9 * limit), beating)
      await t.isRead()
      await t.refusing(async () =>
        t.equal(silent.fate, 'open', 'a silent connection after nine tenths of the time'),
      )
      await passes(t, Math.ceil(0.3 * limit), beating)
      await t.refusing(() => silent.ends())
      await t.twin('one that sends heartbeats is kept', () => beating.works())
    },
  }),

  check(
    'ai-sessions/liveness/heartbeats-keep-open',
    when('taken without an error', {
      given: { count: each(1, 2, 5) },
      async run(t, { count }) {
        const socket = await t.attached()
        for (let i = 0; i < count; i++) socket.heartbeat()
        await socket.works()
        t.equal(socket.seen('error'), [], 'the error frames')
      },
    }),
    when('for longer than a silent one is kept', {
      time: ({ inactivityTimeoutMs }) => 1.5 * Number(inactivityTimeoutMs),
      async run(t) {
        const [silent, beating] = [await t.attached(), await t.attached()]
        silent.wire.mute = true
        await passes(t, Math.ceil(1.5 * t.limit('inactivityTimeoutMs')), beating)
        await beating.works()
        t.equal(beating.seen('error'), [], 'the error frames')
        await t.twin('a silent one is closed', () => silent.ends())
      },
    }),
  ),

  check('ai-sessions/liveness/pongs-keep-open', {
    time: ({ inactivityTimeoutMs }) => 1.5 * Number(inactivityTimeoutMs),
    async run(t) {
      const [silent, answering] = [await t.attached(), await t.attached()]
      silent.wire.mute = true
      const interval = t.limit('pingIntervalMs')
      const until = Math.ceil(1.5 * t.limit('inactivityTimeoutMs'))
      for (let passed = interval, pings = 1; passed <= until; passed += interval, pings++) {
        await t.advance(interval)
        await arePinged(t, pings, answering)
      }
      await t.advance(until % interval)
      await answering.works()
      await t.twin('a silent one is closed', () => silent.ends())
    },
  }),
]

/** Lets time pass, in which a connection sends heartbeats as often as it should. */
async function passes(t: AiTrial, ms: number, beating: SessionSocket): Promise<void> {
  const interval = t.limit('heartbeatIntervalMs')
  for (let passed = 0; passed < ms; passed += interval) {
    beating.heartbeat()
    await beating.ponged()
    await t.advance(Math.min(interval, ms - passed))
  }
}

/** Waits until one has had so many pings, and until the target has its pongs. */
async function arePinged(t: AiTrial, pings: number, { wire }: SessionSocket): Promise<void> {
  await wire.until(() => wire.pings >= pings || wire.closed, t.tolerance.replyWithinMs)
  await t.isRead()
}
