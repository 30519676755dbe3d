import { each, fc } from 'agentwire/conformance'
import { check } from './driver.ts'

/** One session, one live connection: the newest. */
export const superseding = [
  check('tally/superseding/older-closed', {
    async run(t) {
      const [older, other] = [await t.session(), await t.session()]
      await t.comeBack(older, 0)
      await t.refusing(() => older.closes(4409))
      await t.twin('a connection to another session is served', () => other.adds(1, 1))
    },
  }),

  check('tally/superseding/newest-served', {
    given: { amount: fc.integer({ min: 1, max: 1_000 }), end: each('late', 'at once') },
    async run(t, { amount, end }) {
      const older = await t.session()
      // It leaves the close frame unanswered.
      older.wire.mute = end === 'late'
      await t.twin('before, the older one is served', () => older.adds(amount, amount))
      const newest = await t.comeBack(older, amount)
      await t.arrange('the older one is closed', () => older.ends())
      older.wire.cut()
      await t.settle()
      await newest.adds(amount, 2 * amount)
    },
  }),
]
