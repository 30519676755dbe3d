import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { isJsonObject, type JsonObject, memberOf, parseJsonObject } from '../../schemas/json.ts'
import { each } from '../engine/check.ts'
import { including, nonEmptyText } from '../engine/match.ts'
import type { HttpAnswer } from '../engine/wire/http.ts'
import { upgradeHeaders } from '../engine/wire/wire-socket.ts'
import { check, type HubTrial, when } from './driver.ts'
import { type HubSocket, type Person, pathWith } from './person.ts'

/** Text that a URL carries and that is no token of anybody. */
const junk = fc.stringMatching(/^[A-Za-z0-9._-]{1,60}$/).map(text => `junk-${text}`)

/** Who may connect, with which token; and the HTTP endpoints on which that depends. */
export const access = [
  check(
    'hub/access/missing-token-refused',
    when('on the WebSocket', {
      given: { query: each('', '?token=', '?token', '?tokens=1') },
      async run(t, { query }) {
        const person = await t.person('MEMBER')
        const refused = await person.knock(`/api/ws${query}`)
        await t.refusing(async () => refused.isRefused())
        await opens(t, person)
      },
    }),
    when('a token that is only in a header', {
      once: true,
      async run(t) {
        const person = await t.person('MEMBER')
        const { fate } = await person.knock('/api/ws', { Authorization: `Bearer ${person.token}` })
        t.note(`a token that is only in the Authorization header: ${fate}`)
      },
    }),
  ),

  check(
    'hub/access/bad-token-refused',
    when('text that is no token', {
      given: { text: junk },
      async run(t, { text }) {
        await isRefusedBesideItsOwn(t, await t.person('MEMBER'), text)
      },
    }),
    when('a token that was changed', {
      given: { how: each('no header', 'no claims', 'no signature', 'another signature') },
      async run(t, { how }) {
        const person = await t.person('ADMIN')
        const [header, claims, signature] = person.token.split('.')
        const changed = {
          'no header': `${claims}.${signature}`,
          'no claims': `${header}.${signature}`,
          'no signature': `${header}.${claims}`,
          'another signature': t.tokens.withChangedSignature(person.token),
        }[how]
        t.hide(changed, 'a token that was changed')
        await isRefusedBesideItsOwn(t, person, changed)
      },
    }),
    when('a token that somebody else has signed', {
      given: { how: each('nobody', 'another secret', 'another algorithm') },
      async run(t, { how }) {
        const person = await t.person('ADMIN')
        const claims = t.tokens.claims(person)
        const options = {
          nobody: { algorithm: 'none' as const },
          'another secret': { secret: 'a-secret-that-is-not-the-one-of-this-hub' },
          'another algorithm': { algorithm: 'RS256' as const },
        }[how]
        await isRefusedBesideItsOwn(t, person, await t.tokens.make(claims, options))
      },
    }),
    when('another HMAC with the right secret', {
      once: true,
      async run(t) {
        const person = await t.person('MEMBER')
        const token = await t.tokens.make(t.tokens.claims(person), { algorithm: 'HS512' })
        t.note(`a token signed with HS512: ${(await person.dial(token)).fate}`)
      },
    }),
  ),

  check('hub/access/expired-token-refused', {
    given: { end: each('exp', 'nbf'), awayS: fc.integer({ min: 10, max: 1_000_000 }) },
    async run(t, { end, awayS }) {
      const person = await t.person('MEMBER')
      const claims = t.tokens.claims(person)
      const outside = end === 'exp' ? { exp: claims.iat - awayS } : { nbf: claims.iat + 89 + awayS }
      const refused = await person.dial(await t.tokens.make({ ...claims, ...outside }))
      await t.refusing(async () => refused.isRefused())
      await opens(t, person, await t.tokens.make({ ...claims, nbf: claims.iat - 99 }))
    },
  }),

  check('hub/access/token-claims-checked', {
    given: { fault: each('no exp', 'no user_id', 'another issuer'), at: fc.nat(20) },
    async run(t, { fault, at }) {
      const person = await t.person('MEMBER')
      const claims = t.tokens.claims(person)
      const faulty = {
        'no exp': { exp: undefined },
        'no user_id': { user_id: undefined },
        'another issuer': { iss: withChangedLetter(claims.iss, at) },
      }[fault]
      const refused = await person.dial(await t.tokens.make({ ...claims, ...faulty }))
      await t.refusing(async () => refused.isRefused())
      await opens(t, person, await t.tokens.make(claims))
    },
  }),

  check(
    'hub/access/refused-client-not-registered',
    when('a user without a connection', {
      async run(t) {
        const [admin] = await t.connected('ADMIN')
        const person = await t.person('MEMBER')
        const refused = await t.askRaw(
          'GET',
          pathWith(t.tokens.withChangedSignature(person.token)),
          upgradeHeaders(),
        )
        const { size } = refused
        admin.tell(person.id, 'SYSTEM_LOG', t.newMarker())
        await admin.fence(admin)
        await t.refusing(async () =>
          t.equal(refused.size, size, 'bytes on the refused connection, before and after a message'),
        )
        await t.twin('after a good connection it arrives there', async () =>
          admin.reaches(await person.connect(), t.newMarker(), 'SYSTEM_LOG'),
        )
      },
    }),
    when('a user with a connection', {
      async run(t) {
        const [admin, member] = await t.connected('ADMIN', 'MEMBER')
        await t.twin('before the attempt a message arrives', () =>
          admin.reaches(member, t.newMarker(), 'SYSTEM_LOG'),
        )
        const refused = await member.person.dial(t.tokens.withChangedSignature(member.person.token))
        await t.arrange('a changed token is refused', async () => refused.isRefused())
        await admin.reaches(member, t.newMarker(), 'SYSTEM_LOG')
      },
    }),
  ),

  check(
    'hub/access/refusal-status-401',
    when('on the WebSocket', {
      given: { token: fc.oneof(fc.constant(''), junk), changed: each(false, true) },
      async run(t, { token, changed }) {
        const person = await t.person('MEMBER')
        const path = pathWith(changed ? t.tokens.withChangedSignature(person.token) : token)
        const { response } = await t.askRaw('GET', path, upgradeHeaders())
        await t.refusing(async () => {
          t.equal(response, including({ status: 401 }), 'the answer to a token that is missing or bad')
          t.equal(
            errorIn(parseJsonObject(String(memberOf(response, 'body')))),
            nonEmptyText,
            'the error in its body',
          )
        })
        await opens(t, person)
      },
    }),
    when('on the other endpoints', {
      given: { route: each('no token', 'bad token', 'bad body', 'not for members', 'unknown action') },
      async run(t, { route }) {
        const person = await t.person(route === 'unknown action' ? 'ADMIN' : 'MEMBER')
        const { rest } = t
        const history = `/api/chat/history/${person.id}`
        const ask: Record<typeof route, () => Promise<HttpAnswer>> = {
          'no token': () => rest.ask(null, 'GET', history),
          'bad token': () =>
            askWith(t, `Bearer ${t.tokens.withChangedSignature(person.token)}`, 'GET', history),
          'bad body': () => rest.ask(null, 'POST', '/api/auth/login', { body: '{', bad: true }),
          'not for members': () => rest.ask(person, 'GET', `/api/chat/butler-agent/${person.id}`),
          'unknown action': () => rest.ask(person, 'POST', decide, { body: someDecision() }),
        }
        const { status, json } = await ask[route]()
        await t.refusing(async () => {
          const isAboutTokens = route === 'no token' || route === 'bad token'
          if (isAboutTokens) t.equal(status, 401, 'the status')
          else t.that(status >= 400 && status < 500, 'a status from 400 to 499', status)
          t.equal(errorIn(json), nonEmptyText, 'the error in the body')
        })
        await t.twin('with a good token', () => t.answers(200, rest.ask(person, 'GET', history)))
      },
    }),
  ),

  check(
    'hub/access/agent-api-token-identity',
    when('a token that the tester knows', {
      async run(t) {
        t.need('agent-token')
        const [admin, agent] = await t.connected('ADMIN', 'AGENT')
        const { person } = agent
        await t.twin("the agent's JWT", () => agent.reaches(admin, t.newMarker(), 'SYSTEM_LOG'))
        if (person.apiToken === undefined) return t.leaveOut('the target names no API token')
        await speaksAsAgent(t, await person.dial(person.apiToken), admin)
      },
    }),
    when('a token of an agent made over HTTP', {
      given: { token: each('chosen', 'made up') },
      async run(t, { token }) {
        const [admin] = await t.connected('ADMIN')
        const chosen = token === 'chosen' ? { api_token: `chosen-${randomUUID()}` } : {}
        const agent = await t.rest.newAgent(admin.person, chosen)
        await speaksAsAgent(t, await agent.dial(), admin)
      },
    }),
  ),

  check('hub/access/replaced-agent-token-refused', {
    async run(t) {
      const admin = await t.person('ADMIN')
      const agent = await t.rest.newAgent(admin)
      const token = await t.rest.replaceToken(admin, agent)
      const refused = await agent.dial()
      await t.refusing(async () => refused.isRefused())
      await opens(t, agent, token)
    },
  }),

  check(
    'hub/access/dead-token-ends-socket',
    when('a JWT that expires', {
      time: () => 4_000,
      async run(t) {
        const [other] = await t.connected('AGENT')
        const person = await t.person('MEMBER')
        const claims = t.tokens.claims(person)
        const dying = await person.dial(await t.tokens.make({ ...claims, exp: claims.iat + 2 }))
        await t.arrange('before that it works', () => dying.reaches(other, t.newMarker(), 'SYSTEM_LOG'))
        await t.advance(4_000)
        await isOver(t, dying, other)
      },
    }),
    when('an API token that is replaced', {
      async run(t) {
        const [admin] = await t.connected('ADMIN')
        const agent = await t.rest.newAgent(admin.person)
        const dying = await agent.connect()
        await t.arrange('before that it works', () => dying.reaches(admin, t.newMarker(), 'SYSTEM_LOG'))
        await t.rest.replaceToken(admin.person, agent)
        await isOver(t, dying, admin)
      },
    }),
  ),

  check('hub/access/foreign-origin-refused', {
    given: {
      origin: each('http://evil.example', 'null', '$.evil.example', 'http://evil.example/$'),
      good: each('none', 'declared', 'its own'),
    },
    async run(t, { origin, good }) {
      const person = await t.person('MEMBER')
      const { settings, url } = t.instance
      const [declared = ''] = (settings.allowedOrigins as string[] | undefined) ?? ['http://localhost:3000']
      const foreign = await person.dial(person.token, { Origin: origin.replace('$', declared) })
      await t.refusing(async () => {
        foreign.isRefused()
        t.equal(foreign.wire.handshake?.status, 403, 'the status')
      })
      const origins: Record<typeof good, string[]> = {
        none: [],
        declared: [declared],
        'its own': [url.origin],
      }
      const headers = Object.fromEntries(origins[good].map(each => ['Origin', each]))
      await t.twin(`with the origin ${JSON.stringify(headers)}`, async () =>
        (await person.dial(person.token, headers)).isServed(),
      )
    },
  }),

  check(
    'hub/access/rest-token-required',
    when('without a token of its own', {
      given: {
        route: each<Route>('history', 'decision'),
        credentials: each('none', 'another signature', 'another scheme', 'an empty token'),
      },
      async run(t, { route, credentials }) {
        const admin = await t.person('ADMIN')
        const authorization = {
          none: undefined,
          'another signature': `Bearer ${t.tokens.withChangedSignature(admin.token)}`,
          'another scheme': `Token ${admin.token}`,
          'an empty token': 'Bearer ',
        }[credentials]
        await needsToken(t, admin, route, authorization)
      },
    }),
    when('with a token that has expired', {
      given: { route: each<Route>('history', 'decision'), agoS: fc.integer({ min: 10, max: 1_000_000 }) },
      async run(t, { route, agoS }) {
        const admin = await t.person('ADMIN')
        const claims = t.tokens.claims(admin)
        const token = await t.tokens.make({ ...claims, exp: claims.iat - agoS })
        await needsToken(t, admin, route, `Bearer ${token}`)
      },
    }),
    when("with an agent's API token", {
      given: { route: each<Route>('history', 'decision') },
      async run(t, { route }) {
        const admin = await t.person('ADMIN')
        const agent = await t.rest.newAgent(admin)
        await needsToken(t, admin, route, `Bearer ${agent.apiToken}`)
      },
    }),
  ),

  check(
    'hub/access/admin-routes-guarded',
    when('making accounts', {
      given: { what: each('users', 'users/agents'), role: each('MEMBER', 'OPERATOR', 'AGENT') },
      async run(t, { what, role }) {
        const [person, admin] = [await t.person(role), await t.person('ADMIN')]
        const account = { username: `new-${randomUUID()}`, ...(what === 'users' ? { role: 'ADMIN' } : {}) }
        const make = (by: Person) => t.rest.ask(by, 'POST', `/api/${what}`, { body: account })
        await t.refusing(async () => t.equal((await make(person)).status, 403, 'the status'))
        const made = await make(admin)
        // The name would be taken.
        await t.refusing(async () => t.that(made.status !== 409, 'no account was made', made.status))
        await t.twin('an administrator', async () => t.equal(made.status, 201, 'the status'))
      },
    }),
    when('replacing an API token', {
      given: { role: each('MEMBER', 'OPERATOR', 'AGENT') },
      async run(t, { role }) {
        const [person, admin] = [await t.person(role), await t.person('ADMIN')]
        const agent = await t.rest.newAgent(admin)
        const path = `/api/users/agents/${agent.id}/token`
        const body = { api_token: `chosen-${randomUUID()}` }
        await t.refusing(async () => {
          t.equal((await t.rest.ask(person, 'PATCH', path, { body })).status, 403, 'the status')
          t.equal((await agent.dial()).fate, 'open', 'a connection with the token that was to be replaced')
        })
        await t.twin('an administrator', () => t.rest.replaceToken(admin, agent))
      },
    }),
    when('helping in development', {
      given: { helper: each('GET agent-token/Butler', 'POST chat', 'POST ops-task', 'POST feishu-log') },
      async run(t, { helper }) {
        const member = await t.person('MEMBER')
        const [method = '', name] = helper.split(' ')
        const path = `/api/dev/mock/${name}`
        const { status } = await t.rest.ask(member, method, path, method === 'GET' ? {} : { body: {} })
        await t.refusing(async () => t.that(status === 403 || status === 404, '403 or 404', status))
        await t.twin('something for everybody', () =>
          t.answers(200, t.rest.ask(member, 'GET', `/api/chat/history/${member.id}`)),
        )
      },
    }),
  ),

  check('hub/access/butler-agent-history-admin-only', {
    given: { role: each('MEMBER', 'OPERATOR', 'AGENT') },
    async run(t, { role }) {
      const [person, admin] = [await t.person(role), await t.person('ADMIN')]
      const agent = role === 'AGENT' ? person : await t.person('AGENT')
      const read = (as: Person) => t.rest.ask(as, 'GET', `/api/chat/butler-agent/${agent.id}`)
      await t.refusing(async () => t.equal((await read(person)).status, 403, 'the status'))
      await t.twin('an administrator', () => t.answers(200, read(admin)))
    },
  }),

  check('hub/access/login-token-works', {
    // A good hub makes the comparison of passwords dear.
    once: true,
    async run(t) {
      const password = randomUUID()
      const person = await t.person('MEMBER', { password })
      const login = (username: string, password: string) =>
        t.rest.ask(null, 'POST', '/api/auth/login', { body: { username, password } })
      const good = await login(person.username, password)
      t.equal(good.status, 200, 'the status of a login')
      t.equal(memberOf(memberOf(good.json, 'user'), 'id'), person.id, 'the id of the user')
      const socket = await person.dial(String(memberOf(good.json, 'token')))
      t.equal(socket.fate, 'open', 'a connection with the token of a login')
      await socket.reaches(socket)
      const wrong = await login(person.username, `${password}-not`)
      const unknown = await login(`nobody-${randomUUID()}`, password)
      t.that(wrong.status >= 400 && wrong.status < 500, 'a refusal of a wrong password', wrong.status)
      t.equal(memberOf(wrong.json, 'token'), undefined, 'the token for a wrong password')
      t.equal(
        { status: unknown.status, body: unknown.json },
        { status: wrong.status, body: wrong.json },
        'the refusal of an unknown name, against that of a wrong password',
      )
    },
  }),

  check('hub/access/agent-token-hidden', {
    // The lists name all agents that there are.
    alone: true,
    given: { list: each('agents', 'agents/status', 'butler'), role: each('MEMBER', 'OPERATOR', 'AGENT') },
    async run(t, { list, role }) {
      const [person, admin] = [await t.person(role), await t.person('ADMIN')]
      const agent = await t.rest.newAgent(admin)
      const { text, json } = await t.answers(200, t.rest.ask(person, 'GET', `/api/users/${list}`))
      const shown = (Array.isArray(json) ? json : [json]).filter(isJsonObject)
      t.equal(
        shown.filter(account => 'api_token' in account),
        [],
        'the accounts that are shown with their API token',
      )
      t.equal(text.includes(agent.token), false, 'whether the API token is anywhere in the answer')
      if (list !== 'butler')
        await t.twin('the agent is in the list', async () =>
          t.that(
            shown.some(({ id }) => id === agent.id),
            'the agent',
            shown,
          ),
        )
    },
  }),
]

type Route = 'history' | 'decision'
const decide = '/api/chat/auth/response'
const someDecision = () => ({ action_id: randomUUID(), approved: false })

/** The valid twin of a refusal: a good token opens a connection that works. */
async function opens(t: HubTrial, person: Person, token = person.token): Promise<void> {
  await t.twin('a good token opens', async () => (await person.dial(token)).isServed())
}

async function isRefusedBesideItsOwn(t: HubTrial, person: Person, token: string): Promise<void> {
  const refused = await person.dial(token)
  await t.refusing(async () => refused.isRefused())
  await opens(t, person)
}

async function speaksAsAgent(t: HubTrial, agent: HubSocket, observer: HubSocket): Promise<void> {
  t.equal(agent.fate, 'open', 'a connection with an API token')
  const payload = t.newMarker()
  agent.tell(observer, 'SYSTEM_LOG', payload)
  const frame = await t.arrange('its message arrives', () => observer.gets({ type: 'SYSTEM_LOG', payload }))
  t.equal(frame.sender_id, agent.id, 'the sender_id')
  t.equal(frame.sender_role, 'AGENT', 'the sender_role')
}

/** Expects that a connection is closed, or at the least that nothing is routed for it any more. */
async function isOver(t: HubTrial, socket: HubSocket, witness: HubSocket): Promise<void> {
  const { wire } = socket
  await wire.until(() => wire.closed, t.tolerance.closeWithinMs)
  if (wire.closed) t.holds()
  else {
    const marker = t.newMarker()
    socket.tell(witness, 'SYSTEM_LOG', marker)
    await socket.ponged()
    await t.settle()
    witness.hasNotSeen(marker, 'a message of a connection whose token is dead is routed')
  }
  await t.twin('another connection works', () => witness.reaches(witness, t.newMarker(), 'SYSTEM_LOG'))
}

async function needsToken(
  t: HubTrial,
  admin: Person,
  route: Route,
  authorization: string | undefined,
): Promise<void> {
  const ask = (header: string | undefined) =>
    route === 'history'
      ? askWith(t, header, 'GET', `/api/chat/history/${admin.id}`)
      : askWith(t, header, 'POST', decide, someDecision())
  const bad = await ask(authorization)
  await t.refusing(async () => t.equal(bad.status, 401, `the status of ${route}`))
  await t.twin('with a good token', async () => {
    const { status } = await ask(`Bearer ${admin.token}`)
    t.equal(status, route === 'history' ? 200 : 404, 'the status')
  })
}

function askWith(
  t: HubTrial,
  authorization: string | undefined,
  method: string,
  path: string,
  body?: JsonObject,
): Promise<HttpAnswer> {
  const headers: Record<string, string> = authorization === undefined ? {} : { authorization }
  return t.rest.ask(null, method, path, { headers, body, bad: true })
}

function errorIn(body: unknown): unknown {
  return memberOf(body, 'error')
}

function withChangedLetter(text: string, at: number): string {
  const place = at % text.length
  return text.slice(0, place) + (text[place] === 'x' ? 'y' : 'x') + text.slice(place + 1)
}
