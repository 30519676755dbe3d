import fc from 'fast-check'
import type { JsonObject } from '../../schemas/json.ts'
import { each } from '../engine/check.ts'
import { nonEmptyText } from '../engine/match.ts'
import type { HttpAnswer } from '../engine/wire/http.ts'
import { type AiTrial, check, when } from './driver.ts'
import { anyUnicode, toolNames } from './given.ts'
import { profilePath, type User } from './user.ts'

const nameText = fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 40 }).map(text => `p${text}.`)
const environment = fc.dictionary(fc.stringMatching(/^[A-Z][A-Z0-9_]{0,8}$/), anyUnicode, {
  maxKeys: 3,
  noNullPrototype: true,
})
const turns = fc.integer({ min: 1, max: 1_000 })

/** All members that are kept as they were given. */
const settings = fc.record({
  description: anyUnicode,
  allowed_tools: toolNames,
  denied_tools: toolNames,
  max_turns: turns,
  max_budget_usd: fc.integer({ min: 1, max: 100_000 }).map(cents => cents / 100),
  model: fc.stringMatching(/^[a-z][a-z0-9.-]{0,15}$/),
  environment,
})

/** Bodies that are refused, each with its twin. A number stands for so many of a limit. */
const bodies = [
  'session malformed',
  'session ill-typed',
  'no name',
  'long name',
  'long description',
  'long ttl',
  'mcp type',
  'api key',
] as const

/** Profiles, and what a body may hold. */
export const profiles = [
  check('ai-sessions/lifecycle/profile-created', {
    given: { name: nameText, members: fc.option(settings, { nil: {} as JsonObject }) },
    async run(t, { name, members }) {
      const user = await t.member()
      const { profile } = await user.gets(201, 'POST', '/v1/profiles', { ...members, name })
      const { id } = (profile ?? {}) as JsonObject
      t.equal(id, nonEmptyText, 'the id')
      const read = await user.profile(id)
      t.equal([read.id, read.name], [id, name], 'id and name of the profile, read by its id')
      const listed = (await user.profiles()).filter(each => each.id === id)
      t.equal(listed.length, 1, 'how often it is in the list')
    },
  }),

  check(
    'ai-sessions/lifecycle/profile-members-kept',
    when('of a POST', {
      given: { name: nameText, members: settings },
      async run(t, { name, members }) {
        const user = await t.member()
        const { id } = await user.newProfile({ ...members, name })
        areKept(t, await user.profile(id), { ...members, name })
      },
    }),
    when('of a PUT', {
      given: { name: nameText, max_turns: turns, members: settings },
      async run(t, { name, max_turns, members }) {
        const user = await t.member()
        const { id } = await user.newProfile({ ...members, name: 'before' })
        await user.gets(200, 'PUT', profilePath(id), { name, max_turns })
        areKept(t, await user.profile(id), { name, max_turns })
      },
    }),
  ),

  check('ai-sessions/lifecycle/update-keeps-omitted', {
    given: { members: settings, name: nameText, max_turns: turns },
    async run(t, { members, name, max_turns }) {
      const user = await t.member()
      const { id } = await user.newProfile({ ...members, name: 'before' })
      await t.arrange('it is updated', () => user.gets(200, 'PUT', profilePath(id), { name, max_turns }))
      const after = await user.profile(id)
      await t.twin('what was given has changed', async () => areKept(t, after, { name, max_turns }))
      const { max_turns: _, ...omitted } = members
      areKept(t, after, omitted)
    },
  }),

  check('ai-sessions/lifecycle/one-default', {
    given: { choices: fc.array(fc.nat(2), { minLength: 2, maxLength: 5 }) },
    async run(t, { choices }) {
      const user = await t.member()
      const ids: unknown[] = []
      for (const name of ['a', 'b', 'c']) ids.push((await user.newProfile({ name })).id)
      for (const choice of choices) {
        await choose(t, user, ids[choice])
        await isDefault(t, user, ids[choice])
      }
    },
  }),

  check('ai-sessions/lifecycle/default-profile-kept', {
    async run(t) {
      const user = await t.member()
      const [chosen, other] = [await user.newProfile({ name: 'a' }), await user.newProfile({ name: 'b' })]
      await t.arrange('one is the default', () => choose(t, user, chosen.id))
      await t.refusing(async () => {
        const { status } = await t.isRefused(user.ask('DELETE', profilePath(chosen.id)))
        if (status !== 409) t.note(`the default profile: ${status}`)
        await isDefault(t, user, chosen.id)
      })
      await t.twin('another one can be deleted', async () =>
        isDone(t, await user.ask('DELETE', profilePath(other.id))),
      )
    },
  }),

  check('ai-sessions/lifecycle/profile-deleted', {
    async run(t) {
      const user = await t.member()
      const [chosen, other] = [await user.newProfile({ name: 'a' }), await user.newProfile({ name: 'b' })]
      await t.arrange('one is the default', () => choose(t, user, chosen.id))
      isDone(t, await user.ask('DELETE', profilePath(other.id)))
      const ids = (await user.profiles()).map(({ id }) => id)
      t.that(!ids.includes(other.id), 'a list without the profile', ids)
      t.that(ids.includes(chosen.id), 'a list with the other profile', ids)
    },
  }),

  check('ai-sessions/lifecycle/capture-keeps-settings', {
    given: { name: nameText, allowed: toolNames, denied: toolNames, ended: each(false, true) },
    async run(t, { name, allowed, denied, ended }) {
      const user = await t.user()
      const session = await user.session({ allowed_tools: allowed, denied_tools: denied })
      if (ended) await session.end()
      const known = (await user.profiles()).map(({ id }) => id)
      isDone(t, await user.ask('POST', `${session.path}/capture-profile`, { body: { name } }))
      const made = (await user.profiles()).filter(({ id }) => !known.includes(id))
      t.equal(made.length, 1, 'the number of new profiles')
      areKept(t, made[0] ?? {}, { name, allowed_tools: allowed, denied_tools: denied })
    },
  }),

  check('ai-sessions/lifecycle/bad-body-400', {
    given: { what: each(...bodies) },
    async run(t, { what }) {
      const user = what.startsWith('session') ? await t.user() : await t.member()
      const { path, bad, good, status } = twins(t, user, what)
      await t.refusing(() => t.answers(400, user.ask('POST', path, { body: bad, bad: true })))
      await t.twin('the body within its bounds', () =>
        t.answers(status, user.ask('POST', path, { body: good })),
      )
    },
  }),
]

/** Expects these members to be as they were given. */
export function areKept(t: AiTrial, received: JsonObject, given: JsonObject): void {
  for (const [name, value] of Object.entries(given)) t.equal(received[name], value, `the member ${name}`)
}

async function choose(t: AiTrial, user: User, id: unknown): Promise<void> {
  isDone(t, await user.ask('POST', `${profilePath(id)}/default`))
}

/** Expects one profile to be the default, and no other one. */
async function isDefault(t: AiTrial, user: User, id: unknown): Promise<void> {
  t.equal((await user.profile(id)).is_default, true, 'is_default of the chosen one')
  const defaults = (await user.profiles()).filter(({ is_default }) => is_default === true)
  t.equal(
    defaults.map(each => each.id),
    [id],
    'the default profiles',
  )
}

function isDone(t: AiTrial, { status }: HttpAnswer): void {
  t.that(status >= 200 && status < 300, 'a status from 200 to 299', status)
}

/** A body that is out of bounds, and one that is just within. */
function twins(t: AiTrial, user: User, what: (typeof bodies)[number]) {
  const [sessions, all] = ['/v1/sessions', '/v1/profiles']
  const named = (members: object) => ({ name: 'x', ...members })
  const servers = (type: string) => named({ mcp_servers: { a: { type, url: 'https://mcp.example/' } } })
  const long = (limit: string, over: number) => 'x'.repeat(t.limit(limit) + over)
  const ttl = t.limit('ttlMaxSeconds')
  switch (what) {
    case 'session malformed':
      return { path: sessions, bad: '{', good: '{}', status: 201 }
    case 'session ill-typed':
      return { path: sessions, bad: { allowed_tools: 5 }, good: { allowed_tools: ['Read'] }, status: 201 }
    case 'no name':
      return { path: all, bad: {}, good: named({}), status: 201 }
    case 'long name':
      return {
        path: all,
        bad: { name: long('nameMaxChars', 1) },
        good: { name: long('nameMaxChars', 0) },
        status: 201,
      }
    case 'long description':
      return {
        path: all,
        bad: named({ description: long('descriptionMaxChars', 1) }),
        good: named({ description: long('descriptionMaxChars', 0) }),
        status: 201,
      }
    case 'long ttl':
      return {
        path: all,
        bad: named({ ttl_seconds: ttl + 1 }),
        good: named({ ttl_seconds: ttl }),
        status: 201,
      }
    case 'mcp type':
      return { path: all, bad: servers('carrier-pigeon'), good: servers('http'), status: 201 }
    case 'api key': {
      const key = { api_key: user.key }
      return {
        path: '/v1/auth/claude/apikey',
        bad: { api_key: `x${user.key.slice(1)}` },
        good: key,
        status: 200,
      }
    }
  }
}
