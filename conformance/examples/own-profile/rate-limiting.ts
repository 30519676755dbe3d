import { fc } from 'agentwire/conformance'
import { check, type TallySocket } from './driver.ts'

/** The limit on what one connection may add. */
export const rateLimiting = [
  check('tally/rate-limiting/excess-refused', {
    given: { excess: fc.integer({ min: 1, max: 5 }) },
    async run(t, { excess }) {
      const allowed = t.limit('rate.adds')
      const [socket, other] = [await t.session(), await t.session()]
      addOnes(socket, allowed + excess)
      addOnes(other, allowed)
      await t.twin('what is allowed is counted', () => areCounted(other, allowed))
      await t.refusing(async () => {
        await areCounted(socket, allowed)
        for (let i = 0; i < excess; i++) await socket.receives({ kind: 'slow-down' })
        await t.comeBack(socket, allowed)
      })
    },
  }),

  check('tally/rate-limiting/served-again', {
    time: limits => Number(limits['rate.windowMs']),
    once: true,
    async run(t) {
      const allowed = t.limit('rate.adds')
      const socket = await t.session()
      addOnes(socket, allowed + 1)
      await t.arrange('the limit is reached', () => socket.receives({ kind: 'slow-down' }))
      socket.forget()
      await t.advance(t.limit('rate.windowMs') + 1)
      await socket.adds(1, allowed + 1)
    },
  }),
]

function addOnes(socket: TallySocket, times: number): void {
  for (let i = 0; i < times; i++) socket.send({ kind: 'add', amount: 1 })
}

async function areCounted(socket: TallySocket, ones: number): Promise<void> {
  for (let total = 1; total <= ones; total++) await socket.receives({ kind: 'total', total })
}
