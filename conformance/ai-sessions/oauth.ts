import { isJsonObject, type JsonObject, memberOf } from '../../schemas/json.ts'
import { each } from '../engine/check.ts'
import { nonEmptyText, oneOf, show } from '../engine/match.ts'
import type { HttpAnswer } from '../engine/wire/http.ts'
import { type AiTrial, check, when } from './driver.ts'
import { unknownId } from './routes.ts'
import type { User } from './user.ts'

const pollMs = 100

/** Credentials by OAuth. */
export const oauth = [
  check('ai-sessions/access/oauth-yields-url', {
    time: ({ oauthUrlMs }) => Number(oauthUrlMs),
    async run(t) {
      const user = await t.member()
      const { oauth_session_id, expires_in } = await start(t, user)
      t.equal(oauth_session_id, nonEmptyText, 'oauth_session_id')
      t.that(typeof expires_in === 'number' && expires_in > 0, 'a positive number expires_in', expires_in)
      if (expires_in !== t.limit('oauthTtlMs') / 1000) t.note(`expires_in is ${show(expires_in)}`)
      const { url } = await urlOf(t, user, oauth_session_id)
      t.that(typeof url === 'string' && URL.canParse(url), 'a URL', url)
    },
  }),

  check(
    'ai-sessions/access/oauth-code-completes',
    when('without credentials before', {
      time: ({ oauthUrlMs }) => Number(oauthUrlMs),
      async run(t) {
        const user = await t.member()
        await completes(t, user)
      },
    }),
    when('in place of a key, and a key in place of it', {
      time: ({ oauthUrlMs }) => Number(oauthUrlMs),
      async run(t) {
        const user = await t.user()
        await completes(t, user)
        await user.storeKey()
        const { credential_type } = await user.credentials()
        t.equal(credential_type, oneOf('api_key', 'apikey'), 'credential_type after a key has been stored')
      },
    }),
  ),

  check(
    'ai-sessions/access/oauth-dead-session-refused',
    when('an unknown one', {
      time: ({ oauthUrlMs }) => Number(oauthUrlMs),
      given: { call: each('poll', 'code') },
      async run(t, { call }) {
        const user = await t.member()
        await t.refusing(() => t.isRefused(use(t, user, call, unknownId())))
        await isAlive(t, user)
      },
    }),
    when('an expired one', {
      time: ({ oauthUrlMs, oauthTtlMs }) => Number(oauthUrlMs) + Number(oauthTtlMs) + 1_000,
      given: { call: each('code', 'poll') },
      async run(t, { call }) {
        const user = await t.member()
        const { oauth_session_id } = await start(t, user)
        await t.arrange('there is a URL', () => urlOf(t, user, oauth_session_id))
        await t.advance(t.limit('oauthTtlMs') + 1_000)
        await t.refusing(() => t.isRefused(use(t, user, call, oauth_session_id)))
        await isAlive(t, user)
      },
    }),
  ),

  check('ai-sessions/access/oauth-session-private', {
    time: ({ oauthUrlMs }) => Number(oauthUrlMs),
    given: { call: each('poll', 'code') },
    async run(t, { call }) {
      const [owner, other] = [await t.member(), await t.member()]
      const { oauth_session_id: id } = await start(t, owner)
      await t.arrange('there is a URL', () => urlOf(t, owner, id))
      await t.refusing(async () => {
        const { json } = await t.isRefused(use(t, other, call, id))
        t.equal(memberOf(json, 'url'), undefined, 'the url')
        t.equal((await other.credentials()).has_credentials, false, 'has_credentials of the other one')
      })
      await t.twin('whoever has started it', async () => {
        await t.answers(200, use(t, owner, 'poll', id))
        await t.answers(200, submit(t, owner, id))
      })
    },
  }),
]

async function start(t: AiTrial, user: User): Promise<JsonObject> {
  t.need('oauth')
  return user.gets(200, 'POST', '/v1/auth/claude/start')
}

function poll(user: User, id: unknown): Promise<HttpAnswer> {
  return user.ask('GET', `/v1/auth/claude/url?session_id=${encodeURIComponent(String(id))}`)
}

function submit(t: AiTrial, user: User, id: unknown): Promise<HttpAnswer> {
  const body = { session_id: id, code: t.oauthCode }
  return user.ask('POST', '/v1/auth/claude/code', { body })
}

function use(t: AiTrial, user: User, call: string, id: unknown): Promise<HttpAnswer> {
  t.need('oauth')
  return call === 'poll' ? poll(user, id) : submit(t, user, id)
}

/** Polls until there is a URL, and expects that no poll before says more than that it is pending. */
async function urlOf(t: AiTrial, user: User, id: unknown): Promise<JsonObject> {
  for (let waited = 0; ; waited += pollMs) {
    const { json } = await t.answers(200, poll(user, id))
    const answer = isJsonObject(json) ? json : {}
    if (answer.status === 'url_ready') return answer
    t.equal(answer.status, 'pending', 'the status as long as there is no URL')
    t.equal(answer.url, undefined, 'the url as long as the status is pending')
    if (waited > t.limit('oauthUrlMs'))
      return t.violated(
        { message: 'there is no URL', expected: 'status url_ready', received: show(answer) },
        true,
      )
    await t.advance(pollMs)
  }
}

/** Has a user get credentials by OAuth. */
async function completes(t: AiTrial, user: User): Promise<void> {
  const { oauth_session_id } = await t.arrange('OAuth is begun', () => start(t, user))
  await t.arrange('there is a URL', () => urlOf(t, user, oauth_session_id))
  const { json } = await t.answers(200, submit(t, user, oauth_session_id))
  t.equal(memberOf(json, 'success'), true, 'success')
  t.equal(memberOf(json, 'status'), 'completed', 'status')
  const { has_credentials, credential_type } = await user.credentials()
  t.equal(has_credentials, true, 'has_credentials')
  t.equal(credential_type, oneOf('oauth_token', 'oauth'), 'credential_type')
}

/** The twin of all that is refused: a live one is answered. */
function isAlive(t: AiTrial, user: User): Promise<void> {
  return t.twin('a live one', async () => {
    const { oauth_session_id } = await start(t, user)
    await urlOf(t, user, oauth_session_id)
    await t.answers(200, submit(t, user, oauth_session_id))
  })
}
