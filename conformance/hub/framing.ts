import fc from 'fast-check'
import { isJsonObject, type JsonObject } from '../../schemas/json.ts'
import { each } from '../engine/check.ts'
import { including, oneOf, show } from '../engine/match.ts'
import { closePayload, type FrameOptions, opcodes } from '../engine/wire/frames.ts'
import { check, type HubTrial, when } from './driver.ts'
import { anyPayload, anyUnicode, chatTypes } from './given.ts'
import type { HubSocket } from './person.ts'

/** As small as the protocol lets the limit be useful, so that many messages of that size cost little. */
const small = { limits: { maxMessageBytes: 8_192 } }
/** Bytes that are not UTF-8: no lead byte, an overlong form, a surrogate, a character that breaks off. */
const notUtf8 = each<readonly number[]>([0xff], [0xc0, 0xaf], [0xed, 0xa0, 0x80], [0xc3])

const someText = anyUnicode.filter(text => text !== '')

/** The envelope, what the hub overwrites and what it passes on, malformed input, sizes. */
export const framing = [
  check(
    'hub/framing/one-object-per-message',
    when('whatever a message says', {
      given: { payload: anyPayload, type: each(...chatTypes, 'SYSTEM_LOG') },
      async run(t, { payload, type }) {
        const [admin, agent] = await t.connected('ADMIN', 'AGENT')
        for (let i = 0; i < 3; i++) admin.tell(agent, type, payload)
        await admin.fence(admin, agent)
        speakOneObjectPerMessage(t, admin, agent)
      },
    }),
    when('after a binary message', {
      async run(t) {
        const [admin, agent, other] = await t.connected('ADMIN', 'AGENT', 'MEMBER')
        const marker = t.newMarker()
        const text = JSON.stringify({ type: 'CHAT', target_id: agent.id, payload: marker })
        admin.wire.sendFrame(opcodes.binary, Buffer.from(text), { note: `binary: ${text}`, bad: true })
        await isPast(t, admin, agent)
        await other.fence(agent)
        t.note(`JSON in a binary message is ${agent.seen(marker).length > 0 ? '' : 'not '}accepted`)
        speakOneObjectPerMessage(t, admin, agent)
      },
    }),
    when('after a message that is not UTF-8', {
      given: { bytes: notUtf8 },
      async run(t, { bytes }) {
        const [admin, agent, other] = await t.connected('ADMIN', 'AGENT', 'MEMBER')
        sendBytes(admin, agent, bytes, t.newMarker())
        await isPast(t, admin, agent)
        await other.fence(agent)
        t.equal(agent.fate, 'open', 'the connection of the target')
        speakOneObjectPerMessage(t, agent, other)
      },
    }),
  ),

  check(
    'hub/framing/envelope-schema',
    when('of a message to one user', {
      given: {
        type: each(...chatTypes, 'SYSTEM_LOG', 'AUTH_RESPONSE', 'UNHEARD_OF', ''),
        from: each('ADMIN', 'AGENT', 'OPERATOR'),
        members: fc.record({ stream_id: anyUnicode, local_id: anyUnicode }, { requiredKeys: [] }),
      },
      async run(t, { type, from, members }) {
        const [sender, target] = await t.connected(from, 'ADMIN')
        const target_id = target.id
        for (const payload of [{}, { payload: null, ...members }, { payload: 'x' }])
          sender.send({ type, target_id, ...payload })
        // The types of all members are looked at as a frame comes in.
        for (const payload of [null, null, 'x'])
          await target.gets({ type, sender_id: sender.id, target_id, payload })
        sender.forget()
      },
    }),
    when('of a message to everybody', {
      alone: true,
      given: { type: each('CHAT', 'SYSTEM_LOG', 'UNHEARD_OF'), from: each('ADMIN', 'AGENT') },
      async run(t, { type, from }) {
        const [sender, other] = await t.connected(from, 'MEMBER')
        sender.send({ type })
        for (const socket of [sender, other]) await socket.gets({ type, sender_id: sender.id, payload: null })
      },
    }),
  ),

  check('hub/framing/sender-assigned', {
    given: {
      from: each('AGENT', 'MEMBER'),
      claimed: each('sender_id', 'sender_name', 'sender_role', 'timestamp', 'all'),
      type: each('CHAT', 'SYSTEM_LOG'),
    },
    async run(t, { from, claimed, type }) {
      const [sender, admin] = await t.connected(from, 'ADMIN')
      const { id, username, role } = admin.person
      const all = {
        sender_id: id,
        sender_name: username,
        sender_role: role,
        timestamp: '1999-01-01T00:00:00Z',
      }
      const claims = claimed === 'all' ? all : { [claimed]: all[claimed] }
      const plain = await t.arrange('the same message without claims arrives', () =>
        sender.reaches(admin, t.newMarker(), type),
      )
      const payload = t.newMarker()
      sender.tell(admin, type, payload, claims)
      const copy = await admin.gets({ type, payload })
      for (const name of ['sender_id', 'sender_name', 'sender_role'])
        t.equal(copy[name], plain[name], `the ${name} of a message with and without claims`)
      t.equal(copy.sender_id, sender.id, 'the sender_id')
      t.equal(copy.sender_role, sender.person.role, 'the sender_role')
      const awayMs = Date.parse(String(copy.timestamp)) - Date.now()
      t.that(Math.abs(awayMs) < 60_000, 'a timestamp within a minute of now', copy.timestamp)
      sender.forget()
    },
  }),

  check(
    'hub/framing/content-unchanged',
    when('of a message to one user', {
      given: {
        type: fc.oneof(fc.constantFrom(...chatTypes, 'SYSTEM_LOG', 'AUTH_RESPONSE'), anyUnicode),
        payload: anyPayload,
        members: fc.record({ stream_id: someText, local_id: someText }, { requiredKeys: [] }),
      },
      async run(t, { type, payload, members }) {
        const [admin, agent] = await t.connected('ADMIN', 'AGENT')
        admin.tell(agent, type, payload, members)
        await admin.fence(admin, agent)
        const content = { type, payload, target_id: agent.id, ...members }
        isUnchanged(t, agent, content)
        if ((chatTypes as readonly string[]).includes(type)) isUnchanged(t, admin, content)
      },
    }),
    when('of a message to everybody', {
      alone: true,
      given: { target: each<0 | null>(0, null), type: each('SYSTEM_LOG', 'CHAT'), payload: anyPayload },
      async run(t, { target, type, payload }) {
        const [agent, member] = await t.connected('AGENT', 'MEMBER')
        agent.send({ type, payload, ...(target === 0 ? { target_id: 0 } : {}) })
        for (const socket of [agent, member]) {
          const copy = await socket.gets({ type, sender_id: agent.id, payload })
          t.that(!copy.target_id, 'no target_id, or 0', copy.target_id)
        }
      },
    }),
  ),

  check(
    'hub/framing/unknown-tolerated',
    when('a member', {
      given: { name: fc.stringMatching(/^x_[a-z]{1,10}$/), value: anyPayload },
      async run(t, { name, value }) {
        const [admin, agent] = await t.connected('ADMIN', 'AGENT')
        const payload = t.newMarker()
        admin.tell(agent, 'CHAT', payload, { [name]: value })
        const copy = await agent.gets({ type: 'CHAT', sender_id: admin.id, payload })
        t.note(`a member that nobody knows is ${name in copy ? '' : 'not '}passed on`)
        await admin.gets({ type: 'CHAT', sender_id: admin.id, payload }, 'the echo')
        await admin.reaches(agent)
      },
    }),
    when('a type', {
      given: { type: each('FOO', 'chat', 'Chat', 'CHAT_', 'system_log') },
      async run(t, { type }) {
        const [admin, agent] = await t.connected('ADMIN', 'AGENT')
        await t.twin('a CHAT is echoed', () => admin.reaches(agent))
        const marker = t.newMarker()
        admin.tell(agent, type, marker)
        await admin.reaches(agent)
        admin.hasNotSeen(marker, `a message of type ${type} is echoed`)
        agent.forget()
      },
    }),
  ),

  check(
    'hub/framing/malformed-isolated',
    when('a message that nobody can read', {
      given: {
        bad: each(
          'truncated',
          'no JSON',
          'empty',
          'numeric type',
          'numeric stream_id',
          'text as sender_id',
          'not UTF-8',
        ),
        everybody: fc.boolean(),
      },
      async run(t, { bad, everybody }) {
        const [sender, admin, agent] = await t.connected('ADMIN', 'ADMIN', 'AGENT')
        await t.twin('the complete message arrives', () => sender.reaches(agent))
        const marker = t.newMarker()
        const target = everybody ? undefined : agent
        if (bad === 'not UTF-8') sendBytes(sender, target, [0xff], marker)
        else sender.sendBad(malformed(bad, target, marker))
        await isPast(t, sender, agent)
        await admin.reaches(agent)
        // What is no more than bad UTF-8 may be mended.
        if (bad === 'not UTF-8') agent.forget()
        else
          for (const other of [admin, agent])
            other.hasNotSeen(marker, `${other.person.role} gets a message that is malformed (${bad})`)
        for (const other of [admin, agent]) t.equal(other.fate, 'open', 'the connection of another client')
        for (const socket of [sender, admin]) socket.forget()
      },
    }),
    when('a message that is far too long', {
      given: { everybody: fc.boolean() },
      async run(t, { everybody }) {
        const [sender, admin, agent] = await t.connected('ADMIN', 'ADMIN', 'AGENT')
        await t.twin('a short message arrives', () => sender.reaches(agent))
        const marker = t.newMarker()
        const target = everybody ? {} : { target_id: agent.id }
        const text = JSON.stringify({ type: 'CHAT', ...target, payload: marker + 'x'.repeat(1_048_576) })
        sender.wire.sendText(text, true)
        await isPast(t, sender, agent)
        await admin.reaches(agent)
        if (sender.wire.closed)
          agent.hasNotSeen(marker, 'a message arrives that was too long for the connection')
        for (const other of [admin, agent]) t.equal(other.fate, 'open', 'the connection of another client')
        for (const socket of [sender, admin, agent]) socket.forget()
      },
    }),
  ),

  check('hub/framing/not-one-object-refused', {
    given: {
      bad: each('null', '5', '"x"', 'true', '[1]', '[$]', '$$', '$ $', '$,', '$x', '$null'),
      everybody: fc.boolean(),
      blank: each(' ', '\n\t ', '\r\n'),
    },
    async run(t, { bad, everybody, blank }) {
      const [sender, agent, other] = await t.connected('ADMIN', 'AGENT', 'MEMBER')
      const target = everybody ? {} : { target_id: agent.id }
      const message = (payload: string) => JSON.stringify({ type: 'SYSTEM_LOG', ...target, payload })
      const good = t.newMarker()
      await t.twin('an object with blanks behind it', async () => {
        sender.wire.sendText(message(good) + blank)
        await agent.gets({ type: 'SYSTEM_LOG', payload: good })
      })
      await sender.fence(other)
      for (const socket of [sender, agent, other]) socket.forget()
      sender.sendBad(bad.replaceAll('$', () => message(t.newMarker())))
      await isPast(t, sender, agent)
      await other.fence(agent)
      await t.refusing(async () => {
        for (const socket of [agent, other])
          socket.nothingElse(`${socket.person.role} gets something of ${show(bad)}`)
      })
      sender.forget()
    },
  }),

  check('hub/framing/undecodable-close-code', {
    given: { bad: each('truncated', 'no JSON', 'empty', 'numeric type') },
    async run(t, { bad }) {
      const [sender] = await t.connected('ADMIN')
      await t.twin('the complete message is handled', () => sender.isServed())
      sender.sendBad(malformed(bad, sender, t.newMarker()))
      const marker = t.newMarker()
      sender.tell(sender, 'SYSTEM_LOG', marker)
      const { wire } = sender
      await wire.until(() => wire.closed ?? sender.seen(marker)[0], t.tolerance.replyWithinMs)
      await t.refusing(async () => {
        if (wire.closed)
          t.equal(
            wire.closed.code,
            oneOf(1003, 1007, 1008),
            'the code after a message that cannot be decoded',
          )
        else await sender.gets({ type: 'SYSTEM_LOG', payload: marker }, 'a later message')
      })
      sender.forget()
    },
  }),

  check('hub/framing/invalid-utf8-refused', {
    given: { bytes: notUtf8 },
    async run(t, { bytes }) {
      const [sender, agent, other] = await t.connected('ADMIN', 'AGENT', 'MEMBER')
      await t.twin('characters of two bytes', () => sender.reaches(agent, `ü${t.newMarker()}ж`))
      const marker = t.newMarker()
      sendBytes(sender, agent, bytes, marker)
      await t.refusing(async () => {
        await sender.closes(1007)
        await other.fence(agent)
        agent.hasNotSeen(marker, 'a message that is not UTF-8 is passed on')
      })
    },
  }),

  check(
    'hub/framing/small-messages-accepted',
    when('in one piece or in fragments', {
      given: {
        bytes: each<number | 'the limit'>(512, 513, 'the limit'),
        character: each('x', 'ж', '語'),
        cuts: fc.array(fc.nat(4_095), { maxLength: 4 }),
      },
      async run(t, { bytes, character, cuts }) {
        const [admin, agent] = await t.connected('ADMIN', 'AGENT')
        const size = bytes === 'the limit' ? t.limit('minAcceptedBytes') : bytes
        const { text, payload } = messageOf(size, agent, character, t.newMarker())
        admin.wire.sendInPieces(text, cuts)
        await agent.gets({ type: 'CHAT', sender_id: admin.id, payload }, `a message of ${size} bytes`)
        admin.forget()
      },
    }),
    when('with a ping between two fragments', {
      given: { cut: fc.integer({ min: 1, max: 511 }) },
      async run(t, { cut }) {
        const [admin, agent] = await t.connected('ADMIN', 'AGENT')
        const { text, payload } = messageOf(512, agent, 'ж', t.newMarker())
        const bytes = Buffer.from(text)
        const { wire } = admin
        wire.sendFrame(opcodes.text, bytes.subarray(0, cut), { final: false, note: `${text} (a part)` })
        await admin.ponged()
        t.equal(wire.pongs, 1, 'the pongs between two fragments')
        wire.sendFrame(opcodes.continuation, bytes.subarray(cut), { note: 'the rest' })
        await agent.gets({ type: 'CHAT', sender_id: admin.id, payload })
        admin.forget()
      },
    }),
  ),

  check(
    'hub/framing/oversize-closed-1009',
    when('around a small limit', {
      settings: small,
      given: {
        fragments: each(1, 2),
        character: each('x', 'ж', '語'),
        over: fc.integer({ min: 1, max: 4_000 }),
      },
      async run(t, { fragments, character, over }) {
        await hasLimit(t, fragments, character, fragments === 1 ? 1 : over)
      },
    }),
    when('around the declared limit', {
      once: true,
      async run(t) {
        await hasLimit(t, 1, 'x', 1)
      },
    }),
  ),

  check('hub/framing/protocol-error-ends-connection', {
    given: { breach: each('no mask', 'reserved bit', 'opcode 3', 'close code 5000') },
    async run(t, { breach }) {
      const [sender, agent, other] = await t.connected('ADMIN', 'AGENT', 'MEMBER')
      const marker = t.newMarker()
      const send = (payload: string, opcode: number, options: FrameOptions) => {
        const text = JSON.stringify({ type: 'CHAT', target_id: agent.id, payload })
        const bad = opcode !== opcodes.text || Object.keys(options).length > 0
        const note = bad ? `${text} (${breach})` : text
        sender.wire.sendFrame(opcode, Buffer.from(text), { ...options, note, bad })
      }
      await t.twin('the same without the breach', async () => {
        const payload = t.newMarker()
        send(payload, opcodes.text, {})
        await agent.gets({ type: 'CHAT', payload })
      })
      if (breach === 'close code 5000')
        sender.wire.sendFrame(opcodes.close, closePayload(5_000, ''), { note: 'close 5000', bad: true })
      else
        send(marker, breach === 'opcode 3' ? 3 : opcodes.text, {
          masked: breach !== 'no mask',
          reserved: breach === 'reserved bit',
        })
      await t.refusing(async () => {
        const { code, reason } = await sender.ends()
        // Without a close frame there is no reason either, unless that frame was a breach itself.
        t.that(code === 1002 || (code === 1006 && reason === ''), 'close 1002, or no close frame', {
          code,
          reason,
        })
        await other.fence(agent)
        agent.hasNotSeen(marker, `a message is delivered in spite of its breach (${breach})`)
      })
      sender.forget()
    },
  }),
]

/**
 * Waits until the hub is done with what a connection has sent: a last message is routed, or the connection has ended
 * over what went before. Somebody else has to show that the other one can still be reached.
 */
async function isPast(t: HubTrial, sender: HubSocket, other: HubSocket): Promise<void> {
  const marker = t.newMarker()
  sender.tell(other, 'SYSTEM_LOG', marker)
  await t.becomes([sender, other], () => sender.wire.closed !== undefined || other.seen(marker).length > 0)
  for (const frame of other.seen(marker)) frame.claimed = true
}

/** Judges every message that has come so far. */
function speakOneObjectPerMessage(t: HubTrial, ...sockets: HubSocket[]): void {
  for (const socket of sockets) {
    const { closed, frames } = socket.wire
    const broken = closed?.code === 1006 ? closed.reason : ''
    t.equal(broken, '', 'what the hub has broken of the WebSocket protocol, such as UTF-8')
    for (const { binary, json, text } of frames) {
      t.equal(binary, false, 'whether a message is binary')
      t.that(isJsonObject(json), 'one JSON object and nothing else', text)
    }
    socket.forget()
  }
}

/** Claims the one message that is left and expects this of it. */
function isUnchanged(t: HubTrial, socket: HubSocket, content: JsonObject): void {
  const [frame] = socket.unclaimed()
  if (frame) frame.claimed = true
  t.equal(frame?.json, including(content), `the message as ${socket.person.role} gets it`)
}

/** Sends a CHAT with bytes in its payload that may not be UTF-8. */
function sendBytes(
  sender: HubSocket,
  target: HubSocket | undefined,
  bytes: readonly number[],
  marker: string,
): void {
  const [head = '', tail = ''] = JSON.stringify(chatFor(target, `${marker}$`)).split('$')
  const message = Buffer.concat([head, Buffer.from(bytes), tail].map(part => Buffer.from(part)))
  const note = `${head}‹${Buffer.from(bytes).toString('hex')}›${tail}`
  sender.wire.sendFrame(opcodes.text, message, { note, bad: true })
}

function malformed(bad: string, target: HubSocket | undefined, marker: string): string {
  const chat = chatFor(target, marker)
  switch (bad) {
    case 'truncated':
      return JSON.stringify(chat).slice(0, -1)
    case 'numeric type':
      return JSON.stringify({ ...chat, type: 5 })
    case 'numeric stream_id':
      return JSON.stringify({ ...chat, stream_id: 5 })
    case 'text as sender_id':
      return JSON.stringify({ ...chat, sender_id: '5' })
    default:
      return bad === 'empty' ? '' : `CHAT ${marker}`
  }
}

function chatFor(target: HubSocket | undefined, payload: string): JsonObject {
  return { type: 'CHAT', ...(target ? { target_id: target.id } : {}), payload }
}

/** A CHAT whose text has exactly so many bytes. */
function messageOf(size: number, target: HubSocket, character: string, marker: string) {
  const room = size - Buffer.byteLength(JSON.stringify(chatFor(target, marker)))
  const width = Buffer.byteLength(character)
  const payload = marker + character.repeat(Math.floor(room / width)) + '.'.repeat(room % width)
  return { text: JSON.stringify(chatFor(target, payload)), payload }
}

/** Expects a message of exactly the limit to be served, and a larger one to end the connection with 1009. */
async function hasLimit(t: HubTrial, fragments: number, character: string, over: number): Promise<void> {
  const [admin, agent] = await t.connected('ADMIN', 'AGENT')
  const limit = t.limit('maxMessageBytes')
  const cuts = fragments === 2 ? [limit / 2] : []
  await t.accepting(async () => {
    const { text, payload } = messageOf(limit, agent, character, t.newMarker())
    admin.wire.sendInPieces(text, cuts)
    await agent.gets({ type: 'CHAT', sender_id: admin.id, payload }, `a message of ${limit} bytes`)
  })
  admin.wire.sendInPieces(messageOf(limit + over, agent, character, t.newMarker()).text, cuts)
  await t.refusing(() => admin.closes(1009))
  admin.forget()
}
