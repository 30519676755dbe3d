import { beforeEach, describe, expect, test } from 'vitest'
import type { Outbound } from '../../schemas/hub/envelope.ts'
import { limits as hubLimits } from '../../schemas/hub/limits.ts'
import { defaultLimits } from '../../schemas/protocol.ts'
import { AdjustableClock } from '../core/clock.ts'
import { Undecodable } from './envelope.ts'
import { Journal } from './journal.ts'
import { createMemoryStore } from './memory-store.ts'
import type { Store } from './store.ts'
import { Threads } from './threads.ts'

const limits = defaultLimits(hubLimits)

/** Accounts by id. Nobody has another one. */
const roles: Record<number, string> = {
  1: 'ADMIN',
  2: 'BUTLER',
  3: 'MEMBER',
  4: 'OPERATOR',
  5: 'AGENT',
  6: 'AGENT',
}
const [admin, butler, member, custom, agent, agent2, nobody, everybody] = [1, 2, 3, 4, 5, 6, 99, 0]

let store: Store
let threads: Threads
let journal: Journal

beforeEach(() => {
  const clock = new AdjustableClock()
  clock.freeze()
  store = createMemoryStore()
  threads = new Threads(store, clock)
  journal = new Journal({ store, threads, limits, roleOf: id => roles[id] })
})

let second = 0

/** A CHAT as it is when it comes to the journal, and what the journal makes of it. */
function say(from: number, to: number, members: Partial<Outbound> = {}): Outbound {
  const sender = { sender_id: from, sender_name: '', sender_role: roles[from] ?? '' }
  const timestamp = new Date(1_000 * ++second).toISOString()
  const frame = {
    type: 'CHAT',
    ...sender,
    target_id: to || undefined,
    payload: 'hello',
    timestamp,
    ...members,
  }
  journal.file(frame)
  return frame
}

const payloadsOf = (a: number, b: number, atMost = 100) =>
  journal.between(a, b, atMost).map(({ payload }) => payload)

describe('what is stored', () => {
  test.each([
    ['a human to a human', member, custom, true],
    ['a human to an agent', member, agent, true],
    ['a human to the butler', member, butler, true],
    ['a human to nobody', member, nobody, true],
    ['a human to itself', member, member, true],
    ['a human to everybody', member, everybody, true],
    ['an agent to a human', agent, admin, true],
    ['an agent to the butler', agent, butler, true],
    ['an agent to an agent', agent, agent2, false],
    ['an agent to nobody', agent, nobody, false],
    ['an agent to everybody', agent, everybody, false],
    ['the butler to a human', butler, custom, true],
    ['the butler to an agent', butler, agent, true],
    ['the butler to nobody', butler, nobody, false],
    ['the butler to everybody', butler, everybody, false],
  ])('%s', (_, from, to, stored) => {
    expect(say(from, to).id).toBe(stored ? 1 : undefined)
    expect([...store.messages.newestFirst()]).toHaveLength(stored ? 1 : 0)
  })

  test('whatever the case of a role in a token', () => {
    expect(say(agent, butler, { sender_role: ' agent ' }).id).toBe(1)
    expect(say(agent, agent2, { sender_role: 'Agent' }).id).toBeUndefined()
    expect(say(member, everybody, { sender_role: '' }).id).toBe(2)
  })

  test('a text as it is, any other value as its JSON text', () => {
    const payloads = ['text', '', '"quoted"', null, 5, false, [1, 'a'], { payload: { k: 1 } }]
    for (const payload of payloads) say(member, agent, { payload })
    const texts = payloads.map(payload => (typeof payload === 'string' ? payload : JSON.stringify(payload)))
    expect(payloadsOf(member, agent)).toEqual(texts)
  })

  test('nothing of a message that is too deep to be written', () => {
    let payload: unknown = []
    for (let depth = 0; depth < 20_000; depth++) payload = [payload]
    expect(() => say(member, agent, { payload })).toThrow(Undecodable)
    expect([...store.messages.newestFirst(), ...store.threads.newestFirst()]).toEqual([])
  })
})

describe('a repeat', () => {
  test('has the number, the time and the thread of the first, and is not stored', () => {
    const first = say(member, agent, { local_id: 'l', payload: 'one' })
    const repeat = say(member, agent, { local_id: 'l', payload: 'two', conversation_id: 77 })
    expect(repeat).toMatchObject({
      id: first.id,
      timestamp: first.timestamp,
      conversation_id: first.conversation_id,
    })
    expect(payloadsOf(member, agent)).toEqual(['one'])
  })

  test('is one by its sender and its key together', () => {
    const ids = [
      say(member, agent, { local_id: 'l' }),
      say(custom, agent, { local_id: 'l' }),
      say(member, agent, { local_id: '3:l' }),
      say(3 * 10, agent, { local_id: 'l', sender_role: 'MEMBER' }),
      say(member, agent, {}),
      say(member, agent, {}),
    ].map(({ id }) => id)
    expect(ids).toEqual([1, 2, 3, 4, 5, 6])
  })
})

describe('a thread', () => {
  test('is that of the human and the program, whichever of them speaks', () => {
    const thread = say(member, agent).conversation_id
    expect(say(agent, member).conversation_id).toBe(thread)
    expect(say(member, agent2).conversation_id).not.toBe(thread)
    expect(say(custom, agent).conversation_id).not.toBe(thread)
    expect(threads.of(member)).toHaveLength(2)
    expect(threads.own(member, thread ?? 0)).toMatchObject({
      userId: member,
      peerId: agent,
      channelKind: 'agent_direct',
    })
    expect(threads.own(member, say(butler, member).conversation_id ?? 0)?.channelKind).toBe('butler_direct')
  })

  test('is not one of two people, of two programs, or of nobody', () => {
    for (const [from, to] of [
      [member, custom],
      [agent, butler],
      [member, nobody],
      [member, everybody],
    ] as const)
      expect(say(from, to).conversation_id).toBeUndefined()
  })

  test('may be named, if it is theirs', () => {
    const ours = threads.open({ userId: member, peerId: agent, peerRole: 'AGENT' }, 'ours').id
    const others = [
      threads.open({ userId: custom, peerId: agent, peerRole: 'AGENT' }, 'of another').id,
      threads.open({ userId: member, peerId: agent2, peerRole: 'AGENT' }, 'with another').id,
      424242,
    ]
    expect(say(member, agent, { conversation_id: ours }).conversation_id).toBe(ours)
    expect(say(agent, member, { conversation_id: ours }).conversation_id).toBe(ours)
    const byDefault = say(member, agent).conversation_id
    for (const conversation_id of others)
      expect(say(member, agent, { conversation_id }).conversation_id).toBe(byDefault)
    // What is not stored has none that is not its own either.
    expect(say(agent, agent2, { conversation_id: ours }).conversation_id).toBeUndefined()
    const chunk = { ...say(member, agent), type: 'CHAT_STREAM', conversation_id: ours }
    journal.checkThread(chunk)
    expect(chunk.conversation_id).toBe(ours)
    const foreign = { ...chunk, conversation_id: others[0] }
    journal.checkThread(foreign)
    expect(foreign.conversation_id).toBeUndefined()
    expect(journal.inThread(others[0] ?? 0)).toEqual([])
  })

  test('shows the newest of its messages, oldest first', () => {
    for (let n = 1; n <= limits.threadHistoryCap + 2; n++)
      say(n % 2 ? member : agent, n % 2 ? agent : member, { payload: String(n) })
    const shown = journal.inThread(1).map(({ payload }) => payload)
    expect(shown).toEqual(Array.from({ length: limits.threadHistoryCap }, (_, index) => String(index + 3)))
  })
})

describe('a history', () => {
  test('has both directions of the two, and nothing of others', () => {
    say(member, agent, { payload: 'question', local_id: 'l' })
    say(custom, agent, { payload: 'of another' })
    say(agent, member, { payload: 'answer' })
    say(member, everybody, { payload: 'to all' })
    expect(payloadsOf(member, agent)).toEqual(['question', 'answer'])
    expect(payloadsOf(agent, member)).toEqual(['question', 'answer'])
    expect(payloadsOf(custom, member)).toEqual([])
    expect(payloadsOf(member, everybody)).toEqual(['to all'])
    expect(journal.between(member, agent, 1)).toMatchObject([
      {
        id: 3,
        local_id: '',
        sender_id: agent,
        receiver_id: member,
        type: 'CHAT',
        payload: 'answer',
        conversation_id: 1,
      },
    ])
    expect(journal.between(member, agent, 2)[0]?.local_id).toBe('l')
  })

  test('has the requests for the two among their messages, in their order, and no more than is asked for', () => {
    const ask = (requesterId: number, receiverId: number, actionId: string) =>
      journal.fileRequest({
        ...{ actionId, butlerId: butler, receiverId, requesterId, threadId: undefined },
        ...{ payload: JSON.stringify({ action_id: actionId, status: 'PENDING' }), timestamp: '' },
      })
    say(member, butler, { payload: 'do a' })
    ask(member, admin, 'a')
    say(butler, member, { payload: 'done' })
    say(custom, butler, { payload: 'do b' })
    ask(custom, admin, 'b')
    ask(admin, admin, 'c')
    const seen = (user: number, atMost?: number) =>
      payloadsOf(user, butler, atMost).map(text => (text.startsWith('{') ? JSON.parse(text).action_id : text))
    expect(seen(member)).toEqual(['do a', 'a', 'done'])
    expect(seen(member, 2)).toEqual(['a', 'done'])
    expect(seen(custom)).toEqual(['do b', 'b'])
    // Whoever is asked sees each request once, also the one that is their own.
    expect(seen(admin)).toEqual(['a', 'b', 'c'])
    expect(seen(agent)).toEqual([])

    journal.settle(journal.request('a') ?? expect.fail('no request'), 'APPROVED')
    journal.expirePending()
    const statuses = ['a', 'b', 'c'].map(action => JSON.parse(journal.request(action)?.payload ?? '').status)
    expect(statuses).toEqual(['APPROVED', 'EXPIRED', 'EXPIRED'])
    expect(journal.request('d')).toBeUndefined()
  })
})
