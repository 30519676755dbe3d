import fc from 'fast-check'
import { isJsonObject, type JsonObject, memberOf } from '../../schemas/json.ts'
import { each } from '../engine/check.ts'
import { nonEmptyText, oneOf, show } from '../engine/match.ts'
import { type AiTrial, check, when } from './driver.ts'
import { toolNames } from './given.ts'
import { type AgentSession, rankOf } from './session.ts'
import { isTime, msOf } from './times.ts'
import { listOf, profilePath } from './user.ts'

const minuteMs = 60_000

/** Sessions from their creation to the end of their record. */
export const sessions = [
  check('ai-sessions/lifecycle/create-answer', {
    given: { name: each('nothing', 'tools') },
    async run(t, { name }) {
      const user = await t.user()
      const body = name === 'nothing' ? {} : { allowed_tools: ['Read'] }
      const { session } = await user.gets(201, 'POST', '/v1/sessions', body)
      t.equal(memberOf(session, 'id'), nonEmptyText, 'the id')
      const status = memberOf(session, 'status')
      t.that((rankOf(status) ?? 2) < 2, 'a status before the end', status)
      const createdAt = memberOf(session, 'created_at')
      t.that(isTime(createdAt), 'created_at is a date and time of RFC 3339', createdAt)
      t.that(
        Math.abs(msOf(createdAt) - Date.now()) < minuteMs,
        'created_at is within a minute of now',
        createdAt,
      )
    },
  }),

  check('ai-sessions/lifecycle/session-tools-kept', {
    given: { allowed: toolNames, denied: toolNames },
    async run(t, { allowed, denied }) {
      const session = await (await t.user()).session({ allowed_tools: allowed, denied_tools: denied })
      const { allowed_tools, denied_tools } = await session.read()
      t.equal(allowed_tools, allowed, 'allowed_tools')
      t.equal(denied_tools, denied, 'denied_tools')
    },
  }),

  check(
    'ai-sessions/lifecycle/refused-create-leaves-nothing',
    when('for its body', {
      given: { body: each<unknown>('{', { allowed_tools: 5 }, [], { denied_tools: [5] }) },
      async run(t, { body }) {
        const user = await t.user()
        const before = await user.create()
        const { status } = await user.ask('POST', '/v1/sessions', { body, bad: true })
        await t.arrange('a creation is refused', async () => t.equal(status, 400, 'the status'))
        await t.refusing(async () => t.equal(await user.sessionIds(), [before.id], 'the sessions'))
        await t.twin('a good creation is listed', async () => {
          const { id } = await user.create()
          t.that((await user.sessionIds()).includes(id), 'the new session in the list', id)
        })
      },
    }),
    when('for the cap', {
      settings: { limits: { maxSessions: 2, createPerMinute: 1_000 } },
      async run(t) {
        const user = await t.user()
        const ids: string[] = []
        for (let i = 0; i < t.limit('maxSessions'); i++) ids.push((await user.create()).id)
        await t.arrange('one more is refused', () =>
          t.answers(oneOf(409, 429), user.ask('POST', '/v1/sessions', { body: {} })),
        )
        await t.refusing(async () => t.equal((await user.sessionIds()).sort(), ids.sort(), 'the sessions'))
        await t.twin('all others are listed', async () =>
          t.equal((await user.sessionIds()).length, ids.length, 'the number of sessions'),
        )
      },
    }),
  ),

  check(
    'ai-sessions/lifecycle/session-gets-going',
    when('without a delay that the tester knows of', {
      async run(t) {
        const session = await (await t.user()).create()
        await session.isUnderWay()
      },
    }),
    when('after a delay', {
      settings: { limits: { startDelayMs: 2_000 } },
      time: ({ startDelayMs }) => Number(startDelayMs) + 1_000,
      async run(t) {
        const session = await (await t.user()).create()
        if (t.limit('startDelayMs') > 0) {
          const { status } = await session.read()
          await t.arrange('it is not running at once', async () => t.equal(rankOf(status), 0, 'its rank'))
        }
        await t.advance(t.limit('startDelayMs'))
        await session.isUnderWay()
      },
    }),
  ),

  check('ai-sessions/lifecycle/status-never-goes-back', {
    settings: { limits: { startDelayMs: 100 } },
    time: () => 3_000,
    given: {
      steps: fc.array(fc.constantFrom('read', 'wait', 'prompt', 'end', 'connect'), {
        minLength: 4,
        maxLength: 12,
      }),
    },
    async run(t, { steps }) {
      const session = await (await t.user()).create()
      let last = 0
      const look = async () => {
        const { status } = await session.read()
        const rank = rankOf(status)
        if (rank === undefined) return t.note(`a session has the status ${show(status)}`)
        t.that(rank >= last, 'a status that does not go back', { before: last, now: status })
        last = rank
      }
      for (const step of [...steps, 'wait', 'end']) {
        if (step === 'wait') await t.advance(120)
        if (step === 'end') await session.terminate()
        if (step === 'prompt' || step === 'connect') {
          const socket = await session.dial()
          socket.unjudged = true
          if (step === 'prompt' && t.has('agent') && socket.wire.open) socket.prompt('say x')
        }
        await look()
      }
      await session.isOver()
      await t.advance(1_000)
      await look()
    },
  }),

  check('ai-sessions/lifecycle/times-in-order', {
    settings: { limits: { startDelayMs: 500 } },
    time: () => 10_000,
    given: { gaps: fc.tuple(fc.integer({ min: 1, max: 2_000 }), fc.integer({ min: 1, max: 2_000 })) },
    async run(t, { gaps: [beforeEnd, beforeUpdate] }) {
      const user = await t.stranger()
      areTimes(t, await user.register(), ['registered_at'])
      await user.storeKey()
      const session = await user.create()
      await t.advance(t.limit('startDelayMs'))
      await t.arrange('it is running', () => session.isRunning())
      await t.advance(beforeEnd)
      await session.end()
      const ended = await session.read()
      areTimes(t, ended, ['created_at', 'started_at', 'terminated_at'])
      t.equal(ended.terminated_at, nonEmptyText, 'terminated_at of an ended session')
      isNotBefore(t, ended, 'terminated_at', 'created_at')
      if (typeof ended.started_at === 'string') {
        isNotBefore(t, ended, 'started_at', 'created_at')
        isNotBefore(t, ended, 'terminated_at', 'started_at')
      }
      const profile = await user.newProfile({ name: 'p' })
      await t.advance(beforeUpdate)
      await t.arrange('it is updated', () => user.gets(200, 'PUT', profilePath(profile.id), { name: 'q' }))
      const updated = await user.profile(profile.id)
      areTimes(t, updated, ['created_at', 'updated_at'])
      const [before, after] = [profile.updated_at, updated.updated_at]
      if (before === undefined && after === undefined) return
      t.that(msOf(after) >= msOf(before), 'an updated_at that is not earlier than before', { before, after })
    },
  }),

  check('ai-sessions/lifecycle/list-has-own', {
    given: { count: each(1, 2, 3), ended: each(false, true) },
    async run(t, { count, ended }) {
      const user = await t.user()
      const sessions = []
      for (let i = 0; i < count; i++) sessions.push(await user.create())
      if (ended) await sessions[0]?.end()
      const listed = await user.sessionIds()
      for (const { id } of sessions) t.that(listed.includes(id), `the session ${id} in the list`, listed)
    },
  }),

  check('ai-sessions/lifecycle/list-only-own', {
    async run(t) {
      const users = [await t.user(), await t.user()]
      const sessions: AgentSession[] = []
      for (const user of users) sessions.push(await user.create())
      for (const [index, user] of users.entries()) {
        const listed = await user.sessionIds()
        await t.refusing(async () => {
          const foreign = sessions[1 - index]?.id
          t.that(!listed.includes(foreign), 'no session of the other user', listed)
        })
        await t.twin('the own one', async () =>
          t.that(listed.includes(sessions[index]?.id), 'the own session in the list', listed),
        )
      }
    },
  }),

  check('ai-sessions/lifecycle/list-status-filter', {
    async run(t) {
      const user = await t.user()
      const [running, ended] = [await user.session(), await user.session()]
      const { status } = await ended.end()
      const statuses = { running: running.id, [String(status)]: ended.id }
      for (const [name, id] of Object.entries(statuses)) {
        const listed = listOf(await user.page(`?status=${encodeURIComponent(name)}`), 'sessions')
        for (const session of listed) t.equal(session.status, name, `the status of what is listed as ${name}`)
        t.equal(
          listed.map(each => each.id),
          [id],
          `what is listed as ${name}`,
        )
      }
      await t.twin('without a filter both are listed', async () =>
        t.equal((await user.sessionIds()).sort(), Object.values(statuses).sort(), 'the sessions'),
      )
    },
  }),

  check('ai-sessions/lifecycle/pages-complete', {
    given: { count: each(5, 4, 1, 0), size: each(2, 1, 3, 5) },
    async run(t, { count, size }) {
      const user = await t.user()
      const ids = []
      for (let i = 0; i < count; i++) ids.push((await user.create()).id)
      const seen: unknown[] = []
      let cursor: unknown = ''
      do {
        const from = cursor === '' ? '' : `&cursor=${encodeURIComponent(String(cursor))}`
        const page = await user.page(`?limit=${size}${from}`)
        const listed = listOf(page, 'sessions').map(each => each.id)
        t.that(listed.length <= size, `a page of at most ${size}`, listed)
        seen.push(...listed)
        t.that(new Set(seen).size === seen.length, 'no session twice', seen)
        cursor = page.next_cursor ?? ''
        t.equal(cursor, oneOf('', nonEmptyText), 'next_cursor')
        if (listed.length === 0) t.equal(cursor, '', 'next_cursor of an empty page')
      } while (cursor !== '')
      t.equal([...seen].sort(), ids.sort(), 'the sessions on all pages')
    },
  }),

  check(
    'ai-sessions/lifecycle/list-limit-bounds',
    when('what is no limit', {
      given: { bad: each('0', '-1', 'x') },
      async run(t, { bad }) {
        const user = await t.user()
        await user.create()
        await t.refusing(() => t.answers(400, user.ask('GET', `/v1/sessions?limit=${bad}`, { bad: true })))
        await t.twin('limit 1', async () =>
          t.equal((await user.sessionIds('?limit=1')).length, 1, 'the sessions'),
        )
      },
    }),
    when('the default and the maximum', {
      settings: { limits: { listDefault: 2, listMax: 4, maxSessions: 8, createPerMinute: 1_000 } },
      async run(t) {
        const user = await t.user()
        const [usual, most] = [t.limit('listDefault'), t.limit('listMax')]
        if (most >= Math.min(t.limit('maxSessions'), t.limit('createPerMinute')))
          t.leaveOut('it takes too many sessions to fill a page')
        for (let i = 0; i <= most; i++) await user.create()
        t.equal((await user.sessionIds()).length, usual, 'the sessions on a page without a limit')
        t.equal((await user.sessionIds('?limit=1000')).length, most, 'the sessions on a page with limit 1000')
      },
    }),
  ),

  check('ai-sessions/lifecycle/terminate-ends-session', {
    given: { attached: each(false, true) },
    async run(t, { attached }) {
      const session = await t.session()
      if (attached) (await session.connect()).unjudged = true
      const { json } = await t.answers(200, session.terminate())
      t.equal(memberOf(json, 'terminated'), true, 'terminated')
      await session.isOver()
    },
  }),

  check('ai-sessions/lifecycle/end-reason-user-requested', {
    async run(t) {
      const socket = await t.attached()
      await socket.session.end()
      const { end_reason, termination_reason } = await socket.session.read()
      t.equal(end_reason ?? termination_reason, 'user_requested', 'end_reason or termination_reason')
      const end = await t.arrange('the end is told', () => socket.gets('session_end'))
      t.equal(memberOf(end.payload, 'reason'), 'user_requested', 'the reason in session_end')
    },
  }),

  check('ai-sessions/lifecycle/terminate-again-harmless', {
    time: () => 5_000,
    given: { gapMs: fc.integer({ min: 1, max: 5_000 }) },
    async run(t, { gapMs }) {
      const session = await t.session()
      await session.end()
      const before = await session.read()
      await t.advance(t.instance.frozen ? gapMs : 10)
      await t.answers(oneOf(200, 409), session.terminate())
      t.equal(await session.read(), before, 'the record')
    },
  }),

  check('ai-sessions/lifecycle/record-kept-before-end', {
    async run(t) {
      const session = await t.session()
      const remove = () => session.user.ask('DELETE', `${session.path}/record`)
      await t.refusing(async () => {
        const { status } = await t.isRefused(remove())
        if (status !== 409) t.note(`the record of a running session: ${status}`)
        await session.runs()
      })
      await session.end()
      await t.twin('after its end', () => t.answers(200, remove()))
    },
  }),

  check('ai-sessions/lifecycle/record-deleted', {
    async run(t) {
      const user = await t.user()
      const [session, other] = [await user.session(), await user.session()]
      for (const each of [session, other]) await each.end()
      const { json } = await t.answers(200, user.ask('DELETE', `${session.path}/record`))
      t.equal(memberOf(json, 'deleted'), true, 'deleted')
      await t.refusing(() => t.answers(404, user.ask('GET', session.path)))
      await t.refusing(async () => t.equal(await user.sessionIds(), [other.id], 'the sessions'))
      await t.twin('another one is still there', () => other.read())
    },
  }),
]

/** Those of these members that are texts must be times. */
function areTimes(t: AiTrial, of: JsonObject, names: readonly string[]): void {
  if (!isJsonObject(of)) return
  for (const name of names)
    if (typeof of[name] === 'string')
      t.that(isTime(of[name]), `${name} is a date and time of RFC 3339`, of[name])
}

function isNotBefore(t: AiTrial, of: JsonObject, later: string, earlier: string): void {
  t.that(msOf(of[later]) >= msOf(of[earlier]), `${later} is not before ${earlier}`, of)
}
