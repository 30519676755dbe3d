import { expect, test } from 'vitest'
import { boundaries } from '../../schemas/boundaries.ts'
import type { Outbound } from '../../schemas/hub/envelope.ts'
import { AuthDecision } from '../../schemas/hub/payloads.ts'
import { isJsonObject, type JsonObject } from '../../schemas/json.ts'
import { FakeServerSocket } from '../testing/fake-server-socket.ts'
import { Approvals } from './approvals.ts'
import type { Connection } from './connection.ts'
import { createMemoryStore } from './memory-store.ts'
import { type Person, quietHub } from './testing/world.ts'

/** The approvals of a hub, and people whose network is in memory. */
function start() {
  const store = createMemoryStore()
  let made: Approvals | undefined
  class Known extends Approvals {
    constructor(options: ConstructorParameters<typeof Approvals>[0]) {
      super(options)
      made = this
    }
  }
  const { hub } = quietHub({ store, parts: { Approvals: Known } })
  const approvals = made ?? expect.fail('no approvals')
  let names = 0
  const person = (role: string): Person => hub.accounts.create({ username: `user-${++names}`, role })
  /** Connects somebody. */
  const join = async (who: Person) => {
    const socket = new FakeServerSocket()
    const url = `http://localhost/api/ws?token=${await hub.tokens.sign(who)}`
    const connection = (await hub.upgrade(
      { url, headers: new Headers() },
      { address: undefined },
    )) as Connection
    connection.opened(socket)
    return { ...who, socket, connection, leave: () => connection.closed(1000) }
  }
  const agent = person('AGENT')
  /** Asks for a command, and says what is decided about it. */
  const ask = (requester: Person) => {
    let decision: boolean | undefined
    const order = {
      agentId: agent.id,
      command: 'go',
      reason: 'why not',
      requesterId: requester.id,
      threadId: undefined,
    }
    const asked = approvals.ask(order)
    void asked.then(({ approved }) => {
      decision = approved
    })
    const [row] = store.messages.newestFirst()
    return { actionId: row?.actionId ?? '', row, decision: () => decision, asked }
  }
  /** An AUTH_RESPONSE as it comes from somebody. */
  const respond = (who: { id: number; role: string }, payload: unknown, members: Partial<Outbound> = {}) => {
    const sender = { sender_id: who.id, sender_name: '', sender_role: who.role }
    const frame = {
      type: 'AUTH_RESPONSE',
      ...sender,
      target_id: hub.accounts.butler.id,
      payload,
      timestamp: '',
    }
    approvals.hear({ ...frame, ...members }, identityOf(who))
  }
  return { hub, store, approvals, person, join, ask, respond, agent }
}

const identityOf = ({ id, role }: Person) => ({ userId: id, name: '', role })
const settle = () => new Promise(setImmediate)
const typesOf = (socket: FakeServerSocket) => socket.sent.map(({ type }) => type)

test('whoever is an administrator decides about their own command', async () => {
  const { person, join, ask, agent, hub } = start()
  const [first, second] = [await join(person('ADMIN')), await join(person('ADMIN'))]
  const { actionId, row } = ask(second)
  expect(first.socket.sent).toEqual([])
  expect(second.socket.sent).toMatchObject([
    {
      type: 'AUTH_REQUEST',
      id: row?.id,
      sender_id: hub.accounts.butler.id,
      sender_role: 'BUTLER',
      target_id: second.id,
      payload: {
        ...{ action_id: actionId, target_agent_id: agent.id, target_agent_name: 'user-1' },
        ...{ command: 'go', reason: 'why not', status: 'PENDING' },
      },
    },
  ])
})

test('for anybody else an administrator is asked who is there, else it is filed for one', async () => {
  const { person, join, ask } = start()
  const [absent, present, member] = [
    person('ADMIN'),
    await join(person('ADMIN')),
    await join(person('MEMBER')),
  ]
  expect(ask(member).row?.receiverId).toBe(present.id)
  expect(ask(absent).row?.receiverId).toBe(present.id)
  present.leave()
  expect(ask(member).row?.receiverId).toBe(absent.id)
  expect([typesOf(present.socket), typesOf(member.socket)]).toEqual([['AUTH_REQUEST', 'AUTH_REQUEST'], []])
})

test('where there is no administrator at all, the request stays with the requester, undecided', async () => {
  const { person, join, ask, respond } = start()
  const member = await join(person('MEMBER'))
  const { actionId, row, decision } = ask(member)
  expect(row?.receiverId).toBe(member.id)
  respond(member, { action_id: actionId, approved: true })
  await settle()
  expect([decision(), typesOf(member.socket)]).toEqual([undefined, []])
})

test('the first decision counts, is written down and is told to the two whom it concerns', async () => {
  const { store, approvals, person, join, ask } = start()
  const [one, other] = [await join(person('ADMIN')), await join(person('ADMIN'))]
  const [member, third] = [await join(person('MEMBER')), await join(person('MEMBER'))]
  for (const approved of [true, false]) {
    const { actionId, row, asked } = ask(member)
    expect(approvals.decide(actionId, approved, identityOf(other))).toBe('decided')
    expect(approvals.decide(actionId, !approved, identityOf(one))).toBe('decided before')
    expect(await asked).toEqual({ actionId, approved })
    const status = approved ? 'APPROVED' : 'REJECTED'
    expect(JSON.parse(store.messages.get(row?.id ?? 0)?.payload ?? '')).toMatchObject({ status })
    for (const { socket, id } of [other, member])
      expect(socket.sent.at(-1)).toMatchObject({
        ...{ type: 'AUTH_STATUS_UPDATE', target_id: id, sender_role: 'BUTLER' },
        payload: { action_id: actionId, status },
      })
  }
  expect([typesOf(one.socket), typesOf(third.socket)]).toEqual([['AUTH_REQUEST', 'AUTH_REQUEST'], []])
  expect(typesOf(other.socket)).toEqual(['AUTH_STATUS_UPDATE', 'AUTH_STATUS_UPDATE'])
})

test('whoever decides about their own command is told once', async () => {
  const { approvals, person, join, ask } = start()
  const admin = await join(person('ADMIN'))
  const { actionId } = ask(admin)
  approvals.decide(actionId, true, identityOf(admin))
  expect(typesOf(admin.socket)).toEqual(['AUTH_REQUEST', 'AUTH_STATUS_UPDATE'])
})

test('nobody but an administrator decides, and one to whom the role was given only once is none', async () => {
  const { store, approvals, person, join, ask, agent } = start()
  const [admin, demoted] = [await join(person('ADMIN')), person('ADMIN')]
  const member = person('MEMBER')
  const { actionId, decision } = ask(member)
  store.accounts.update(demoted.id, { role: 'MEMBER' })
  const forged = { ...member, role: 'ADMIN' }
  for (const who of [member, agent, demoted, forged]) {
    expect(approvals.decide(actionId, true, identityOf(who))).toBe('no administrator')
    // Whether there is such an action is none of their business.
    expect(approvals.decide('no such action', true, identityOf(who))).toBe('no administrator')
  }
  expect(approvals.decide('no such action', true, identityOf(admin))).toBe('unknown action')
  await settle()
  expect(decision()).toBeUndefined()
  expect(approvals.decide(actionId, false, identityOf(admin))).toBe('decided')
})

test('a response decides only if it is one: to the butler, of a client, and in its shape', async () => {
  const { approvals, person, join, ask, respond } = start()
  const admin = await join(person('ADMIN'))
  const { actionId, decision } = ask(admin)
  const yes = { action_id: actionId, approved: true }
  respond(admin, yes, { target_id: undefined })
  respond(admin, yes, { target_id: admin.id })
  respond(admin, yes, { type: 'CHAT' })
  respond(admin, JSON.stringify(yes))
  respond(admin, { ...yes, action_id: 'another' })
  approvals.hear(
    {
      type: 'AUTH_RESPONSE',
      sender_id: 2,
      sender_name: '',
      sender_role: 'ADMIN',
      target_id: 1,
      payload: yes,
      timestamp: '',
    },
    undefined,
  )
  for (const { valid, value } of boundaries(AuthDecision)) {
    const namesAction = isJsonObject(value) && typeof value.action_id === 'string' && value.action_id !== ''
    const named = namesAction ? { ...value, action_id: actionId } : value
    if (!valid) respond(admin, named)
  }
  await settle()
  expect(decision()).toBeUndefined()
  respond(admin, yes)
  await settle()
  expect(decision()).toBe(true)
})

test('a response that does not say yes says no', async () => {
  const { person, join, ask, respond } = start()
  const admin = await join(person('ADMIN'))
  for (const more of [{}, { approved: false }] as JsonObject[]) {
    const { actionId, decision } = ask(admin)
    respond(admin, { action_id: actionId, ...more })
    await settle()
    expect(decision()).toBe(false)
  }
})

test('a decision may be made by the one who hears of the request, in that very moment', async () => {
  const { approvals, hub, person, join, ask } = start()
  const admin = await join(person('ADMIN'))
  hub.exchange.follow(({ type, payload }) => {
    if (type !== 'AUTH_REQUEST') return
    approvals.decide(String((payload as JsonObject).action_id), true, identityOf(admin))
  })
  expect((await ask(admin).asked).approved).toBe(true)
})
