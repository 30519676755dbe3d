import { beforeEach, expect, test } from 'vitest'
import { endpoints } from '../../schemas/hub/endpoints.ts'
import type { JsonObject } from '../../schemas/json.ts'
import { endpointCases, type Request, tryEndpoint } from '../testing/endpoint-cases.ts'
import { AccountBook } from './accounts.ts'
import { Approvals } from './approvals.ts'
import { createMemoryStore } from './memory-store.ts'
import type { Store } from './store.ts'
import { type Person, World } from './testing/world.ts'

type EndpointName = keyof typeof endpoints

/** What is tried is whether a request is understood: every name and password fit, and every action can be decided. */
const parts = {
  AccountBook: class extends AccountBook {
    override login = async () => this.butler
  },
  Approvals: class extends Approvals {
    override decide = () => 'decided' as const
  },
}

let store: Store
let world: World
let admin: Person
let agent: Person

beforeEach(async () => {
  store = createMemoryStore()
  world = await World.start({ store, parts })
  admin = world.person('ADMIN')
  agent = world.person('AGENT')
})

/** The number of a thread of the administrator's. */
function openThread(): number {
  const peer = { peerId: agent.id, defaultOf: null, channelKind: 'agent_direct' as const }
  const at = new Date(0).toISOString()
  return store.threads.insert({ userId: admin.id, ...peer, title: '', createdAt: at, updatedAt: at }).id
}

/** For each endpoint the rest of a request that it accepts. */
const accepted: Record<EndpointName, (tried: JsonObject) => Partial<Request>> = {
  connect: () => ({}),
  ping: () => ({}),
  login: () => ({}),
  logEntries: () => ({}),
  addLogEntry: () => ({ body: { agent_id: 1, level: 'INFO', content: 'c' } }),
  agentList: () => ({}),
  agentStatus: () => ({}),
  butler: () => ({}),
  history: () => ({ path: '/api/chat/history/1' }),
  threadList: () => ({}),
  createThread({ channel_kind }) {
    // Which kind of thread it is follows from the peer. The first account is the butler's.
    if (channel_kind === 'agent_direct') store.accounts.update(1, { role: 'AGENT' })
    return { body: { peer_id: 1 } }
  },
  changeThread: () => ({ path: `/api/chat/threads/${openThread()}`, body: { title: 't' } }),
  threadMessages: () => ({ path: `/api/chat/threads/${openThread()}/messages` }),
  butlerAgentHistory: () => ({ path: `/api/chat/butler-agent/${agent.id}` }),
  decide: () => ({ body: { action_id: 'a', approved: true } }),
  createUser: () => ({ body: { username: 'u' } }),
  createAgent: () => ({ body: { username: 'u' } }),
  testAgentToken: () => ({ body: { api_token: 't' } }),
  replaceAgentToken: () => ({ path: `/api/users/agents/${agent.id}/token`, body: { api_token: 't' } }),
}

const tried = endpointCases(endpoints).filter(([name, part, , { constraint, valid }]) => {
  // A request that this endpoint accepts is no longer one of HTTP.
  if (name === 'connect') return !valid
  // Of all texts with the form of a token hardly any is one.
  return !(part === 'headers' && valid && constraint.startsWith('/properties/'))
})

test.each(tried)('%s, %s: %s', async (name, part, _, boundary) => {
  const rest = accepted[name](part === 'body' ? ((boundary.value ?? {}) as JsonObject) : {})
  const headers = { authorization: `Bearer ${await world.token(admin)}` }
  await tryEndpoint(world.url, endpoints[name], part, boundary, { headers, ...rest })
  expect(world.errors).toEqual([])
})

test('every endpoint that reads something of a request is tried', () => {
  const names = new Set(tried.map(([name]) => name))
  expect(Object.keys(endpoints).filter(name => !names.has(name as EndpointName))).toEqual(['ping'])
})

test('the word Bearer is understood in any case', async () => {
  const token = await world.token(admin)
  for (const word of ['Bearer', 'bearer', 'BEARER', 'bEaReR']) {
    const response = await fetch(`${world.url}/api/users/butler`, {
      headers: { authorization: `${word} ${token}` },
    })
    expect(response.status, word).toBe(200)
  }
})
