import fc from 'fast-check'
import { beforeEach, describe, expect, test } from 'vitest'
import type { RawData } from 'ws'
import type { Inbound } from '../../schemas/hub/envelope.ts'
import { limits as hubLimits } from '../../schemas/hub/limits.ts'
import type { JsonObject } from '../../schemas/json.ts'
import { defaultLimits } from '../../schemas/protocol.ts'
import { expectToTalk, heardBy, type Member, World } from './testing/world.ts'

const { maxMessageBytes } = defaultLimits(hubLimits)

let world: World
let ann: Member
let bot: Member
let culprit: Member

beforeEach(async () => {
  world = await World.start()
  ;[ann, bot, culprit] = await Promise.all([world.join('MEMBER'), world.join('AGENT'), world.join('ADMIN')])
})

/** Expects that the others go on as if nothing had happened, and that the hub finds no fault with itself. */
async function expectUndisturbed(): Promise<void> {
  await expectToTalk(ann, bot)
  expect(world.errors).toEqual([])
}

const says = (message: Inbound) => JSON.stringify(message)
const toBot = (payload: unknown) => says({ type: 'CHAT', target_id: bot.id, payload })
const nested = (depth: number) => `{"type":"CHAT","payload":${'['.repeat(depth)}${']'.repeat(depth)}}`

describe('a message that cannot be taken ends its own connection and touches no other', () => {
  type Send = (send: Member['peer']['socket']['send']) => void
  const bad: [why: string, code: number, send: Send][] = [
    ['JSON that breaks off', 1008, send => send('{"type":"CHAT","payload":"half')],
    ['no JSON', 1008, send => send('hello')],
    ['nothing', 1008, send => send('')],
    ['null', 1008, send => send('null')],
    ['an array', 1008, send => send('[{"type":"CHAT"}]')],
    ['two objects', 1008, send => send('{"type":"CHAT"}{"type":"CHAT"}')],
    ['a target that is a text', 1008, send => send('{"type":"CHAT","target_id":"2"}')],
    ['a target that is no integer', 1008, send => send('{"type":"CHAT","target_id":2.5}')],
    ['a target that is too large', 1008, send => send('{"type":"CHAT","target_id":1e300}')],
    ['a type that is a number', 1008, send => send('{"type":5}')],
    ['a sender that is a text', 1008, send => send('{"type":"CHAT","sender_id":"1"}')],
    ['a payload that is too deep', 1008, send => send(nested(30_000))],
    ['a text that is no UTF-8', 1007, send => send(Buffer.from([0x7b, 0xff, 0x7d]), { binary: false })],
    ['a binary message that is no UTF-8', 1007, send => send(Buffer.from([0x7b, 0xff, 0x7d]))],
    ['a byte too many', 1009, send => send(`${says({ type: 'CHAT' })}`.padEnd(maxMessageBytes + 1))],
    [
      'a byte too many in fragments',
      1009,
      send => {
        send(' '.repeat(maxMessageBytes), { fin: false })
        send('x', { fin: true })
      },
    ],
    ['a megabyte', 1009, send => send('x'.repeat(1_048_576))],
    ['a frame without a mask', 1002, send => send('{"type":"CHAT"}', { mask: false })],
  ]
  test.each(bad)('%s: %i', async (_, code, send) => {
    const { socket, ended } = culprit.peer
    send(socket.send.bind(socket) as typeof socket.send)
    expect(await ended).toBe(code)
    await expectUndisturbed()
    expect(world.hub.roster.of(culprit.id)).toBeUndefined()
  })

  test('and what came before it in the same breath is delivered', async () => {
    culprit.peer.socket.send(toBot('in time'))
    culprit.peer.socket.send('garbage')
    culprit.peer.socket.send(toBot('too late'))
    expect(await culprit.peer.ended).toBe(1008)
    expect((await bot.peer.take(1))[0]?.payload).toBe('in time')
    await expectUndisturbed()
  })
})

describe('what looks odd and is not is taken', () => {
  const good: [why: string, data: () => RawData | string][] = [
    ['a binary message', () => Buffer.from(toBot('odd'))],
    ['the largest message', () => toBot('odd').padEnd(maxMessageBytes)],
    [
      'members that nobody knows',
      () => toBot('odd').replace('{', '{"__proto__":{"type":"X"},"constructor":1,'),
    ],
    [
      'null for what is absent',
      () => toBot('odd').replace('{', '{"stream_id":null,"id":null,"sender_id":null,'),
    ],
    ['white space', () => `\n\t ${toBot('odd')} \r\n`],
  ]
  test.each(good)('%s', async (_, data) => {
    culprit.peer.socket.send(data())
    const [frame] = await bot.peer.take(1)
    expect(frame).toMatchObject({ type: 'CHAT', payload: 'odd', sender_id: culprit.id })
    await expectUndisturbed()
  })
})

test('nobody speaks with another name, role, number or time', async () => {
  const forged = fc.record({
    id: fc.maxSafeInteger(),
    sender_id: fc.constantFrom(ann.id, bot.id, world.hub.accounts.butler.id, 0, -1),
    sender_name: fc.string(),
    sender_role: fc.constantFrom('ADMIN', 'BUTLER', 'AGENT', ''),
    timestamp: fc.constantFrom('1999-01-01T00:00:00Z', 'never'),
  })
  let lastId = 0
  await fc.assert(
    fc.asyncProperty(forged, async claims => {
      const from = Date.now()
      culprit.send({ type: 'CHAT', target_id: bot.id, payload: 'p', ...claims })
      const [frame] = await bot.peer.take(1)
      const name = world.hub.accounts.get(culprit.id)?.username
      expect(frame).toMatchObject({ sender_id: culprit.id, sender_name: name, sender_role: 'ADMIN' })
      expect(Date.parse(String(frame?.timestamp))).toBeGreaterThanOrEqual(from)
      expect(frame?.id).toBe(lastId + 1)
      lastId++
    }),
    { numRuns: 50 },
  )
  await heardBy(culprit, ann, bot)
  await expectUndisturbed()
})

test('what speaks for the hub or the butler is theirs alone', async () => {
  const action_id = 'a'
  const request = { action_id, target_agent_id: bot.id, target_agent_name: '', command: '', reason: '' }
  const event = { agent_id: bot.id, sender_role: 'AGENT', payload: 'p', timestamp: new Date().toISOString() }
  const types: [string, JsonObject][] = [
    ['AUTH_REQUEST', { ...request, status: 'PENDING' }],
    ['AUTH_STATUS_UPDATE', { action_id, status: 'APPROVED' }],
    ['BUTLER_AGENT_MESSAGE', event],
  ]
  const butler = await world.join('BUTLER')
  for (const [type, payload] of types)
    for (const target_id of [undefined, 0, ann.id, bot.id, culprit.id]) {
      for (const forger of [culprit, ann, bot]) {
        forger.send({ type, payload, target_id, sender_role: 'BUTLER', sender_id: butler.id })
        const heard = await heardBy(forger, ann, bot, culprit, butler)
        expect(heard, `${type} of ${forger.role}`).toEqual([[], [], [], []])
      }
    }
  butler.send({ type: 'AUTH_STATUS_UPDATE', payload: { action_id, status: 'APPROVED' }, target_id: ann.id })
  expect((await heardBy(butler, ann, bot))[0]).toMatchObject([
    { type: 'AUTH_STATUS_UPDATE', sender_role: 'BUTLER' },
  ])
  await heardBy(ann, bot)
})

test('a burst is delivered whole and in its order', async () => {
  const count = 2_000
  for (let n = 0; n < count; n++)
    culprit.send({ type: 'CHAT_STREAM', target_id: bot.id, stream_id: 's', payload: n })
  const heard = await bot.peer.take(count)
  expect(heard.map(({ payload }) => payload)).toEqual(Array.from({ length: count }, (_, n) => n))
  await expectUndisturbed()
})

test('however often somebody connects and goes, the newest connection is theirs', async () => {
  const { id, role } = culprit
  const opened = await Promise.all(Array.from({ length: 20 }, () => world.join({ id, role })))
  // They are connected in an order that nobody knows; all but the newest are told.
  const codes = await Promise.all(
    opened.map(one =>
      heardBy(ann, one).then(
        () => undefined,
        () => one.peer.ended,
      ),
    ),
  )
  expect(codes.filter(code => code !== undefined)).toEqual(Array.from({ length: 19 }, () => 4000))
  const newest = opened.at(codes.indexOf(undefined)) ?? expect.fail('nobody is left')
  for (const { peer } of opened) if (peer !== newest.peer) peer.socket.terminate()
  bot.send({ type: 'CHAT', target_id: id, payload: 'still there?' })
  const heard = await newest.peer.until(({ payload }) => payload === 'still there?')
  expect(heard).not.toEqual([])
  expect(world.errors).toEqual([])
})

test.each([
  ['a body that is no JSON', 'POST', '/api/auth/login', '{', 400],
  ['a body that is nothing', 'POST', '/api/auth/login', '', 400],
  ['a body that is too deep', 'POST', '/api/auth/login', nested(30_000), 400],
  ['a body that is too large', 'POST', '/api/auth/login', 'x'.repeat(maxMessageBytes + 1), 413],
  ['a number that is none', 'GET', '/api/chat/history/x', undefined, 400],
  ['a number that is too large', 'GET', '/api/chat/history/9999999999999999', undefined, 400],
  ['a path that is no text', 'GET', '/api/chat/history/%ff', undefined, 400],
  ['a path that nobody knows', 'GET', '/api/nothing', undefined, 404],
  ['another method', 'DELETE', '/api/chat/history/1', undefined, 404],
  ['a method of its own', 'PURGE', '/api/ping', undefined, 404],
])('over HTTP, %s is refused', async (_, method, path, body, status) => {
  const headers = { authorization: `Bearer ${await world.token(culprit)}` }
  const response = await fetch(world.url + path, { method, body, headers })
  expect(response.status).toBe(status)
  await expectUndisturbed()
})
