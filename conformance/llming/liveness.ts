import fc from 'fast-check'
import { check, when } from './driver.ts'
import { jsonObject, jsonValue } from './given.ts'

/** Short enough for real time, and far enough apart to be told from each other. */
const short = { limits: { heartbeatTtlMs: 2_000, sessionTtlMs: 3_000, sweepMs: 500 } }

/** Heartbeats, and what becomes of sessions that send none. */
export const liveness = [
  check('llming/liveness/heartbeat-acked', {
    given: {
      id: fc.option(jsonValue, { nil: undefined }),
      others: jsonObject,
      count: fc.integer({ min: 1, max: 3 }),
    },
    async run(t, { id, others, count }) {
      const socket = await (await t.session()).connect()
      const heartbeat = { ...others, type: 'heartbeat', ...(id === undefined ? {} : { _req_id: id }) }
      for (let i = 0; i < count; i++) socket.send(heartbeat)
      for (let i = 0; i < count; i++) await socket.receives({ type: 'heartbeat_ack' })
      await t.twin('a request has its id echoed', () => socket.isServed())
      socket.nothingElse('more came than one ack for each heartbeat')
    },
  }),

  check(
    'llming/liveness/silent-session-removed',
    when('a silent one', {
      settings: short,
      time: limits => 2 * Number(limits.heartbeatTtlMs) + 2 * Number(limits.sweepMs),
      async run(t) {
        const [silent, early] = await t.severalSessions(2)
        await silent.connect()
        const kept = await early.connect()
        await t.advance(Math.floor(0.8 * t.limit('heartbeatTtlMs')))
        await t.accepting(() => kept.isServed())
        await t.advance(Math.ceil(0.2 * t.limit('heartbeatTtlMs')) + t.limit('sweepMs') + 1)
        await t.refusing(() => t.isUnknown(silent))
      },
    }),
    when('heartbeats that were injected do not count', {
      settings: short,
      time: limits => 2 * Number(limits.heartbeatTtlMs) + 2 * Number(limits.sweepMs),
      async run(t) {
        const [silent, beating] = await t.severalSessions(2)
        const socket = await silent.connect()
        const other = await beating.connect()
        const step = Math.floor(t.limit('heartbeatTtlMs') / 3)
        for (let passed = 0; passed <= t.limit('heartbeatTtlMs') + t.limit('sweepMs'); passed += step) {
          await t.debug.ask('POST', `/sessions/${silent.id}/ws_send`, { body: { type: 'heartbeat' } })
          await other.fence()
          await t.advance(step)
        }
        socket.forget()
        await t.refusing(() => t.isUnknown(silent))
        await t.twin('heartbeats of its own', () => other.isServed())
      },
    }),
    when('one that sends heartbeats is kept', {
      settings: short,
      time: limits => 4 * Number(limits.heartbeatTtlMs),
      async run(t) {
        const socket = await (await t.session()).connect()
        const step = Math.floor(t.limit('heartbeatTtlMs') / 3)
        for (let passed = 0; passed < 3 * t.limit('heartbeatTtlMs'); passed += step) {
          await socket.fence()
          await t.advance(step)
        }
        await socket.isServed()
      },
    }),
  ),

  check('llming/liveness/silent-socket-closed', {
    settings: short,
    time: limits => 2 * Number(limits.heartbeatTtlMs) + 2 * Number(limits.sweepMs),
    async run(t) {
      const silent = await (await t.session()).connect()
      const beating = await (await t.session()).connect()
      const step = Math.floor(t.limit('heartbeatTtlMs') / 3)
      for (let passed = 0; passed <= t.limit('heartbeatTtlMs') + t.limit('sweepMs'); passed += step) {
        await beating.fence()
        await t.advance(step)
      }
      const { reason } = await silent.closes(4004)
      t.note(`close reason without heartbeats: "${reason}"`)
      await t.twin('with heartbeats it stays open', () => beating.isServed())
    },
  }),
]
