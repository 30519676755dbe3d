import { expect, test } from 'vitest'
import type { JsonObject } from '../../schemas/json.ts'
import { chat, json, startClient } from './testing/links.ts'

/** The echo of what user 1 has said to user 7. */
const echo = (members: JsonObject) => chat({ sender_id: 1, target_id: 7, ...members })
test('hub/routing/client-partner-of-frame', () => {
  const { client, hear, texts } = startClient()
  hear(echo({ payload: 'mine' }), chat({ payload: 'theirs' }))
  hear(
    chat({ sender_id: 8, payload: 'of another' }),
    chat({ sender_id: 9, target_id: undefined, payload: 'to all' }),
  )
  hear(echo({ target_id: 1, payload: 'to myself' }), echo({ target_id: undefined, payload: 'mine to all' }))
  expect(texts()).toEqual(['mine', 'theirs'])
  expect([8, 9, 1, 0].map(partner => texts(partner))).toEqual([
    ['of another'],
    ['to all'],
    ['to myself'],
    ['mine to all'],
  ])
  expect(client.conversations.partners()).toEqual([7, 8, 9, 1, 0])
  hear(echo({ type: 'CHAT_STREAM', stream_id: 's', payload: 'my own stream' }))
  expect(texts()).toEqual(['mine', 'theirs', 'my own stream'])
})

test('hub/lifecycle/client-echo-merged', () => {
  const { it, client, hear, texts, changes } = startClient()
  const entry = client.say(7, 'hello')
  expect(it.sent).toEqual([{ local_id: 'key-1', type: 'CHAT', target_id: 7, payload: 'hello' }])
  expect([texts(), entry.state, changes()]).toEqual([['hello'], 'sent', 1])
  hear(echo({ id: 5, local_id: 'key-1', payload: 'hello', conversation_id: 3 }))
  expect(client.conversations.with(7)).toEqual([entry])
  expect(entry).toMatchObject({
    id: 5,
    state: 'final',
    conversationId: 3,
    timestamp: new Date(0).toISOString(),
  })
  expect(changes()).toBe(2)
  // The key is the sender's: with the same one another user has said something else.
  hear(chat({ id: 6, local_id: 'key-1', payload: 'hello' }))
  expect(texts()).toEqual(['hello', 'hello'])
})

test('hub/lifecycle/client-keeps-genuine-repeats', () => {
  const { client, hear, texts } = startClient()
  hear(chat({ id: 5 }), chat({ id: 6 }), chat({ id: 6 }), chat({ id: 5 }))
  expect(client.conversations.with(7).map(({ id }) => id)).toEqual([5, 6])
  client.say(7, 'again')
  client.say(7, 'again')
  hear(
    echo({ id: 8, local_id: 'key-2', payload: 'again' }),
    echo({ id: 7, local_id: 'key-1', payload: 'again' }),
  )
  expect(client.conversations.with(7).map(({ id }) => id)).toEqual([5, 6, 7, 8])
  // What is not stored has no number: each is a message.
  hear(chat({ payload: 'unstored' }), chat({ payload: 'unstored' }))
  expect(texts().slice(4)).toEqual(['unstored', 'unstored'])
})

test('hub/lifecycle/client-stream-assembled', () => {
  const { client, hear, texts } = startClient()
  const chunk = (stream_id: string, payload: unknown) => chat({ type: 'CHAT_STREAM', stream_id, payload })
  const end = (stream_id: string) => chat({ type: 'CHAT_STREAM_END', stream_id, payload: null })
  const states = () => client.conversations.with(7).map(({ state }) => state)
  hear(chunk('s', 'one'), chunk('t', 'un'), chunk('s', ' two'), chunk('t', ' deux'))
  expect([texts(), states()]).toEqual([
    ['one two', 'un deux'],
    ['streaming', 'streaming'],
  ])
  hear(chat({ id: 5, stream_id: 's', payload: 'ONE TWO' }), chunk('s', ' late'), end('s'), end('s'))
  expect([texts(), states()]).toEqual([
    ['ONE TWO', 'un deux'],
    ['final', 'streaming'],
  ])
  // A stream that ends without the whole leaves what there is of it.
  hear(end('t'), end('unheard of'))
  expect([texts(), states()]).toEqual([
    ['ONE TWO', 'un deux'],
    ['final', 'final'],
  ])
  expect(client.conversations.with(7)[0]).toMatchObject({ id: 5, streamId: 's' })

  // Ids are the sender's own, and may be used again when their stream has ended.
  hear(
    chunk('s', 'three'),
    chat({ type: 'CHAT_STREAM', sender_id: 8, stream_id: 's', payload: 'of another' }),
  )
  hear(chat({ id: 6, stream_id: 's', payload: 'THREE' }), end('s'))
  expect([texts(), texts(8)]).toEqual([['ONE TWO', 'un deux', 'THREE'], ['of another']])
  // A chunk without a stream belongs to nothing.
  hear(chat({ type: 'CHAT_STREAM', payload: 'lost' }))
  expect(texts()).toHaveLength(3)
})

test('a history joins what is shown already, in the order of the numbers', async () => {
  const { it, client, hear, texts } = startClient()
  const waiting = client.say(7, 'three')
  client.say(7, 'five')
  hear(chat({ id: 14, payload: 'four' }))
  const item = (id: number, payload: string, more = {}) => ({
    ...{ id, sender_id: 7, receiver_id: 1, type: 'CHAT', local_id: '', payload, timestamp: 't', ...more },
  })
  const mine = { sender_id: 1, receiver_id: 7, local_id: 'key-1' }
  it.answer = () =>
    json([item(11, 'one'), item(12, 'two'), item(13, 'three', mine), item(14, 'four'), null, { id: 'x' }])
  await client.loadHistory(7)
  expect(it.asked[0]?.url).toBe('http://hub.example/api/chat/history/7')
  expect(texts()).toEqual(['one', 'two', 'three', 'four', 'five'])
  expect(waiting).toMatchObject({ id: 13, state: 'final' })
  await client.loadHistory(7)
  expect(texts()).toEqual(['one', 'two', 'three', 'four', 'five'])
})

test('what nobody has confirmed is said again on the next connection, in its order, and once', async () => {
  const { it, client, hear, texts } = startClient()
  client.say(7, 'confirmed')
  hear(echo({ id: 5, local_id: 'key-1', payload: 'confirmed' }))
  client.say(7, 'a')
  client.say(8, 'b')
  it.socket.end(1006)
  client.say(7, 'c')
  await it.clock.advance(500)
  it.socket.accept()
  expect(it.sent.map(({ local_id, payload }) => [local_id, payload])).toEqual([
    ['key-2', 'a'],
    ['key-3', 'b'],
    ['key-4', 'c'],
  ])
  hear(
    echo({ id: 6, local_id: 'key-2', payload: 'a' }),
    echo({ id: 7, local_id: 'key-3', target_id: 8, payload: 'b' }),
  )
  hear(echo({ id: 8, local_id: 'key-4', payload: 'c' }))
  it.socket.end(1006)
  await it.clock.advance(500)
  it.socket.accept()
  expect(it.sent).toEqual([])
  expect([texts(7), texts(8)]).toEqual([['confirmed', 'a', 'c'], ['b']])
})

test('what the hub refuses is not said again, and keeps nothing else from being said', async () => {
  for (const code of [1007, 1008, 1009]) {
    const { it, client } = startClient()
    client.say(7, 'good')
    const bad = client.say(8, 'refused')
    client.say(7, 'later')
    it.socket.receive(echo({ id: 5, local_id: 'key-1', payload: 'good' }))
    it.socket.end(code)
    expect(bad.state).toBe('refused')
    await it.clock.advance(500)
    it.socket.accept()
    expect(it.sent.map(({ payload }) => payload)).toEqual(['later'])
  }
})
