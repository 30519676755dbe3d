import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { HistoryItem } from '../../schemas/hub/endpoints.ts'
import type { JsonObject } from '../../schemas/json.ts'
import { folder } from '../testing/folder.ts'
import { createMemoryStore } from './memory-store.ts'
import { hashPassword } from './passwords.ts'
import { scriptedButler } from './scripted-butler.ts'
import type { HubServerOptions } from './server.ts'
import { openSqliteStore } from './sqlite-store.ts'
import type { Store } from './store.ts'
import { heardBy, type Member, type Person, World } from './testing/world.ts'

/** What a hub is stopped and started on. */
interface Place {
  open(): Store
  close(): void
}

function memory(): Place {
  const store = createMemoryStore()
  return { open: () => store, close() {} }
}

function file(): Place {
  const path = join(folder(), 'hub.sqlite')
  let store: Store | undefined
  const place = {
    open: () => {
      store = openSqliteStore(path)
      return store
    },
    close: () => store?.close(),
  }
  onTestFinished(place.close)
  return place
}

/** Hubs on one store, one after the other. */
function hubsOn(place: Place) {
  let running: World | undefined
  return async (options: Partial<HubServerOptions> = {}) => {
    await running?.close()
    place.close()
    running = await World.start({ store: place.open(), butler: scriptedButler, ...options })
    return running
  }
}

async function historyOf(world: World, who: Person, peer: Person): Promise<HistoryItem[]> {
  return (await world.fetch(`/api/chat/history/${peer.id}`, who)).json() as Promise<HistoryItem[]>
}

/** The frame that comes of a CHAT to somebody, as its sender hears it. */
async function say(who: Member, to: Person, payload: string, more: object = {}): Promise<JsonObject> {
  who.send({ type: 'CHAT', target_id: to.id, payload, ...more })
  const [heard = []] = await heardBy(who, who)
  return heard.find(({ type }) => type === 'CHAT') as JsonObject
}

describe.each([
  ['in memory', memory],
  ['in a SQLite file', file],
])('a hub that is started again on what it has stored %s', (_, makePlace) => {
  test('shows the same history, goes on counting, and knows a repeat', async () => {
    const restart = hubsOn(makePlace())
    let world = await restart()
    const [person, agent] = [world.person('MEMBER'), world.person('AGENT')]
    let member = await world.join(person)
    const first = await say(member, agent, 'one\0 and \ud83d\ude00', { local_id: 'l1' })
    const second = await say(member, agent, 'two', { conversation_id: first.conversation_id })
    const before = await historyOf(world, person, agent)
    expect(before.map(({ id, payload }) => [id, payload])).toEqual([
      [first.id, 'one\0 and 😀'],
      [second.id, 'two'],
    ])

    world = await restart()
    expect(await historyOf(world, person, agent)).toEqual(before)
    member = await world.join(person)
    expect(await say(member, agent, 'one again', { local_id: 'l1' })).toMatchObject({
      id: first.id,
      timestamp: first.timestamp,
    })
    const third = await say(member, agent, 'three')
    expect(third.id).toBeGreaterThan(Number(second.id))
    expect(third.conversation_id).toBe(first.conversation_id)
    expect(await historyOf(world, person, agent)).toHaveLength(3)
  })

  test('lets in whom it knew, and has one butler', async () => {
    const restart = hubsOn(makePlace())
    let world = await restart()
    const passwordHash = await hashPassword('secret')
    const { id } = world.hub.accounts.create({ username: 'ann', role: 'admin', passwordHash })
    const { account, apiToken } = world.hub.accounts.createAgent({ username: 'agent' })
    const butlerId = world.hub.accounts.butler.id

    world = await restart()
    const { accounts } = world.hub
    expect(await accounts.login('ann', 'secret')).toMatchObject({ id, role: 'ADMIN' })
    expect(await accounts.login('ann', 'guess')).toBeUndefined()
    expect(accounts.agentOf(apiToken)?.id).toBe(account.id)
    expect(accounts.butler.id).toBe(butlerId)
    expect(accounts.withRole('BUTLER')).toHaveLength(1)
  })

  test('has given up what was undecided, and only that', async () => {
    const restart = hubsOn(makePlace())
    let world = await restart()
    const [admin, agent] = [world.person('ADMIN'), world.person('AGENT')]
    const { butler } = world.hub.accounts
    const [asking] = [await world.join(admin), await world.join(agent)]
    const actions: string[] = []
    for (const command of ['decided', 'undecided']) {
      asking.send({ type: 'CHAT', target_id: butler.id, payload: `cmd ${agent.id} ${command}` })
      const request = (await asking.peer.until(({ type }) => type === 'AUTH_REQUEST')).at(-1) as JsonObject
      actions.push(String((request.payload as JsonObject).action_id))
    }
    const decide = (action: string | undefined) =>
      world.fetch('/api/chat/auth/response', admin, { action_id: action, approved: false })
    expect((await decide(actions[0])).status).toBe(200)

    world = await restart()
    const requests = (await historyOf(world, admin, butler)).filter(({ type }) => type === 'AUTH_REQUEST')
    const statusOf = ({ payload }: HistoryItem) => (JSON.parse(payload) as JsonObject).status
    expect(requests.map(statusOf)).toEqual(['REJECTED', 'EXPIRED'])
    // Whoever waited for the answer is gone.
    expect((await decide(actions[1])).status).toBe(409)
    expect((await historyOf(world, admin, butler)).filter(({ type }) => type === 'AUTH_REQUEST')).toEqual(
      requests,
    )
  })
})

test('a hub that is stopped tells its clients, and says nothing more', async () => {
  const world = await World.start()
  const [a, b] = [await world.join('MEMBER'), await world.join('AGENT')]
  await world.hub.close()
  a.send({ type: 'CHAT', target_id: b.id, payload: 'too late' })
  expect(await Promise.all([a.peer.ended, b.peer.ended])).toEqual([1001, 1001])
  expect(b.peer.untaken).toEqual([])
  await expect(world.join('MEMBER')).rejects.toThrow('503')
})
