import fc from 'fast-check'
import { memberOf } from '../../schemas/json.ts'
import { each } from '../engine/check.ts'
import { nonEmptyText, show } from '../engine/match.ts'
import { opcodes } from '../engine/wire/frames.ts'
import { check, type LlmingTrial, when } from './driver.ts'
import { anyUnicode, jsonValue } from './given.ts'
import type { LlmingSocket } from './session.ts'

const small = { limits: { maxMessageBytes: 200 } }

/** A request of exactly so many bytes. */
function padded(id: string, bytes: number): string {
  const bare = JSON.stringify({ type: 'windows.list', _req_id: id, pad: '' })
  return bare.replace('""', `"${'x'.repeat(bytes - bare.length)}"`)
}

const notAnObject = [
  ['nothing', ''],
  ['a cut-off object', '{"type":"windows.list","_req_id":1'],
  ['a bare word', 'windows.list'],
  ['a byte-order mark before an object', '\ufeff{"type":"windows.list","_req_id":1}'],
  ['two objects', '{"type":"windows.list","_req_id":1}{"type":"windows.list","_req_id":2}'],
  ['an array', '[1,2]'],
  ['an array around a request', '[{"type":"windows.list","_req_id":1}]'],
  ['a string', '"windows.list"'],
  ['a number', '17'],
  ['null', 'null'],
  ['true', 'true'],
] as const

/** What may be in a frame, and what happens to frames that are not a valid request. */
export const framing = [
  check('llming/framing/frames-are-typed-objects', {
    given: { argument: jsonValue },
    async run(t, { argument }) {
      const session = await t.session()
      const socket = await session.connect()
      await t.arrange('a reply', () => socket.reply(socket.request('windows.focus', { window_id: argument })))
      await t.arrange('an error reply', () => socket.reply(socket.request('windows.focus')))
      await t.arrange('an ack', () => socket.fence())
      const message = { type: 'note', argument }
      await t.arrange('a push', async () => {
        await t.control('push', { sessionId: session.id, message })
        await socket.receives(message)
      })
      for (const { binary, json, text } of socket.wire.frames) {
        t.equal(binary, false, 'whether the frame is binary')
        t.equal(typeof memberOf(json, 'type'), 'string', `the type of ${show(json ?? text)}`)
      }
    },
  }),

  check('llming/framing/invalid-frame-ignored', {
    given: { bad: each<readonly [string, string]>(...notAnObject) },
    async run(t, { bad: [what, text] }) {
      const socket = await (await t.session()).connect()
      socket.sendBad(text)
      await socket.staysSilent(`${what} was answered`)
      await t.twin('a request is answered', () => socket.isServed())
    },
  }),

  check('llming/framing/hostile-frame-survived', {
    given: {
      strain: each(
        'open brackets' as const,
        'balanced brackets' as const,
        'deep argument' as const,
        'long number' as const,
        'array as type' as const,
        'object as type' as const,
      ),
      // Mostly small, since a parser takes its time for the large ones.
      size: fc.oneof({ weight: 9, arbitrary: fc.integer({ min: 500, max: 5_000 }) }, fc.constant(100_000)),
    },
    async run(t, { strain, size }) {
      const socket = await (await t.session()).connect()
      const { hostile, tame } = hostileText(strain, size, t.newRequestId(), t.newRequestId())
      socket.sendBad(hostile)
      await socket.fence()
      t.holds()
      socket.forget()
      await t.twin('the tame form is answered', async () => {
        socket.wire.sendText(tame.text)
        await socket.reply(tame.id)
      })
    },
  }),

  check('llming/framing/binary-frame-orderly', {
    async run(t) {
      const socket = await (await t.session()).connect()
      const text = JSON.stringify({ type: 'windows.list', _req_id: t.newRequestId() })
      await t.twin('as text it is answered', () => socket.isServed())
      socket.wire.sendFrame(opcodes.binary, Buffer.from(text), { note: `binary: ${text}`, bad: true })
      socket.send({ type: 'heartbeat' })
      const fate = await socket.wire.until(
        () => socket.wire.closed ?? socket.wire.frames.find(({ json }) => isAck(json)),
        t.tolerance.replyWithinMs,
      )
      t.that(fate !== undefined, 'the frame is ignored or the connection closed', 'neither ack nor close')
      if (socket.wire.closed) {
        t.that(
          socket.wire.closed.code !== 1006,
          'the connection ends with a close frame',
          socket.wire.closed.code,
        )
        t.note(`close code after a binary frame: ${socket.wire.closed.code}`)
      }
      socket.forget()
    },
  }),

  check('llming/framing/valid-text-accepted', {
    given: {
      argument: fc.oneof(anyUnicode, jsonValue),
      blanks: fc.array(fc.constantFrom(' ', '\t', '\n', '\r'), { maxLength: 4 }),
      cuts: fc.array(fc.nat(120), { maxLength: 4 }),
      raw: each(false, true),
    },
    async run(t, { argument, blanks, cuts, raw }) {
      const socket = await (await t.session()).connect()
      await t.twin('plain ASCII in one frame', () =>
        socket.answers('windows.dflt', { a: 'x' }, { a: 'x', b: 'B' }),
      )
      const id = t.newRequestId()
      const json = JSON.stringify({ type: 'windows.dflt', a: argument, _req_id: id })
      const blank = blanks.join('')
      socket.wire.sendInPieces(blank + (raw ? json : escapeNonAscii(json)) + blank, cuts)
      await socket.replied(id, { type: 'windows.dflt', a: argument, b: 'B' })
    },
  }),

  check(
    'llming/framing/unsendable-result-answered',
    when('a result without JSON form', {
      async run(t) {
        const socket = await (await t.session()).connect()
        await t.twin('a sendable result', () => socket.isServed())
        await socket.answers('windows.broken', {}, { error: nonEmptyText })
      },
    }),
    when('a lone surrogate', {
      given: { surrogate: each('\\ud800', '\\udfff', '\\ud83d') },
      async run(t, { surrogate }) {
        const socket = await (await t.session()).connect()
        await t.twin('a surrogate pair', () =>
          socket.answers('windows.dflt', { a: '😀' }, { a: '😀', b: 'B' }),
        )
        const id = t.newRequestId()
        socket.sendBad(`{"type":"windows.dflt","a":"${surrogate}","_req_id":"${id}"}`)
        await socket.reply(id)
        t.holds()
      },
    }),
    when('a number that is too large, or none', {
      given: { number: each('1e999', '-1e999', 'NaN', 'Infinity', '-Infinity') },
      async run(t, { number }) {
        const socket = await (await t.session()).connect()
        await t.twin('a large number', () =>
          socket.answers('windows.dflt', { a: 1e300 }, { a: 1e300, b: 'B' }),
        )
        socket.sendBad(`{"type":"windows.dflt","a":${number},"_req_id":"${t.newRequestId()}"}`)
        await socket.fence()
        for (const { text, json } of socket.wire.frames)
          t.that(json !== undefined, `${number} comes back as valid JSON, as an error, or not at all`, text)
        socket.forget()
      },
    }),
  ),

  check(
    'llming/framing/size-limit',
    when('around a small limit', {
      settings: small,
      exactLimits: true,
      given: { over: fc.integer({ min: 1, max: 200 }), under: fc.integer({ min: 0, max: 100 }) },
      async run(t, { over, under }) {
        const socket = await (await t.session()).connect()
        const limit = t.limit('maxMessageBytes')
        for (let i = 0; i < 10; i++) socket.sendBad(padded(t.newRequestId(), limit + over))
        await socket.staysSilent('a frame over the limit was answered')
        await t.twin('a frame below the limit', () => servesFrameOf(t, socket, limit - under))
        await servesFrameOf(t, socket, limit)
      },
    }),
    when('around the declared limit', {
      once: true,
      async run(t) {
        const limit = t.limit('maxMessageBytes')
        const socket = await (await t.session()).connect()
        await t.twin('a frame of exactly the limit', () => servesFrameOf(t, socket, limit))
        socket.sendBad(padded(t.newRequestId(), limit + 1))
        socket.send({ type: 'heartbeat' })
        const served = () => socket.unclaimed().some(({ json }) => memberOf(json, '_req_id'))
        const fate = await socket.wire.until(
          () => socket.wire.closed ?? socket.wire.frames.find(({ json }) => isAck(json)),
          t.tolerance.replyWithinMs,
        )
        const { closed } = socket.wire
        await t.refusing(async () => {
          t.that(
            fate !== undefined && !served(),
            'a frame of one byte over the limit is not served',
            served(),
          )
          if (closed) t.equal(closed.code, 1009, 'the close code after a frame over the limit')
        })
        socket.forget()
      },
    }),
  ),

  check('llming/framing/size-counted-in-bytes', {
    settings: small,
    exactLimits: true,
    given: { character: each('€', 'ж', '語', '😀') },
    async run(t, { character }) {
      const socket = await (await t.session()).connect()
      const bare = JSON.stringify({ type: 'windows.focus', _req_id: 'rNN', window_id: '' }).length
      const characters = t.limit('maxMessageBytes') - 20 - bare
      const repeated = [...character.repeat(characters)].join('').slice(0, characters)
      socket.sendBad(
        JSON.stringify({ type: 'windows.focus', window_id: repeated, _req_id: t.newRequestId() }),
      )
      await socket.staysSilent('a frame of few characters but too many bytes was answered')
      const ascii = 'x'.repeat(characters)
      await t.twin('as many ASCII characters', () =>
        socket.answers('windows.focus', { window_id: ascii }, { ok: true, got: ascii }),
      )
    },
  }),
]

async function servesFrameOf(t: LlmingTrial, socket: LlmingSocket, bytes: number): Promise<void> {
  const id = t.newRequestId()
  socket.wire.sendText(padded(id, bytes))
  await socket.replied(id, { type: 'windows.list', windows: [1, 2] })
}

function isAck(json: unknown): true | undefined {
  return memberOf(json, 'type') === 'heartbeat_ack' || undefined
}

function escapeNonAscii(json: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the ASCII range begins with them
  return json.replace(/[^\u0000-\u007f]/g, unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

function hostileText(strain: string, size: number, hostileId: string, tameId: string) {
  const focus = (id: string, argument: string) =>
    `{"type":"windows.focus","window_id":${argument},"_req_id":"${id}"}`
  const typed = (id: string, type: string) => `{"type":${type},"_req_id":"${id}"}`
  const tame = (text: string) => ({ id: tameId, text })
  switch (strain) {
    case 'open brackets':
      return { hostile: '['.repeat(size), tame: tame(focus(tameId, '[[[[[[[[[[]]]]]]]]]]')) }
    case 'balanced brackets':
      return {
        hostile: '['.repeat(size) + ']'.repeat(size),
        tame: tame(focus(tameId, '[[[[[[[[[[]]]]]]]]]]')),
      }
    case 'deep argument':
      return {
        hostile: focus(hostileId, '['.repeat(size) + ']'.repeat(size)),
        tame: tame(focus(tameId, '[[[[[[[[[[]]]]]]]]]]')),
      }
    case 'long number':
      return { hostile: focus(hostileId, '1'.repeat(5_000)), tame: tame(focus(tameId, '123456789012345')) }
    case 'array as type':
      return { hostile: typed(hostileId, '["windows.list"]'), tame: tame(typed(tameId, '"windows.list"')) }
    default:
      return {
        hostile: typed(hostileId, '{"a":"windows.list"}'),
        tame: tame(typed(tameId, '"windows.list"')),
      }
  }
}
