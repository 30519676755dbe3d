import fc from 'fast-check'
import { expect, onTestFinished, test } from 'vitest'
import { limits as hubLimits } from '../../schemas/hub/limits.ts'
import type { JsonObject } from '../../schemas/json.ts'
import { defaultLimits } from '../../schemas/protocol.ts'
import { type AgentOptions, HubAgent } from './agent.ts'
import { NodeSocket } from './node-socket.ts'
import { chat, Surroundings } from './testing/links.ts'
import { World } from './testing/world.ts'

const { agentReplyTimeoutMs, maxMessageBytes } = defaultLimits(hubLimits)

/** The agent with the id 1, connected. It answers with what it was asked, word by word. */
function start(options: Partial<AgentOptions> = {}) {
  const it = new Surroundings()
  const words = ({ payload }: { payload: unknown }) => String(payload).match(/\s*\S+/g) ?? []
  const agent = new HubAgent({ ...it.options(), answer: words, ...options })
  agent.connect()
  it.socket.accept()
  /** What the agent says to frames. */
  const hears = async (...frames: JsonObject[]) => {
    const before = it.sent.length
    it.socket.receive(...frames)
    await it.settle()
    return it.sent.slice(before)
  }
  return { it, agent, hears }
}

const types = (frames: readonly JsonObject[]) => frames.map(({ type }) => type)
const payloads = (frames: readonly JsonObject[]) => frames.map(({ payload }) => payload)
const bytesOf = (value: unknown) => Buffer.byteLength(JSON.stringify(value))
const butlerChat = (members: JsonObject = {}) => chat({ sender_id: 2, sender_role: 'BUTLER', ...members })
const answered = ['CHAT_STREAM', 'CHAT', 'CHAT_STREAM_END']

test('hub/routing/client-reply-targets-requester', async () => {
  const { hears } = start()
  for (const sender_id of [7, 99, Number.MAX_SAFE_INTEGER])
    for (const sender_role of ['ADMIN', 'BUTLER']) {
      const frames = await hears(chat({ sender_id, sender_role, target_id: undefined }))
      expect(new Set(frames.map(({ target_id }) => target_id))).toEqual(new Set([sender_id]))
    }
})

test('hub/routing/client-ignores-other-types', async () => {
  const { hears } = start()
  const others = ['SYSTEM_LOG', 'CHAT_STREAM', 'CHAT_STREAM_END', 'AUTH_REQUEST', 'AUTH_RESPONSE']
  for (const type of [...others, 'AUTH_STATUS_UPDATE', 'BUTLER_AGENT_MESSAGE', 'FOO', 'chat', ''])
    expect(await hears(chat({ type })), type).toEqual([])
  expect(types(await hears(chat()))).toEqual(answered)
})

test('hub/routing/client-ignores-own-chat', async () => {
  const { hears } = start()
  expect(await hears(chat({ sender_id: 1 }))).toEqual([])
  expect(types(await hears(chat({ sender_id: 2 })))).toEqual(answered)

  // With an opaque token the agent has to be told who it is.
  const named = start({ token: 'agt_opaque', userId: 5 })
  expect(await named.hears(chat({ sender_id: 5 }))).toEqual([])
  expect(types(await named.hears(chat({ sender_id: 1 })))).toEqual(answered)
})

test('hub/routing/client-ignores-agent-chat', async () => {
  const { hears } = start()
  for (const sender_role of ['AGENT', 'agent', ' Agent '])
    expect(await hears(chat({ sender_role }))).toEqual([])
  expect(types(await hears(chat({ sender_role: 'MEMBER' })))).toEqual(answered)
})

test('hub/lifecycle/client-answer-sequence', async () => {
  const { hears } = start()
  for (const sender_role of ['ADMIN', 'MEMBER', 'OPERATOR', '']) {
    expect(types(await hears(chat({ sender_role, payload: 'one' })))).toEqual(answered)
    const three = await hears(chat({ sender_role, payload: 'one two three' }))
    expect(types(three)).toEqual(['CHAT_STREAM', 'CHAT_STREAM', 'CHAT_STREAM', 'CHAT', 'CHAT_STREAM_END'])
    // Even an answer without a word has a chunk.
    expect(types(await hears(chat({ sender_role, payload: '' })))).toEqual(answered)
  }
})

test('hub/lifecycle/client-one-stream-id', async () => {
  const { hears } = start()
  const idsOf = (frames: JsonObject[]) => [...new Set(frames.map(({ stream_id }) => stream_id))]
  expect(idsOf(await hears(chat({ stream_id: 'given', payload: 'a b' })))).toEqual(['given'])
  for (const stream_id of [undefined, '', null]) {
    const [id, ...more] = idsOf(await hears(chat({ stream_id, payload: 'a b' })))
    expect(more).toEqual([])
    expect(id).toMatch(/./)
  }
})

test('hub/lifecycle/client-stream-ids-differ', async () => {
  const { hears } = start()
  const frames = await hears(chat({ sender_id: 7, payload: 'a b' }), chat({ sender_id: 8, payload: 'c d' }))
  const ids = [7, 8].map(
    id => new Set(frames.filter(({ target_id }) => target_id === id).map(({ stream_id }) => stream_id)),
  )
  expect(ids.map(({ size }) => size)).toEqual([1, 1])
  expect(ids[0]).not.toEqual(ids[1])
})

test('hub/lifecycle/client-chunks-equal-final', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.string({ unit: 'grapheme' })), async chunks => {
      const { hears } = start({ answer: () => chunks })
      const said = payloads(await hears(chat()))
      expect(said.slice(0, -2).join('')).toBe(chunks.join(''))
      expect(said.at(-2)).toBe(chunks.join(''))
      expect(said.at(-1)).toBeNull()
    }),
  )
})

test('hub/lifecycle/client-failed-answer-ends-stream', async () => {
  const failure = new Error('on purpose')
  async function* failing() {
    yield 'a'
    throw failure
  }
  const { it, hears } = start({ answer: failing })
  const frames = await hears(chat({ stream_id: 's' }))
  expect(types(frames)).toEqual(['CHAT_STREAM', 'CHAT_STREAM_END'])
  expect(frames.map(({ stream_id }) => stream_id)).toEqual(['s', 's'])
  // Of the butler nobody else would tell that there is no answer.
  expect(types(await hears(butlerChat()))).toEqual(['CHAT'])
  const thrower = start({
    answer() {
      throw failure
    },
  })
  expect(types(await thrower.hears(chat()))).toEqual(['CHAT_STREAM_END'])
  expect([it.errors, thrower.it.errors]).toEqual([[failure, failure], [failure]])
})

test('hub/lifecycle/client-answers-butler', async () => {
  const { hears } = start()
  expect(await hears(butlerChat({ payload: 'do it now', stream_id: 'exec_1' }))).toEqual([
    { type: 'CHAT', target_id: 2, stream_id: 'exec_1', payload: 'do it now' },
  ])

  // An answer that does not come is replaced in time, and is not given later.
  let finish = () => {}
  const slow = start({
    async *answer() {
      await new Promise<void>(resolve => {
        finish = resolve
      })
      yield 'at last'
    },
  })
  expect(await slow.hears(butlerChat())).toEqual([])
  await slow.it.clock.advance(agentReplyTimeoutMs - 1)
  expect(types(slow.it.sent)).toEqual(['CHAT'])
  finish()
  await slow.it.settle()
  await slow.it.clock.advance(agentReplyTimeoutMs)
  expect(types(slow.it.sent)).toEqual(['CHAT'])
})

test('hub/framing/client-keeps-size-limit', async () => {
  const text = fc.string({ unit: 'binary', minLength: 1 })
  await fc.assert(
    fc.asyncProperty(
      fc.array(text),
      fc.integer({ min: 200, max: 600 }),
      fc.nat(50),
      async (chunks, limit, times) => {
        const answer = () => Array.from({ length: times }, () => chunks).flat()
        const { it, hears } = start({ answer, limits: { maxMessageBytes: limit } })
        for (const frames of [await hears(chat({ stream_id: '"s"' })), await hears(butlerChat())]) {
          expect(Math.max(...frames.map(bytesOf))).toBeLessThanOrEqual(limit)
          const whole = answer().join('')
          const final = String(frames.find(({ type }) => type === 'CHAT')?.payload)
          // What fits into a frame with the longest of the types is not cut.
          const largest = { ...frames.at(-1), type: 'CHAT_STREAM_END', payload: whole }
          if (bytesOf(largest) <= limit) expect(final).toBe(whole)
          else expect(final).toMatch(/ … \(cut\)$/)
        }
        expect(it.errors).toEqual([])
      },
    ),
  )
  const { it, agent, hears } = start({ answer: () => ['x'.repeat(200_000)] })
  const [chunk, final] = await hears(chat())
  expect(chunk?.payload).toBe(final?.payload)
  expect(bytesOf(final)).toBeGreaterThan(maxMessageBytes - 100)

  // The last byte that fits is used, and it is not known before whether it is the last.
  const room =
    maxMessageBytes - bytesOf({ target_id: 7, stream_id: 's', type: 'CHAT_STREAM_END', payload: '' })
  for (const more of ['', 'x']) {
    const exact = start({ answer: () => ['x'.repeat(room - 1), 'x', more] })
    const { payload } = (await exact.hears(chat({ stream_id: 's' }))).at(-2) ?? {}
    expect(payload === 'x'.repeat(room)).toBe(more === '')
  }

  // Where not even the envelope of an answer fits, there is none.
  expect(
    await hears(
      chat({ stream_id: 's'.repeat(maxMessageBytes) }),
      butlerChat({ stream_id: 's'.repeat(maxMessageBytes) }),
    ),
  ).toEqual([])
  expect(it.errors).toEqual([expect.any(RangeError), expect.any(RangeError)])
  expect(() => agent.log('INFO', 'x'.repeat(maxMessageBytes))).toThrow(RangeError)
  expect(types(await hears(chat({ payload: 'next' })))).toEqual(answered)
})

test('a message that is delivered again is answered once, an equal one of its own is answered too', async () => {
  const { it, agent, hears } = start()
  const stored = chat({ id: 5 })
  expect(types(await hears(stored, stored))).toEqual(answered)
  it.socket.end(1006)
  agent.connect()
  it.socket.accept()
  expect(await hears(stored)).toEqual([])
  // Another number, or another time after the hub has lost its store.
  expect(types(await hears(chat({ id: 6 })))).toEqual(answered)
  expect(types(await hears(chat({ id: 5, timestamp: new Date(1).toISOString() })))).toEqual(answered)
  // What is not stored has no number, and nothing tells a repeat from a second message.
  expect(types(await hears(chat()))).toEqual(answered)
  expect(types(await hears(chat()))).toEqual(answered)

  // What it remembers is bounded.
  for (let id = 10; id < 1_010; id++) await hears(chat({ id, payload: '' }))
  expect(types(await hears(stored))).toEqual(answered)
  expect(await hears(chat({ id: 1_009 }))).toEqual([])
})

test('an answer that is lost with its connection is told of', async () => {
  let finish = () => {}
  const { it, hears } = start({
    async *answer() {
      await new Promise<void>(resolve => {
        finish = resolve
      })
      yield 'a'
    },
  })
  for (const request of [chat(), butlerChat()]) {
    await hears(request)
    it.socket.end(1006)
    finish()
    await it.settle()
    expect(String(it.errors.pop())).toContain('no connection')
    await it.clock.advance(600)
    it.socket.accept()
  }
})

test('the conversation of a request is that of its answer', async () => {
  const { hears } = start()
  for (const request of [chat({ conversation_id: 4 }), butlerChat({ conversation_id: 4 })])
    for (const frame of await hears(request)) expect(frame.conversation_id).toBe(4)
})

test('on a hub, agents answer a person once, and talk neither to themselves nor to each other', async () => {
  const world = await World.start()
  const heard: unknown[] = []
  const people = [world.person('AGENT'), world.person('AGENT')]
  for (const person of people) {
    const token = await world.token(person)
    const answer = ({ payload }: { payload: unknown }) => {
      heard.push(payload)
      return [`${person.id} has heard ${payload}`]
    }
    await new Promise<void>(onOpen => {
      const agent = new HubAgent({ url: world.url, token, WebSocket: NodeSocket, answer, onOpen })
      onTestFinished(() => agent.close())
      agent.connect()
    })
  }
  const ann = await world.join('MEMBER')
  const untilEnds = async (count: number) => {
    const frames: JsonObject[] = []
    while (types(frames).filter(type => type === 'CHAT_STREAM_END').length < count)
      frames.push(...(await ann.peer.take(1)))
    return frames
  }
  ann.send({ type: 'CHAT', payload: 'everybody?' })
  await untilEnds(2)
  // What an agent says to everybody it hears itself.
  for (const { id } of people)
    for (const target_id of [undefined, ...people.map(person => person.id)]) {
      const sender = { sender_id: id, sender_name: '', sender_role: 'AGENT' }
      world.hub.exchange.publish({ type: 'CHAT', ...sender, target_id, payload: 'between us' })
    }
  for (const { id } of people) ann.send({ type: 'CHAT', target_id: id, payload: 'you?' })
  await untilEnds(2)
  expect(heard).toEqual(['everybody?', 'everybody?', 'you?', 'you?'])
})
