import { each } from '../engine/check.ts'
import { check } from './driver.ts'

/** Coming back after a connection has ended. */
export const reconnecting = [
  check('hub/reconnecting/fast-return-keeps-new', {
    given: { role: each('MEMBER', 'AGENT', 'ADMIN'), loss: each('cut', 'cut while connecting', 'close') },
    async run(t, { role, loss }) {
      const [fast, slow, peer] = await t.connected(role, role, 'ADMIN')
      slow.wire.cut()
      if (loss === 'cut') fast.wire.cut()
      if (loss === 'close') fast.wire.close(1000)
      const back = fast.person.connect()
      if (loss === 'cut while connecting') fast.wire.cut()
      const newest = await back
      await peer.reaches(newest)
      await t.settle()
      const later = await slow.person.connect()
      await t.twin('a user who has taken a pause gets frames', () => peer.reaches(later))
      await peer.reaches(newest)
    },
  }),
]
