import { beforeEach, expect, test } from 'vitest'
import { type JsonObject, memberOf } from '../../schemas/json.ts'
import { AdjustableClock } from '../core/clock.ts'
import { Outbox, type Sender } from './outbox.ts'
import type { LogEntry } from './server.ts'
import { expectToTalk, heardBy, type Member, World } from './testing/world.ts'

/** More than the buffers of the network take, beside the few frames that the hub holds. */
const frames = 600
const chunk = 'x'.repeat(60_000)

const clientQueueFrames = 8

/** Most frames that have waited in one outbox. */
let longestQueue: number

class Watched extends Outbox {
  override send(text: string, from?: Sender): void {
    super.send(text, from)
    longestQueue = Math.max(longestQueue, this.socket.queuedFrames)
  }
}

let clock: AdjustableClock
let world: World
let ann: Member
let bot: Member
let sleeper: Member
let sender: Member
let ends: LogEntry[]
let onEnd: () => void

beforeEach(async () => {
  clock = new AdjustableClock()
  longestQueue = 0
  ends = []
  onEnd = () => {}
  world = await World.start({
    limits: { clientQueueFrames },
    parts: { Outbox: Watched },
    clock,
    onLog(entry) {
      if (entry.event !== 'ended') return
      ends.push(entry)
      onEnd()
    },
  })
  ;[ann, bot, sleeper, sender] = await Promise.all([
    world.join('MEMBER'),
    world.join('AGENT'),
    world.join('MEMBER'),
    world.join('AGENT'),
  ])
})

/** From now on it reads nothing, and so its network takes nothing more once the buffers are full. */
function fallAsleep(): void {
  sleeper.peer.socket.pause()
}

/** Two others reach each other. They say nothing to everybody, which the sleeper would have to hear as well. */
async function talk(): Promise<void> {
  ann.send({ type: 'CHAT', target_id: bot.id, payload: 'meanwhile' })
  await bot.peer.until(({ sender_id }) => sender_id === ann.id)
  bot.send({ type: 'CHAT', target_id: ann.id, payload: 'quite so' })
  await ann.peer.until(({ sender_id }) => sender_id === bot.id)
}

/** Sends more to somebody than waits for them. */
function flood({ id }: Member): void {
  for (let n = 0; n < frames; n++)
    sender.send({ type: 'CHAT_STREAM', target_id: id, stream_id: 's', payload: `${n} ${chunk}` })
}

/** The numbers of those frames of a flood that are among others. */
function numbersOf(heard: readonly JsonObject[]): number[] {
  const chunks = heard.filter(({ type }) => type === 'CHAT_STREAM')
  return chunks.map(({ payload }) => Number.parseInt(String(payload), 10))
}

/** The connection of somebody has ended in the hub. */
async function gone({ id }: Member): Promise<LogEntry> {
  for (;;) {
    const entry = ends.find(({ user }) => user === id)
    if (entry) return entry
    await new Promise<void>(resolve => {
      onEnd = resolve
    })
  }
}

test('a reader that has stopped is dropped, its sender is told, and nobody else waits for it', async () => {
  fallAsleep()
  flood(sleeper)
  await talk()
  expect(await gone(sleeper)).toMatchObject({ reason: 'stalled' })
  const [notice] = (await sender.peer.until(({ sender_id }) => sender_id === 0)).slice(-1)
  expect(notice).toMatchObject({ type: 'SYSTEM_LOG', target_id: sender.id, payload: { level: 'WARNING' } })
  expect(memberOf(notice?.payload, 'content')).toContain(`user ${sleeper.id}`)
  await expectToTalk(ann, bot)
  // The sender, who was slowed down for it, is read again.
  sender.send({ type: 'CHAT', target_id: ann.id, payload: 'after all' })
  expect((await ann.peer.take(1))[0]).toMatchObject({ payload: 'after all' })
  // It gets what the network had taken, and then the end.
  sleeper.peer.socket.resume()
  expect(await sleeper.peer.ended).toBe(1006)
  expect(sleeper.peer.untaken.length).toBeLessThan(frames)
  expect(world.errors).toEqual([])
})

test('a reader that connects again while it is stalled starts afresh', async () => {
  fallAsleep()
  flood(sleeper)
  await talk()
  const back = await world.join(sleeper)
  expect(await gone(sleeper)).toMatchObject({ reason: 'Superseded by a newer connection' })
  await expectToTalk(ann, bot)
  bot.send({ type: 'CHAT', target_id: sleeper.id, payload: 'welcome back' })
  const heard = await back.peer.until(({ payload }) => payload === 'welcome back')
  // In between comes what is left of the flood, in its order and without a gap.
  const left = numbersOf(heard)
  expect(left).toEqual(left.map((_, index) => (left[0] ?? 0) + index))
  sleeper.peer.socket.terminate()
  expect(world.hub.roster.of(sleeper.id)).toBeDefined()
  expect(world.errors).toEqual([])
})

test('a slow reader gets everything, and slows its sender down instead of losing anything', async () => {
  // However long a pause takes on this machine, it is not long for the hub.
  clock.freeze()
  fallAsleep()
  flood(sleeper)
  while (longestQueue < clientQueueFrames) await talk()
  for (let n = 0; n < 50; n++) await talk()
  // What was on its way already when the sender was stopped is little.
  expect(longestQueue).toBeLessThan(3 * clientQueueFrames)
  sleeper.peer.socket.resume()
  const numbers: number[] = []
  while (numbers.length < frames) {
    numbers.push(...numbersOf(await sleeper.peer.take(1)))
    if (numbers.length % 20 > 0) continue
    fallAsleep()
    await talk()
    sleeper.peer.socket.resume()
  }
  expect(numbers).toEqual(Array.from({ length: frames }, (_, n) => n))
  expect(ends).toEqual([])
})

test('whoever does not read what they say themselves holds up nobody but themselves', async () => {
  fallAsleep()
  // A human hears an echo of everything.
  for (let n = 0; n < frames; n++)
    sleeper.send({ type: 'CHAT_STREAM', target_id: bot.id, payload: `${n} ${chunk}` })
  await talk()
  expect(await gone(sleeper)).toMatchObject({ reason: 'stalled' })
  await talk()
  await heardBy(ann, ann, bot)
  await expectToTalk(ann, bot)
  expect(world.errors).toEqual([])
})
