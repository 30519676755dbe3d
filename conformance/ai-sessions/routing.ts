import fc from 'fast-check'
import { check } from './driver.ts'
import { textsOf } from './session-socket.ts'

/** Frames stay in their session. */
export const routing = [
  check('ai-sessions/routing/frames-stay-in-session', {
    given: { counts: fc.array(fc.integer({ min: 1, max: 8 }), { minLength: 2, maxLength: 4 }) },
    async run(t, { counts }) {
      const [one, other] = [await t.user(), await t.user()]
      // Two sessions of the first, the others of the second.
      const users = counts.map((_, index) => (index < 2 ? one : other))
      const sockets = []
      for (const user of users) sockets.push(await (await user.session()).connect())
      const texts = counts.map(count => Array.from({ length: count }, () => t.newMarker()))
      for (const [index, socket] of sockets.entries())
        socket.prompt(...(texts[index] ?? []).map(text => `say ${text}`))
      for (const [index, socket] of sockets.entries())
        t.equal(textsOf(await socket.restOfTurn()), texts[index], 'the texts of the session')
      for (const socket of sockets) await socket.fence()
      for (const socket of sockets) socket.nothingElse('a session got frames that were not its own')
    },
  }),
]
