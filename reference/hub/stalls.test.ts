import { expect, test } from 'vitest'
import type { ServerSocket, SocketHandler } from '../core/service.ts'
import { FakeServerSocket } from '../testing/fake-server-socket.ts'
import { Stalls } from './stalls.ts'

/** A connection whose socket can be stalled, with what it hears from the network. */
function start() {
  const stalls = new Stalls()
  const network = new FakeServerSocket()
  const heard: string[] = []
  let socket: ServerSocket = network
  const connection: SocketHandler = {
    opened(its) {
      socket = its
    },
    text: data => heard.push(data),
    binary: () => heard.push('binary'),
    beat: () => heard.push('beat'),
    blocked: () => heard.push('blocked'),
    drained: () => heard.push('drained'),
    closed: code => heard.push(`closed ${code}`),
  }
  const handler = stalls.watch(connection) as SocketHandler
  handler.opened(network)
  return { stalls, network, heard, connection, handler, socket }
}

const endOfTurn = () => new Promise(setImmediate)

test('what is sent to a stalled connection waits, and is sent afterwards in its order', async () => {
  const { stalls, network, heard, connection, socket } = start()
  socket.send('1')
  expect(stalls.stall(connection)).toBe(true)
  socket.send('2')
  socket.send('3')
  socket.ping()
  expect([network.texts, network.pings, socket.queuedFrames]).toEqual([['1'], 0, 2])
  expect(heard).toEqual([])
  await endOfTurn()
  // Once a turn, as a network tells it.
  expect(heard).toEqual(['blocked'])
  expect(stalls.unstall(connection)).toBe(2)
  expect([network.texts, socket.queuedFrames]).toEqual([['1', '2', '3'], 0])
  expect(heard).toEqual(['blocked', 'drained'])
  socket.send('4')
  socket.ping()
  expect([network.texts.at(-1), network.pings]).toEqual(['4', 1])
})

test('what the network has taken is not all, as long as something waits', () => {
  const { stalls, network, heard, connection, handler, socket } = start()
  stalls.stall(connection)
  handler.drained?.()
  expect(heard).toEqual(['drained'])
  socket.send('1')
  handler.drained?.()
  expect(heard).toEqual(['drained'])
  network.queuedFrames = 1
  stalls.unstall(connection)
  expect(heard).toEqual(['drained'])
  handler.drained?.()
  expect(heard).toEqual(['drained', 'drained'])
})

test('a stalled peer would see no close frame, so it is cut', () => {
  const { stalls, network, connection, socket } = start()
  stalls.stall(connection)
  socket.close(4000, '')
  expect(network.end).toBe('cut')
  const other = start()
  other.socket.close(4000, 'why')
  expect(other.network.end).toEqual({ code: 4000, reason: 'why' })
})

test('a second stall loses nothing of the first', () => {
  const { stalls, connection, socket } = start()
  stalls.stall(connection)
  socket.send('1')
  stalls.stall(connection)
  expect(stalls.unstall(connection)).toBe(1)
  expect(stalls.unstall(connection)).toBe(0)
})

test('where there is no connection there is nothing to stall', () => {
  const { stalls } = start()
  const other = start()
  for (const nobody of [undefined, other.connection]) {
    expect(stalls.stall(nobody)).toBe(false)
    expect(stalls.unstall(nobody)).toBe(0)
  }
})

test('what comes from the peer is heard as ever', () => {
  const { stalls, heard, connection, handler, socket, network } = start()
  stalls.stall(connection)
  handler.text('hello')
  handler.binary(new Uint8Array())
  handler.beat?.()
  handler.closed(1006)
  expect(heard).toEqual(['hello', 'binary', 'beat', 'closed 1006'])
  socket.pause()
  expect(network.paused).toBe(true)
  socket.resume()
  expect([network.paused, socket.open]).toEqual([false, true])
})

test('an upgrade that was refused, or is not decided yet, passes', async () => {
  const stalls = new Stalls()
  const refusal = new Response()
  expect(stalls.watch(refusal)).toBe(refusal)
  expect(stalls.watch(undefined)).toBeUndefined()
  const { connection } = start()
  const taken = (await stalls.watch(Promise.resolve(connection))) as SocketHandler
  taken.opened(new FakeServerSocket())
  expect(stalls.stall(connection)).toBe(true)
})
