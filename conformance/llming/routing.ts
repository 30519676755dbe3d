import fc from 'fast-check'
import { type JsonObject, memberOf } from '../../schemas/json.ts'
import { each } from '../engine/check.ts'
import { nonEmptyText, show } from '../engine/match.ts'
import { check, type LlmingTrial, when } from './driver.ts'
import { jsonObject, jsonValue } from './given.ts'

/** Requests whose reply is known, with their result. */
const answered = fc.constantFrom<[type: string, args: JsonObject, result: JsonObject]>(
  ['windows.list', {}, { windows: [1, 2] }],
  ['windows.focus', { window_id: 7 }, { ok: true, got: 7 }],
  ['windows.empty', {}, {}],
  ['windows.dflt', { a: 1 }, { a: 1, b: 'B' }],
)

const unknownTypes = [
  'nope.nope',
  'Windows.List',
  'windows',
  'windows.',
  '.windows.list',
  'windows.list.x',
  'windows.list ',
  ' windows.list',
  'windows .list',
  '',
  null,
  7,
  false,
  undefined,
] as const

/** From the `type` of a request to its handler, binding of arguments, replies and error replies. */
export const routing = [
  check(
    'llming/routing/result-is-replied',
    when('each result once', {
      given: { requests: fc.array(answered, { minLength: 1, maxLength: 50 }) },
      async run(t, { requests }) {
        const socket = await (await t.session()).connect()
        const sent = requests.map(([type, args, result]) => ({
          id: socket.request(type, args),
          type,
          result,
        }))
        for (const { id, type, result } of sent) await socket.replied(id, { type, ...result })
        await socket.fence()
        socket.nothingElse('a request was answered more than once')
      },
    }),
    when('a type in the result replaces that of the request', {
      async run(t) {
        const socket = await (await t.session()).connect()
        await socket.replied(socket.request('windows.retype'), { type: 'other' })
      },
    }),
    when('nothing for nothing', {
      given: { requests: fc.integer({ min: 1, max: 5 }) },
      async run(t, { requests }) {
        const socket = await (await t.session()).connect()
        for (let i = 0; i < requests; i++) socket.request('windows.none')
        await socket.staysSilent('a handler that returns nothing was answered for')
        await t.twin('a handler that returns an object', () => socket.isServed())
      },
    }),
  ),

  check(
    'llming/routing/req-id-echoed',
    when('several in flight', {
      given: {
        ids: fc.uniqueArray(jsonValue, { minLength: 2, maxLength: 6, selector: id => JSON.stringify(id) }),
      },
      async run(t, { ids }) {
        const socket = await (await t.session()).connect()
        for (const id of ids) socket.send({ type: 'windows.focus', window_id: 1, _req_id: id })
        for (const id of ids)
          await socket.receives(
            { type: 'windows.focus', ok: true, got: 1, _req_id: id },
            `the reply with _req_id ${show(id)}`,
          )
      },
    }),
    when('values that count as false', {
      given: { id: each<unknown>(null, 0, false, '') },
      async run(t, { id }) {
        const socket = await (await t.session()).connect()
        socket.send({ type: 'windows.list', _req_id: id })
        await socket.receives({ type: 'windows.list', windows: [1, 2], _req_id: id })
      },
    }),
    when("before one in the handler's result", {
      async run(t) {
        const socket = await (await t.session()).connect()
        await socket.replied(socket.request('windows.retype'), { type: 'other' })
      },
    }),
  ),

  check('llming/routing/req-id-not-invented', {
    given: { chunks: fc.integer({ min: 1, max: 5 }) },
    async run(t, { chunks }) {
      const socket = await (await t.session()).connect()
      await t.twin('with an id it is in the reply', () => socket.isServed())
      socket.send({ type: 'windows.list' })
      await socket.receives({ type: 'windows.list', windows: [1, 2] })
      socket.send({ type: 'windows.boom' })
      await socket.receives({ type: 'windows.boom', error: nonEmptyText })
      const id = socket.request('windows.stream', { n: chunks })
      for (let i = 0; i < chunks; i++) await socket.receives({ type: 'chunk', i })
      await t.arrange('the end of the stream', () =>
        socket.replied(id, { type: 'windows.stream', done: chunks }),
      )
    },
  }),

  check('llming/routing/nested-prefixes-joined', {
    given: {
      route: each<[string, JsonObject]>(
        ['admin.config.get', { section: 'x' }],
        ['windows.child.a.b', { dotted: true }],
        ['flat', { flat: true }],
        ['rootcmd', { root: true }],
      ),
    },
    async run(t, { route: [type, result] }) {
      const socket = await (await t.session()).connect()
      await socket.answers(type, {}, result)
      await t.twin('without the outer prefixes nothing answers', async () => {
        socket.request('config.get')
        socket.request('get')
        await socket.fence()
        socket.nothingElse('a handler is reachable without its prefixes')
      })
    },
  }),

  check(
    'llming/routing/unknown-type-ignored',
    when('a type that is nearly right, or none', {
      given: { type: each<unknown>(...unknownTypes), withId: each(false, true) },
      run: isIgnored,
    }),
    when('a type that is made up', {
      given: { type: fc.string().map(text => `x${text}`), withId: each(false, true) },
      run: isIgnored,
    }),
  ),

  check('llming/routing/arguments-by-name', {
    given: { value: jsonValue, others: jsonObject, b: fc.option(jsonValue, { nil: null }) },
    async run(t, { value, others, b }) {
      const socket = await (await t.session()).connect()
      await socket.answers(
        'windows.focus',
        { ...unrelated(others), window_id: value },
        { ok: true, got: value },
      )
      await socket.answers('windows.list', unrelated(others), { windows: [1, 2] })
      await socket.answers('windows.dflt', { a: value }, { a: value, b: 'B' })
      await t.accepting(async () => {
        await socket.answers('windows.dflt', { a: value, b }, { a: value, b })
        await socket.answers('windows.dflt', { a: value, b: null }, { a: value, b: null })
      })
    },
  }),

  check('llming/routing/injected-not-overridable', {
    given: { controller: jsonValue, send: jsonValue },
    async run(t, { controller, send }) {
      const socket = await (await t.session()).connect()
      await socket.answers('windows.injected', { controller, send }, { controller: true, send: true })
      await t.twin('other arguments come from the message', () =>
        socket.answers('windows.focus', { window_id: controller }, { ok: true, got: controller }),
      )
    },
  }),

  check('llming/routing/failure-replied', {
    given: { type: each('windows.boom', 'windows.focus', 'windows.list_result') },
    async run(t, { type }) {
      const socket = await (await t.session()).connect()
      const reply = await socket.reply(socket.request(type))
      t.equal(reply, { type, error: nonEmptyText, _req_id: reply._req_id }, `the error reply of ${type}`)
      await socket.fence()
      await t.twin('a request that can be completed', () =>
        socket.answers('windows.focus', { window_id: 1 }, { ok: true, got: 1 }),
      )
    },
  }),

  check('llming/routing/error-text-not-internal', {
    given: { type: each('windows.boom', 'windows.focus') },
    async run(t, { type }) {
      const socket = await (await t.session()).connect()
      const { error } = await t.arrange('an error reply', () => socket.reply(socket.request(type)))
      await t.twin('the error is a text', async () => t.equal(error, nonEmptyText, 'error'))
      await t.refusing(async () => {
        t.that(!String(error).includes('7f3a'), 'the text of the exception is not shown', error)
        t.that(!/\w+\([^)]*\)|0x[0-9a-f]{4}| at \S+:\d+/.test(String(error)), 'no code is shown', error)
      })
    },
  }),

  check(
    'llming/routing/frames-in-order',
    when('behind a slow handler', {
      given: { ms: fc.integer({ min: 10, max: 30 }), slow: fc.integer({ min: 1, max: 2 }) },
      async run(t, { ms, slow }) {
        const socket = await (await t.session()).connect()
        const sentAt = performance.now()
        const ids = Array.from({ length: slow }, () => socket.request('windows.slow', { ms }))
        const last = socket.request('windows.list')
        await socket.fence()
        const arrived = socket.wire.frames.map(({ json }) => memberOf(json, '_req_id') ?? 'ack')
        t.equal(arrived, [...ids, last, 'ack'], 'the order of the answers')
        const tookMs = performance.now() - sentAt
        t.that(tookMs >= 0.95 * slow * ms, `one after another, so not before ${slow} × ${ms} ms`, tookMs)
        socket.forget()
      },
    }),
    when('a handler that sends on its own', {
      given: { n: fc.integer({ min: 1, max: 6 }) },
      async run(t, { n }) {
        const socket = await (await t.session()).connect()
        const id = socket.request('windows.stream', { n })
        await t.arrange('the end of the stream', () => socket.reply(id))
        const arrived = socket.wire.frames.map(({ json }) => memberOf(json, 'i') ?? 'reply')
        t.equal(arrived, [...Array(n).keys(), 'reply'], 'the order of the chunks and the reply')
        socket.forget()
      },
    }),
    when('after what the connect hook sends', {
      given: { greeting: each(false, true) },
      async run(t, { greeting }) {
        const socket = await (await t.session({ greeting })).connect()
        const id = socket.request('windows.list')
        await t.arrange('the reply', () => socket.reply(id))
        const types = socket.wire.frames.map(({ json }) => memberOf(json, 'type'))
        t.equal(types, greeting ? ['connected', 'windows.list'] : ['windows.list'], 'the order of the frames')
        socket.forget()
      },
    }),
  ),
]

async function isIgnored(
  t: LlmingTrial,
  { type, withId }: { type: unknown; withId: boolean },
): Promise<void> {
  const socket = await (await t.session()).connect()
  const typed = type === undefined ? {} : { type }
  socket.sendBad(JSON.stringify({ ...typed, ...(withId ? { _req_id: t.newRequestId() } : {}) }))
  await socket.staysSilent(`a request of type ${show(type)} was answered`)
  await t.twin('a known type is answered', () => socket.isServed())
}

/** Members that no handler of the fixture has as a parameter. */
function unrelated(members: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(members).map(([name, value]) => [`other_${name}`, value]))
}
