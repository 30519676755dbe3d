import { parts } from '../../../reference/ai-sessions/server.ts'
import type { User } from '../../../reference/ai-sessions/users.ts'
import type { Claims } from '../../../schemas/ai-sessions/index.ts'
import { memberOf, parseJsonObject } from '../../../schemas/json.ts'
import type { Defect } from '../defect.ts'
import type { Tamper } from '../tamper.ts'
import { alike, answers, asOwner, first, otherMembers, otherStatus, pretends, withToken } from './wires.ts'

const register = /^POST \/v1\/register$/
const deregister = /^DELETE \/v1\/register$/
const create = /^POST \/v1\/sessions$/
const status = /^GET \/v1\/auth\/claude\/status$/
const storeKey = /^POST \/v1\/auth\/claude\/apikey$/
const deleteKey = /^DELETE \/v1\/auth\/claude$/
const start = /^POST \/v1\/auth\/claude\/start$/
const poll = /^GET \/v1\/auth\/claude\/url$/
const submit = /^POST \/v1\/auth\/claude\/code$/
const fakeSession = { session: { id: 'fake', status: 'running', created_at: '2026-01-01T00:00:00Z' } }

export const access: Defect[] = [
  {
    name: 'no-token-403',
    does: 'answers a call without a token with 403',
    breaks: ['ai-sessions/access/token-required'],
    wire: forbidden(false),
  },
  {
    name: 'routes-checked-before-tokens',
    does: 'looks for the session before it looks for a token',
    breaks: ['ai-sessions/access/token-required'],
    wire: {
      fetch: async (request, pass) =>
        !request.headers.has('authorization') && /^\/v1\/sessions\/[^/]+$/.test(new URL(request.url).pathname)
          ? Response.json({ error: 'not_found', message: 'no such session' }, { status: 404 })
          : pass(request),
    },
  },
  {
    name: 'bad-token-403',
    does: 'answers a call with a bad token with 403',
    breaks: ['ai-sessions/access/bad-token-refused'],
    wire: forbidden(true),
  },
  {
    name: 'registered-as-text',
    does: 'writes "yes" for true',
    breaks: ['ai-sessions/access/register-succeeds'],
    wire: otherMembers(register, body => ({ ...body, registered: 'yes' })),
  },
  {
    name: 'registered-at-in-seconds',
    does: 'gives the time of a registration in seconds',
    breaks: ['ai-sessions/access/register-succeeds'],
    wire: otherMembers(register, body => ({ ...body, registered_at: 1_700_000_000 })),
  },
  {
    name: 'registers-anew',
    does: 'gives another time of registration each time',
    breaks: ['ai-sessions/access/register-again-keeps-data'],
    wire: numbered(register, count => ({ registered_at: new Date(count * 1_000).toISOString() })),
  },
  {
    name: 'register-again-forgets-key',
    does: 'forgets the key at a second registration',
    breaks: ['ai-sessions/access/register-again-keeps-data'],
    wire: first(register, async (request, pass) => {
      await pass(alike(request, 'DELETE', '/v1/auth/claude'))
    }),
  },
  {
    name: 'register-again-fails',
    does: 'answers a second registration with 400',
    breaks: ['ai-sessions/access/register-again-keeps-data'],
    wire: secondTime(register, () =>
      Response.json({ error: 'invalid_request', message: 'registered already' }, { status: 400 }),
    ),
  },
  {
    name: 'any-domain-registers',
    does: 'lets everybody register',
    breaks: ['ai-sessions/access/foreign-domain-403'],
    wire: otherStatus(register, 403, 200, { registered: true, registered_at: '2026-01-01T00:00:00Z' }),
  },
  {
    name: 'unregistered-has-status',
    does: 'tells somebody who is not registered that he has no credentials',
    breaks: ['ai-sessions/access/unregistered-403'],
    wire: otherStatus(status, 403, 200, { has_credentials: false }),
  },
  {
    name: 'unregistered-404',
    does: 'answers a creation of somebody who is not registered with 404',
    breaks: ['ai-sessions/access/unregistered-403'],
    wire: answers(create, (body, status) =>
      status === 403 && body.error === 'not_registered' ? { status: 404, body } : undefined,
    ),
  },
  {
    name: 'sessions-without-credentials',
    does: 'makes a session without credentials',
    breaks: ['ai-sessions/access/no-credentials-403'],
    wire: otherStatus(create, 403, 201, fakeSession),
  },
  {
    name: 'credentials-checked-later',
    does: 'answers a creation without credentials with 400',
    breaks: ['ai-sessions/access/no-credentials-403'],
    wire: otherStatus(create, 403, 400),
  },
  {
    name: 'deregisters-nothing',
    does: 'says that a user is gone, and leaves all as it was',
    breaks: ['ai-sessions/access/deregister-deletes-data', 'ai-sessions/access/deregister-ends-sessions'],
    wire: pretends(deregister, { deregistered: true }),
  },
  {
    name: 'key-outlives-user',
    does: 'keeps the key of somebody who leaves',
    breaks: ['ai-sessions/access/deregister-deletes-data'],
    wire: keyComesBack(),
  },
  {
    name: 'key-not-stored',
    does: 'says that a key is stored, and does not store it',
    breaks: ['ai-sessions/access/key-stored'],
    wire: pretends(storeKey, { success: true, message: 'stored' }),
  },
  {
    name: 'key-called-password',
    does: 'calls an API key a password',
    breaks: ['ai-sessions/access/key-stored'],
    wire: answers(status, body =>
      body.credential_type === 'api_key' ? { body: { ...body, credential_type: 'password' } } : undefined,
    ),
  },
  {
    name: 'key-echoed',
    does: 'repeats the key in its answer',
    breaks: ['ai-sessions/access/key-never-returned'],
    wire: echoing(storeKey, body => ({ message: `stored ${String(body.api_key)}` })),
  },
  {
    name: 'key-echoed-when-bad',
    does: 'repeats a key that it does not take',
    breaks: ['ai-sessions/access/key-never-returned'],
    wire: echoing(storeKey, body => ({ message: `not a key: ${String(body.api_key)}` }), 400),
  },
  {
    name: 'organization-key-shown',
    does: 'shows the organization key that was given to a session',
    breaks: ['ai-sessions/access/key-never-returned'],
    wire: echoing(create, body => (body.lc_credentials ? { lc_credentials: body.lc_credentials } : {}), 201),
  },
  {
    name: 'credentials-not-deleted',
    does: 'says that the credentials are gone, and keeps them',
    breaks: ['ai-sessions/access/credentials-deleted'],
    wire: pretends(deleteKey, { success: true }),
  },
  {
    name: 'one-key-for-all',
    does: 'shows the credentials of one user to all',
    breaks: ['ai-sessions/access/credentials-private'],
    wire: otherMembers(status, body => ({ ...body, has_credentials: true, credential_type: 'api_key' })),
  },
  {
    name: 'oauth-never-ready',
    does: 'never gives the URL of an OAuth session',
    breaks: ['ai-sessions/access/oauth-yields-url'],
    wire: otherMembers(poll, () => ({ status: 'pending', message: 'wait' })),
  },
  {
    name: 'oauth-url-too-soon',
    does: 'calls an OAuth session pending, and gives its URL',
    breaks: ['ai-sessions/access/oauth-yields-url'],
    wire: otherMembers(poll, body => ({ ...body, status: 'pending', url: 'https://oauth.example/' })),
  },
  {
    name: 'oauth-without-end',
    does: 'says that an OAuth session lives for 0 s',
    breaks: ['ai-sessions/access/oauth-yields-url'],
    wire: otherMembers(start, body => ({ ...body, expires_in: 0 })),
  },
  {
    name: 'oauth-code-ignored',
    does: 'says that OAuth is completed, and stores nothing',
    breaks: ['ai-sessions/access/oauth-code-completes'],
    wire: pretends(submit, { success: true, status: 'completed', message: 'done' }),
  },
  {
    name: 'oauth-keeps-key',
    does: 'leaves a key in place of what OAuth has given',
    breaks: ['ai-sessions/access/oauth-code-completes'],
    wire: answers(status, body =>
      body.credential_type === 'oauth_token' ? { body: { ...body, credential_type: 'api_key' } } : undefined,
    ),
  },
  {
    name: 'dead-oauth-pending',
    does: 'calls an OAuth session pending that it does not know',
    breaks: ['ai-sessions/access/oauth-dead-session-refused'],
    wire: otherStatus(poll, 404, 200, { status: 'pending' }),
  },
  {
    name: 'dead-oauth-no-success',
    does: 'answers a code for an OAuth session that it does not know with 200',
    breaks: ['ai-sessions/access/oauth-dead-session-refused'],
    wire: otherStatus(submit, 404, 200, { success: false, error: 'expired' }),
  },
  {
    name: 'oauth-for-anybody',
    does: 'lets anybody go on with the OAuth session of a user',
    breaks: ['ai-sessions/access/oauth-session-private'],
    wire: oauthForAnybody(),
  },
  {
    name: 'unknown-session-ends',
    does: 'says that a session has ended that never was',
    breaks: ['ai-sessions/access/unknown-id-refused'],
    wire: otherStatus(/^DELETE \/v1\/sessions\/[^/]+$/, 404, 200, { terminated: true }),
  },
  {
    name: 'unknown-profile-null',
    does: 'answers null for a profile that it does not know',
    breaks: ['ai-sessions/access/unknown-id-refused'],
    wire: otherStatus(/^GET \/v1\/profiles\/[^/]+$/, 404, 200, { profile: null }),
  },
  {
    name: 'sessions-shown-to-all',
    does: 'shows a session to whoever knows its id',
    breaks: ['ai-sessions/access/foreign-session-protected'],
    wire: asOwner(/^GET \/v1\/sessions\/[^/]+$/),
  },
  {
    name: 'sessions-ended-by-anybody',
    does: 'lets anybody end a session',
    breaks: ['ai-sessions/access/foreign-session-protected'],
    wire: asOwner(/^DELETE \/v1\/sessions\/[^/]+$/),
  },
  {
    name: 'records-deleted-by-anybody',
    does: 'lets anybody delete the record of a session',
    breaks: ['ai-sessions/access/foreign-session-protected'],
    wire: asOwner(/^DELETE \/v1\/sessions\/[^/]+\/record$/),
  },
  {
    name: 'history-shown-to-all',
    does: 'shows the history of a session to whoever knows its id',
    breaks: ['ai-sessions/access/foreign-session-protected'],
    wire: asOwner(/^GET \/v1\/sessions\/[^/]+\/history$/),
  },
  ...(['GET', 'PUT', 'DELETE'] as const).map(method => ({
    name: `profiles-open-to-${method.toLowerCase()}`,
    does: `takes ${method} of a profile from anybody`,
    breaks: ['ai-sessions/access/foreign-profile-protected'],
    wire: asOwner(new RegExp(`^${method} /v1/profiles/[^/]+$`)),
  })),
  {
    name: 'signature-unchecked',
    does: 'does not look at the signature of a token',
    breaks: ['ai-sessions/access/bad-token-refused', 'ai-sessions/connecting/bad-token-refused'],
    parts: {
      Gate: class extends parts.Gate {
        override async identify(token: string | undefined): Promise<Claims | undefined> {
          const [, payload = ''] = token?.split('.') ?? []
          const claims = parseJsonObject(Buffer.from(payload, 'base64url').toString())
          return typeof claims?.sub === 'string' ? (claims as Claims) : super.identify(token)
        }
      },
    },
  },
  {
    name: 'tokens-for-ever',
    does: 'takes a token that has expired',
    breaks: ['ai-sessions/access/bad-token-refused'],
    parts: {
      Gate: class extends parts.Gate {
        override async identify(token: string | undefined): Promise<Claims | undefined> {
          const claims = token ? await this.key.verify(token, { now: 0 }) : undefined
          return claims as Claims | undefined
        }
      },
    },
  },
  {
    name: 'sessions-outlive-user',
    does: 'lets the sessions of somebody who leaves run, and forgets them',
    breaks: ['ai-sessions/access/deregister-ends-sessions'],
    parts: {
      SessionBook: class extends parts.SessionBook {
        override removeAll(user: User): void {
          for (const session of this.of(user)) this.forget(session)
        }
      },
    },
  },
  {
    name: 'oauth-sessions-for-ever',
    does: 'never forgets an OAuth session',
    breaks: ['ai-sessions/access/oauth-dead-session-refused'],
    parts: {
      CredentialDesk: class extends parts.CredentialDesk {
        protected override isAlive(): boolean {
          return true
        }
      },
    },
  },
]

/** Says 403 for 401 where there is a token, or where there is none. */
function forbidden(has: boolean): Tamper {
  return {
    async fetch(request, pass) {
      const response = await pass(request)
      if (request.headers.has('authorization') !== has || response?.status !== 401) return response
      return Response.json(await response.json(), { status: 403 })
    },
  }
}

/** Adds members that differ in each answer. */
function numbered(where: RegExp, members: (count: number) => object): Tamper {
  let count = 0
  return otherMembers(where, body => ({ ...body, ...members(++count) }))
}

/** Answers a request of the same user in another way from the second time on. */
function secondTime(where: RegExp, answer: () => Response): Tamper {
  const seen = new Set<string>()
  return {
    async fetch(request, pass) {
      const who = request.headers.get('authorization') ?? ''
      if (!where.test(`${request.method} ${new URL(request.url).pathname}`)) return pass(request)
      if (seen.has(who)) return answer()
      seen.add(who)
      return pass(request)
    },
  }
}

/** Adds to an answer what depends on the body of the request. */
function echoing(where: RegExp, members: (body: Record<string, unknown>) => object, only = 200): Tamper {
  return {
    async fetch(request, pass) {
      if (!where.test(`${request.method} ${new URL(request.url).pathname}`)) return pass(request)
      const body = parseJsonObject(await request.clone().text()) ?? {}
      const response = await pass(request)
      if (response?.status !== only) return response
      const own = (await response.json()) as { session?: object }
      const added = members(body)
      const changed = own.session ? { ...own, session: { ...own.session, ...added } } : { ...own, ...added }
      return Response.json(changed, { status: only })
    },
  }
}

/** Whoever registers again has the key of before. */
function keyComesBack(): Tamper {
  const keys = new Map<string, string>()
  return {
    async fetch(request, pass) {
      const who = request.headers.get('authorization') ?? ''
      const line = `${request.method} ${new URL(request.url).pathname}`
      if (storeKey.test(line)) keys.set(who, await request.clone().text())
      const response = await pass(request)
      const key =
        register.test(line) && response?.status === 200 ? parseJsonObject(keys.get(who) ?? '') : undefined
      if (key) await pass(alike(request, 'POST', '/v1/auth/claude/apikey', key))
      return response
    },
  }
}

function oauthForAnybody(): Tamper {
  const owners = new Map<unknown, string>()
  return {
    async fetch(request, pass) {
      const url = new URL(request.url)
      const line = `${request.method} ${url.pathname}`
      const own = request.headers.get('authorization') ?? ''
      if (start.test(line)) {
        const response = await pass(request)
        if (response?.ok) owners.set(memberOf(await response.clone().json(), 'oauth_session_id'), own)
        return response
      }
      if (poll.test(line))
        return pass(withToken(request, owners.get(url.searchParams.get('session_id')) ?? own))
      if (!submit.test(line)) return pass(request)
      const id = parseJsonObject(await request.clone().text())?.session_id
      return pass(withToken(request, owners.get(id) ?? own))
    },
  }
}
