import fc from 'fast-check'
import type { Case } from '../engine/check.ts'
import type { AiTrial } from './driver.ts'
import type { SessionSocket } from './session-socket.ts'

const stepMs = 50
const mostSteps = 4

interface Given {
  /** How many frames are made while somebody is attached, and how many while nobody is. */
  spells: { here: number; away: number; end: 'cut' | 'close' }[]
}

/**
 * An agent counts, while its user comes and goes. Put together, what has come on all connections must be what the agent
 * has said: a number that is missing, that comes too early or that comes twice breaks a requirement each.
 */
export const replay: Case<AiTrial, Given> = {
  time: () => 20 * 2 * mostSteps * stepMs,
  given: {
    spells: fc.array(
      fc.record({
        here: fc.nat(mostSteps),
        away: fc.nat(mostSteps),
        end: fc.constantFrom<'cut' | 'close'>('cut', 'close'),
      }),
      { minLength: 1, maxLength: 6 },
    ),
  },
  async run(t, { spells }) {
    // The last one comes on the last connection.
    const count = spells.reduce((sum, { here, away }) => sum + here + away, 2)
    const sockets = [await t.attached()]
    const last = () => sockets.at(-1) as SessionSocket
    last().prompt('say go', `count ${count} ${stepMs}`)
    await t.arrange('the agent has begun', () => last().hears('go'))
    for (const { here, away, end } of spells) {
      await t.advance(here * stepMs)
      // What was made until now has come, so that nothing is lost on the way.
      await last().ponged()
      if (end === 'close') {
        last().wire.close(1000)
        await t.arrange('the close is answered', () => last().ends())
      }
      await last().lose()
      await t.advance(away * stepMs)
      sockets.push(await last().session.connect())
    }
    await t.advance((count + 1) * stepMs)
    await t.arrange('the turn ends', () => last().gets('result'))
    await judge(t, sockets, count)
  },
}

async function judge(t: AiTrial, sockets: readonly SessionSocket[], count: number): Promise<void> {
  for (const socket of sockets) socket.unjudged = true
  const numbers = sockets.flatMap(({ texts }) => texts.filter(text => text !== 'go').map(Number))
  const all = Array.from({ length: count }, (_, i) => i + 1)
  await t.about('ai-sessions/reconnecting/buffered-frames-in-order', async () => {
    const firsts = [...new Set(numbers)]
    t.equal(
      firsts,
      firsts.toSorted((a, b) => a - b),
      'the order of the numbers',
    )
  })
  await t.about('ai-sessions/reconnecting/buffered-frames-once', async () =>
    t.equal(
      numbers.length,
      new Set(numbers).size,
      'the count of all numbers, against that of different ones',
    ),
  )
  // Where time runs by itself, a frame may be on its way to a connection that has just been lost.
  if (!t.instance.frozen) return
  await t.about('ai-sessions/reconnecting/buffered-frames-delivered', async () => {
    const missing = all.filter(number => !numbers.includes(number))
    t.equal(missing, [], 'the numbers that have not come')
  })
}
