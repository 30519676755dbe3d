import fc from 'fast-check'
import type { LimitValues } from '../engine/check.ts'
import { each } from '../engine/check.ts'
import { check, type HubTrial, when } from './driver.ts'
import type { HubSocket } from './person.ts'

const smallQueue = { limits: { clientQueueFrames: 16 } }
/** Nobody is dropped for a full queue while the others speak. */
const patientQueue = { limits: { clientQueueFrames: 16, fullQueueMs: 60_000, writeTimeoutMs: 60_000 } }
const stallMs = ({ writeTimeoutMs }: LimitValues) => Number(writeTimeoutMs) + 2_000

/** Pings, silent peers, peers that do not read. */
export const liveness = [
  check('hub/liveness/server-pings', {
    time: ({ pongTimeoutMs }) => 2 * Number(pongTimeoutMs),
    given: { role: each('MEMBER', 'AGENT'), pings: fc.integer({ min: 1, max: 2 }) },
    async run(t, { role, pings }) {
      const [idle] = await t.connected(role)
      for (let i = 1; i <= pings; i++) {
        await t.advance(t.limit('pingIntervalMs'))
        await arePinged(t, i, idle)
        if (idle.wire.pings < i) {
          await t.advance(t.limit('pongTimeoutMs') - t.limit('pingIntervalMs'))
          await arePinged(t, i, idle)
        }
        const { pings: received, closed } = idle.wire
        if (received < i)
          t.violated(
            { message: `ping ${i} has come in time`, expected: `${i} pings`, received: `${received} pings` },
            !closed,
          )
        t.holds()
      }
    },
  }),

  check('hub/liveness/silent-peer-dropped', {
    time: ({ silentDropMs }) => Number(silentDropMs),
    given: { role: each('MEMBER', 'AGENT') },
    async run(t, { role }) {
      const [silent, answering, sender] = await t.connected(role, role, 'ADMIN')
      silent.wire.mute = true
      await passIdly(t, t.limit('silentDropMs'), answering, sender)
      await t.refusing(() => silent.ends())
      await t.twin('one that answers pings is kept', () => sender.reaches(answering))
    },
  }),

  check('hub/liveness/answering-peer-kept', {
    time: ({ silentDropMs }) => Number(silentDropMs) + 10_000,
    given: { role: each('MEMBER', 'AGENT') },
    async run(t, { role }) {
      const [idle] = await t.connected(role)
      await passIdly(t, t.limit('silentDropMs') + 10_000, idle)
      const [sender] = await t.connected('ADMIN')
      await sender.reaches(idle)
      await idle.reaches(sender)
    },
  }),

  check('hub/liveness/data-counts-as-life', {
    time: ({ silentDropMs }) => 2 * Number(silentDropMs),
    given: { role: each('MEMBER', 'AGENT') },
    async run(t, { role }) {
      const [busy, silent] = await t.connected(role, role)
      for (const { wire } of [busy, silent]) wire.mute = true
      const step = Math.floor(t.limit('pongTimeoutMs') / 5)
      for (let passed = 0; passed < t.limit('silentDropMs'); passed += step) {
        await busy.reaches(busy, t.newMarker(), 'SYSTEM_LOG')
        await t.advance(step)
      }
      await busy.reaches(busy)
      await t.twin('one that is silent altogether is dropped', () => silent.ends())
    },
  }),

  check('hub/liveness/ping-answered', {
    given: { payload: fc.uint8Array({ maxLength: 125 }).map(bytes => [...bytes]) },
    async run(t, { payload }) {
      const [socket] = await t.connected('MEMBER')
      // Any WebSocket library answers pings; here a hub has to.
      await t.arrange('it is a hub', () => socket.reaches(socket))
      const { wire } = socket
      wire.ping(Uint8Array.from(payload))
      await wire.until(() => wire.pongs > 0 || wire.closed, t.tolerance.replyWithinMs)
      const expected = `a pong with ${payload.length} bytes`
      if (wire.pongs === 0)
        t.violated({ message: 'a ping was not answered', expected, received: socket.fate }, !wire.closed)
      t.equal([...(wire.lastPong ?? [])], payload, 'the bytes that the pong carries')
    },
  }),

  check('hub/liveness/stalled-reader-dropped', {
    settings: smallQueue,
    time: stallMs,
    async run(t) {
      const [stalled, reader, flooder, other] = await t.connected('AGENT', 'AGENT', 'AGENT', 'AGENT')
      await stalled.stopsReading()
      flooder.floods(stalled)
      const payload = t.newMarker()
      const count = t.limit('clientQueueFrames') + 10
      const frames = await t.twin('a client that reads gets all', async () => {
        for (let i = 0; i < count; i++) other.tell(reader, 'CHAT_STREAM', payload)
        const fits = (message: object) => 'payload' in message && message.payload === payload
        return reader.collects(fits, found => found.length === count)
      })
      // By now the hub has read what was sent to the other one, too.
      await t.arrange('the hub goes on', () => other.reaches(reader))
      await t.advance(t.limit('writeTimeoutMs') + 2_000)
      stalled.wire.readOn()
      await t.refusing(() => stalled.ends())
      await t.twin('a client that reads is kept', async () => {
        t.equal(frames.length, count, 'frames of a burst at a client that reads')
        await other.reaches(reader)
      })
      for (const socket of [stalled, flooder]) socket.forget()
    },
  }),

  check(
    'hub/liveness/stalled-reader-isolated',
    when('whose frames wait at the hub', {
      settings: patientQueue,
      async run(t) {
        const [stalled, flooder] = await t.connected('AGENT', 'AGENT')
        await stalled.stopsReading()
        flooder.floods(stalled)
        await othersGoOn(t)
        for (const socket of [stalled, flooder]) socket.forget()
      },
    }),
    when('whose frames fill the network', {
      settings: patientQueue,
      once: true,
      async run(t) {
        const [stalled, flooder] = await t.connected('AGENT', 'AGENT')
        stalled.wire.stopReading()
        flooder.floods(stalled, true)
        for (let i = 0; i < 10; i++) await othersGoOn(t)
        for (const socket of [stalled, flooder]) socket.forget()
      },
    }),
    when('the same with one that reads', {
      settings: patientQueue,
      once: true,
      onlyTwin: true,
      async run(t) {
        const [reader, flooder] = await t.connected('AGENT', 'AGENT')
        flooder.floods(reader)
        await othersGoOn(t)
        for (const socket of [reader, flooder]) socket.forget()
      },
    }),
  ),
]

/** Lets time pass in which these connections do nothing but answer pings. */
async function passIdly(t: HubTrial, ms: number, ...idle: HubSocket[]): Promise<void> {
  const interval = t.limit('pingIntervalMs')
  for (let passed = interval, pings = 1; passed <= ms; passed += interval, pings++) {
    await t.advance(interval)
    await arePinged(t, pings, ...idle)
  }
  await t.advance(ms % interval)
}

/** Waits until each of these has had so many pings, and until the target has their pongs. */
async function arePinged(t: HubTrial, pings: number, ...idle: HubSocket[]): Promise<void> {
  const waits = idle.map(({ wire }) =>
    wire.until(() => wire.pings >= pings || wire.closed, t.tolerance.replyWithinMs),
  )
  await Promise.all(waits)
  await t.isRead()
}

async function othersGoOn(t: HubTrial): Promise<void> {
  const [admin, member] = await t.connected('ADMIN', 'MEMBER')
  for (let i = 0; i < 3; i++) {
    await admin.reaches(member)
    await member.reaches(admin)
  }
}
