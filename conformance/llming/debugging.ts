import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { type JsonObject, memberOf } from '../../schemas/json.ts'
import { each } from '../engine/check.ts'
import { anyBoolean, anyText, anyWholeNumber, difference, including, nonEmptyText } from '../engine/match.ts'
import type { HttpAnswer } from '../engine/wire/http.ts'
import { type DebugOptions, listIn } from './debug-surface.ts'
import { check, type LlmingTrial, when } from './driver.ts'
import { commands } from './fixture.ts'
import { anyUnicode, jsonValue, sessionIdText } from './given.ts'
import { connectAll, type TestSession } from './session.ts'

const proxied = { trustedProxies: ['127.0.0.1', '::1', '::ffff:127.0.0.1'] }
/** A network that the tester is not in, as long as no proxy says otherwise. */
const elsewhere = { ...proxied, allowedNetworks: ['10.0.0.0/8'] }

/** The HTTP surface for inspection, injection and commands. */
export const debugging = [
  check(
    'llming/debugging/key-required',
    when('a wrong key', {
      alone: true,
      given: {
        wrong: each<'none' | 'empty' | 'changed' | 'longer' | 'query' | 'bearer'>(
          'none',
          'empty',
          'changed',
          'longer',
          'query',
          'bearer',
        ),
        path: each('/sessions', '/sessions/unknown', '/commands'),
        name: each('x-debug-key', 'X-Debug-Key', 'X-DEBUG-KEY'),
      },
      async run(t, { wrong, path, name }) {
        const key = t.debug.key
        const attempt: Record<typeof wrong, [query: string, options: DebugOptions]> = {
          none: ['', { key: null }],
          empty: ['', { key: '' }],
          changed: ['', { key: `${key.slice(0, -1)}${key.endsWith('x') ? 'y' : 'x'}` }],
          longer: ['', { key: `${key}x` }],
          query: [`?x-debug-key=${key}&key=${key}`, { key: null }],
          bearer: ['', { key: null, headers: { Authorization: `Bearer ${key}` } }],
        }
        const [query, options] = attempt[wrong]
        await t.refusing(() => t.answers(401, t.debug.ask('GET', path + query, options)))
        await t.twin('the right key', () =>
          t.answers(
            path === '/sessions/unknown' ? 404 : 200,
            t.debug.ask('GET', path, { key: null, headers: { [name]: key } }),
          ),
        )
      },
    }),
    when('from a network that is not allowed', {
      settings: elsewhere,
      async run(t) {
        await t.refusing(() => t.answers(401, t.debug.ask('GET', '/sessions', { key: 'wrong' })))
        await t.twin('with the right key the address is looked at', () =>
          t.answers(403, t.debug.ask('GET', '/sessions')),
        )
      },
    }),
  ),

  check(
    'llming/debugging/unconfigured-refused',
    when('no key configured', {
      settings: { debugKey: null },
      given: { key: each(null, '', 'dbg', 'null', 'undefined') },
      async run(t, { key }) {
        await t.refusing(() => t.answers(403, t.debug.ask('GET', '/sessions', { key })))
        await t.twin('the rest of the server works', async () =>
          (await (await t.session()).connect()).isServed(),
        )
      },
    }),
    when('a key configured', {
      alone: true,
      onlyTwin: true,
      run: t => t.answers(200, t.debug.ask('GET', '/sessions')),
    }),
  ),

  check(
    'llming/debugging/ip-allow-list',
    when('a network without the tester', {
      settings: elsewhere,
      async run(t) {
        await t.refusing(() => t.answers(403, t.debug.ask('GET', '/sessions')))
        await t.twin('an address of that network', () => t.answers(200, from(t, '10.9.8.7')))
      },
    }),
    when('the default networks', {
      settings: proxied,
      given: {
        outside: each(
          '172.15.255.255',
          '172.32.0.1',
          '192.169.0.1',
          '9.255.255.255',
          '11.0.0.1',
          '128.0.0.1',
        ),
        inside: each('127.9.9.9', '10.255.255.255', '172.16.0.0', '172.31.255.255', '192.168.255.1'),
      },
      async run(t, { outside, inside }) {
        await t.refusing(() => t.answers(403, from(t, outside)))
        await t.twin('an address within them', () => t.answers(200, from(t, inside)))
      },
    }),
    when('any address', {
      settings: { ...proxied, allowedNetworks: ['*'] },
      given: { address: fc.ipV4() },
      run: (t, { address }) => t.answers(200, from(t, address)),
    }),
    when('a network with the tester', {
      settings: { allowedNetworks: ['127.0.0.0/8', '::1'] },
      run: t => t.answers(200, t.debug.ask('GET', '/sessions')),
    }),
  ),

  check(
    'llming/debugging/forwarded-for-trusted-only',
    when('from a trusted proxy', {
      settings: proxied,
      given: {
        refused: each('8.8.8.8', 'garbage', '127.0.0.1:1234', '10.0.0', '10.0.0.256'),
        blanks: each('', ' ', '\t'),
      },
      async run(t, { refused, blanks }) {
        await t.refusing(() => t.answers(403, from(t, refused)))
        await t.twin('an allowed address, with blanks', () =>
          t.answers(200, from(t, `${blanks}10.1.2.3${blanks}`)),
        )
      },
    }),
    when('from anybody else', {
      alone: true,
      given: { address: each('8.8.8.8', 'garbage', '10.1.2.3') },
      async run(t, { address }) {
        await t.answers(200, from(t, address))
        await t.twin('without the key it is refused', () =>
          t.answers(401, t.debug.ask('GET', '/sessions', { key: null })),
        )
      },
    }),
    when('from anybody else in a network that is not allowed', {
      settings: { allowedNetworks: ['10.0.0.0/8'] },
      async run(t) {
        await t.refusing(() => t.answers(403, from(t, '10.1.2.3')))
        await t.twin('the rest of the server works', async () =>
          (await (await t.session()).connect()).isServed(),
        )
      },
    }),
  ),

  check(
    'llming/debugging/forwarded-for-not-spoofable',
    when('an allowed address in front', {
      settings: proxied,
      given: {
        inner: each('10.1.2.3', '127.0.0.5', '192.168.1.1'),
        outer: each('8.8.8.8', '1.1.1.1'),
      },
      async run(t, { inner, outer }) {
        await t.refusing(() => t.answers(403, from(t, `${inner}, ${outer}`)))
        await t.twin('the other way round', () => t.answers(200, from(t, `${outer}, ${inner}`)))
      },
    }),
    when('a blank element', {
      settings: elsewhere,
      given: { chain: each(',', ' ,', ', 127.0.0.1', ',,') },
      async run(t, { chain }) {
        await t.refusing(() => t.answers(403, from(t, chain)))
        await t.twin('an allowed address', () => t.answers(200, from(t, '10.1.2.3')))
      },
    }),
  ),

  check('llming/debugging/ipv6-judged-like-ipv4', {
    settings: proxied,
    given: {
      allowed: each('::1', '::ffff:127.0.0.1', '::ffff:10.1.2.3'),
      refused: each('2001:db8::1', '::ffff:8.8.8.8', '::2'),
    },
    async run(t, { allowed, refused }) {
      await t.answers(200, from(t, allowed))
      await t.twin('an address that is not allowed', () => t.answers(403, from(t, refused)))
    },
  }),

  check('llming/debugging/session-list', {
    alone: true,
    given: { kept: fc.integer({ min: 1, max: 3 }), ended: fc.integer({ min: 0, max: 2 }) },
    async run(t, { kept, ended }) {
      const before = await t.debug.sessions()
      const sessions = await t.severalSessions(kept + ended)
      const gone = sessions.splice(kept)
      for (const { id } of gone) await t.control('endSession', { sessionId: id })
      const after = await t.debug.sessions()
      const expected = [...before.map(each => each.session_id), ...sessions.map(({ id }) => id)]
      t.equal(after.map(each => each.session_id).sort(), expected.sort(), 'the ids of the sessions, in full')
      await t.twin('the ended ones are absent', async () =>
        t.equal(
          after.some(each => gone.some(({ id }) => id === each.session_id)),
          false,
          'whether one is listed',
        ),
      )
      const [session] = sessions as [TestSession]
      t.equal(
        after.find(each => each.session_id === session.id),
        including({
          user_id: 'u',
          user_name: 'U',
          ws_connected: false,
          idle_seconds: anyWholeNumber,
          created_seconds_ago: anyWholeNumber,
        }),
        'a session that was never connected',
      )
      const socket = await session.connect()
      await t.debug.lists(session, true)
      await t.leave(session, socket)
      await t.debug.lists(session, false)
      await session.connect()
      await t.debug.lists(session, true)
      await t.answers(405, t.debug.ask('POST', '/sessions', { bad: true }))
      for (const { id } of sessions) await t.control('endSession', { sessionId: id })
    },
  }),

  check('llming/debugging/session-detail', {
    given: {
      userId: anyUnicode,
      userName: anyUnicode,
      userEmail: fc.emailAddress(),
      connected: each(false, true),
    },
    async run(t, { userId, userName, userEmail, connected }) {
      const session = await t.session({ userId, userName, userEmail })
      if (connected) await session.connect()
      const { json } = await t.answers(200, t.debug.ask('GET', `/sessions/${session.id}`))
      const expected = {
        session_id: session.id,
        user_id: userId,
        user_name: userName,
        user_email: userEmail,
        ws_connected: connected,
        idle_seconds: anyWholeNumber,
        created_seconds_ago: anyWholeNumber,
      }
      t.equal(json, including(expected), 'the detail')
      await t.twin('a session that nobody knows', () =>
        t.answers(404, t.debug.ask('GET', `/sessions/unknown-${randomUUID()}`)),
      )
    },
  }),

  check('llming/debugging/reading-does-not-extend-life', {
    settings: { limits: { sessionTtlMs: 3_000, heartbeatTtlMs: 20_000, sweepMs: 500 } },
    time: limits => 2 * Number(limits.sessionTtlMs) + 2 * Number(limits.sweepMs),
    given: { route: each<'list' | 'detail'>('list', 'detail') },
    async run(t, { route }) {
      const [read, used] = await t.severalSessions(2)
      const stepMs = Math.floor(t.limit('sessionTtlMs') / 3)
      for (let passed = 0; passed <= t.limit('sessionTtlMs') + t.limit('sweepMs'); passed += stepMs) {
        await t.debug.ask('GET', route === 'list' ? '/sessions' : `/sessions/${read.id}`)
        if (passed === stepMs) await t.leave(used, await used.connect())
        await t.advance(stepMs)
      }
      await t.refusing(async () =>
        t.equal(await t.debug.knows(read.id), false, 'whether it is still registered'),
      )
      await t.twin('connecting does postpone it', () => t.isKnown(used))
    },
  }),

  check(
    'llming/debugging/inject-runs-handler',
    when('and replies to the browser', {
      async run(t) {
        const [session, other] = await t.severalSessions(2)
        const [socket, bystander] = await connectAll(session, other)
        await t.arrange('the count begins', () => socket.answers('windows.counter', {}, { count: 1 }))
        const id = t.newRequestId()
        await t.debug.injects(session, { type: 'windows.counter', _req_id: id }, 'windows.counter')
        await socket.replied(id, { type: 'windows.counter', count: 2 })
        await t.twin("another session's socket gets nothing", () => bystander.staysSilent('a frame came'))
      },
    }),
    when('a message without a type', {
      given: { message: fc.dictionary(fc.constantFrom('a', 'b'), jsonValue, { noNullPrototype: true }) },
      async run(t, { message }) {
        const session = await t.session()
        await session.connect()
        await t.debug.injects(session, message, '')
      },
    }),
  ),

  check(
    'llming/debugging/inject-refusals',
    when('an unknown session', {
      given: { id: sessionIdText, body: each('{"type":"windows.list"}', 'nonsense', '[]') },
      async run(t, { id, body }) {
        await t.refusing(() => t.answers(404, t.debug.inject(id, body)))
        await t.twin('a session that exists', () => connectedAndInjected(t))
      },
    }),
    when('a session without controller', {
      async run(t) {
        const session = await t.session({ controller: false })
        await t.refusing(() => t.answers(400, t.debug.inject(session.id, { type: 'windows.list' })))
        await t.twin('one with a controller', () => connectedAndInjected(t))
      },
    }),
    when('a type that is not allowed', {
      settings: { allowedMessageTypes: ['windows.list'] },
      given: { type: each('windows.focus', 'windows.counter') },
      async run(t, { type }) {
        const session = await t.session()
        const socket = await session.connect()
        await t.refusing(async () => {
          await t.answers(400, t.debug.inject(session.id, { type, window_id: 1 }))
          await socket.answers('windows.counter', {}, { count: 1 })
        })
        await t.twin('one that is allowed', async () => {
          const id = t.newRequestId()
          await t.debug.injects(session, { type: 'windows.list', _req_id: id }, 'windows.list')
          await socket.replied(id, { type: 'windows.list', windows: [1, 2] })
        })
      },
    }),
  ),

  check(
    'llming/debugging/inject-bad-body-4xx',
    when('what is no JSON object', {
      given: {
        body: each('nonsense', '{"type":"windows.list"', '', '[]', '"windows.list"', '5', 'null'),
      },
      async run(t, { body }) {
        const session = await t.session()
        const socket = await session.connect()
        await t.refusing(() => t.isRefused(t.debug.inject(session.id, body, true)))
        await t.twin('an object', () => t.debug.injects(session, { type: 'windows.none' }, 'windows.none'))
        await socket.fence()
      },
    }),
    when('an object whose type is no text', {
      given: { type: each<unknown>([], ['windows.list'], {}, { a: 1 }) },
      async run(t, { type }) {
        const session = await t.session()
        await session.connect()
        const { status } = await t.debug.inject(session.id, JSON.stringify({ type }), true)
        await t.refusing(async () => t.that(status < 500, 'no server error', status))
        await t.twin('a type that is a text', () =>
          t.debug.injects(session, { type: 'windows.none' }, 'windows.none'),
        )
      },
    }),
  ),

  check('llming/debugging/inject-reports-outcome', {
    given: {
      trouble: each<'the handler fails' | 'no connection'>('the handler fails', 'no connection'),
    },
    async run(t, { trouble }) {
      const session = await t.session()
      const socket = trouble === 'no connection' ? undefined : await session.connect()
      const { status, json } = await t.debug.inject(session.id, {
        type: socket ? 'windows.boom' : 'windows.list',
      })
      const plainSuccess = status === 200 && memberOf(json, 'ok') === true && isPlain(json)
      await t.refusing(async () => t.that(!plainSuccess, `the answer shows that ${trouble}`, json))
      await t.twin('connected, with a handler that works', () => connectedAndInjected(t))
      socket?.forget()
    },
  }),

  check('llming/debugging/surfaces-separate', {
    given: { command: each('greet', 'ping'), method: each('GET', 'POST') },
    async run(t, { command, method }) {
      const session = await t.session()
      const socket = await session.connect()
      socket.request(command, { name: 'x' })
      await socket.staysSilent('a debug command was called over the WebSocket')
      await t.refusing(async () => {
        for (const path of ['/windows.list', `/sessions/${session.id}/windows.list`])
          await t.answers(404, t.debug.command(method, path, method === 'POST' ? { body: {} } : {}))
      })
      await t.twin('each on its own surface', async () => {
        await t.answers(200, t.debug.command('GET', '/ping'))
        await socket.isServed()
      })
    },
  }),

  check(
    'llming/debugging/command-endpoint',
    when('global', {
      given: { wrong: each('POST', 'PUT', 'DELETE') },
      async run(t, { wrong }) {
        const { json } = await t.answers(200, t.debug.command('GET', '/ping'))
        await t.accepting(async () => t.equal(json, { pong: true }, 'what ping returns'))
        await t.refusing(() => t.answers(405, t.debug.command(wrong, '/ping', { body: {} })))
      },
    }),
    when('of a session', {
      given: { name: anyUnicode },
      async run(t, { name }) {
        const session = await t.session()
        const socket = await session.connect()
        await greets(t, session, { name }, { sid: session.id, name, n: 1, flag: false })
        await socket.receives({ type: 'greeting', text: `Hello, ${name}!` })
      },
    }),
    when('at a path of its own', {
      given: { a: fc.integer() },
      async run(t, { a }) {
        const { json } = await t.answers(200, t.debug.command('PUT', '/custom/put', { body: { a } }))
        t.equal(json, { a }, 'what putit returns')
      },
    }),
  ),

  check(
    'llming/debugging/command-acts-on-session',
    when('the one in the path', {
      async run(t) {
        const [session, other] = await t.severalSessions(2)
        const [socket, bystander] = await connectAll(session, other)
        await greets(t, session, { name: 'A' }, { sid: session.id, name: 'A', n: 1, flag: false })
        await socket.receives({ type: 'greeting', text: 'Hello, A!' })
        await t.twin('only that one', () => bystander.staysSilent('the greeting went to another session'))
      },
    }),
    when('current: the most recently active', {
      alone: true,
      given: { order: fc.shuffledSubarray([0, 1, 2], { minLength: 3 }), byCookie: each(false, true) },
      async run(t, { order, byCookie }) {
        const sessions = await t.severalSessions(3)
        for (const index of order)
          await t.arrange('a session is used', () =>
            t.debug.command('GET', `/sessions/${sessions[index]?.id}/whereami`),
          )
        const [first, last] = [sessions[order[0] ?? 0], sessions[order[2] ?? 0]]
        const headers: Record<string, string> = byCookie ? { Cookie: first?.cookie.Cookie ?? '' } : {}
        const { json } = await t.answers(
          200,
          t.debug.command('GET', '/sessions/current/whereami', { headers }),
        )
        t.equal(json, { sid: byCookie ? first?.id : last?.id }, 'the session that the command acts on')
      },
    }),
    when('current, where there is none', {
      alone: true,
      once: true,
      async run(t) {
        await t.endAllSessions()
        await t.refusing(() => t.answers(404, t.debug.command('GET', '/sessions/current/whereami')))
        await t.twin('where there is one', async () => {
          await t.session()
          await t.answers(200, t.debug.command('GET', '/sessions/current/whereami'))
        })
      },
    }),
  ),

  check(
    'llming/debugging/command-refusals',
    when('a session that nobody knows', {
      given: { id: sessionIdText },
      async run(t, { id }) {
        await refusedWithDetail(t, 404, t.debug.command('GET', `/sessions/${id}/whereami`))
        await refusedWithDetail(t, 404, t.debug.command('GET', `/sessions/${id}`))
        const session = await t.session()
        await t.twin('one that is registered', () =>
          t.answers(200, t.debug.command('GET', `/sessions/${session.id}/whereami`)),
        )
      },
    }),
    when('a command that needs a connection', {
      async run(t) {
        const session = await t.session()
        await refusedWithDetail(t, 409, t.debug.command('GET', `/sessions/${session.id}/need_ws`))
        await session.connect()
        await t.twin('connected', () =>
          t.answers(200, t.debug.command('GET', `/sessions/${session.id}/need_ws`)),
        )
      },
    }),
    when('a session command without a session', {
      async run(t) {
        const session = await t.session()
        await refusedWithDetail(t, 400, t.debug.command('GET', '/custom/where'))
        await t.twin('with one in the query', () =>
          t.answers(200, t.debug.command('GET', `/custom/where?session_id=${session.id}`)),
        )
      },
    }),
    when("a command's own error", {
      given: { code: each(418, 409, 400, 422) },
      async run(t, { code }) {
        const { json } = await t.answers(code, t.debug.command('POST', '/fail', { body: { code } }))
        t.equal(json, { detail: 'teapot' }, 'the body')
      },
    }),
    when('every refusal', {
      given: {
        refusal: each<[string, string, DebugOptions]>(
          ['GET', '/sessions', { key: 'wrong' }],
          ['POST', '/greet', {}],
          ['POST', '/sessions/unknown/ws_send', { body: {} }],
          ['POST', '/sessions/current/greet', { body: '[]', bad: true }],
          ['GET', '/sessions/unknown', {}],
        ),
      },
      async run(t, { refusal: [method, path, options] }) {
        const answer = await t.debug.command(method, path, options)
        await t.refusing(async () => {
          t.that(answer.status >= 400 && answer.status < 500, 'a 4xx status', answer.status)
          t.equal(answer.json, including({ detail: anyText }), 'a body with a text "detail"')
        })
        await t.twin('a request that is in order', () => t.answers(200, t.debug.command('GET', '/ping')))
      },
    }),
  ),

  check(
    'llming/debugging/command-crash-not-leaked',
    when('over HTTP', {
      async run(t) {
        const { status, text } = await t.debug.command('POST', '/crash', { body: {} })
        await t.refusing(async () => {
          t.equal(status, 500, 'the status of a command that crashed')
          t.that(!text.includes('7f3a'), 'the text of the exception is not shown', text)
        })
        await t.twin("a command's own error is shown", async () => {
          const { text } = await t.debug.command('POST', '/fail', { body: {} })
          t.that(text.includes('teapot'), 'its text', text)
        })
      },
    }),
    when('as a tool', {
      async run(t) {
        const mcp = await t.mcp.dialogue()
        const { value, text } = await mcp.call('crash', {})
        await t.refusing(async () => {
          t.equal(value, including({ error: nonEmptyText }), 'the result of a tool that crashed')
          t.that(!text.includes('7f3a'), 'the text of the exception is not shown', text)
        })
        await t.twin("a command's own error is shown", async () =>
          t.equal((await mcp.call('fail', {})).value, including({ error: 'teapot' }), 'its text'),
        )
      },
    }),
  ),

  check(
    'llming/debugging/command-parameters-bound',
    when('converted from the query', {
      given: {
        name: fc.stringMatching(/^[A-Za-z0-9 ]{1,10}$/),
        n: fc.integer(),
        flag: each<[string, boolean]>(
          ['true', true],
          ['1', true],
          ['yes', true],
          ['false', false],
          ['0', false],
        ),
      },
      async run(t, { name, n, flag: [text, flag] }) {
        const session = await t.session()
        const query = `?${new URLSearchParams({ name, n: String(n), flag: text, other: 'x' })}`
        await greets(t, session, {}, { sid: session.id, name, n, flag }, query)
        await t.twin('defaults for what is absent', () =>
          greets(t, session, { name }, { sid: session.id, name, n: 1, flag: false }),
        )
      },
    }),
    when('the query before the body', {
      given: { inBody: anyUnicode, others: jsonValue },
      async run(t, { inBody, others }) {
        const session = await t.session()
        const body = { name: inBody, others, n: 5 }
        await greets(t, session, body, { sid: session.id, name: 'Q', n: 5, flag: false }, '?name=Q')
        await greets(t, session, body, { sid: session.id, name: inBody, n: 5, flag: false })
      },
    }),
  ),

  check('llming/debugging/command-bad-parameter-4xx', {
    given: {
      bad: each<[string, string, unknown]>(
        ['name missing', '', {}],
        ['a word as integer', '?name=z&n=abc', {}],
        ['a fraction as integer', '?name=z&n=1.5', {}],
        ['a text as body', '?name=z', '"text"'],
        ['no JSON as body', '?name=z', 'nonsense'],
        ['an array as body', '?name=z', '[1]'],
      ),
    },
    async run(t, { bad: [, query, body] }) {
      const session = await t.session()
      const path = `/sessions/${session.id}/greet`
      await t.refusing(() => t.isRefused(t.debug.command('POST', path + query, { body, bad: true })))
      await t.twin('good parameters', () =>
        t.answers(200, t.debug.command('POST', `${path}?name=z&n=7`, { body: {} })),
      )
    },
  }),

  check(
    'llming/debugging/injected-not-overridable',
    when('in a session command', {
      given: { value: jsonValue },
      async run(t, { value }) {
        const [session, other] = await t.severalSessions(2)
        const body = { name: 'A', session_id: other.id, controller: value, entry: value, registry: value }
        await greets(t, session, body, { sid: session.id, name: 'A', n: 1, flag: false })
      },
    }),
    when('in a global command', {
      given: { value: jsonValue, other: anyUnicode },
      async run(t, { value, other }) {
        const body = { entry: value, controller: value, session_id: 'made-up', registry: value, other }
        const { json } = await t.answers(200, t.debug.command('POST', '/injected', { body }))
        t.equal(
          json,
          { entry: null, controller: null, session_id: null, other },
          'what the command was given',
        )
      },
    }),
    when('as tool arguments', {
      given: { value: jsonValue, other: anyUnicode },
      async run(t, { value, other }) {
        const mcp = await t.mcp.dialogue()
        const { value: given } = await mcp.call('injected', {
          entry: value,
          controller: value,
          session_id: 'made-up',
          other,
        })
        t.equal(
          given,
          { entry: null, controller: null, session_id: null, other },
          'what the command was given',
        )
      },
    }),
  ),

  check('llming/debugging/commands-protected', {
    given: { key: each(null, '', 'wrong') },
    async run(t, { key }) {
      const session = await t.session()
      const requests: [string, string][] = [
        ['GET', '/ping'],
        ['POST', `/sessions/${session.id}/greet?name=x`],
        ['GET', '/commands'],
      ]
      for (const [method, path] of requests) {
        const body = method === 'POST' ? { body: {} } : {}
        await t.refusing(() => t.answers(401, t.debug.command(method, path, { ...body, key })))
        await t.twin('with the key', () => t.answers(200, t.debug.command(method, path, body)))
      }
    },
  }),

  check('llming/debugging/command-list', {
    given: { app: each('', 'hub', 'lodge') },
    async run(t, { app }) {
      const { json } = await t.answers(200, t.debug.command('GET', `/commands${app ? `?app=${app}` : ''}`))
      const listed = listIn(json, 'commands')
      const expected = commands.filter(command => app === '' || command.app === '' || command.app === app)
      for (const command of expected) {
        const found = listed.find(({ name }) => name === command.name)
        t.equal(found, command, `the description of ${command.name}`)
      }
      const lodge = listed.some(({ name }) => name === 'lodgeonly')
      t.equal(lodge, app !== 'hub', 'whether a command of the app lodge is listed')
    },
  }),

  check('llming/debugging/list-sessions-ids-usable', {
    alone: true,
    given: { userName: fc.uuid() },
    async run(t, { userName }) {
      const session = await t.session({ userName })
      const { json } = await t.answers(200, t.debug.command('GET', '/list_sessions'))
      const listed = listIn(json, 'sessions').find(each => each.user_name === userName)
      t.equal(
        listed,
        including({ session_id: anyText, ws_connected: anyBoolean }),
        'the session in list_sessions',
      )
      await t.answers(200, t.debug.command('GET', `/sessions/${listed?.session_id}/whereami`))
      await t.twin('the id that createSession gave', () =>
        t.answers(200, t.debug.command('GET', `/sessions/${session.id}/whereami`)),
      )
    },
  }),
]

/** A request that a proxy says it forwards for this address. */
function from(t: LlmingTrial, forwardedFor: string): Promise<HttpAnswer> {
  return t.debug.ask('GET', '/sessions', { headers: { 'X-Forwarded-For': forwardedFor } })
}

async function connectedAndInjected(t: LlmingTrial): Promise<void> {
  const session = await t.session()
  const socket = await session.connect()
  const id = t.newRequestId()
  await t.debug.injects(session, { type: 'windows.list', _req_id: id }, 'windows.list')
  await socket.replied(id, { type: 'windows.list', windows: [1, 2] })
}

async function greets(
  t: LlmingTrial,
  session: TestSession,
  body: JsonObject,
  expected: JsonObject,
  query = '',
): Promise<void> {
  const { json } = await t.answers(
    200,
    t.debug.command('POST', `/sessions/${session.id}/greet${query}`, { body }),
  )
  t.equal(json, { status: 'sent', ...expected }, 'what greet returns')
}

async function refusedWithDetail(t: LlmingTrial, status: number, ask: Promise<HttpAnswer>): Promise<void> {
  await t.refusing(async () => {
    const { json } = await t.answers(status, ask)
    t.equal(json, including({ detail: nonEmptyText }), 'a body with a text "detail"')
  })
}

/** Whether an answer says nothing but that all is well. */
function isPlain(json: unknown): boolean {
  return difference({ ok: true, forwarded: anyText }, json) === undefined
}
