import { each } from '../engine/check.ts'
import { type AiTrial, check } from './driver.ts'
import type { SessionSocket } from './session-socket.ts'

/** Two WebSockets of one session. What comes on the older one is left open. */
export const superseding = [
  check('ai-sessions/superseding/second-socket-served', {
    given: { moment: each('quiet', 'in a turn') },
    async run(t, { moment }) {
      const older = await t.attached()
      await t.twin('alone, the first is served', () => older.isServed())
      older.unjudged = true
      if (moment === 'in a turn') {
        older.prompt('say go', 'sleep 60000')
        await t.arrange('the agent has begun', () => older.hears('go'))
      }
      const newer = await older.session.dial()
      t.equal(newer.fate, 'open', 'the second connection')
      await older.session.runs()
      if (moment === 'in a turn') {
        newer.interrupt()
        await newer.restOfTurn()
      }
      await newer.isServed()
      await older.session.runs()
    },
  }),

  check('ai-sessions/superseding/old-end-keeps-new', {
    given: { end: each('close', 'late', 'cut'), others: each(1, 2) },
    async run(t, { end, others }) {
      const first = await t.attached()
      await t.twin('alone, the first is served', () => first.isServed())
      const older = [first]
      for (let i = 1; i < others; i++) older.push(await first.session.connect())
      for (const socket of older) {
        socket.unjudged = true
        // A close frame of the service, if there is one, stays without an answer.
        socket.wire.mute = end !== 'close'
      }
      const newest = await t.arrange('another connection opens', () => first.session.connect())
      for (const socket of older) await leave(t, socket, end)
      await newest.isServed()
      await first.session.runs()
    },
  }),
]

async function leave(t: AiTrial, { wire }: SessionSocket, end: string): Promise<void> {
  if (end === 'close') {
    wire.close(1000)
    await wire.until(() => wire.closed, t.tolerance.closeWithinMs)
    return
  }
  wire.cut()
  if (end === 'late') await t.settle()
}
