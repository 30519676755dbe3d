import fc from 'fast-check'
import { isJsonObject, type JsonObject, memberOf } from '../../schemas/json.ts'
import { each } from '../engine/check.ts'
import { nonEmptyText } from '../engine/match.ts'
import { type AiTrial, check, when } from './driver.ts'
import { sayable } from './given.ts'
import { rankOf } from './session.ts'
import { type SessionSocket, textsOf } from './session-socket.ts'

const longMs = 5_000

/** What an agent is told, what it answers, and the end of a session as its socket sees it. */
export const turns = [
  check('ai-sessions/lifecycle/prompt-text-unchanged', {
    given: {
      text: fc.oneof(sayable, fc.constantFrom('"quotes" \\ and 😀', "it's\u2028a line", '<b>&amp;</b>')),
    },
    async run(t, { text }) {
      const socket = await t.attached()
      const [frame] = await socket.turn(`say ${text}`)
      t.equal(textsOf(frame ? [frame] : []), [text], 'what the agent was told to say')
    },
  }),

  check('ai-sessions/lifecycle/turn-ends-with-result', {
    given: {
      turns: fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 3 }),
      gapMs: each(0, 3),
    },
    async run(t, { turns, gapMs }) {
      const socket = await t.attached()
      for (const count of turns) {
        const frames = await socket.turn(`count ${count} ${gapMs}`)
        const expected = Array.from({ length: count }, (_, i) => String(i + 1))
        t.equal(textsOf(frames), expected, 'the texts of the turn')
        t.that(isJsonObject(frames.at(-1)?.payload), 'a result with a payload', frames.at(-1))
      }
      await socket.fence()
      socket.nothingElse('there is more than one result for each turn')
      t.equal(socket.seen('result').length, turns.length + 1, 'the number of results')
    },
  }),

  check('ai-sessions/lifecycle/tool-result-matches-use', {
    given: { names: fc.array(fc.constantFrom('Read', 'Bash', 'Grep'), { minLength: 2, maxLength: 4 }) },
    async run(t, { names }) {
      const socket = await t.attached()
      const frames = await socket.turn(...names.map((name, i) => `tool ${name} {"n":${i}}`))
      const used: unknown[] = []
      const answered: unknown[] = []
      for (const { type, payload } of frames) {
        if (type === 'tool_use') used.push(memberOf(payload, 'id'))
        if (type !== 'tool_result') continue
        const id = memberOf(payload, 'tool_use_id')
        t.that(used.includes(id), 'the id of an earlier tool_use', { id, used })
        t.that(!answered.includes(id), 'an id that has no result yet', { id, answered })
        answered.push(id)
      }
      t.equal(used.length, names.length, 'the number of tool_use frames')
      t.equal(new Set(used).size, names.length, 'the number of different ids')
      t.equal(answered.length, names.length, 'the number of tool_result frames')
    },
  }),

  check('ai-sessions/lifecycle/turns-in-order', {
    given: { count: fc.integer({ min: 2, max: 4 }) },
    async run(t, { count }) {
      const socket = await t.attached()
      for (let i = 0; i < count; i++) {
        const text = t.newMarker()
        const frames = await socket.turn(`say ${text}`)
        t.equal(textsOf(frames), [text], `the texts of turn ${i + 1}`)
      }
    },
  }),

  check('ai-sessions/lifecycle/interrupt-ends-turn', {
    time: () => 3 * longMs,
    given: { afterMs: fc.integer({ min: 0, max: longMs - 1 }) },
    async run(t, { afterMs }) {
      const socket = await t.attached()
      await t.twin('without an interrupt it goes on', async () => {
        socket.prompt(`sleep ${longMs}`, 'say LATE')
        // Where nothing tells that it has begun, it has by the time that a ping is answered.
        await socket.ponged()
        await t.advance(longMs)
        await socket.hears('LATE')
        await socket.gets('result')
      })
      await begins(t, socket, `sleep ${longMs}`, 'say NEVER')
      await t.advance(t.instance.frozen ? afterMs : 200)
      socket.interrupt()
      await t.refusing(() => socket.restOfTurn())
      await t.advance(longMs)
      await socket.fence()
      await t.refusing(async () =>
        t.that(!socket.texts.includes('NEVER'), 'nothing of the turn after the interrupt', socket.texts),
      )
    },
  }),

  check(
    'ai-sessions/lifecycle/interrupt-keeps-session',
    when('in a turn', {
      async run(t) {
        const socket = await t.attached()
        await begins(t, socket, 'sleep 60000', 'say NEVER')
        socket.interrupt()
        await t.arrange('the turn ends', () => socket.restOfTurn())
        await socket.isServed()
        await socket.session.runs()
      },
    }),
    when('without a turn', {
      given: { before: each(false, true) },
      async run(t, { before }) {
        const socket = await t.attached()
        if (before) await t.arrange('a turn is over', () => socket.isServed())
        socket.interrupt()
        await socket.ponged()
        await socket.isServed()
        await socket.session.runs()
        // Whether it is told that there was nothing to end is left open.
        socket.accept('error')
      },
    }),
  ),

  check(
    'ai-sessions/lifecycle/one-session-end',
    when('ended over REST', {
      given: { moment: each('quiet', 'in a turn') },
      async run(t, { moment }) {
        const socket = await t.attached()
        if (moment === 'in a turn') await begins(t, socket, 'sleep 60000')
        await socket.session.end()
        await endsOnce(t, socket)
      },
    }),
    when('ended by the agent', {
      given: { reason: each('done', 'completed') },
      async run(t, { reason }) {
        const socket = await t.attached()
        socket.prompt(`end ${reason}`)
        await endsOnce(t, socket)
        await socket.session.isOver()
      },
    }),
  ),

  check('ai-sessions/lifecycle/session-end-is-last', {
    given: { after: fc.integer({ min: 1, max: 5 }), how: each('REST', 'agent') },
    async run(t, { after, how }) {
      const socket = await t.attached()
      // A second prompt is still waiting when the agent ends.
      socket.prompt('count 100 2')
      for (let i = 1; i <= after; i++) await t.arrange('the agent counts', () => socket.hears(String(i)))
      if (how === 'REST') await socket.session.end()
      else socket.prompt('end done')
      socket.unjudged = true
      const isEnd = () =>
        socket.seen('session_end').length > 0 || socket.wire.closed !== undefined || undefined
      await socket.wire.until(isEnd, t.tolerance.replyWithinMs)
      await t.arrange('session_end comes', async () =>
        t.that(socket.seen('session_end').length > 0, 'session_end', socket.fate),
      )
      await socket.ends()
      const types = socket.wire.frames.map(({ json }) => memberOf(json, 'type'))
      t.equal(types.slice(types.indexOf('session_end') + 1), [], 'the frames after session_end')
    },
  }),

  check(
    'ai-sessions/lifecycle/close-code-tells-cause',
    when('after the end of the session', {
      given: { how: each('REST', 'agent') },
      async run(t, { how }) {
        const socket = await t.attached()
        if (how === 'REST') await socket.session.end()
        else socket.prompt('end done')
        await t.arrange('session_end comes', () => socket.gets('session_end'))
        await socket.closes(4100)
        socket.unjudged = true
      },
    }),
    when('for inactivity', {
      time: ({ inactivityTimeoutMs }) => 1.2 * Number(inactivityTimeoutMs),
      async run(t) {
        const socket = await t.attached()
        socket.wire.mute = true
        await t.advance(Math.ceil(1.2 * t.limit('inactivityTimeoutMs')))
        const { code } = await t.arrange('a silent one is closed', () => socket.ends())
        t.that(code === 4101 || code === 1001, 'close 4101 or 1001', `close ${code}`)
      },
    }),
  ),

  check('ai-sessions/lifecycle/crash-ends-session', {
    async run(t) {
      const socket = await t.attached()
      await t.arrange('the agent works', () => socket.isServed())
      socket.prompt('crash')
      socket.unjudged = true
      const told = () =>
        socket.seen('session_end').length > 0 ||
        socket.seen('error').some(({ payload }) => memberOf(payload, 'code') === 'session_crashed') ||
        undefined
      await socket.wire.until(
        () => told() ?? (socket.wire.closed ? false : undefined),
        t.tolerance.replyWithinMs,
      )
      t.that(told() === true, 'session_end, or an error with code session_crashed', 'neither')
      await socket.session.isOver()
    },
  }),

  check('ai-sessions/lifecycle/ended-session-takes-no-prompt', {
    given: { how: each('REST', 'agent') },
    async run(t, { how }) {
      const socket = await t.attached()
      await t.twin('before the end a prompt is answered', () => socket.isServed())
      // The connection shall not end for the lack of somebody who prompts.
      socket.wire.mute = true
      if (how === 'REST') await socket.session.end()
      else socket.prompt('end done')
      await t.arrange('the end is told', () => socket.isToldOfEnd())
      const text = t.newMarker()
      socket.wire.sendText(JSON.stringify({ type: 'prompt', payload: { text: `say ${text}` } }))
      await socket.ponged()
      await t.arrange('the session is over', () => socket.session.isOver())
      socket.unjudged = true
      await t.refusing(async () => t.that(!socket.texts.includes(text), 'no answer', socket.texts))
      await t.refusing(async () =>
        t.equal(rankOf((await socket.session.read()).status), 2, 'the rank of the status: 2 is over'),
      )
    },
  }),
]

/** Has the agent do something, and waits until it has begun. */
async function begins(t: AiTrial, socket: SessionSocket, ...commands: string[]): Promise<void> {
  const text = t.newMarker()
  socket.prompt(`say ${text}`, ...commands)
  await t.arrange('the agent has begun', () => socket.hears(text))
}

/** Expects one session_end with a reason, counted to the close. */
async function endsOnce(t: AiTrial, socket: SessionSocket): Promise<void> {
  const end: JsonObject = await socket.gets('session_end')
  t.equal(memberOf(end.payload, 'reason'), nonEmptyText, 'the reason')
  await t.arrange('the connection is closed', () => socket.ends())
  t.equal(socket.seen('session_end').length, 1, 'the number of session_end frames')
  socket.unjudged = true
}
