import { beforeEach, describe, expect, test } from 'vitest'
import type { LogEntry, Thread, User } from '../../schemas/hub/endpoints.ts'
import { limits as hubLimits } from '../../schemas/hub/limits.ts'
import { defaultLimits } from '../../schemas/protocol.ts'
import { heardBy, type Person, World } from './testing/world.ts'

const { logPageCap, logPageDefault } = defaultLimits(hubLimits)

let world: World
let admin: Person
let member: Person

beforeEach(async () => {
  world = await World.start()
  admin = world.person('ADMIN')
  member = world.person('MEMBER')
})

async function ask<T>(path: string, who = member, body?: unknown): Promise<T> {
  return (await world.fetch(path, who, body)).json() as Promise<T>
}

async function statusOf(path: string, who = member, body?: unknown): Promise<number> {
  return (await world.fetch(path, who, body)).status
}

describe('the log', () => {
  const contents = async (query: string) =>
    (await ask<LogEntry[]>(`/api/messages?${query}`)).map(({ content }) => Number(content))
  const down = (from: number, count: number) => Array.from({ length: count }, (_, index) => from - index)

  beforeEach(async () => {
    for (let n = 1; n <= logPageCap + 5; n++) {
      const entry = { agent_id: n % 2 ? 7 : 8, level: n % 5 ? 'INFO' : 'ERROR', content: String(n) }
      expect(await statusOf('/api/messages', member, entry)).toBe(201)
    }
  })

  test('comes page by page, newest first', async () => {
    const newest = logPageCap + 5
    expect(await contents('')).toEqual(down(newest, logPageDefault))
    expect(await contents('limit=3')).toEqual(down(newest, 3))
    expect(await contents('limit=3&offset=2')).toEqual(down(newest - 2, 3))
    expect(await contents(`limit=${logPageCap + 1}`)).toEqual(down(newest, logPageCap))
    expect(await contents(`limit=200&offset=${newest - 2}`)).toEqual([2, 1])
  })

  test('can be searched, and pages count what was found', async () => {
    expect(await contents('agent_id=8&limit=2')).toEqual([204, 202])
    expect(await contents('level=ERROR&limit=2&offset=1')).toEqual([200, 195])
    expect(await contents('q=99')).toEqual([199, 99])
    expect(await contents('agent_id=7&level=ERROR&q=5&limit=2')).toEqual([205, 195])
    expect(await contents('agent_id=9')).toEqual([])
  })

  test('causes no frames', async () => {
    const listener = await world.join('MEMBER')
    await ask('/api/messages', member, { agent_id: 1, level: 'INFO', content: 'quiet' })
    expect(await heardBy(listener, listener)).toEqual([[]])
  })
})

test.each(['limit=0', 'limit=-1', 'limit=', 'limit=x', 'limit=1.5', 'offset=-1', 'offset=x', 'agent_id=x'])(
  'a page of the log with %s is refused',
  async query => expect(await statusOf(`/api/messages?${query}`)).toBe(400),
)

describe('the agents', () => {
  const names = async (query: string) => {
    const response = await world.fetch(`/api/users/agents?${query}`, member)
    const users = (await response.json()) as User[]
    return [users.map(({ username }) => username), Number(response.headers.get('x-total-count'))]
  }

  beforeEach(() => {
    for (const [username, description] of [
      ['anna', 'knows orders'],
      ['berta', undefined],
      ['carl', 'knows stock'],
    ] as const)
      world.hub.accounts.createAgent({ username, description })
  })

  test('are listed with the butler, page by page, with the number of all', async () => {
    expect(await names('')).toEqual([['anna', 'berta', 'carl', 'Butler'], 4])
    expect(await names('limit=3')).toEqual([['anna', 'berta', 'carl'], 4])
    expect(await names('limit=3&page=2')).toEqual([['Butler'], 4])
    expect(await names('limit=3&page=3')).toEqual([[], 4])
    expect(await names('page=2')).toEqual([[], 4])
    expect(await names('exclude_role=butler')).toEqual([['anna', 'berta', 'carl'], 3])
    expect(await names('q=knows&limit=1')).toEqual([['anna'], 2])
    for (const query of ['page=0', 'limit=0', 'page=x'])
      expect(await statusOf(`/api/users/agents?${query}`)).toBe(400)
  })

  test('are shown as they come and go', async () => {
    const [, agent] = [world.person('AGENT'), world.person('AGENT')]
    const presence = async () => {
      const agents = await ask<User[]>('/api/users/agents/status')
      const { status, online, last_report } = agents.find(({ id }) => id === agent.id) ?? {}
      return [status, online, last_report]
    }
    expect(await presence()).toEqual(['OFFLINE', undefined, 'websocket_disconnected'])
    const { peer } = await world.join(agent)
    expect(await presence()).toEqual(['ONLINE', true, 'websocket_connected'])
    // The late end of a superseded connection does not make it go.
    const newer = await world.join(agent)
    expect(await peer.ended).toBe(4000)
    expect(await presence()).toEqual(['ONLINE', true, 'websocket_connected'])
    newer.peer.socket.close()
    await newer.peer.ended
    expect(await presence()).toEqual(['OFFLINE', undefined, 'websocket_disconnected'])
  })

  test('have tokens that are shown once, to an administrator', async () => {
    const made = await ask<User>('/api/users/agents', admin, {
      username: 'dora',
      api_token: 'a-token-of-some-length',
    })
    expect(made).toMatchObject({
      username: 'dora',
      role: 'AGENT',
      actor_type: 'SYSTEM',
      api_token: 'a-token-of-some-length',
    })
    const generated = await ask<User>('/api/users/agents', admin, { username: 'emil' })
    expect(world.hub.accounts.agentOf(generated.api_token ?? '')?.username).toBe('emil')
    for (const who of [admin, member]) {
      const shown = (await ask<User[]>('/api/users/agents', who)).find(({ username }) => username === 'dora')
      expect(shown).not.toHaveProperty('api_token')
      expect(shown?.token_hint).toBe('…ngth')
    }
    expect(await statusOf('/api/users/agents', member, { username: 'fritz' })).toBe(403)
    expect(await statusOf('/api/users/agents', admin, { username: 'dora' })).toBe(409)
    const tested = (api_token: string) => ask('/api/users/agents/test-connection', admin, { api_token })
    expect(await tested('a-token-of-some-length')).toMatchObject({
      ok: true,
      agent_id: made.id,
      agent_name: 'dora',
    })
    expect(await tested('another')).toMatchObject({ ok: false })
  })
})

describe('threads', () => {
  test('are a person’s own, the one with the latest message first', async () => {
    const [agent, other] = [world.person('AGENT'), world.person('AGENT')]
    const { id: butlerId } = world.hub.accounts.butler
    const make = (body: object) => ask<Thread>('/api/chat/threads', member, body)
    const one = await make({ peer_id: agent.id, title: 'orders' })
    const two = await make({ peer_id: butlerId, channel_kind: 'butler_direct' })
    const three = await make({ peer_id: other.id })
    expect([one, two, three].map(({ channel_kind, title }) => [channel_kind, title])).toEqual([
      ['agent_direct', 'orders'],
      ['butler_direct', ''],
      ['agent_direct', ''],
    ])
    const ids = async (query = '', who = member) =>
      (await ask<Thread[]>(`/api/chat/threads?${query}`, who)).map(({ id }) => id)
    expect(await ids()).toEqual([three.id, two.id, one.id])
    const speaker = await world.join(member)
    speaker.send({ type: 'CHAT', target_id: agent.id, conversation_id: one.id, payload: 'to the first' })
    await heardBy(speaker, speaker)
    expect(await ids()).toEqual([one.id, three.id, two.id])
    expect(await ids(`peer_id=${agent.id}`)).toEqual([one.id])
    expect(await ids('channel_kind=butler_direct')).toEqual([two.id])
    expect(await ids('', admin)).toEqual([])
    for (const who of [admin, speaker])
      expect(await statusOf(`/api/chat/threads/${one.id}/messages`, who)).toBe(who === speaker ? 200 : 404)
  })

  test('are of a person with a program, of the kind that it is', async () => {
    const agent = world.person('AGENT')
    expect(await statusOf('/api/chat/threads', member, { peer_id: admin.id })).toBe(400)
    expect(await statusOf('/api/chat/threads', member, { peer_id: 999 })).toBe(400)
    expect(await statusOf('/api/chat/threads', agent, { peer_id: agent.id })).toBe(400)
    expect(
      await statusOf('/api/chat/threads', member, { peer_id: agent.id, channel_kind: 'butler_direct' }),
    ).toBe(400)
  })

  test('are renamed by their person alone', async () => {
    const { id } = await ask<Thread>('/api/chat/threads', member, { peer_id: world.hub.accounts.butler.id })
    const rename = async (who: Person, title: string) =>
      fetch(`${world.url}/api/chat/threads/${id}`, {
        ...{ method: 'PATCH', body: JSON.stringify({ title }) },
        headers: { authorization: `Bearer ${await world.token(who)}` },
      })
    expect((await rename(admin, 'mine')).status).toBe(404)
    expect(await (await rename(member, 'ours')).json()).toMatchObject({ id, title: 'ours' })
  })
})

test('reading makes nothing', async () => {
  const agent = world.person('AGENT')
  expect(await ask(`/api/chat/history/${agent.id}`)).toEqual([])
  expect(await ask('/api/chat/threads')).toEqual([])
  expect(await ask(`/api/chat/butler-agent/${agent.id}`, admin)).toEqual([])
})

test('a page of an allowed origin may read the answers, another may not', async () => {
  const from = async (origin: string) => {
    const response = await fetch(`${world.url}/api/ping`, { headers: { origin } })
    return response.headers.get('access-control-allow-origin')
  }
  expect(await from('http://localhost:3000')).toBe('http://localhost:3000')
  expect(await from('http://evil.example')).toBeNull()
})
