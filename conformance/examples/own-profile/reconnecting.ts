import { each, fc } from 'agentwire/conformance'
import { check } from './driver.ts'

/** Coming back to a session. */
export const reconnecting = [
  check('tally/reconnecting/total-kept', {
    given: { amount: fc.integer({ min: 1, max: 1_000 }), end: each('close', 'cut') },
    async run(t, { amount, end }) {
      const first = await t.session()
      await t.arrange('something is added', () => first.adds(amount, amount))
      if (end === 'close') first.wire.close(1000)
      else first.wire.cut()
      await t.comeBack(first, amount)
      await t.twin('a new session begins with nothing', () => t.session())
    },
  }),
]
