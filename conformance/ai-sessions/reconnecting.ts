import fc from 'fast-check'
import { each } from '../engine/check.ts'
import { type AiTrial, check, when } from './driver.ts'
import { replay } from './replay.ts'
import { type SessionSocket, textOf } from './session-socket.ts'

/** Coming back to a running session, and what was missed. */
export const reconnecting = [
  check(
    'ai-sessions/reconnecting/session-outlives-socket',
    when('whose TCP connection is cut', {
      time: () => 10_000,
      given: { awayMs: fc.integer({ min: 1_000, max: 10_000 }), end: each('cut', 'close') },
      async run(t, { awayMs, end }) {
        const socket = await t.attached()
        await t.arrange('the session works', () => socket.isServed())
        if (end === 'close') socket.wire.close(1000)
        await socket.lose()
        await t.advance(t.instance.frozen ? awayMs : 1_000)
        await goesOn(t, socket)
      },
    }),
    when('that is closed for inactivity', {
      time: ({ inactivityTimeoutMs }) => 1.3 * Number(inactivityTimeoutMs),
      async run(t) {
        const socket = await t.attached()
        await t.arrange('the session works', () => socket.isServed())
        socket.wire.mute = true
        await t.advance(Math.ceil(1.2 * t.limit('inactivityTimeoutMs')))
        await t.arrange('the silent connection is closed', () => socket.ends())
        socket.wire.cut()
        await goesOn(t, socket)
      },
    }),
  ),

  check(
    'ai-sessions/reconnecting/buffered-frames-delivered',
    when('made while nobody was attached', {
      time: () => 6_000,
      given: { count: fc.integer({ min: 1, max: 5 }), gapMs: fc.integer({ min: 1, max: 50 }) },
      async run(t, { count, gapMs }) {
        const socket = await t.attached()
        await leaves(t, socket, 'sleep 300', `count ${count} ${gapMs}`)
        await t.advance(1_000)
        const again = await socket.session.connect()
        for (let i = 1; i <= count; i++) await again.hears(String(i))
        await again.gets('result')
      },
    }),
    when('at the end of the window', {
      time: ({ bufferWindowMs }) => 1_000 + Number(bufferWindowMs),
      async run(t) {
        const socket = await t.attached()
        await leaves(t, socket, 'sleep 300', 'say late')
        await t.advance(300)
        await t.advance(Math.floor(t.limit('bufferWindowMs') * 0.95))
        const again = await socket.session.connect()
        await again.hears('late')
        await again.gets('result')
      },
    }),
    when('in many absences', replay),
  ),

  check(
    'ai-sessions/reconnecting/buffered-frames-in-order',
    when('made while nobody was attached', {
      time: () => 2_000,
      given: { count: fc.integer({ min: 2, max: 20 }) },
      async run(t, { count }) {
        const socket = await t.attached()
        await leaves(t, socket, 'sleep 300', `count ${count} 5`)
        await t.advance(1_000)
        const again = await socket.session.connect()
        again.prompt('say live')
        const frames = [...(await again.restOfTurn()), ...(await again.restOfTurn())]
        const expected = [...numbers(count), 'result', 'live', 'result']
        t.equal(
          frames.map(frame => (frame.type === 'assistant' ? textOf(frame) : frame.type)),
          expected,
          'what comes',
        )
      },
    }),
    when('made before, during and after the absence', {
      time: () => 5_000,
      given: { heard: fc.integer({ min: 1, max: 10 }), awayMs: fc.integer({ min: 100, max: 1_000 }) },
      async run(t, { heard, awayMs }) {
        const socket = await t.attached()
        socket.prompt('say go', 'count 40 50')
        await t.arrange('the agent has begun', () => socket.hears('go'))
        await t.advance(heard * 50)
        await socket.ponged()
        socket.unjudged = true
        await socket.lose()
        await t.advance(awayMs)
        const again = await socket.session.connect()
        await t.advance(40 * 50)
        const frames = await again.restOfTurn()
        const all = [
          ...socket.texts.slice(1),
          ...frames.filter(({ type }) => type === 'assistant').map(textOf),
        ]
        const rising = all.every((text, index) => index === 0 || Number(text) >= Number(all[index - 1]))
        t.that(rising, 'numbers that rise without a step back', all)
      },
    }),
    when('in many absences', replay),
  ),

  check(
    'ai-sessions/reconnecting/buffered-frames-once',
    when('in a second absence', {
      time: () => 3_000,
      given: { count: fc.integer({ min: 1, max: 10 }) },
      async run(t, { count }) {
        const socket = await t.attached()
        await leaves(t, socket, 'sleep 300', `count ${count} 5`)
        await t.advance(1_000)
        const second = await socket.session.connect()
        await t.twin('the first time they come', async () => {
          for (const text of numbers(count)) await second.hears(text)
          await second.gets('result')
        })
        await second.lose()
        await t.advance(1_000)
        const third = await socket.session.connect()
        await third.fence()
        t.equal(third.texts.slice(0, -1), [], 'what was delivered already')
        third.forget()
      },
    }),
    when('in many absences', replay),
  ),

  check('ai-sessions/reconnecting/old-buffer-dropped', {
    time: ({ bufferWindowMs }) => 7_000 + Number(bufferWindowMs),
    async run(t) {
      const old = await t.attached()
      await leaves(t, old, 'sleep 300', 'say old')
      await t.advance(300)
      await t.advance(t.limit('bufferWindowMs'))
      const young = await t.attached()
      await leaves(t, young, 'sleep 300', 'say young')
      await t.advance(5_000)
      const again = await old.session.connect()
      await t.refusing(async () => {
        await again.fence()
        t.that(!again.texts.includes('old'), 'nothing that is older than the window', again.texts)
      })
      // How old a result may be is judged by nobody.
      again.accept('result')
      const other = await young.session.connect()
      await t.twin('what is younger comes', async () => {
        await other.hears('young')
        await other.gets('result')
      })
    },
  }),
]

/** Has the agent do something later, and is gone before. */
async function leaves(t: AiTrial, socket: SessionSocket, ...commands: string[]): Promise<void> {
  socket.prompt('say go', ...commands)
  await t.arrange('the agent has begun', () => socket.hears('go'))
  await socket.lose()
}

/** Expects that the session is still there, for whoever comes back. */
async function goesOn(t: AiTrial, { session }: SessionSocket): Promise<void> {
  await session.runs()
  const again = await session.dial()
  t.equal(again.fate, 'open', 'the connection of one who comes back')
  await again.isServed()
}

function numbers(count: number): string[] {
  return Array.from({ length: count }, (_, i) => String(i + 1))
}
