import fc from 'fast-check'
import type { JsonObject } from '../../schemas/json.ts'
import { each } from '../engine/check.ts'
import { including, nonEmptyText, oneOf } from '../engine/match.ts'
import { check, type LlmingTrial, when } from './driver.ts'
import { toolSchema } from './fixture.ts'
import { anyUnicode, sessionIdText } from './given.ts'
import { mockCommands } from './mock-app.ts'
import type { StdioServer } from './stdio-server.ts'

const key = 'stdio-key'
const polls = (count: number) => (limits: Readonly<Record<string, number>>) =>
  count * Number(limits.stdioPollMs)

/** The MCP server over standard input and output. The tester plays the app that it looks for. */
export const stdio = [
  check(
    'llming/mcp/stdio-discovers-tools',
    when('without a key', {
      async run(t) {
        const app = await t.mcp.mockApp()
        const keyless = await t.mcp.stdioServer({ LLMING_DEBUG_URL: app.url }, null)
        await t.refusing(async () => t.equal(await keyless.exitStatus(), 1, 'the exit status'))
        t.note(
          keyless.errors.includes('LLMING_DEBUG_KEY')
            ? 'it names the missing key'
            : 'it does not name the missing key',
        )
        await t.twin('with one it runs', async () =>
          (await t.mcp.stdioServer({ LLMING_DEBUG_URL: app.url }, key)).dialogue.initialize(),
        )
      },
    }),
    when('an app that comes later', {
      time: polls(4),
      async run(t) {
        const app = await t.mcp.mockApp({ up: false })
        const server = await started(t, app.url)
        t.equal(await server.dialogue.tools(), [], 'the tools before the app is up')
        app.up = true
        await t.advance(t.limit('stdioPollMs') + 1)
        await offersAll(t, server)
      },
    }),
    when('an app that is up', {
      async run(t) {
        const app = await t.mcp.mockApp()
        await offersAll(t, await started(t, app.url))
      },
    }),
  ),

  check('llming/mcp/stdio-announces-tools', {
    time: polls(8),
    given: { waits: fc.integer({ min: 1, max: 3 }) },
    async run(t, { waits }) {
      const app = await t.mcp.mockApp()
      app.status = 503
      const server = await started(t, app.url)
      for (let i = 1; i <= waits; i++) {
        t.that(await app.searched(i, t.tolerance.replyWithinMs), 'it keeps looking', app.searches)
        await t.advance(t.limit('stdioPollMs') + 1)
      }
      await t.twin('before, it announces nothing', async () =>
        t.equal(server.dialogue.channel.notifications, [], 'notifications'),
      )
      t.that(await app.searched(waits + 1, t.tolerance.replyWithinMs), 'it keeps looking', app.searches)
      app.status = 200
      await t.advance(t.limit('stdioPollMs') + 1)
      const announced = await server.dialogue.notified('notifications/tools/list_changed')
      t.equal(announced, true, 'whether it announces the tools')
      const searches = app.searches
      await t.advance(4 * t.limit('stdioPollMs'))
      await server.dialogue.tools()
      await t.refusing(async () =>
        t.equal(app.searches, searches, 'searches after it has found the commands'),
      )
    },
  }),

  check(
    'llming/mcp/stdio-forwards-calls',
    when('to the path of the command', {
      given: {
        call: each<[name: string, args: JsonObject, method: string, path: string, rest: 'query' | 'body']>(
          ['ping', {}, 'GET', '/ping', 'query'],
          ['search', { q: 'a b&c' }, 'GET', '/search', 'query'],
          ['list_sessions', {}, 'GET', '/list_sessions', 'query'],
          ['putit', { a: '3' }, 'PUT', '/custom/put', 'body'],
        ),
      },
      async run(t, { call: [name, args, method, path, rest] }) {
        const { app, dialogue } = await ready(t)
        await dialogue.call(name, args)
        const query = rest === 'query' ? args : {}
        t.equal(app.calls.length, 1, 'number of requests')
        t.equal(app.calls[0], including({ method, path: `/debug${path}`, query, key }), 'the request')
        if (rest === 'body') t.equal(JSON.parse(app.calls[0]?.body ?? 'null'), args, 'its body')
        await t.twin('an unknown tool makes no request', async () => {
          t.equal(
            (await dialogue.call('no-such-tool', {})).value,
            including({ error: nonEmptyText }),
            'the result',
          )
          t.equal(app.calls.length, 1, 'number of requests')
        })
      },
    }),
    when('of a session', {
      given: { name: anyUnicode, session: sessionIdText },
      async run(t, { name, session }) {
        const { app, dialogue } = await ready(t)
        const { value } = await dialogue.call('greet', { session_id: session, name })
        const path = `/debug/sessions/${session}/greet`
        t.equal(app.calls[0], including({ method: 'POST', path, key }), 'the request')
        t.equal(JSON.parse(app.calls[0]?.body ?? 'null'), including({ name }), 'its body')
        t.equal(value, including({ path }), 'what comes back is the answer of the app')
      },
    }),
    when('with a status of 400 or above', {
      async run(t) {
        const { dialogue } = await ready(t)
        const { text, value } = await dialogue.call('fail', {})
        t.equal(value, including({ error: nonEmptyText }), 'the result')
        t.that(text.includes('418'), 'it names the status', text)
        await t.twin('a call that succeeds', async () =>
          t.equal((await dialogue.call('ping', {})).value, including({ path: '/debug/ping' }), 'the result'),
        )
      },
    }),
  ),

  check(
    'llming/mcp/stdio-session-id-honoured',
    when('the one that is given', {
      given: { session: sessionIdText, name: each('templated', 'custom', 'whereami', 'greet') },
      async run(t, { session, name }) {
        const { app, dialogue } = await ready(t)
        await dialogue.call(name, { session_id: session, ...(name === 'greet' ? { name: 'x' } : {}) })
        const expected: Record<string, [path: string, query: JsonObject]> = {
          templated: [`/debug/x/${session}/here`, {}],
          custom: ['/debug/custom/where', { session_id: session }],
          whereami: [`/debug/sessions/${session}/whereami`, {}],
          greet: [`/debug/sessions/${session}/greet`, {}],
        }
        const [path, query] = expected[name] ?? ['', {}]
        t.equal(app.calls[0], including({ path, query }), 'the request')
      },
    }),
    when('current, or none', {
      given: { idle: fc.shuffledSubarray([1, 20, 300], { minLength: 3 }), given: each(false, true) },
      async run(t, { idle, given }) {
        const { app, dialogue } = await ready(t)
        app.sessions = idle.map((idle_seconds, index) => ({ session_id: `session-${index}`, idle_seconds }))
        const latest = `session-${idle.indexOf(1)}`
        const { value } = await dialogue.call('whereami', given ? { session_id: 'current' } : {})
        const [request] = app.calls
        if (!given && !request)
          t.equal(value, including({ error: nonEmptyText }), 'the result without session_id')
        else {
          // An app understands "current", too; what must not be there is a placeholder.
          const paths = [latest, 'current'].map(id => `/debug/sessions/${id}/whereami`)
          t.equal(request?.path, oneOf(...paths), 'the path of the request')
        }
      },
    }),
  ),

  check('llming/mcp/stdio-unauthorised-reported', {
    time: polls(4),
    given: { status: each(401, 403) },
    async run(t, { status }) {
      const refusing = await t.mcp.mockApp()
      refusing.status = status
      const server = await t.mcp.stdioServer({ LLMING_DEBUG_URL: refusing.url }, key)
      await t.advance(2 * t.limit('stdioPollMs'))
      t.that(await server.complains(), 'a line on standard error, or an exit', 'neither')
      await t.twin('a key that is accepted', async () => {
        const welcome = await started(t, (await t.mcp.mockApp()).url)
        await offersAll(t, welcome)
        t.equal(welcome.errors, '', 'what it writes to standard error')
      })
    },
  }),
]

async function started(t: LlmingTrial, url: string): Promise<StdioServer> {
  const server = await t.mcp.stdioServer({ LLMING_DEBUG_URL: url }, key)
  await server.dialogue.initialize()
  return server
}

/** A server that has found its app. */
async function ready(t: LlmingTrial) {
  const app = await t.mcp.mockApp()
  const server = await started(t, app.url)
  await t.arrange('it finds the app', () => toolsOf(t, server))
  return { app, dialogue: server.dialogue }
}

/** The tools, once there are any. */
async function toolsOf(t: LlmingTrial, { dialogue }: StdioServer): Promise<JsonObject[]> {
  const deadline = performance.now() + t.tolerance.replyWithinMs
  let tools = await dialogue.tools()
  while (tools.length === 0 && performance.now() < deadline) tools = await dialogue.tools()
  return tools
}

/** Expects the tools to be the commands of the mock app, soon. */
async function offersAll(t: LlmingTrial, server: StdioServer): Promise<void> {
  const tools = await toolsOf(t, server)
  t.equal(
    tools.map(({ name }) => name).sort(),
    mockCommands.map(({ name }) => name).sort(),
    'the names of the tools',
  )
  for (const command of mockCommands) {
    const tool = tools.find(({ name }) => name === command.name)
    t.equal(
      tool,
      including({ description: command.description, inputSchema: toolSchema(command) }),
      `${command.name}`,
    )
  }
}
