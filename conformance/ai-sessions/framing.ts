import fc from 'fast-check'
import { isJsonObject, type JsonObject, memberOf } from '../../schemas/json.ts'
import { each } from '../engine/check.ts'
import { jsonObject } from '../engine/json-values.ts'
import { nonEmptyText } from '../engine/match.ts'
import { opcodes } from '../engine/wire/frames.ts'
import type { HttpAnswer } from '../engine/wire/http.ts'
import { type AiTrial, check, when } from './driver.ts'
import { sayable } from './given.ts'
import { unknownId } from './routes.ts'
import { textOf } from './session-socket.ts'
import { isTime, msOf } from './times.ts'

const notFrames = {
  'cut-off JSON': '{nope',
  nothing: '',
  'a bare word': 'prompt',
  null: 'null',
  'a number': '5',
  'an array': '[]',
  'a text': '"prompt"',
} as const

const badFrames = {
  ...notFrames,
  'an unknown type': '{"type":"brand_new"}',
  'a type that is no text': '{"type":5,"payload":{"text":"say no"}}',
  'no type': '{"payload":{"text":"say no"}}',
  'a prompt without payload': '{"type":"prompt"}',
  'a prompt whose payload is null': '{"type":"prompt","payload":null}',
  'a prompt without text': '{"type":"prompt","payload":{}}',
  'a prompt whose text is a number': '{"type":"prompt","payload":{"text":5}}',
  'a download without path': '{"type":"download_request","payload":{"request_id":"r"}}',
  'many brackets': '['.repeat(20_000),
} as const

type BadFrame = keyof typeof badFrames

/** Error bodies, frames and their payloads, bad input, sizes. */
export const framing = [
  check('ai-sessions/framing/error-body', {
    given: {
      failure: each(
        'no token',
        'unregistered',
        'unknown session',
        'unknown profile',
        'malformed',
        'ill-typed',
        'conflict',
        'too large',
        'no such path',
      ),
    },
    async run(t, { failure }) {
      const { status, text, json, headers } = await failing(t, failure)
      await t.arrange('the call fails', async () => t.that(status >= 300, 'a status above 299', status))
      await t.refusing(async () => {
        t.that(isJsonObject(json), `a JSON object with ${status}`, text)
        for (const member of ['error', 'message'])
          t.equal(memberOf(json, member), nonEmptyText, `the member ${member} of a ${status} answer`)
        t.that(
          String(headers['content-type']).includes('json'),
          'a Content-Type of JSON',
          headers['content-type'],
        )
      })
      await t.twin('a call that is in order', async () => (await t.member()).page())
    },
  }),

  check('ai-sessions/framing/frame-envelope', {
    given: { text: sayable },
    async run(t, { text }) {
      const socket = await t.attached()
      await socket.isServed(text)
      socket.sendBad('{nope')
      await t.arrange('a tool is used', () => socket.turn(`say ${text}`, 'tool Read {"p":1}'))
      await t.arrange('the session ends', () => socket.session.end())
      await t.arrange('that is told', () => socket.isToldOfEnd())
      for (const { binary, json, text: received } of socket.wire.frames) {
        t.equal(binary, false, 'whether the frame is binary')
        t.that(isJsonObject(json), 'a JSON object', received)
        t.equal(memberOf(json, 'type'), nonEmptyText, 'its type')
        const payload = memberOf(json, 'payload')
        t.that(payload === undefined || isJsonObject(payload), 'data in its payload', json)
      }
    },
  }),

  check(
    'ai-sessions/framing/frame-has-time',
    when('every frame', {
      async run(t) {
        const socket = await t.attached()
        socket.sendBad('{nope')
        await t.arrange('a turn', () => socket.turn('say x', 'tool Read {"p":1}', 'fail no'))
        await t.arrange('the session ends', () => socket.session.end())
        await t.arrange('that is told', () => socket.isToldOfEnd())
        for (const { json } of socket.wire.frames)
          t.that(isTime(memberOf(json, 'timestamp')), 'a timestamp of RFC 3339', json)
      },
    }),
    when('a frame that has waited', {
      time: () => 5_000,
      given: { waitedMs: fc.integer({ min: 500, max: 3_000 }) },
      async run(t, { waitedMs }) {
        const socket = await t.attached()
        socket.prompt('say go', 'sleep 300', 'say late')
        await t.arrange('the agent has begun', () => socket.hears('go'))
        await socket.lose()
        await t.advance(300)
        await t.advance(waitedMs)
        const again = await socket.session.connect()
        const late = await t.arrange('the frame is replayed', () => again.hears('late'))
        await t.arrange('and the result', () => again.gets('result'))
        again.prompt('say now')
        const now = await t.arrange('a live frame', () => again.hears('now'))
        await t.arrange('and its result', () => again.gets('result'))
        const ageMs = msOf(now.timestamp) - msOf(late.timestamp)
        // Where time runs by itself, waits end when they end.
        t.that(
          t.instance.frozen ? ageMs === waitedMs : ageMs >= waitedMs * 0.9,
          `a frame that was made ${waitedMs} ms before a live one`,
          { late: late.timestamp, now: now.timestamp },
        )
      },
    }),
  ),

  check('ai-sessions/framing/assistant-payload', {
    given: { text: sayable },
    async run(t, { text }) {
      const socket = await t.attached()
      socket.prompt(`say ${text}`)
      const frame = await t.arrange('an assistant frame', () => socket.gets('assistant'))
      const content = memberOf(frame.payload, 'content')
      t.that(typeof content === 'string' || Array.isArray(content), 'content that is a list or a text', frame)
      if (Array.isArray(content))
        for (const block of content) t.equal(memberOf(block, 'type'), nonEmptyText, 'the type of a block')
      t.equal(textOf(frame), text, 'the text of its content')
      await t.arrange('a result', () => socket.gets('result'))
    },
  }),

  check('ai-sessions/framing/tool-payloads', {
    given: { name: fc.stringMatching(/^[A-Z][A-Za-z0-9_]{0,10}$/), input: jsonObject },
    async run(t, { name, input }) {
      const socket = await t.attached()
      socket.prompt(`tool ${name} ${JSON.stringify(input)}`)
      const use = await t.arrange('a tool_use frame', () => socket.gets('tool_use'))
      t.equal(memberOf(use.payload, 'name'), name, 'the name')
      t.equal(memberOf(use.payload, 'id'), nonEmptyText, 'the id')
      t.equal(memberOf(use.payload, 'input'), input, 'the input')
      const { payload } = await t.arrange('a tool_result frame', () => socket.gets('tool_result'))
      t.equal(memberOf(payload, 'tool_use_id'), nonEmptyText, 'tool_use_id')
      const content = memberOf(payload, 'content')
      t.that(
        typeof content === 'string' || (typeof content === 'object' && content !== null),
        'content',
        payload,
      )
      await socket.restOfTurn()
    },
  }),

  check('ai-sessions/framing/error-frame-payload', {
    given: { bad: each(...(Object.keys(badFrames) as BadFrame[])) },
    async run(t, { bad }) {
      const socket = await t.attached()
      socket.sendBad(badFrames[bad])
      await t.arrange('the connection survives', () => socket.isServed())
      const errors = socket.seen('error')
      if (errors.length === 0) t.leaveOut('the target sends no error frames')
      for (const { payload } of errors)
        for (const member of ['code', 'message'])
          t.equal(memberOf(payload, member), nonEmptyText, `the member ${member} of an error frame`)
      socket.accept('error')
    },
  }),

  check('ai-sessions/framing/failed-turn-marked', {
    async run(t) {
      const socket = await t.attached()
      const result = async (command: string) => (await socket.turn(command)).at(-1)
      await t.refusing(async () =>
        t.equal(successOf(await result('fail no')), false, 'success of a failed turn'),
      )
      await t.twin('a turn that succeeds', async () =>
        t.equal(successOf(await result('say x')), true, 'success of a turn'),
      )
    },
  }),

  check(
    'ai-sessions/framing/bad-frames-survived',
    when('on the same connection', {
      given: { bad: each(...(Object.keys(badFrames) as BadFrame[])) },
      async run(t, { bad }) {
        const socket = await t.attached()
        await t.twin('a good prompt', () => socket.isServed())
        socket.sendBad(badFrames[bad])
        await socket.isServed()
        await socket.session.runs()
        socket.accept('error')
      },
    }),
    when('a byte that is no UTF-8', {
      async run(t) {
        const socket = await t.attached()
        await t.twin('a good prompt', () => socket.isServed())
        const text = Buffer.from('{"type":"prompt","payload":{"text":"say _"}}')
        text[text.indexOf('_')] = 0xff
        socket.wire.sendFrame(opcodes.text, text, { note: 'a prompt with the byte 0xff', bad: true })
        // It may be read as another character.
        socket.unjudged = true
        await t.settle()
        const other = socket.wire.open ? socket : await socket.session.connect()
        await other.isServed()
        await other.session.runs()
      },
    }),
  ),

  check('ai-sessions/framing/bad-frames-reported', {
    given: { bad: each(...(Object.keys(badFrames) as BadFrame[])) },
    async run(t, { bad }) {
      const socket = await t.attached()
      await t.twin('a good prompt causes no error', async () => {
        await socket.isServed()
        t.equal(socket.seen('error'), [], 'the error frames')
      })
      socket.sendBad(badFrames[bad])
      await socket.gets('error', { code: 'invalid_message' })
    },
  }),

  check('ai-sessions/framing/unknown-member-tolerated', {
    given: { members: jsonObject, where: each('frame', 'payload', 'both') },
    async run(t, { members, where }) {
      const socket = await t.attached()
      const text = t.newMarker()
      const extra = { ...members, brand_new: true }
      const payload = { ...(where === 'frame' ? {} : extra), text: `say ${text}` }
      const frame = { ...(where === 'payload' ? {} : extra), type: 'prompt', payload }
      t.need('agent')
      socket.wire.sendText(JSON.stringify(frame))
      await socket.hears(text)
      await socket.gets('result')
      t.equal(socket.seen('error'), [], 'the error frames')
    },
  }),

  check(
    'ai-sessions/framing/websocket-basics',
    when('a message in pieces', {
      given: {
        text: sayable,
        cuts: fc.array(fc.integer({ min: 0, max: 80 }), { minLength: 1, maxLength: 4 }),
      },
      async run(t, { text, cuts }) {
        const socket = await t.attached()
        await t.twin('in one piece', () => socket.isServed(text))
        const prompt = { type: 'prompt', payload: { text: `say ${text}` } }
        socket.wire.sendInPieces(JSON.stringify(prompt), cuts)
        await socket.hears(text)
        await socket.gets('result')
      },
    }),
    when('a ping', {
      given: { payload: fc.uint8Array({ maxLength: 125 }).map(bytes => [...bytes]) },
      async run(t, { payload }) {
        const socket = await t.attached()
        await t.arrange('the connection works', () => socket.works())
        const { wire } = socket
        const before = wire.pongs
        wire.ping(Uint8Array.from(payload))
        await wire.until(() => wire.pongs > before || wire.closed, t.tolerance.replyWithinMs)
        if (wire.pongs === before)
          t.violated(
            { message: 'a ping was not answered', expected: 'a pong', received: socket.fate },
            !wire.closed,
          )
        t.equal([...(wire.lastPong ?? [])], payload, 'the bytes that the pong carries')
      },
    }),
  ),

  check(
    'ai-sessions/framing/message-size-limit',
    when('a small limit', {
      settings: { limits: { maxMessageBytes: 4_096 } },
      given: { over: fc.constantFrom(1, 400, 10_000), under: fc.constantFrom(0, 1, 1_024) },
      run: sizesAreJudged,
    }),
    when('the limit as declared', {
      once: true,
      run: t => sizesAreJudged(t, { over: Math.ceil(t.limit('maxMessageBytes') / 10), under: 1_024 }),
    }),
  ),
]

/** Sends a prompt that is a little too large, and one that is as large as may be. */
async function sizesAreJudged(t: AiTrial, { over, under }: { over: number; under: number }): Promise<void> {
  const limit = t.limit('maxMessageBytes')
  const socket = await t.attached()
  t.need('agent')
  await t.accepting(async () => {
    const text = t.newMarker()
    socket.wire.sendText(promptOfSize(text, limit - under))
    await socket.hears(text)
    await socket.gets('result')
  })
  socket.wire.sendText(promptOfSize('too large', limit + over), true)
  const fate = () => socket.wire.closed ?? socket.seen('error')[0]
  await socket.wire.until(fate, t.tolerance.closeWithinMs)
  await t.refusing(async () => {
    const { closed } = socket.wire
    if (closed) t.equal(closed.code, 1009, 'the close code')
    else t.that(socket.seen('error').length > 0, 'close 1009 or an error frame', 'neither')
    t.that(!socket.texts.includes('too large'), 'no answer to it', socket.texts)
  })
  socket.accept('error')
  await t.refusing(async () => {
    const other = socket.wire.open ? socket : await socket.session.connect()
    await other.isServed()
  })
}

/** A prompt that is that large because of the blanks behind it. */
function promptOfSize(text: string, bytes: number): string {
  return JSON.stringify({ type: 'prompt', payload: { text: `say ${text}` } }).padEnd(bytes)
}

function successOf(result: JsonObject | undefined): unknown {
  return memberOf(result?.payload, 'success')
}

/** A call that must fail, in one of many ways. */
async function failing(t: AiTrial, failure: string): Promise<HttpAnswer> {
  const bad = true
  switch (failure) {
    case 'no token':
      return t.ask('GET', '/v1/sessions', { bad })
    case 'unregistered':
      return (await t.stranger()).ask('GET', '/v1/auth/claude/status', { bad })
    case 'unknown session':
      return (await t.member()).ask('GET', `/v1/sessions/${unknownId()}`, { bad })
    case 'unknown profile':
      return (await t.member()).ask('GET', `/v1/profiles/${unknownId()}`, { bad })
    case 'malformed':
      return (await t.user()).ask('POST', '/v1/sessions', { body: '{', bad })
    case 'ill-typed':
      return (await t.member()).ask('POST', '/v1/profiles', { body: { name: 5 }, bad })
    case 'conflict': {
      const session = await t.session()
      return session.user.ask('DELETE', `${session.path}/record`, { bad })
    }
    case 'too large': {
      const session = await t.session()
      const body = { filename: 'x', content_type: 'text/plain', size: t.limit('maxFileBytes') + 1 }
      return session.user.ask('POST', `${session.filesPath}/upload`, { body, bad })
    }
    default:
      return (await t.member()).ask('GET', '/v1/nothing', { bad })
  }
}
