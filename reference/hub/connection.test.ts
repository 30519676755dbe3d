import fc from 'fast-check'
import { expect, test } from 'vitest'
import { closes } from '../../schemas/hub/closes.ts'
import type { Inbound } from '../../schemas/hub/envelope.ts'
import { limits as hubLimits } from '../../schemas/hub/limits.ts'
import { defaultLimits } from '../../schemas/protocol.ts'
import { AdjustableClock } from '../core/clock.ts'
import { FakeServerSocket } from '../testing/fake-server-socket.ts'
import { Connection, type ConnectionOptions } from './connection.ts'
import { Undecodable } from './envelope.ts'
import type { Identity } from './gate.ts'
import { Outbox } from './outbox.ts'

const limits = defaultLimits(hubLimits)
const { pingIntervalMs, pongTimeoutMs } = limits

/** A connection of user 7 that has opened. */
function start(identity: Partial<Identity> = {}, options: Partial<ConnectionOptions> = {}) {
  const clock = new AdjustableClock()
  clock.freeze()
  const socket = new FakeServerSocket()
  const messages: Inbound[] = []
  const told: unknown[] = []
  const who = { userId: 7, name: 'seven', role: 'MEMBER', ...identity }
  const connection = new Connection(who, {
    clock,
    limits,
    makeOutbox: (its, more) => new Outbox(its, more),
    onOpened: () => told.push('opened'),
    onMessage: (_, message) => messages.push(message),
    onUndelivered: (_, userId) => told.push(`nothing for ${userId}`),
    onEnded: (_, reason) => told.push(reason),
    onError: error => told.push(error),
    ...options,
  })
  connection.opened(socket)
  told.shift()
  return { clock, socket, connection, messages, told }
}

/** The outbox of somebody who does not read. */
function stuckOutbox(clock: AdjustableClock) {
  const socket = new FakeServerSocket()
  socket.queuedFrames = limits.clientQueueFrames
  const outbox = new Outbox(socket, { userId: 9, clock, limits, onStalled() {} })
  const drain = () => {
    socket.queuedFrames = 0
    outbox.drained()
  }
  return { outbox, drain }
}

const settle = () => new Promise(setImmediate)

test('an idle peer is pinged, and one that answers stays', async () => {
  const { clock, socket, connection, told } = start()
  for (let pings = 1; pings <= 5; pings++) {
    await clock.advance(pingIntervalMs - 1)
    expect(socket.pings).toBe(pings - 1)
    await clock.advance(1)
    expect(socket.pings).toBe(pings)
    connection.beat()
  }
  expect([socket.end, told]).toEqual([undefined, []])
})

test('a peer that shows no sign of life is cut off, once', async () => {
  const { clock, socket, told } = start()
  await clock.advance(pongTimeoutMs - 1)
  expect(socket.end).toBeUndefined()
  await clock.advance(1)
  expect([socket.end, told]).toEqual(['cut', ['silent']])
  await clock.advance(10 * pongTimeoutMs)
  expect([socket.pings, told]).toEqual([1, ['silent']])
})

test('whatever a peer sends is a sign of life', async () => {
  for (const kind of ['text', 'binary', 'pong'] as const) {
    const { clock, socket, connection } = start()
    const send = {
      text: () => connection.text('{"type":"CHAT"}'),
      binary: () => connection.binary(Buffer.from('{"type":"CHAT"}')),
      pong: () => connection.beat(),
    }[kind]
    for (let n = 0; n < 5; n++) {
      await clock.advance(pongTimeoutMs - 1)
      send()
    }
    expect(socket.end, kind).toBeUndefined()
  }
})

test('a peer is not taken for silent while the hub does not read it', async () => {
  const { clock, socket, connection } = start()
  const { outbox, drain } = stuckOutbox(clock)
  connection.hold(outbox)
  await clock.advance(10 * pongTimeoutMs)
  expect(socket.end).toBeUndefined()
  drain()
  await settle()
  expect(socket.paused).toBe(false)
  // From then on it has its time again, and no more than that.
  await clock.advance(pongTimeoutMs / 2)
  expect(socket.end).toBeUndefined()
  await clock.advance(pongTimeoutMs)
  expect(socket.end).toBe('cut')
})

test('it is read again when every outbox that holds it has room', async () => {
  const { clock, socket, connection } = start()
  const [one, other] = [stuckOutbox(clock), stuckOutbox(clock)]
  for (const { outbox } of [one, other, one]) connection.hold(outbox)
  expect(socket.paused).toBe(true)
  one.drain()
  await settle()
  expect(socket.paused).toBe(true)
  other.drain()
  await settle()
  expect(socket.paused).toBe(false)
})

test('it ends with its token', async () => {
  const expiresAt = Date.now() + 10 * pongTimeoutMs
  const { clock, socket, connection, told } = start({ expiresAt })
  while (clock.now() < expiresAt - 1) {
    connection.beat()
    await clock.advance(Math.min(pongTimeoutMs - 1, expiresAt - 1 - clock.now()))
  }
  expect(socket.end).toBeUndefined()
  await clock.advance(1)
  expect(socket.end).toEqual({ code: closes.tokenDead.code, reason: closes.tokenDead.reason })
  expect(told).toEqual([closes.tokenDead.reason])
})

test('what is no message ends it with a reason that fits into a close frame', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), data => {
      const { socket, connection, messages, told } = start()
      connection.text(data)
      expect(told.filter(each => each instanceof Error)).toEqual([])
      if (messages.length > 0) expect(socket.end).toBeUndefined()
      else {
        expect(socket.end).toMatchObject({ code: closes.undecodable.code })
        const { reason } = socket.end as { reason: string }
        expect(reason).toMatch(/^Not a message: ./)
        expect(Buffer.byteLength(reason)).toBeLessThanOrEqual(123)
      }
    }),
    { examples: [['{"type":"CHAT"}'], ['{"timestamp":5}'], ['null'], ['{} {}']] },
  )
})

test('a message that turns out to be undecodable ends it, a fault of the hub does not', () => {
  const throwing = (error: Error) => start({}, { onMessage: () => raise(error) })
  const refused = throwing(new Undecodable('x'.repeat(200)))
  refused.connection.text('{}')
  const { reason } = refused.socket.end as { reason: string }
  expect(reason).toHaveLength(123)

  const fault = new Error('of the hub')
  const survived = throwing(fault)
  survived.connection.text('{}')
  expect([survived.socket.end, survived.told]).toEqual([undefined, [fault]])
})

function raise(error: Error): never {
  throw error
}

test('binary messages are read as text, if they are text', () => {
  const { socket, connection, messages } = start()
  connection.binary(Buffer.from('{"type":"CHAT","payload":"é"}'))
  expect(messages).toEqual([{ type: 'CHAT', payload: 'é' }])
  connection.binary(Buffer.from([0x7b, 0xff, 0x7d]))
  expect(socket.end).toMatchObject({ code: closes.invalidText.code })
})

test('after its end it takes nothing, sends nothing, and is not ended again', async () => {
  const { clock, socket, connection, messages, told } = start()
  connection.hold(stuckOutbox(clock).outbox)
  connection.end(closes.superseded)
  // It is read again, or it could not answer the close frame.
  expect(socket.paused).toBe(false)
  connection.text('{"type":"CHAT"}')
  connection.text('garbage')
  connection.send('{}')
  connection.undelivered(9)
  connection.closed(1006)
  await clock.advance(10 * pongTimeoutMs)
  expect([messages, socket.texts, socket.pings, told]).toEqual([[], [], 0, [closes.superseded.reason]])
  expect(socket.end).toMatchObject({ code: closes.superseded.code })
})

/** A connection whose reader takes nothing, and somebody who is not read for that. */
function stalled() {
  const reader = start()
  const sender = start()
  reader.connection.send('{}', sender.connection)
  reader.socket.queuedFrames = limits.clientQueueFrames
  reader.connection.blocked()
  expect(sender.socket.paused).toBe(true)
  return { reader, sender }
}

test('a reader that has stopped is cut, and its senders are told', async () => {
  const { reader, sender } = stalled()
  await reader.clock.advance(limits.fullQueueMs)
  expect([reader.socket.end, reader.told, sender.told]).toEqual(['cut', ['stalled'], ['nothing for 7']])
  await settle()
  expect(sender.socket.paused).toBe(false)
})

test('a reader that ends while much waits for it holds up nobody any longer', async () => {
  const { reader, sender } = stalled()
  reader.connection.end(closes.superseded)
  await settle()
  expect(sender.socket.paused).toBe(false)
  await reader.clock.advance(10 * limits.fullQueueMs)
  expect([reader.told, sender.told]).toEqual([[closes.superseded.reason], []])
})
