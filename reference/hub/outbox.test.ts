import { expect, test } from 'vitest'
import { AdjustableClock } from '../core/clock.ts'
import { FakeServerSocket } from '../testing/fake-server-socket.ts'
import { Outbox, type Sender } from './outbox.ts'

const limits = { clientQueueFrames: 3, fullQueueMs: 1_000, writeTimeoutMs: 10_000 }

/** The outbox of user 9 with a network that takes nothing. */
function start() {
  const clock = new AdjustableClock()
  clock.freeze()
  const socket = new FakeServerSocket()
  const told: string[] = []
  const outbox = new Outbox(socket, { userId: 9, clock, limits, onStalled: () => told.push('stalled') })
  const sender = (name: string): Sender => ({
    hold: held => told.push(held === outbox ? `hold ${name}` : 'hold for another'),
    undelivered: userId => told.push(`${name} has lost something for ${userId}`),
  })
  /** Sends so many frames, which pile up. */
  const send = (count: number, from?: Sender) => {
    for (let n = 0; n < count; n++) outbox.send('{}', from)
    socket.queuedFrames += count
    outbox.blocked()
  }
  /** The network takes so many frames. */
  const take = (count: number) => {
    socket.queuedFrames -= count
    if (socket.queuedFrames === 0) outbox.drained()
  }
  return { clock, socket, outbox, told, sender, send, take }
}

/** Whether a promise is settled by now. */
async function settled(promise: Promise<void>): Promise<boolean> {
  return Promise.race([
    promise.then(() => true),
    new Promise<boolean>(resolve => setImmediate(resolve, false)),
  ])
}

test('a sender is slowed down when the outbox is full, and not before', () => {
  const { told, sender, send } = start()
  const [a, b] = [sender('a'), sender('b')]
  send(2, a)
  expect(told).toEqual([])
  send(1, b)
  expect(told).toEqual(['hold a', 'hold b'])
})

test('nobody is slowed down for frames that have been taken, or for those of the hub', () => {
  const { told, sender, send, take } = start()
  send(2, sender('a'))
  take(2)
  send(3)
  expect(told).toEqual([])
  take(3)
  send(3, sender('b'))
  expect(told).toEqual(['hold b'])
})

test('there is room until the outbox is full, and again when everything has been taken', async () => {
  const { outbox, sender, send, take } = start()
  expect(await settled(outbox.room())).toBe(true)
  send(3, sender('a'))
  const [one, other] = [outbox.room(), outbox.room()]
  expect(await settled(one)).toBe(false)
  take(1)
  expect(await settled(one)).toBe(false)
  take(2)
  expect(await settled(one)).toBe(true)
  expect(await settled(other)).toBe(true)
})

test('a full outbox in which nothing moves for a while is given up, and whoever loses a frame is told once', async () => {
  const { clock, outbox, told, sender, send, take } = start()
  const [a, b] = [sender('a'), sender('b')]
  send(1, sender('taken'))
  take(1)
  send(2, a)
  send(2, b)
  send(1, a)
  told.length = 0
  await clock.advance(limits.fullQueueMs - 1)
  expect(told).toEqual([])
  const room = outbox.room()
  await clock.advance(1)
  expect(told).toEqual(['stalled', 'a has lost something for 9', 'b has lost something for 9'])
  // Nobody waits for the one who is gone.
  expect(await settled(room)).toBe(true)
  expect(await settled(outbox.room())).toBe(true)
  send(5, a)
  await clock.advance(100_000)
  expect(told).toHaveLength(3)
})

test('as long as something moves, a full outbox is not given up', async () => {
  const { clock, told, sender, send, take } = start()
  send(50, sender('a'))
  for (let n = 0; n < 40; n++) {
    await clock.advance(limits.fullQueueMs - 1)
    take(1)
  }
  expect(told).toEqual(['hold a'])
  await clock.advance(2 * limits.fullQueueMs)
  expect(told).toContain('stalled')
})

test('an outbox that is not full may stand still for longer', async () => {
  const { clock, told, sender, send } = start()
  send(2, sender('a'))
  await clock.advance(limits.writeTimeoutMs - 1)
  expect(told).toEqual([])
  await clock.advance(1)
  expect(told).toEqual(['stalled', 'a has lost something for 9'])
})

test('an outbox that fills up while it stands still has the patience of a full one', async () => {
  const { clock, told, sender, send } = start()
  send(1, sender('a'))
  await clock.advance(limits.fullQueueMs / 2)
  send(2, sender('b'))
  await clock.advance(limits.fullQueueMs / 2 - 1)
  expect(told).toEqual(['hold a', 'hold b'])
  await clock.advance(1)
  expect(told).toContain('stalled')
})

test('after it has been emptied, waiting begins anew', async () => {
  const { clock, told, send, take } = start()
  send(3)
  await clock.advance(limits.fullQueueMs - 1)
  take(3)
  send(3)
  await clock.advance(limits.fullQueueMs - 1)
  expect(told).toEqual([])
  await clock.advance(1)
  expect(told).toEqual(['stalled'])
})

test('a closed outbox gives nobody up', async () => {
  const { clock, outbox, told, sender, send } = start()
  send(3, sender('a'))
  outbox.close()
  await clock.advance(100_000)
  expect(told).toEqual(['hold a'])
})
