import { describe, expect, test } from 'vitest'
import { limits as hubLimits } from '../../schemas/hub/limits.ts'
import type { JsonObject } from '../../schemas/json.ts'
import { defaultLimits } from '../../schemas/protocol.ts'
import { type ClientOptions, HubClient } from './client.ts'
import { NodeSocket } from './node-socket.ts'
import { hashPassword } from './passwords.ts'
import { scriptedButler } from './scripted-butler.ts'
import { chat, Surroundings, tokenOf } from './testing/links.ts'
import { World } from './testing/world.ts'

const { 'client.logEntries': logEntries, maxMessageBytes } = defaultLimits(hubLimits)

/** The user interface of user 1, connected. */
function start(options: Partial<ClientOptions> = {}) {
  const it = new Surroundings()
  let changes = 0
  let keys = 0
  const client = new HubClient({
    ...it.options(),
    newLocalId: () => `key-${++keys}`,
    onChange: () => {
      changes++
    },
    ...options,
  })
  client.connect()
  it.socket.accept()
  const hear = (...frames: JsonObject[]) => it.socket.receive(...frames)
  /** The texts of a conversation. */
  const texts = (partner = 7) => client.conversations.with(partner).map(({ payload }) => payload)
  return { it, client, hear, texts, changes: () => changes }
}

/** The echo of what user 1 has said to user 7. */
const echo = (members: JsonObject) => chat({ sender_id: 1, target_id: 7, ...members })
const json = (value: unknown, status = 200) => new Response(JSON.stringify(value), { status })

describe('routing', () => {
  test('hub/routing/client-partner-of-frame', () => {
    const { client, hear, texts } = start()
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

  test('hub/routing/client-looks-up-butler-id', async () => {
    const { it, client } = start()
    it.answer = path => json(path === '/api/users/butler' ? { id: 77 } : {})
    await client.sayToButler('one')
    await client.sayToButler('two', 4)
    expect(it.sent).toMatchObject([
      { target_id: 77, payload: 'one' },
      { target_id: 77, payload: 'two', conversation_id: 4 },
    ])
    expect(it.asked).toMatchObject([
      {
        url: 'http://hub.example/api/users/butler',
        init: { headers: { Authorization: `Bearer ${tokenOf(1)}` } },
      },
    ])
  })

  test('what is said to a butler whom the hub does not name is said to nobody', async () => {
    const { it, client } = start()
    for (const answer of [{}, { id: '2' }, { id: 0 }, { id: null }, null, []]) {
      it.answer = () => json(answer)
      await expect(client.sayToButler('secret')).rejects.toThrow('who the butler is')
    }
    it.answer = () => json({ error: 'butler not found' }, 404)
    await expect(client.sayToButler('secret')).rejects.toMatchObject({
      status: 404,
      message: 'butler not found',
    })
    expect(it.sent).toEqual([])
    // After a failure the next one asks again.
    it.answer = () => json({ id: 2 })
    await client.sayToButler('hello')
    expect(it.sent).toMatchObject([{ target_id: 2 }])
  })
})

describe('framing', () => {
  test('hub/framing/client-reads-both-log-forms', () => {
    const { client, hear } = start()
    const log = { level: 'INFO', content: 'ready' }
    hear(
      chat({ type: 'SYSTEM_LOG', payload: log }),
      chat({ type: 'SYSTEM_LOG', payload: JSON.stringify(log) }),
    )
    expect(client.logs).toEqual([
      { ...log, senderId: 7 },
      { ...log, senderId: 7 },
    ])
    for (const payload of [null, 'no JSON', '[]', { level: 'LOUD', content: 'x' }, { level: 'INFO' }])
      hear(chat({ type: 'SYSTEM_LOG', payload }))
    expect(client.logs).toHaveLength(2)
  })

  test('only the latest log entries and monitor events are kept', () => {
    const { client, hear } = start()
    const event = { agent_id: 5, sender_role: 'AGENT', timestamp: new Date(0).toISOString() }
    for (let n = 0; n < logEntries + 3; n++) {
      hear(chat({ type: 'SYSTEM_LOG', payload: { level: 'INFO', content: String(n) } }))
      hear(chat({ type: 'BUTLER_AGENT_MESSAGE', payload: { ...event, payload: n } }))
    }
    hear(chat({ type: 'BUTLER_AGENT_MESSAGE', payload: { agent_id: 'five' } }))
    expect(client.logs.map(({ content }) => content)).toEqual(
      Array.from({ length: logEntries }, (_, n) => String(n + 3)),
    )
    expect(client.monitored.map(({ payload }) => payload)).toEqual(
      Array.from({ length: logEntries }, (_, n) => n + 3),
    )
  })

  test('hub/framing/client-keeps-size-limit', () => {
    const { it, client, texts } = start()
    const room =
      maxMessageBytes - Buffer.byteLength('{"local_id":"key-1","type":"CHAT","target_id":7,"payload":""}')
    expect(() => client.say(7, 'x'.repeat(room + 1))).toThrow(RangeError)
    expect(() => client.say(7, '\u00e9'.repeat(room / 2 + 1))).toThrow(RangeError)
    expect([it.sent, texts()]).toEqual([[], []])
    client.say(7, 'x'.repeat(room))
    expect(it.sent).toHaveLength(1)
    // Without a connection the same holds.
    it.socket.end(1006)
    expect(() => client.say(7, 'x'.repeat(room + 1))).toThrow(RangeError)
  })
})

describe('confirming', () => {
  const request = (action_id: string, status = 'PENDING') => ({
    ...{
      action_id,
      target_agent_id: 5,
      target_agent_name: 'agent',
      command: 'go',
      reason: 'why not',
      status,
    },
  })
  const asks = (action_id: string) => chat({ type: 'AUTH_REQUEST', payload: request(action_id) })
  const update = (payload: unknown) => chat({ type: 'AUTH_STATUS_UPDATE', payload })

  test('hub/confirming/client-card-updated', () => {
    const { client, hear } = start()
    hear(asks('a'), asks('b'), update({ action_id: 'b', status: 'APPROVED' }))
    expect([...client.cards.values()]).toEqual([request('a'), request('b', 'APPROVED')])
    for (const payload of [
      { action_id: 'c', status: 'APPROVED' },
      { action_id: 'a' },
      { status: 'REJECTED' },
      'a',
      null,
    ])
      hear(update(payload))
    // What is decided does not become undecided again.
    hear(asks('b'), chat({ type: 'AUTH_REQUEST', payload: { action_id: 'd' } }))
    expect([...client.cards.values()]).toEqual([request('a'), request('b', 'APPROVED')])
  })

  test('a history brings the cards of its requests, as they are now', async () => {
    const { it, client, hear } = start()
    hear(asks('a'))
    const item = (payload: unknown) => ({
      id: 1,
      sender_id: 2,
      receiver_id: 1,
      type: 'AUTH_REQUEST',
      payload,
    })
    it.answer = () =>
      json([
        item(JSON.stringify(request('a', 'EXPIRED'))),
        item(JSON.stringify(request('b'))),
        item('no JSON'),
      ])
    await client.loadHistory(2)
    expect([...client.cards.values()]).toEqual([request('a', 'EXPIRED'), request('b')])
    expect(client.conversations.with(2)).toEqual([])
  })

  test('a decision goes over HTTP, and a refusal is told', async () => {
    const { it, client } = start()
    it.answer = () => json({ status: 'processed' })
    await client.decide('a', false)
    expect(it.asked).toMatchObject([
      {
        url: 'http://hub.example/api/chat/auth/response',
        init: { method: 'POST', body: '{"action_id":"a","approved":false}' },
      },
    ])
    it.answer = () => json({ error: 'admin access required' }, 403)
    await expect(client.decide('a', true)).rejects.toMatchObject({
      status: 403,
      message: 'admin access required',
    })
    it.answer = () => new Response('<html>', { status: 502 })
    await expect(client.decide('a', true)).rejects.toMatchObject({ status: 502, message: 'status 502' })
  })
})

describe('lifecycle', () => {
  test('hub/lifecycle/client-echo-merged', () => {
    const { it, client, hear, texts, changes } = start()
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
    const { client, hear, texts } = start()
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
    const { client, hear, texts } = start()
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
    const { it, client, hear, texts } = start()
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
})

describe('reconnecting', () => {
  test('what nobody has confirmed is said again on the next connection, in its order, and once', async () => {
    const { it, client, hear, texts } = start()
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
      const { it, client } = start()
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
})

test('a client without an id of its own cannot tell echoes from messages, and says so', () => {
  for (const token of [
    'agt_opaque',
    'a.b.c',
    `e30.${btoa('{"user_id":"1"}')}.c2ln`,
    `e30.${btoa('null')}.c2ln`,
  ])
    expect(() => new HubClient({ ...new Surroundings().options(), token }), token).toThrow('pass userId')
  expect(new HubClient({ ...new Surroundings().options(), token: 'agt_opaque', userId: 3 }).connected).toBe(
    false,
  )
})

test('on a hub: log in, ask the butler, approve its command, read it again', async () => {
  const world = await World.start({ butler: scriptedButler })
  const { hub, url } = world
  const passwordHash = await hashPassword('open sesame')
  hub.accounts.create({ username: 'ann', role: 'ADMIN', passwordHash })
  await expect(HubClient.login(url, 'ann', 'guess')).rejects.toMatchObject({ status: 401 })
  const token = await HubClient.login(url, 'ann', 'open sesame')
  const agent = await world.join('AGENT')

  let changed = () => {}
  const client = new HubClient({ url, token, WebSocket: NodeSocket, onChange: () => changed() })
  const until = async (holds: () => boolean) => {
    while (!holds())
      await new Promise<void>(resolve => {
        changed = resolve
      })
  }
  client.connect()
  await client.sayToButler(`cmd ${agent.id} tidy up`)
  await until(() => client.cards.size > 0)
  const [card] = client.cards.values()
  expect(card).toMatchObject({ command: 'tidy up', target_agent_id: agent.id, status: 'PENDING' })
  await client.decide(card?.action_id ?? '', true)
  await agent.peer.until(({ payload }) => payload === '[DIRECTIVE] tidy up')
  const butlerId = await client.butlerId()
  agent.send({ type: 'CHAT', target_id: butlerId, payload: 'all tidy' })
  const shown = () => client.conversations.with(butlerId)
  await until(() => shown().at(-1)?.state === 'final' && shown().length === 2)
  expect(shown().map(({ payload }) => payload)).toEqual([
    `cmd ${agent.id} tidy up`,
    expect.stringContaining('all tidy'),
  ])
  expect([...client.cards.values()]).toMatchObject([{ status: 'APPROVED' }])
  expect(client.monitored.map(({ payload }) => payload)).toEqual(['[DIRECTIVE] tidy up', 'all tidy'])
  const before = structuredClone(shown())
  await client.loadHistory(butlerId)
  expect(shown()).toEqual(before)
  client.logout()
  expect(client.connected).toBe(false)
})
