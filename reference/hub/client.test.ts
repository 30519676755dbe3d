import { describe, expect, test } from 'vitest'
import { limits as hubLimits } from '../../schemas/hub/limits.ts'
import { defaultLimits } from '../../schemas/protocol.ts'
import { HubClient } from './client.ts'
import { NodeSocket } from './node-socket.ts'
import { hashPassword } from './passwords.ts'
import { scriptedButler } from './scripted-butler.ts'
import { chat, json, Surroundings, startClient, tokenOf } from './testing/links.ts'
import { World } from './testing/world.ts'

const { 'client.logEntries': logEntries, maxMessageBytes } = defaultLimits(hubLimits)

describe('routing', () => {
  test('hub/routing/client-looks-up-butler-id', async () => {
    const { it, client } = startClient()
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
    const { it, client } = startClient()
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
    const { client, hear } = startClient()
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
    const { client, hear } = startClient()
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
    const { it, client, texts } = startClient()
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
    const { client, hear } = startClient()
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
    const { it, client, hear } = startClient()
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
    const { it, client } = startClient()
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
