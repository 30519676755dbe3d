import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { isJsonObject, type JsonObject } from '../../schemas/json.ts'
import { each } from '../engine/check.ts'
import { anyText, including, nonEmptyText } from '../engine/match.ts'
import { check, type LlmingTrial, when } from './driver.ts'
import { commands, toolSchema } from './fixture.ts'
import { anyUnicode } from './given.ts'
import type { TestSession } from './session.ts'
import { stdio } from './stdio.ts'

/** The same commands as MCP tools. */
export const mcp = [
  check(
    'llming/mcp/handshake',
    when('over HTTP and an event stream', {
      async run(t) {
        const stream = await t.mcp.openStream(t.mcp.key)
        t.equal(
          [stream.status, stream.contentType],
          [200, 'text/event-stream'],
          'status and type of the stream',
        )
        const first = await stream.first(t.tolerance.replyWithinMs)
        t.equal(first, { event: 'endpoint', data: nonEmptyText }, 'the first event')
        const dialogue = t.mcp.speak(stream.channel, first?.data ?? '')
        t.equal(
          (await dialogue.initialize()).serverInfo,
          including({ name: nonEmptyText, version: anyText }),
          'serverInfo',
        )
        await t.twin('without the key there is no stream', async () =>
          t.that((await t.mcp.openStream(null)).status >= 400, 'a refusal', 'a stream'),
        )
      },
    }),
    when('over standard input and output', {
      async run(t) {
        const bridge = await t.mcp.stdioServer({})
        const { serverInfo } = await bridge.dialogue.initialize()
        t.equal(serverInfo, including({ name: nonEmptyText, version: anyText }), 'serverInfo')
        await bridge.dialogue.tools()
        t.equal(bridge.strangeLines, [], 'lines on standard output that are no JSON-RPC message')
      },
    }),
  ),

  check(
    'llming/mcp/key-required',
    when('a wrong key', {
      given: {
        wrong: each<'none' | 'empty' | 'longer' | 'shorter'>('none', 'empty', 'longer', 'shorter'),
      },
      async run(t, { wrong }) {
        const endpoint = await t.mcp.messagesUrl()
        const key = { none: null, empty: '', longer: `${t.mcp.key}x`, shorter: t.mcp.key.slice(0, -1) }[wrong]
        await t.refusing(async () => {
          t.equal((await t.mcp.openStream(key)).status, 401, 'the stream')
          await t.answers(401, t.mcp.post(endpoint, key))
        })
        await t.twin('the right key', async () => {
          t.equal((await t.mcp.openStream(t.mcp.key)).status, 200, 'the stream')
          t.that((await t.mcp.post(endpoint, t.mcp.key)).status < 300, 'the message is taken', 'refused')
        })
        const { status } = await t.ask('GET', endpoint, { headers: { 'x-mcp-key': t.mcp.key }, bad: true })
        t.note(`GET on the messages URL: ${status}`)
      },
    }),
    when('from another machine', {
      settings: { hostForwarding: true },
      given: { address: each('8.8.8.8', '10.0.0.1', '192.168.1.1', '2001:db8::1') },
      async run(t, { address }) {
        const endpoint = await t.mcp.messagesUrl()
        const headers = { 'X-Forwarded-For': address }
        await t.refusing(async () => {
          t.equal((await t.mcp.openStream(t.mcp.key, headers)).status, 403, 'the stream')
          await t.answers(403, t.mcp.post(endpoint, t.mcp.key, headers))
        })
        await t.twin('from this machine', async () =>
          t.equal(
            (await t.mcp.openStream(t.mcp.key, { 'X-Forwarded-For': '127.0.0.1' })).status,
            200,
            'the stream',
          ),
        )
      },
    }),
    when('an empty key', {
      settings: { mcpKey: '' },
      mayRefuseLaunch: { twin: { mcpKey: 'x' } },
      given: { key: each(null, '') },
      async run(t, { key }) {
        await t.refusing(async () =>
          t.that((await t.mcp.openStream(key)).status >= 400, 'there is no stream', 'a stream'),
        )
        await t.twin('the rest of the server works', async () =>
          (await (await t.session()).connect()).isServed(),
        )
      },
    }),
  ),

  check('llming/mcp/tools-equal-commands', {
    async run(t) {
      const dialogue = await t.mcp.dialogue()
      const tools = await dialogue.tools()
      const listed = t.has('commands') ? await t.debug.commands() : commands
      for (const command of listed) {
        const named = tools.filter(({ name }) => name === command.name)
        t.equal(named.length, 1, `number of tools named ${command.name}`)
        t.equal(
          named[0],
          including({ description: command.description, inputSchema: toolSchema(command) }),
          `the tool`,
        )
      }
      const types = tools.find(({ name }) => name === 'types')
      await t.twin('a global command has no session_id', async () =>
        t.equal(Object.hasOwn(schemaProperties(types), 'session_id'), false, 'whether it has'),
      )
    },
  }),

  check(
    'llming/mcp/call-runs-command',
    when('a global one', {
      async run(t) {
        const { value, items } = await (await t.mcp.dialogue()).call('ping', {})
        t.equal([value, items], [{ pong: true }, 1], 'the value and the number of items')
      },
    }),
    when('with the effect that it has over HTTP', {
      given: { name: anyUnicode, n: fc.integer(), flag: each(false, true) },
      async run(t, { name, n, flag }) {
        const session = await t.session()
        const socket = await session.connect()
        const args = { session_id: session.id, name, n, flag }
        const { value } = await (await t.mcp.dialogue()).call('greet', args)
        t.equal(value, { status: 'sent', sid: session.id, name, n, flag }, 'what greet returns')
        await socket.receives({ type: 'greeting', text: `Hello, ${name}!` })
        if (!t.has('commands')) return
        const path = `/sessions/${session.id}/greet`
        const { json } = await t.answers(200, t.debug.ask('POST', path, { body: { name, n, flag } }))
        t.equal(json, value, 'what greet returns over HTTP')
        await socket.receives({ type: 'greeting', text: `Hello, ${name}!` })
      },
    }),
    when('on the session that is meant', {
      alone: true,
      given: { order: fc.shuffledSubarray([0, 1], { minLength: 2 }) },
      async run(t, { order }) {
        const sessions = await t.severalSessions(2)
        const dialogue = await t.mcp.dialogue()
        for (const index of order) await connectBriefly(t, sessions[index] as TestSession)
        const [earlier, latest] = [sessions[order[0] ?? 0], sessions[order[1] ?? 0]]
        t.equal(
          (await dialogue.call('whereami', {})).value,
          { sid: latest?.id },
          'the session without session_id',
        )
        await t.twin('with the id of the other one', async () =>
          t.equal(
            (await dialogue.call('whereami', { session_id: earlier?.id })).value,
            { sid: earlier?.id },
            'session',
          ),
        )
      },
    }),
  ),

  check(
    'llming/mcp/call-errors',
    when('calls that fail', {
      given: {
        failing: each<[string, JsonObject]>(
          [`no-such-tool-${randomUUID()}`, {}],
          ['greet', {}],
          ['whereami', { session_id: 'unknown-session' }],
        ),
      },
      async run(t, { failing: [name, args] }) {
        const session = await t.session()
        const dialogue = await t.mcp.dialogue()
        const given = name === 'greet' ? { session_id: session.id } : args
        const { value, items } = await dialogue.call(name, given)
        await t.refusing(async () => {
          t.equal(items, 1, 'number of items')
          t.equal(value, including({ error: nonEmptyText }), 'the result of a call that fails')
        })
        await t.twin('a call that does not', async () => {
          t.equal((await dialogue.call('ping', {})).value, { pong: true }, 'ping')
          const where = await dialogue.call('whereami', { session_id: session.id })
          t.equal(where.value, { sid: session.id }, 'whereami')
        })
      },
    }),
    when("a command's own error", {
      given: { code: each(418, 409, 400) },
      async run(t, { code }) {
        const { value } = await (await t.mcp.dialogue()).call('fail', { code })
        t.equal(value, { error: 'teapot', status: code }, 'the result')
      },
    }),
    when('a command that needs a connection', {
      async run(t) {
        const session = await t.session()
        const dialogue = await t.mcp.dialogue()
        const args = { session_id: session.id }
        const { value } = await dialogue.call('need_ws', args)
        await t.refusing(async () => t.equal(value, including({ error: nonEmptyText }), 'the result'))
        await session.connect()
        await t.twin('connected', async () =>
          t.equal((await dialogue.call('need_ws', args)).value, { sid: session.id }, 'the result'),
        )
      },
    }),
    when('no session at all', {
      alone: true,
      once: true,
      async run(t) {
        await t.endAllSessions()
        const dialogue = await t.mcp.dialogue()
        const { value } = await dialogue.call('whereami', {})
        await t.refusing(async () => t.equal(value, including({ error: nonEmptyText }), 'the result'))
        const session = await t.session()
        await t.twin('with one', async () =>
          t.equal((await dialogue.call('whereami', {})).value, { sid: session.id }, 'the result'),
        )
      },
    }),
  ),

  check('llming/mcp/errors-flagged', {
    given: { name: each('fail', 'crash', 'no-such-tool') },
    async run(t, { name }) {
      const dialogue = await t.mcp.dialogue()
      t.equal((await dialogue.call(name, {})).isError, true, `isError of ${name}`)
      await t.twin('a call that does not fail', async () => {
        const { isError } = await dialogue.call('ping', {})
        t.that(!isError, 'not flagged', isError)
      })
    },
  }),

  ...stdio,
]

function schemaProperties(tool: JsonObject | undefined): JsonObject {
  const schema = tool?.inputSchema
  return isJsonObject(schema) && isJsonObject(schema.properties) ? schema.properties : {}
}

async function connectBriefly(t: LlmingTrial, session: TestSession): Promise<void> {
  const socket = await session.connect()
  await t.leave(session, socket)
}
