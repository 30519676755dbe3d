import fc from 'fast-check'
import { memberOf } from '../../schemas/json.ts'
import { each } from '../engine/check.ts'
import { oneOf, show } from '../engine/match.ts'
import { type AiTrial, check, when } from './driver.ts'
import { oauth } from './oauth.ts'
import { routes, unknownId } from './routes.ts'
import { isTime } from './times.ts'
import { profilePath, type User } from './user.ts'

const notFoundHere = oneOf(403, 404)

/** Tokens, registration, credentials, and what one user may see of another. */
export const access = [
  check('ai-sessions/access/token-required', {
    given: {
      route: each(...routes, { method: 'GET', path: '/v1/nothing' }),
      body: each<unknown>(undefined, '{', {}),
    },
    async run(t, { route: { method, path }, body }) {
      const user = await t.stranger()
      await t.refusing(() =>
        t.answers(401, t.ask(method, path, method === 'GET' ? { bad: true } : { body, bad: true })),
      )
      await isKnown(t, user, method, path)
    },
  }),

  check(
    'ai-sessions/access/bad-token-refused',
    when('a token with another signature', {
      given: { route: each(...routes) },
      async run(t, { route: { method, path } }) {
        const user = await t.stranger()
        await refuses(t, t.changed(user), method, path)
        await isKnown(t, user, method, path)
      },
    }),
    when('a token of the past', {
      given: { route: each(...routes) },
      async run(t, { route: { method, path } }) {
        const user = await t.stranger()
        await refuses(t, await t.expiredToken(user), method, path)
        await isKnown(t, user, method, path)
      },
    }),
    when('what is no token', {
      given: { header: each('Bearer', 'Bearer null', 'Bearer a.b.c', 'Basic dTpw', 'bearer') },
      async run(t, { header }) {
        const user = await t.stranger()
        await t.refusing(() =>
          t.answers(401, t.ask('GET', '/v1/sessions', { headers: { authorization: header }, bad: true })),
        )
        await isKnown(t, user, 'GET', '/v1/sessions')
      },
    }),
  ),

  check('ai-sessions/access/register-succeeds', {
    async run(t) {
      const user = await t.stranger()
      const { registered, registered_at } = await user.gets(200, 'POST', '/v1/register')
      t.equal(registered, true, 'registered')
      t.that(isTime(registered_at), 'registered_at is a date and time of RFC 3339', registered_at)
    },
  }),

  check('ai-sessions/access/register-again-keeps-data', {
    time: () => 60_000,
    given: { gapMs: fc.integer({ min: 1, max: 60_000 }) },
    async run(t, { gapMs }) {
      const user = await t.stranger()
      const { registered_at } = await user.register()
      await user.storeKey()
      const before = await t.arrange('there are credentials', () => user.credentials())
      await t.arrange('he is known', async () => {
        t.that(isTime(registered_at), 'a time of registration', registered_at)
        t.equal(before.has_credentials, true, 'has_credentials')
      })
      await t.advance(t.instance.frozen ? gapMs : 10)
      const again = await t.answers(oneOf(200, 409), user.ask('POST', '/v1/register'))
      if (again.status === 200)
        t.equal(memberOf(again.json, 'registered_at'), registered_at, 'registered_at, as at first')
      t.equal(await user.credentials(), before, 'what is said of the credentials')
    },
  }),

  check('ai-sessions/access/foreign-domain-403', {
    async run(t) {
      const [foreigner, local] = [await t.foreigner(), await t.stranger()]
      await t.refusing(() => t.answers(403, foreigner.ask('POST', '/v1/register')))
      await t.twin('an allowed domain', () => local.gets(200, 'POST', '/v1/register'))
    },
  }),

  check('ai-sessions/access/unregistered-403', {
    given: { call: each('create', 'status') },
    async run(t, { call }) {
      const user = await t.stranger()
      const ask = () =>
        call === 'create'
          ? user.ask('POST', '/v1/sessions', { body: {} })
          : user.ask('GET', '/v1/auth/claude/status')
      await t.refusing(() => t.answers(403, ask()))
      await t.twin('once he is registered and has a key', async () => {
        await user.register()
        await user.storeKey()
        await t.answers(call === 'create' ? 201 : 200, ask())
      })
    },
  }),

  check('ai-sessions/access/no-credentials-403', {
    given: { deleted: each(false, true) },
    async run(t, { deleted }) {
      const user = await t.member()
      const create = () => user.ask('POST', '/v1/sessions', { body: {} })
      if (deleted) {
        await user.storeKey()
        await t.twin('with a key', () => t.answers(201, create()))
        await t.arrange('the key is deleted', () => user.gets(200, 'DELETE', '/v1/auth/claude'))
      }
      await t.refusing(() => t.answers(403, create()))
      await user.storeKey()
      await t.twin('once a key is stored', () => t.answers(201, create()))
    },
  }),

  check('ai-sessions/access/deregister-deletes-data', {
    given: { ended: each(true, false) },
    async run(t, { ended }) {
      const user = await t.user()
      const session = await user.session()
      await user.newProfile({ name: 'mine' })
      if (ended) await session.end()
      const { deregistered } = await user.gets(200, 'DELETE', '/v1/register')
      t.equal(deregistered, true, 'deregistered')
      const create = () => user.ask('POST', '/v1/sessions', { body: {} })
      await t.refusing(() => t.answers(403, create()))
      await user.register()
      t.equal((await user.credentials()).has_credentials, false, 'has_credentials after a new registration')
      t.equal(await user.sessionIds(), [], 'the sessions after a new registration')
      const names = (await user.profiles()).map(({ name }) => name)
      t.that(!names.includes('mine'), 'no profile of before', names)
      await user.storeKey()
      await t.twin('registered again, with a key', () => t.answers(201, create()))
    },
  }),

  check('ai-sessions/access/deregister-ends-sessions', {
    given: { sessions: fc.integer({ min: 1, max: 3 }) },
    async run(t, { sessions }) {
      const user = await t.user()
      const sockets = []
      for (let i = 0; i < sessions; i++) sockets.push(await (await user.session()).connect())
      for (const socket of sockets) await t.arrange('the session works', () => socket.works())
      await t.arrange('the user leaves', () => user.gets(200, 'DELETE', '/v1/register'))
      for (const socket of sockets) await socket.isToldOfEnd()
    },
  }),

  check('ai-sessions/access/key-stored', {
    async run(t) {
      const user = await t.member()
      const { success } = await user.gets(200, 'POST', '/v1/auth/claude/apikey', { api_key: user.key })
      t.equal(success, true, 'success')
      const { has_credentials, credential_type } = await user.credentials()
      t.equal(has_credentials, true, 'has_credentials')
      t.equal(credential_type, oneOf('api_key', 'apikey'), 'credential_type')
      if (credential_type !== 'api_key') t.note(`credential_type is ${show(credential_type)}`)
    },
  }),

  check(
    'ai-sessions/access/key-never-returned',
    when('an API key', {
      async run(t) {
        const user = await t.user()
        const { has_credentials } = await t.twin('the key is known', () => user.credentials())
        await t.arrange('the key is known', async () => t.equal(has_credentials, true, 'has_credentials'))
        await keepsQuiet(t, user)
      },
    }),
    when('an API key that is refused', {
      given: { first: each('x', 'S', '') },
      async run(t, { first }) {
        const user = await t.member()
        const body = { api_key: first + user.key.slice(1) }
        const { text, status } = await user.ask('POST', '/v1/auth/claude/apikey', { body, bad: true })
        await t.arrange('the key is refused', async () => t.equal(status, 400, 'the status'))
        isWithout(t, text, user.key)
        await t.twin('a good key', () => user.storeKey())
      },
    }),
    when('an organization key given to a session', {
      async run(t) {
        const user = await t.user()
        const secret = `${crypto.randomUUID()}${crypto.randomUUID()}`
        t.keepSecret(secret, 'organization key')
        const body = { lc_credentials: { type: 'org_api_key', org_api_key: secret } }
        const { status, json, text } = await user.ask('POST', '/v1/sessions', { body })
        if (status !== 201) t.leaveOut('the service takes no lc_credentials')
        isWithout(t, text, secret)
        const session = user.owns(memberOf(json, 'session'))
        await t.twin('the session runs', () => session.isRunning())
        for (const path of [session.path, '/v1/sessions'])
          isWithout(t, (await user.ask('GET', path)).text, secret)
      },
    }),
  ),

  check('ai-sessions/access/credentials-deleted', {
    async run(t) {
      const user = await t.user()
      await t.twin('before, there are some', async () =>
        t.equal((await user.credentials()).has_credentials, true, 'has_credentials'),
      )
      await t.arrange('the key is deleted', () => user.gets(200, 'DELETE', '/v1/auth/claude'))
      t.equal((await user.credentials()).has_credentials, false, 'has_credentials')
    },
  }),

  check('ai-sessions/access/credentials-private', {
    async run(t) {
      const [owner, other] = [await t.user(), await t.member()]
      await t.refusing(async () =>
        t.equal(
          (await other.credentials()).has_credentials,
          false,
          "has_credentials of one who didn't store",
        ),
      )
      await t.twin('whoever has stored a key', async () =>
        t.equal((await owner.credentials()).has_credentials, true, 'has_credentials'),
      )
    },
  }),

  check('ai-sessions/access/unknown-id-refused', {
    given: {
      method: each('GET', 'DELETE'),
      what: each('session', 'profile'),
      shape: each('uuid', 'word', 'own'),
    },
    async run(t, { method, what, shape }) {
      const user = await t.user()
      const own =
        what === 'session' ? (await user.session()).id : String((await user.newProfile({ name: 'p' })).id)
      const id = { uuid: unknownId(), word: 'nobody', own: otherThan(own) }[shape]
      const pathOf = (of: string) =>
        what === 'session' ? `/v1/sessions/${encodeURIComponent(of)}` : profilePath(of)
      await t.refusing(async () => {
        const { status } = await t.isRefused(user.ask(method, pathOf(id), { bad: true }))
        if (status !== 404) t.note(`${method} of an unknown ${what}: ${status}`)
      })
      await t.twin('an own one', async () => {
        const { status } = await user.ask(method, pathOf(own))
        t.that(status >= 200 && status < 300, 'a status from 200 to 299', status)
      })
    },
  }),

  check('ai-sessions/access/foreign-session-protected', {
    given: { call: each('read', 'end', 'delete', 'history', 'capture', 'list') },
    async run(t, { call }) {
      const [owner, other] = [await t.user(), await t.user()]
      const session = await owner.session()
      switch (call) {
        case 'read':
          await t.refusing(() => t.answers(notFoundHere, other.ask('GET', session.path)))
          break
        case 'end':
          await t.refusing(() => t.isRefused(other.ask('DELETE', session.path)))
          await t.refusing(() => session.runs())
          await t.twin('its owner ends it', () => session.end())
          return
        case 'delete':
          await session.end()
          await t.refusing(() => t.isRefused(other.ask('DELETE', `${session.path}/record`)))
          break
        case 'history': {
          const path = `${session.path}/history`
          const own = await owner.ask('GET', path)
          if (own.status !== 200) t.leaveOut('the service offers no history')
          await t.refusing(() => t.answers(notFoundHere, other.ask('GET', path)))
          break
        }
        case 'capture': {
          const body = { name: 'taken' }
          await t.refusing(() => t.isRefused(other.ask('POST', `${session.path}/capture-profile`, { body })))
          const names = (await other.profiles()).map(({ name }) => name)
          await t.refusing(async () => t.that(!names.includes('taken'), 'no new profile', names))
          break
        }
        case 'list':
          await t.refusing(async () => t.equal(await other.sessionIds(), [], 'the sessions of the other one'))
      }
      await t.twin('its owner reads it', async () =>
        t.equal((await session.read()).id, session.id, 'the id of the session'),
      )
    },
  }),

  check('ai-sessions/access/foreign-profile-protected', {
    given: { method: each('GET', 'PUT', 'DELETE', 'default') },
    async run(t, { method }) {
      const [owner, other] = [await t.member(), await t.member()]
      await owner.newProfile({ name: 'first' })
      const profile = await owner.newProfile({ name: 'second', max_turns: 7 })
      const path = profilePath(profile.id)
      const before = await owner.profile(profile.id)
      await t.refusing(() =>
        t.answers(
          notFoundHere,
          method === 'default'
            ? other.ask('POST', `${path}/default`)
            : other.ask(method, path, method === 'PUT' ? { body: { name: 'taken' } } : {}),
        ),
      )
      await t.refusing(async () =>
        t.equal(await owner.profile(profile.id), before, 'the profile, as its owner sees it'),
      )
      await t.twin('its owner changes it', async () => {
        await owner.gets(200, 'PUT', path, { name: 'changed' })
        t.equal((await owner.profile(profile.id)).name, 'changed', 'its name')
      })
    },
  }),

  ...oauth,
]

/** Expects that a token is refused with 401. */
function refuses(t: AiTrial, token: string, method: string, path: string): Promise<unknown> {
  const headers = { authorization: `Bearer ${token}` }
  return t.refusing(() => t.answers(401, t.ask(method, path, { headers, bad: true })))
}

/** The twin of a call without a good token: with one, it is answered otherwise. */
function isKnown(t: AiTrial, user: User, method: string, path: string): Promise<void> {
  return t.twin('with a good token', async () => {
    const { status } = await user.ask(method, path, { bad: true })
    t.that(status !== 401 && status < 500, 'a status below 500, and not 401', status)
  })
}

/** Has all said that might show a key. */
async function keepsQuiet(t: AiTrial, user: User): Promise<void> {
  const session = await user.session()
  const profile = await user.newProfile({ name: 'p' })
  const paths = [
    '/v1/auth/claude/status',
    '/v1/sessions',
    session.path,
    '/v1/profiles',
    profilePath(profile.id),
  ]
  for (const path of paths) isWithout(t, (await user.ask('GET', path)).text, user.key)
  isWithout(t, (await user.ask('POST', '/v1/register')).text, user.key)
  const again = await user.ask('POST', '/v1/auth/claude/apikey', { body: { api_key: user.key } })
  isWithout(t, again.text, user.key)
  if (!t.has('agent')) return
  const socket = await session.connect()
  await t.arrange('a prompt is answered', () => socket.isServed())
  for (const { text } of socket.wire.frames) isWithout(t, text, user.key)
}

function isWithout(t: AiTrial, text: string, secret: string): void {
  t.that(!t.shows(text, secret), 'no long part of the key', text)
}

/** An id that differs from another one in one character. */
function otherThan(id: string): string {
  return (id.startsWith('a') ? 'b' : 'a') + id.slice(1)
}
