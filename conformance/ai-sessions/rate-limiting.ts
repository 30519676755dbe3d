import fc from 'fast-check'
import { each } from '../engine/check.ts'
import { oneOf } from '../engine/match.ts'
import type { HttpAnswer } from '../engine/wire/http.ts'
import { type AiTrial, check, when } from './driver.ts'
import type { AgentSession } from './session.ts'
import type { SessionSocket } from './session-socket.ts'
import { profilePath, type User } from './user.ts'

/** Few sessions at a time, and no rate that would be met first. */
const fewSessions = { limits: { maxSessions: 2, createPerMinute: 1_000 } }
const lowRates = {
  limits: {
    createPerMinute: 3,
    registerPerMinute: 3,
    uploadsPerMinute: 3,
    promptsPerMinute: 5,
    messagesPerSecond: 20,
  },
}

/** Caps and rates. */
export const rateLimiting = [
  check(
    'ai-sessions/rate-limiting/session-cap-409',
    when('one too many', {
      settings: fewSessions,
      async run(t) {
        const user = await t.user()
        await fill(t, user)
        await t.refusing(() => t.answers(aboveCap(t), create(user)))
      },
    }),
    when('as sessions come and go', { settings: fewSessions, given: { moves: comings() }, run: comeAndGo }),
  ),

  check(
    'ai-sessions/rate-limiting/ended-session-frees-slot',
    when('after the cap was met', {
      settings: fewSessions,
      given: { which: each('first', 'last') },
      async run(t, { which }) {
        const user = await t.user()
        const sessions = await fill(t, user)
        await t.arrange('the cap is met', () => t.answers(aboveCap(t), create(user)))
        await sessions.at(which === 'first' ? 0 : -1)?.end()
        await t.answers(201, create(user))
      },
    }),
    when('as sessions come and go', { settings: fewSessions, given: { moves: comings() }, run: comeAndGo }),
  ),

  check('ai-sessions/rate-limiting/profile-cap-409', {
    async run(t) {
      const user = await t.member()
      const make = (name: string) => user.ask('POST', '/v1/profiles', { body: { name } })
      for (let count = (await user.profiles()).length; count < t.limit('maxProfiles'); count++)
        await t.twin('below the cap', () => t.answers(201, make(`p${count}`)))
      await t.refusing(() => t.answers(409, make('one too many')))
      const spare = (await user.profiles()).findLast(({ is_default }) => is_default !== true)
      await t.arrange('one is deleted', async () => {
        const { status } = await user.ask('DELETE', profilePath(spare?.id))
        t.that(status >= 200 && status < 300, 'a status from 200 to 299', status)
      })
      await t.twin('after one is deleted', () => t.answers(201, make('another')))
    },
  }),

  check('ai-sessions/rate-limiting/rest-rates-429', {
    settings: lowRates,
    time: ({ rateWindowMs }) => Number(rateWindowMs) + 1_000,
    given: { what: each('create', 'register', 'upload') },
    async run(t, { what }) {
      const { limit, call } = await rated(t, what)
      for (let i = 0; i < limit; i++)
        await t.twin('the first calls succeed', async () => isDone(t, await call()))
      await t.refusing(() => t.answers(429, call()))
      await t.advance(t.limit('rateWindowMs') + 1_000)
      await t.refusing(async () => isDone(t, await call()))
    },
  }),

  check(
    'ai-sessions/rate-limiting/frame-rates-reported',
    when('heartbeats', {
      settings: { limits: { messagesPerSecond: 20 } },
      time: () => 5_000,
      async run(t) {
        const calm = await t.attached()
        await t.twin('half the rate causes no error', async () => {
          await beat(calm, Math.floor(t.limit('messagesPerSecond') / 2))
          await calm.works()
          t.equal(calm.seen('error'), [], 'the error frames')
        })
        const hasty = await t.attached()
        await beat(hasty, Math.ceil(1.5 * t.limit('messagesPerSecond')))
        await t.refusing(() => isReported(hasty))
        await t.advance(2_000)
        await t.refusing(() => isSpared(hasty))
      },
    }),
    when('prompts', {
      settings: { limits: { promptsPerMinute: 5 } },
      time: ({ rateWindowMs }) => Number(rateWindowMs) + 1_000,
      async run(t) {
        const socket = await t.attached()
        for (let i = 0; i < t.limit('promptsPerMinute'); i++)
          await t.twin('the first prompts are answered', () => socket.isServed())
        for (let i = 0; i < 5; i++) socket.prompt('say too much')
        await t.refusing(async () => {
          await isReported(socket)
          t.that(!socket.texts.includes('too much'), 'no answer to what is above the rate', socket.texts)
        })
        await t.advance(t.limit('rateWindowMs') + 1_000)
        await t.refusing(() => isSpared(socket))
      },
    }),
  ),
]

function create(user: User): Promise<HttpAnswer> {
  return user.ask('POST', '/v1/sessions', { body: {} })
}

/** What is answered above the cap; where the rate is met as well, that may be what is told. */
function aboveCap(t: AiTrial) {
  return t.limit('createPerMinute') <= t.limit('maxSessions') ? oneOf(409, 429) : oneOf(409)
}

/** As many sessions as a user may have. */
async function fill(t: AiTrial, user: User): Promise<AgentSession[]> {
  const sessions: AgentSession[] = []
  for (let i = 0; i < t.limit('maxSessions'); i++)
    sessions.push(await t.twin('below the cap', () => user.create()))
  return sessions
}

/** Moves of a walk: a creation, or the end of one of the sessions that there are. */
function comings() {
  return fc.array(fc.oneof({ weight: 2, arbitrary: fc.constant('create' as const) }, fc.nat(5)), {
    minLength: 3,
    maxLength: 10,
  })
}

/** Sessions come and go; a count of those that are not over says what becomes of a creation. */
async function comeAndGo(t: AiTrial, { moves }: { moves: ('create' | number)[] }): Promise<void> {
  const [cap, freed] = [
    'ai-sessions/rate-limiting/session-cap-409',
    'ai-sessions/rate-limiting/ended-session-frees-slot',
  ]
  if (t.limit('createPerMinute') < moves.length) t.leaveOut('the rate would be met first')
  const user = await t.user()
  const running: AgentSession[] = []
  let ended = 0
  for (const move of moves) {
    if (move === 'create' && running.length < t.limit('maxSessions')) {
      const answer = await create(user)
      await t.about(ended > 0 ? freed : cap, async () =>
        t.equal(answer.status, 201, 'a creation below the cap'),
      )
      running.push(user.owns((answer.json as { session?: unknown } | undefined)?.session))
    } else if (move === 'create') {
      await t.about(cap, () => t.answers(409, create(user)))
    } else if (running.length > 0) {
      const [session] = running.splice(move % running.length, 1)
      await session?.end()
      ended++
    }
  }
}

/** A call that is counted, and how many of it pass in a minute. */
async function rated(t: AiTrial, what: string): Promise<{ limit: number; call(): Promise<HttpAnswer> }> {
  if (what === 'register') {
    const user = await t.stranger()
    const call = async () => {
      const answer = await user.ask('POST', '/v1/register')
      if (answer.status === 200)
        await t.arrange('the user leaves again', () => user.gets(200, 'DELETE', '/v1/register'))
      return answer
    }
    return { limit: t.limit('registerPerMinute'), call }
  }
  const user = await t.user()
  if (what === 'create') {
    const call = async () => {
      const answer = await create(user)
      if (answer.status === 201) await user.owns((answer.json as { session?: unknown }).session).terminate()
      return answer
    }
    return { limit: t.limit('createPerMinute'), call }
  }
  const session = await user.session()
  const body = { filename: 'x.txt', content_type: 'text/plain', size: 1 }
  const call = () => user.ask('POST', `${session.filesPath}/upload`, { body })
  return { limit: t.limit('uploadsPerMinute'), call }
}

function isDone(t: AiTrial, { status }: HttpAnswer): void {
  t.that(status >= 200 && status < 300, 'a status from 200 to 299', status)
}

async function beat(socket: SessionSocket, times: number): Promise<void> {
  for (let i = 0; i < times; i++) socket.heartbeat()
  await socket.ponged()
}

/** Expects to be told that the rate is too high. Whether the connection is closed then is open. */
async function isReported(socket: SessionSocket): Promise<void> {
  await socket.gets('error', { code: 'rate_limited' })
  socket.accept('error')
}

/** Expects that the session works, on this connection or on a new one. */
async function isSpared(socket: SessionSocket): Promise<void> {
  const other = socket.wire.open ? socket : await socket.session.connect()
  await other.works()
  socket.accept('error')
}
