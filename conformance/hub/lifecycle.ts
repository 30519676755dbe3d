import fc from 'fast-check'
import { type JsonObject, memberOf } from '../../schemas/json.ts'
import { each } from '../engine/check.ts'
import { Matcher, nonEmptyText } from '../engine/match.ts'
import { check, type HubTrial, when } from './driver.ts'
import { nobodysId } from './given.ts'
import type { HubSocket, Person } from './person.ts'

/** Histories so short that a few messages are too many. */
const shortHistories = { limits: { historyCap: 6, threadHistoryCap: 8 } }

const anyText = fc.string({ unit: 'grapheme', maxLength: 20 })

/** Ids, storage, history and the life of a streamed answer. */
export const lifecycle = [
  check(
    'hub/lifecycle/chat-gets-id',
    when('one after another', {
      given: {
        speakers: fc.array(fc.constantFrom('admin', 'member', 'agent'), { minLength: 2, maxLength: 6 }),
      },
      async run(t, { speakers }) {
        const [admin, member, agent] = await t.connected('ADMIN', 'MEMBER', 'AGENT')
        const sockets = { admin, member, agent }
        let last = 0
        for (const speaker of speakers) {
          const copy = await sockets[speaker].reaches(speaker === 'agent' ? admin : agent)
          t.equal(copy.id, idAbove(last), `the id of a CHAT from ${speaker}`)
          last = Number(copy.id)
        }
      },
    }),
    when('of two senders at once', {
      async run(t) {
        const [admin, member, agent] = await t.connected('ADMIN', 'MEMBER', 'AGENT')
        const marker = t.newMarker()
        for (let i = 0; i < 5; i++) for (const sender of [admin, member]) sender.tell(agent, 'CHAT', marker)
        const copies = await agent.collects(
          ({ payload }) => payload === marker,
          found => found.length === 10,
        )
        await t.arrange('all arrive', async () => t.equal(copies.length, 10, 'CHATs'))
        let last = 0
        for (const { id } of copies) {
          t.equal(id, idAbove(last), 'the ids in the order of delivery')
          last = Number(id)
        }
        for (const socket of [admin, member]) socket.forget()
      },
    }),
    when('what is noted about others', {
      alone: true,
      once: true,
      async run(t) {
        const [admin, agent, other] = await t.connected('ADMIN', 'AGENT', 'AGENT')
        const noted = async (what: string, sender: HubSocket, target?: HubSocket) => {
          const payload = t.newMarker()
          sender.tell(target, 'CHAT', payload)
          const copy = await t.arrange('it is delivered', () => other.gets({ type: 'CHAT', payload }))
          t.note(`${what} has ${copy.id === undefined ? 'no id' : 'an id'}`)
        }
        await noted('a CHAT between two agents', agent, other)
        await noted("a human's CHAT broadcast", admin)
        await noted("an agent's CHAT broadcast", agent)
        for (const socket of [admin, agent]) socket.forget()
      },
    }),
  ),

  check(
    'hub/lifecycle/given-id-ignored',
    when('it is delivered under a fresh one', {
      given: { from: each('ADMIN', 'AGENT'), given: givenIds() },
      async run(t, { from, given }) {
        const [sender, target] = await t.connected(from, from === 'AGENT' ? 'MEMBER' : 'AGENT')
        const { id: first } = await t.twin('a CHAT without id', () => sender.reaches(target))
        const id = given === 'that of the last message' ? Number(first) : given
        const copy = await sender.reaches(target, t.newMarker(), 'CHAT', { id })
        t.equal(copy.id, idAbove(Number(first)), `the id of a CHAT that was sent with the id ${id}`)
      },
    }),
    when('it is stored', {
      given: { given: givenIds() },
      async run(t, { given }) {
        t.need('rest')
        const [admin, agent] = await t.connected('ADMIN', 'AGENT')
        const earlier = await admin.reaches(agent)
        const id = given === 'that of the last message' ? Number(earlier.id) : given
        const copy = await admin.reaches(agent, t.newMarker(), 'CHAT', { id })
        await isStored(t, admin.person, agent.id, earlier, copy)
      },
    }),
  ),

  check(
    'hub/lifecycle/local-id-repeat-same-id',
    when('at the target', {
      given: { from: each('ADMIN', 'AGENT', 'MEMBER'), changed: fc.boolean() },
      async run(t, { from, changed }) {
        const [sender, target] = await t.connected(from, from === 'AGENT' ? 'ADMIN' : 'AGENT')
        const [first, repeat] = await sentTwice(t, sender, target, t.newMarker(), changed)
        t.equal(repeat.id, first.id, 'the id of a repeat')
        const other = await sender.reaches(target, first.payload, 'CHAT', { local_id: t.newMarker() })
        await t.twin('another local_id is another message', async () =>
          t.that(other.id !== first.id, 'another id', other.id),
        )
      },
    }),
    when('in the history', {
      given: { changed: fc.boolean() },
      async run(t, { changed }) {
        t.need('rest')
        const [admin, agent] = await t.connected('ADMIN', 'AGENT')
        const [first] = await sentTwice(t, admin, agent, t.newMarker(), changed)
        const other = await admin.reaches(agent, first.payload, 'CHAT', { local_id: t.newMarker() })
        await isStored(t, admin.person, agent.id, first, other)
      },
    }),
  ),

  check(
    'hub/lifecycle/local-id-belongs-to-sender',
    when('at the target', {
      given: { from: each('MEMBER', 'AGENT') },
      async run(t, { from }) {
        const [admin, other, agent] = await t.connected('ADMIN', from, 'AGENT')
        const local_id = t.newMarker()
        const first = await admin.reaches(agent, t.newMarker(), 'CHAT', { local_id })
        const target = from === 'AGENT' ? admin : agent
        const fresh = { local_id: t.newMarker() }
        const twin = await t.twin('a local_id that nobody has used', () =>
          other.reaches(target, t.newMarker(), 'CHAT', fresh),
        )
        const copy = await other.reaches(target, t.newMarker(), 'CHAT', { local_id })
        t.equal(copy.id, idAbove(Math.max(Number(first.id), Number(twin.id))), "the id under another's key")
      },
    }),
    when('in the history', {
      async run(t) {
        t.need('rest')
        const [admin, member, agent] = await t.connected('ADMIN', 'MEMBER', 'AGENT')
        const local_id = t.newMarker()
        const first = await admin.reaches(agent, t.newMarker(), 'CHAT', { local_id })
        const copy = await member.reaches(agent, t.newMarker(), 'CHAT', { local_id })
        await isStored(t, member.person, agent.id, copy)
        await isStored(t, admin.person, agent.id, first)
      },
    }),
  ),

  check(
    'hub/lifecycle/stream-final-stored-once',
    when('ids', {
      given: { from: each('AGENT', 'ADMIN'), chunks: fc.integer({ min: 1, max: 4 }) },
      async run(t, { from, chunks }) {
        const [sender, target] = await t.connected(from, from === 'AGENT' ? 'ADMIN' : 'AGENT')
        const [final, ...others] = await streamed(t, sender, target, chunks)
        await t.twin('the final CHAT has one', async () => t.equal(final.id, idAbove(0), 'the id'))
        for (const { type, id } of others) t.equal(id, undefined, `the id of a ${type}`)
      },
    }),
    when('history', {
      given: { from: each('AGENT', 'ADMIN'), chunks: fc.integer({ min: 1, max: 4 }) },
      async run(t, { from, chunks }) {
        t.need('rest')
        const [sender, target] = await t.connected(from, from === 'AGENT' ? 'ADMIN' : 'AGENT')
        const [final] = await streamed(t, sender, target, chunks)
        const [human, agent] = from === 'AGENT' ? [target, sender] : [sender, target]
        await isStored(t, human.person, agent.id, final)
      },
    }),
  ),

  check(
    'hub/lifecycle/history-returns-pair',
    when('of a human and an agent', {
      given: {
        said: fc.array(
          fc.record({ byAgent: fc.boolean(), text: anyText, key: fc.option(anyText, { nil: undefined }) }),
          { maxLength: 4 },
        ),
      },
      async run(t, { said }) {
        t.need('rest')
        const [human, agent] = await t.connected('MEMBER', 'AGENT')
        const copies: [JsonObject, ...JsonObject[]] = [await human.reaches(agent)]
        for (const [i, { byAgent, text, key }] of said.entries()) {
          const [sender, target] = byAgent ? [agent, human] : [human, agent]
          const others = key === undefined ? {} : { local_id: `${key}-${i}` }
          copies.push(await sender.reaches(target, `${t.newMarker()} ${text}`, 'CHAT', others))
        }
        await isStored(t, human.person, agent.id, ...copies)
      },
    }),
    when('of the butler and an agent', {
      alone: true,
      given: { agentFirst: fc.boolean() },
      async run(t, { agentFirst }) {
        for (const part of ['rest', 'butler-socket']) t.need(part)
        const butler = await (await t.butler()).connect()
        const [agent] = await t.connected('AGENT')
        const [one, other] = agentFirst ? [agent, butler] : [butler, agent]
        const said: Said = [await one.reaches(other), await other.reaches(one)]
        const admin = await t.person('ADMIN')
        const { status, json } = await t.rest.ask(admin, 'GET', `/api/chat/butler-agent/${agent.id}`)
        if (status === 404) t.leaveOut('the target does not offer the exchange of butler and agent')
        t.equal(shownOf(json, said[0]), said.map(rowOf), 'the exchange of butler and agent')
      },
    }),
    when('a payload that is no text', {
      once: true,
      async run(t) {
        t.need('rest')
        const [human, agent] = await t.connected('MEMBER', 'AGENT')
        await human.reaches(agent, { k: 1 })
        const row = (await t.rest.history(human.person, agent.id)).at(-1)
        t.that(row !== undefined, 'a row of it', row)
        t.note(`a payload {"k":1} comes back as ${JSON.stringify(row?.payload)}`)
      },
    }),
  ),

  check(
    'hub/lifecycle/history-private',
    when('of a pair', {
      given: { other: each('MEMBER', 'ADMIN', 'OPERATOR') },
      async run(t, { other }) {
        t.need('rest')
        const [admin, agent] = await t.connected('ADMIN', 'AGENT')
        const outsider = await t.person(other)
        const said: Said = [await admin.reaches(agent), await agent.reaches(admin)]
        for (const peer of [agent, admin])
          await t.refusing(async () => {
            const history = await t.rest.history(outsider, peer.id)
            t.equal(shownOf(history, said[0]), [], 'the history of somebody who took no part')
          })
        await t.twin('one of the two sees them', () => isStored(t, admin.person, agent.id, ...said))
      },
    }),
    when('of a thread', {
      given: { other: each('MEMBER', 'ADMIN', 'OPERATOR') },
      async run(t, { other }) {
        t.need('threads')
        const [admin, agent] = await t.connected('ADMIN', 'AGENT')
        const thread = await openThread(t, admin.person, agent.id)
        const said = await admin.reaches(agent, t.newMarker(), 'CHAT', { conversation_id: thread })
        const outsider = await t.person(other)
        await t.refusing(async () => {
          const { status } = await t.rest.ask(outsider, 'GET', messagesOf(thread))
          t.that([403, 404].includes(status), "403 or 404 for somebody else's thread", status)
        })
        await t.twin('its owner sees them', async () =>
          t.equal(await inThread(t, admin.person, thread, said), [rowOf(said)], 'the messages of the thread'),
        )
      },
    }),
  ),

  check(
    'hub/lifecycle/history-returns-newest',
    when('of a pair', {
      settings: shortHistories,
      given: { over: fc.integer({ min: 1, max: 20 }) },
      async run(t, { over }) {
        t.need('rest')
        const [human, agent] = await t.connected('MEMBER', 'AGENT')
        const read = async (from: JsonObject) => shownOf(await t.rest.history(human.person, agent.id), from)
        await holdsNewest(t, human, agent, t.limit('historyCap') + over, {}, read)
      },
    }),
    when('of a thread', {
      settings: shortHistories,
      given: { over: fc.integer({ min: 1, max: 20 }) },
      async run(t, { over }) {
        t.need('threads')
        const [human, agent] = await t.connected('MEMBER', 'AGENT')
        const thread = await openThread(t, human.person, agent.id)
        const others = { conversation_id: thread }
        const read = (from: JsonObject) => inThread(t, human.person, thread, from)
        await holdsNewest(t, human, agent, t.limit('threadHistoryCap') + over, others, read)
      },
    }),
  ),

  check(
    'hub/lifecycle/empty-lists-are-arrays',
    when('the history with somebody never spoken to', {
      async run(t) {
        const [human, agent] = [
          await (await newPerson(t, 'MEMBER')).connect(),
          (await t.connected('AGENT'))[0],
        ]
        await isEmptyArray(t, human.person, `/api/chat/history/${agent.id}`)
        const said = await human.reaches(agent)
        await t.twin('one message makes an array of one', () => isStored(t, human.person, agent.id, said))
      },
    }),
    when('the exchange of the butler with a new agent', {
      async run(t) {
        const [admin, agent] = [await t.person('ADMIN'), await newPerson(t, 'AGENT')]
        await isEmptyArray(t, admin, `/api/chat/butler-agent/${agent.id}`)
      },
    }),
    when('the threads of a new user', {
      async run(t) {
        t.need('threads')
        await isEmptyArray(t, await newPerson(t, 'MEMBER'), '/api/chat/threads')
      },
    }),
    when('the log entries of an unknown account', {
      async run(t) {
        await isEmptyArray(t, await t.person('MEMBER'), `/api/messages?agent_id=${nobodysId}`)
      },
    }),
  ),

  check(
    'hub/lifecycle/foreign-conversation-refused',
    when("somebody else's thread", {
      given: { spoken: fc.boolean() },
      async run(t, { spoken }) {
        t.need('threads')
        const [admin, member, agent] = await t.connected('ADMIN', 'MEMBER', 'AGENT')
        const foreign = await openThread(t, admin.person, agent.id)
        const others = { conversation_id: foreign }
        if (spoken) await admin.reaches(agent, t.newMarker(), 'CHAT', others)
        await t.refusing(async () => {
          const copy = await member.reaches(agent, t.newMarker(), 'CHAT', others)
          t.that(copy.conversation_id !== foreign, 'not under that thread', copy.conversation_id)
          t.equal(await inThread(t, admin.person, foreign, copy), [], 'its messages in the foreign thread')
        })
        await ownThreadIsKept(t, member, agent)
      },
    }),
    when('a thread that does not exist', {
      given: { type: each('CHAT', 'CHAT_STREAM'), id: each(nobodysId, 424_242_424, -1) },
      async run(t, { type, id }) {
        t.need('threads')
        const [member, agent] = await t.connected('MEMBER', 'AGENT')
        await t.refusing(async () => {
          const copy = await member.reaches(agent, t.newMarker(), type, { conversation_id: id })
          t.that(copy.conversation_id !== id, `not under the thread ${id}`, copy.conversation_id)
        })
        await ownThreadIsKept(t, member, agent)
      },
    }),
  ),

  check('hub/lifecycle/butler-answer-order', {
    given: { role: each('MEMBER', 'ADMIN'), words: fc.integer({ min: 1, max: 8 }) },
    async run(t, { role, words }) {
      t.need('butler-hook')
      const [asking] = await t.connected(role)
      const butler = await t.butler()
      asking.tell(butler.id, 'CHAT', Array.from({ length: words }, () => t.newMarker()).join(' '))
      const answer = await asking.collects(
        ({ sender_id }) => sender_id === butler.id,
        found => found.at(-1)?.type === 'CHAT_STREAM_END',
      )
      await t.arrange('the butler answers', async () => t.that(answer.length > 0, 'an answer', answer))
      const types = answer.map(({ type }) => type).join(' ')
      t.that(/^(CHAT_STREAM )+CHAT CHAT_STREAM_END$/.test(types), 'chunks, one CHAT, and the end', types)
      const [streamId, ...more] = new Set(answer.map(({ stream_id }) => stream_id))
      t.equal([streamId, ...more], [nonEmptyText], 'the stream_ids of an answer')
      asking.forget()
    },
  }),
]

/** Delivered messages, in their order. */
type Said = readonly [JsonObject, ...JsonObject[]]

function idAbove(least: number): Matcher {
  return new Matcher(
    `a whole number above ${least}`,
    id => typeof id === 'number' && Number.isSafeInteger(id) && id > least,
  )
}

function givenIds() {
  return fc.oneof(fc.constant('that of the last message' as const), fc.integer({ min: -5, max: 2 ** 31 }))
}

/** Sends a CHAT and, with the same key, the same again or another text. */
async function sentTwice(
  t: HubTrial,
  sender: HubSocket,
  target: HubSocket,
  local_id: string,
  changed: boolean,
): Promise<[JsonObject, JsonObject]> {
  const text = t.newMarker()
  const first = await sender.reaches(target, text, 'CHAT', { local_id })
  return [first, await sender.reaches(target, changed ? t.newMarker() : text, 'CHAT', { local_id })]
}

/** Streams an answer. Resolves with the copies of the final CHAT, of the chunks and of the end. */
async function streamed(
  t: HubTrial,
  sender: HubSocket,
  target: HubSocket,
  chunks: number,
): Promise<[JsonObject, ...JsonObject[]]> {
  const stream = { stream_id: t.newMarker() }
  const texts = Array.from({ length: chunks }, () => `${t.newMarker()} `)
  const others: JsonObject[] = []
  for (const text of texts) others.push(await sender.reaches(target, text, 'CHAT_STREAM', stream))
  const final = await sender.reaches(target, texts.join(''), 'CHAT', stream)
  others.push(await sender.reaches(target, null, 'CHAT_STREAM_END', stream))
  return [final, ...others]
}

/** What a history has to show of a message that was delivered. */
function rowOf(copy: JsonObject): JsonObject {
  return {
    id: copy.id,
    ...(copy.local_id === undefined ? {} : { local_id: copy.local_id }),
    sender_id: copy.sender_id,
    receiver_id: copy.target_id,
    type: 'CHAT',
    payload: copy.payload,
  } as JsonObject
}

/** The rows of a history from a message on, with what the sender and the hub have said in the frame. */
function shownOf(rows: unknown, from: JsonObject): unknown {
  if (!Array.isArray(rows)) return rows
  return rows
    .filter(row => Number(memberOf(row, 'id')) >= Number(from.id))
    .map(({ id, local_id, sender_id, receiver_id, type, payload }) => ({
      id,
      ...(local_id ? { local_id } : {}),
      sender_id,
      receiver_id,
      type,
      payload,
    }))
}

/** Expects exactly these messages in the history of somebody with a peer, from the first of them on. */
async function isStored(t: HubTrial, of: Person, peerId: number, ...copies: Said): Promise<void> {
  const history = await t.rest.history(of, peerId)
  t.equal(shownOf(history, copies[0]), copies.map(rowOf), `the history of ${of.role}`)
}

const messagesOf = (thread: number) => `/api/chat/threads/${thread}/messages`

async function inThread(t: HubTrial, as: Person, thread: number, from: JsonObject): Promise<unknown> {
  const { json } = await t.answers(200, t.rest.ask(as, 'GET', messagesOf(thread)))
  return shownOf(json, from)
}

async function openThread(t: HubTrial, as: Person, peerId: number): Promise<number> {
  const { json } = await t.arrange('a thread is opened', () =>
    t.answers(201, t.rest.ask(as, 'POST', '/api/chat/threads', { body: { peer_id: peerId } })),
  )
  return Number(memberOf(json, 'id'))
}

async function ownThreadIsKept(t: HubTrial, human: HubSocket, agent: HubSocket): Promise<void> {
  const own = await openThread(t, human.person, agent.id)
  await t.twin("a thread of one's own is kept", async () => {
    const copy = await human.reaches(agent, t.newMarker(), 'CHAT', { conversation_id: own })
    t.equal(copy.conversation_id, own, 'the thread of a CHAT')
  })
}

/** Somebody who has never said anything. */
function newPerson(t: HubTrial, role: string): Promise<Person> {
  return t.person(role, { username: t.newMarker() })
}

/** Says so much that one answer cannot hold it, and expects the last of it. */
async function holdsNewest(
  t: HubTrial,
  human: HubSocket,
  agent: HubSocket,
  count: number,
  others: JsonObject,
  read: (from: JsonObject) => Promise<unknown>,
): Promise<void> {
  const first = await human.reaches(agent, t.newMarker(), 'CHAT', others)
  await t.twin('a short one is there as a whole', async () =>
    t.equal(await read(first), [rowOf(first)], 'the history'),
  )
  const marker = t.newMarker()
  for (let i = 1; i < count; i++) human.tell(agent, 'CHAT', `${marker} ${i}`, others)
  const isOurs = ({ payload }: JsonObject) => String(payload).startsWith(marker)
  const copies = await agent.collects(isOurs, found => found.length === count - 1)
  await t.arrange('all arrive', async () => t.equal(copies.length, count - 1, 'CHATs'))
  const rows = await read(first)
  const length = Array.isArray(rows) ? rows.length : 0
  const newest = [first, ...copies].slice(-Math.max(1, length)).map(rowOf)
  t.equal(rows, newest, `the history after ${count} messages`)
  human.forget()
}

/** Expects an empty array, and not null. The endpoint's own schema is checked as well. */
async function isEmptyArray(t: HubTrial, as: Person, path: string): Promise<void> {
  const { status, json } = await t.rest.ask(as, 'GET', path)
  if (status === 404) t.leaveOut(`the target does not offer ${path.replace(/\d+/, '…')}`)
  t.equal(status, 200, `the status of ${path}`)
  t.equal(json, [], `the answer to ${path}`)
}
