import fc from 'fast-check'
import type { JsonObject } from '../../schemas/json.ts'
import type { Case } from '../engine/check.ts'
import type { ReceivedFrame } from '../engine/wire/wire-socket.ts'
import type { HubTrial } from './driver.ts'
import { chatTypes, nobodysId, reservedPayload, reservedTypes } from './given.ts'
import type { HubSocket, Person } from './person.ts'

/** The roles of those who take part: no more of each than a target with fixed accounts has. */
const seats = ['ADMIN', 'ADMIN', 'MEMBER', 'OPERATOR', 'AGENT', 'AGENT'] as const

/**
 * Whether somebody is there. `twice`: with an older connection that has been superseded; `again`: and that one has
 * ended; `left`: not any more.
 */
type Presence = 'away' | 'here' | 'twice' | 'again' | 'left'

interface Message {
  /** A seat; if nobody is there, the next one where somebody is. */
  from: number
  type: string
  /** A seat, an id that nobody has, or everybody in one of three ways. */
  to: number | 'nobody' | 'negative' | 'absent' | 'zero' | 'null'
  /** A seat whose owner the sender claims to be. */
  poseAs: number | null
}

interface Given {
  population: Presence[]
  messages: Message[]
}

/** Somebody of the population. */
interface Member {
  person: Person
  /** The connection that the user's frames go to, if there is one. */
  socket: HubSocket | undefined
}

/** A message that was sent. */
interface Said {
  type: string
  sender: Member
  /** `everybody`, or whoever has the id: `undefined` if that is nobody. */
  target: Member | 'everybody' | undefined
  marker: string
}

/** How many copies somebody is to get, and the requirement that is broken if they are fewer or more. */
interface Rule {
  copies: 0 | 1
  fewer: string
  more: string
}

/**
 * Routing as a whole: users of all roles are there, away or twice there, and say things of all types to each other,
 * all at once. A model of who gets what says how many copies must have come to each of them.
 */
export function walk({ withButler }: { withButler: boolean }): Case<HubTrial, Given> {
  const count = seats.length + (withButler ? 1 : 0)
  return {
    alone: true,
    // The butler's script would answer in the middle of it.
    ...(withButler ? { settings: { butler: 'none' } } : {}),
    given: { population: populationOf(count), messages: messagesOf(count) },
    async run(t, { population, messages }) {
      if (withButler) t.need('butler-socket')
      const people = await Promise.all(seats.map(role => t.person(role)))
      if (withButler) people.push(await t.butler())
      const members = await Promise.all(people.map((person, seat) => settleIn(person, population[seat])))
      const said = messages.map(message => say(t, members, message))
      await becomeQuiet(t, members, said)
      const readers = members.filter(({ socket }) => socket)
      for (const each of said) for (const reader of readers) await judge(t, each, reader)
      for (const reader of readers) await judgeOrder(t, said, reader, readers[0] as Member)
    },
  }
}

// --- what is given ---

function populationOf(count: number): fc.Arbitrary<Presence[]> {
  // Most are there, or there would not be much to see.
  const presence = fc.constantFrom<Presence>('away', 'here', 'here', 'here', 'twice', 'again', 'left')
  return fc
    .array(presence, { minLength: count, maxLength: count })
    .filter(all => all.filter(each => each !== 'away' && each !== 'left').length > 1)
}

function messagesOf(count: number): fc.Arbitrary<Message[]> {
  const seat = fc.nat(count - 1)
  const message = fc.record({
    from: seat,
    type: fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom(...chatTypes) },
      fc.constantFrom('SYSTEM_LOG', 'AUTH_RESPONSE', 'UNHEARD_OF'),
      fc.constantFrom(...reservedTypes),
    ),
    to: fc.oneof(
      { weight: 4, arbitrary: seat },
      fc.constantFrom('nobody', 'negative', 'absent', 'zero', 'null'),
    ),
    poseAs: fc.option(seat, { freq: 3 }),
  })
  return fc.array(message, { minLength: 1, maxLength: 12 })
}

// --- what is done ---

async function settleIn(person: Person, presence: Presence | undefined): Promise<Member> {
  if (presence === 'away') return { person, socket: undefined }
  const older = await person.connect()
  if (presence === 'here') return { person, socket: older }
  const newer = presence === 'left' ? undefined : await person.connect()
  if (presence !== 'twice') older.wire.close(1000)
  return { person, socket: newer }
}

function say(t: HubTrial, members: readonly Member[], { from, type, to, poseAs }: Message): Said {
  const inOrder = [...members.slice(from), ...members.slice(0, from)]
  const sender = inOrder.find(({ socket }) => socket) as Member
  const target = typeof to === 'number' ? members[to] : undefined
  const marker = t.newMarker()
  const reserved = reservedTypes.find(each => each === type)
  sender.socket?.send({
    type,
    payload: reserved ? reservedPayload(reserved, sender.person, marker) : marker,
    ...(to === 'absent' ? {} : { target_id: idOf(to, target) }),
    ...claimsOf(poseAs === null ? undefined : members[poseAs]),
  })
  const toEverybody = to === 'absent' || to === 'zero' || to === 'null'
  return { type, sender, target: toEverybody ? 'everybody' : target, marker }
}

function idOf(to: Message['to'], target: Member | undefined): number | null {
  if (to === 'null') return null
  if (to === 'zero') return 0
  return target?.person.id ?? (to === 'negative' ? -1 : nobodysId)
}

function claimsOf(member: Member | undefined): JsonObject {
  if (!member) return {}
  const { id, username, role } = member.person
  return { sender_id: id, sender_name: username, sender_role: role }
}

/** Waits until all that was said has come to wherever it comes. */
async function becomeQuiet(t: HubTrial, members: readonly Member[], said: readonly Said[]): Promise<void> {
  // Monitor events may be made beside the routing.
  if (said.some(isWatched)) await t.settle()
  const readers = members.flatMap(({ socket }) => socket ?? [])
  const senders = new Set(said.flatMap(({ sender }) => sender.socket ?? []))
  await Promise.all([...senders].map(sender => sender.fence(...readers)))
}

// --- what must have come of it ---

/** Judges what one message has become at somebody who is there. */
async function judge(t: HubTrial, said: Said, reader: Member): Promise<void> {
  const place = `of a ${said.type} at ${reader.person.role}`
  const frames = reader.socket?.seen(said.marker) ?? []
  for (const frame of frames) frame.claimed = true
  const copies = frames.filter(frame => isCopy(said, frame))
  await count(t, copies.length, ruleFor(said, reader), `copies ${place}`)
  await count(t, frames.length - copies.length, eventRuleFor(said, reader), `monitor events ${place}`)
  const { sender, target } = said
  if (reader !== sender || target === 'everybody' || target === sender) return
  const other = target?.socket?.wire.frames.find(frame => isCopy(said, frame))
  if (copies[0] && other)
    await t.about('hub/routing/echo-equals-target-copy', async () =>
      t.equal(copies[0]?.json, other.json, "the echo, against the target's copy"),
    )
}

/** Judges in which order the messages of each sender have come, and whether all see broadcasts in one order. */
function judgeOrder(t: HubTrial, said: readonly Said[], reader: Member, first: Member): Promise<void> {
  const markers = (messages: readonly Said[]) => messages.map(({ marker }) => marker)
  return t.about('hub/routing/order-kept', async () => {
    const arrived = arrivedAt(reader, said)
    for (const sender of new Set(arrived.map(each => each.sender))) {
      const sent = said.filter(each => each.sender === sender && arrived.includes(each))
      const received = arrived.filter(each => each.sender === sender)
      t.equal(markers(received), markers(sent), `the messages of one sender at ${reader.person.role}`)
    }
    const [here, there] = [reader, first].map(each =>
      markers(arrivedAt(each, said).filter(({ target }) => target === 'everybody')),
    )
    t.equal(here, there, 'the broadcasts, as two of those who are there see them')
  })
}

function arrivedAt(reader: Member, said: readonly Said[]): Said[] {
  return (reader.socket?.wire.frames ?? []).flatMap(frame => said.find(each => isCopy(each, frame)) ?? [])
}

function isCopy({ type, marker }: Said, { text, json }: ReceivedFrame): boolean {
  return text.includes(marker) && (json as JsonObject | undefined)?.type === type
}

async function count(t: HubTrial, received: number, { copies, fewer, more }: Rule, what: string) {
  await t.about(received < copies ? fewer : more, async () => t.equal(received, copies, what))
}

/** The routing table. */
function ruleFor({ type, sender, target }: Said, reader: Member): Rule {
  if (isOneOf(reservedTypes, type) && sender.person.role !== 'BUTLER')
    return none('hub/routing/hub-types-not-forgeable')
  if (target === 'everybody')
    return one('hub/routing/broadcast-without-target', 'hub/routing/broadcast-one-copy')
  if (reader === target)
    return one(reader === sender ? 'hub/routing/self-target-once' : 'hub/routing/targeted-delivered')
  if (reader !== sender)
    return none(target?.socket ? 'hub/routing/target-only' : 'hub/routing/bad-target-not-broadcast')
  if (!isOneOf(chatTypes, type)) return none('hub/routing/no-echo-for-other-types')
  if (!sender.person.human) return none('hub/routing/no-echo-to-agents')
  return one(
    target?.socket ? 'hub/routing/echo-to-humans' : 'hub/routing/absent-target-keeps-sender',
    'hub/routing/echo-equals-target-copy',
  )
}

/** Who is told that the butler and an agent have spoken. */
function eventRuleFor(said: Said, reader: Member): Rule {
  if (!isWatched(said)) return none('hub/observing/no-event-otherwise')
  if (reader.person.role !== 'ADMIN') return none('hub/observing/event-admins-only')
  return one('hub/observing/event-to-every-admin')
}

function isWatched({ type, sender, target }: Said): boolean {
  if (type !== 'CHAT' || !target || target === 'everybody') return false
  const roles = [sender.person.role, target.person.role]
  return roles.includes('BUTLER') && roles.includes('AGENT')
}

function none(id: string): Rule {
  return { copies: 0, fewer: id, more: id }
}

function one(fewer: string, more = fewer): Rule {
  return { copies: 1, fewer, more }
}

function isOneOf(types: readonly string[], type: string): boolean {
  return types.includes(type)
}
