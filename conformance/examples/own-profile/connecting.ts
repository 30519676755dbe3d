import { each, fc } from 'agentwire/conformance'
import { check } from './driver.ts'

/** The first words, and what is said then. */
export const connecting = [
  check('tally/connecting/welcome-first', {
    async run(t) {
      const socket = await t.connect()
      await socket.isWelcomed(0)
      socket.nothingElse('more than the welcome has come')
    },
  }),

  check('tally/connecting/unknown-token-closed', {
    given: { token: fc.stringMatching(/^[a-z0-9]{1,40}$/) },
    async run(t, { token }) {
      const stranger = await t.connect(token)
      await t.refusing(() => stranger.closes(4404))
      await t.twin('a token that names a session is taken', async () => t.comeBack(await t.session(), 0))
    },
  }),

  check('tally/connecting/adds-answered', {
    given: { amounts: fc.array(fc.integer({ min: 1, max: 1_000 }), { minLength: 1, maxLength: 5 }) },
    async run(t, { amounts }) {
      const socket = await t.session()
      for (const amount of amounts) socket.send({ kind: 'add', amount })
      for (const [index] of amounts.entries()) {
        const total = amounts.slice(0, index + 1).reduce((sum, amount) => sum + amount)
        await socket.receives({ kind: 'total', total })
      }
    },
  }),

  check('tally/connecting/bad-message-closed', {
    given: { text: each('', '5', '[]', '{"kind":"add"', '{"kind":"add","amount":0}', '{"kind":"divide"}') },
    async run(t, { text }) {
      const [socket, other] = [await t.session(), await t.session()]
      socket.sendBad(text)
      await t.refusing(() => socket.closes(4400))
      await t.twin('a good message is answered', () => other.adds(1, 1))
    },
  }),
]
