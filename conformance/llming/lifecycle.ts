import fc from 'fast-check'
import { memberOf } from '../../schemas/json.ts'
import { each } from '../engine/check.ts'
import { check, type LlmingTrial, when } from './driver.ts'
import { connectAll, type TestSession } from './session.ts'

const short = { limits: { sessionTtlMs: 3_000, heartbeatTtlMs: 20_000, sweepMs: 500 } }

/** Long enough for an idle session to be gone. */
const untilGone = (t: LlmingTrial) => t.limit('sessionTtlMs') + t.limit('sweepMs') + 1
const waits = (limits: Readonly<Record<string, number>>) =>
  2 * Number(limits.sessionTtlMs) + 2 * Number(limits.sweepMs)

/** Creation, expiry, ending and revoking of sessions. */
export const lifecycle = [
  check(
    'llming/lifecycle/idle-session-expires',
    when('never connected', {
      settings: short,
      time: waits,
      async run(t) {
        const sinceMs = t.elapsedMs
        const [idle, early] = await t.severalSessions(2)
        await expiresInTime(t, idle, early, sinceMs)
      },
    }),
    when('connected and left', {
      settings: short,
      time: waits,
      given: { end: each<'close' | 'cut'>('close', 'cut') },
      async run(t, { end }) {
        const idle = await t.session()
        const socket = await idle.connect()
        const sinceMs = t.elapsedMs
        const early = await t.session()
        await t.leave(idle, socket, end)
        await expiresInTime(t, idle, early, sinceMs)
      },
    }),
  ),

  check('llming/lifecycle/ttl-counted-from-disconnect', {
    settings: short,
    time: limits => 3 * Number(limits.sessionTtlMs) + 2 * Number(limits.sweepMs),
    async run(t) {
      const [returning, gone] = await t.severalSessions(2)
      const [socket, other] = await connectAll(returning, gone)
      await t.advance(2 * t.limit('sessionTtlMs'))
      await t.leave(returning, socket)
      await t.leave(gone, other)
      await t.advance(Math.floor(t.limit('sessionTtlMs') / 2))
      await (await returning.dial()).isServed()
      await t.advance(Math.ceil(t.limit('sessionTtlMs') / 2) + t.limit('sweepMs') + 1)
      await t.twin('after the limit it is gone', () => t.isUnknown(gone))
    },
  }),

  check('llming/lifecycle/hook-failure-does-not-block-expiry', {
    settings: short,
    time: waits,
    given: { failing: fc.integer({ min: 1, max: 5 }) },
    async run(t, { failing }) {
      for (let i = 0; i < failing; i++) await t.session({ expiryHookThrows: true })
      const [normal, early] = await t.severalSessions(2)
      await t.advance(t.limit('sweepMs'))
      // Not the same session: looking may be a sign of use, which starts its time again.
      await t.twin('before the limit another is there', () => t.isKnown(early))
      await t.advance(untilGone(t) - t.limit('sweepMs'))
      await t.refusing(() => t.isUnknown(normal))
    },
  }),

  check('llming/lifecycle/early-session-swept', {
    settings: short,
    alone: true,
    once: true,
    time: waits,
    async run(t) {
      await t.restart()
      const boot = t.existingSession('boot-session')
      const later = await t.session()
      await t.twin('at the start it is there', () => t.isKnown(boot))
      await t.advance(untilGone(t))
      await t.refusing(() => t.isUnknown(boot))
      await t.refusing(() => t.isUnknown(later))
    },
  }),

  check(
    'llming/lifecycle/ended-session-gone',
    when('ended while connected', {
      async run(t) {
        const [session, other] = await t.severalSessions(2)
        const [socket, bystander] = await connectAll(session, other)
        await t.control('endSession', { sessionId: session.id })
        await t.refusing(async () => {
          await socket.closes(1000)
          await t.isGone(session)
        })
        await t.accepting(async () => {
          await bystander.isServed()
          await t.isKnown(other)
        })
      },
    }),
    when('ended without a connection', {
      async run(t) {
        const [session, other] = await t.severalSessions(2)
        await t.twin('before, it is there', () => t.isKnown(session))
        await t.control('endSession', { sessionId: session.id })
        await t.refusing(() => t.isGone(session))
        await t.twin('another session stays', () => t.isKnown(other))
      },
    }),
    when('revoked', {
      given: { count: fc.integer({ min: 1, max: 3 }) },
      async run(t, { count }) {
        const { userEmail, sessions } = await sessionsOfOneUser(t, count)
        const other = await t.session({ userEmail: `other-${userEmail}` })
        const { revoked } = await t.control('revokeSessions', { userEmail })
        await t.refusing(async () => {
          t.equal(new Set(revoked as string[]).size, count, 'number of sessions that were revoked')
          for (const session of sessions) await t.isGone(session)
        })
        await t.twin('a session with another e-mail stays', () => t.isKnown(other))
      },
    }),
  ),

  check('llming/lifecycle/revoked-socket-closed', {
    async run(t) {
      const { userEmail, sessions } = await sessionsOfOneUser(t, 1)
      const other = await t.session({ userEmail: `other-${userEmail}` })
      const bystander = await other.connect()
      const sockets = await Promise.all(sessions.map(session => session.connect()))
      await t.control('revokeSessions', { userEmail })
      await t.refusing(async () => {
        for (const socket of sockets) await socket.ends()
      })
      await t.twin("the other session's connection stays open", () => bystander.isServed())
    },
  }),

  check('llming/lifecycle/revoke-needs-criteria', {
    alone: true,
    given: { sessions: fc.integer({ min: 1, max: 3 }) },
    async run(t, { sessions }) {
      const { userEmail, sessions: own } = await sessionsOfOneUser(t, sessions)
      const answer = await t.tryControl('revokeSessions', {})
      await t.refusing(async () => {
        const revoked = memberOf(answer.body, 'revoked') ?? []
        t.equal(answer.status === 200 ? revoked : [], [], 'what was revoked without a criterion')
        for (const session of own) await t.isKnown(session)
      })
      await t.twin('with an e-mail the matching ones are', async () => {
        const { revoked } = await t.control('revokeSessions', { userEmail })
        t.equal(new Set(revoked as string[]).size, sessions, 'number of sessions that were revoked')
      })
    },
  }),
]

/** Expects one session to last nearly as long as it may, and the other to be gone after that. */
async function expiresInTime(
  t: LlmingTrial,
  idle: TestSession,
  early: TestSession,
  sinceMs: number,
): Promise<void> {
  const idleMs = t.elapsedMs - sinceMs
  const most = Math.floor(0.8 * t.limit('sessionTtlMs') - idleMs)
  await t.advance(most)
  await t.accepting(() => t.isKnown(early))
  await t.advance(untilGone(t) - most)
  await t.refusing(() => t.isGone(idle))
}

let users = 0

async function sessionsOfOneUser(t: LlmingTrial, count: number) {
  const userEmail = `user-${++users}-${Date.now()}@example.com`
  return { userEmail, sessions: await t.severalSessions(count, { userEmail }) }
}
