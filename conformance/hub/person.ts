import { isJsonObject, type JsonObject } from '../../schemas/json.ts'
import { Unreached } from '../engine/evidence.ts'
import { difference, including, show } from '../engine/match.ts'
import { Socket } from '../engine/socket.ts'
import type { ReceivedFrame, WireSocket } from '../engine/wire/wire-socket.ts'
import type { HubTrial } from './driver.ts'

export interface PersonDetails {
  id: number
  username: string
  role: string
  token: string
  apiToken: string | undefined
}

/** Types that a hub echoes to their sender. */
const echoed: readonly unknown[] = ['CHAT', 'CHAT_STREAM', 'CHAT_STREAM_END']

/** What a network between two programs of one machine may hold, with room to spare. */
const networkBytes = 12_000_000
const largeBytes = 60_000

/** An account at the hub. */
export class Person implements PersonDetails {
  readonly id: number
  readonly username: string
  readonly role: string
  readonly token: string
  readonly apiToken: string | undefined
  readonly #trial: HubTrial

  constructor(trial: HubTrial, { id, username, role, token, apiToken }: PersonDetails) {
    this.#trial = trial
    this.id = id
    this.username = username
    this.role = role
    this.token = token
    this.apiToken = apiToken
    trial.hide(token, `token of ${username}`)
    if (apiToken) trial.hide(apiToken, `API token of ${username}`)
  }

  /** Whether what the person says is echoed. */
  get human(): boolean {
    return this.role !== 'AGENT' && this.role !== 'BUTLER'
  }

  /** Tries to connect; the caller looks what became of it. */
  dial(token = this.token, headers: Readonly<Record<string, string>> = {}): Promise<HubSocket> {
    return this.knock(pathWith(token), headers)
  }

  /** Tries to connect at any path, perhaps with a message that does not wait for the answer. */
  async knock(path: string, headers: Readonly<Record<string, string>> = {}, early?: string) {
    const wire = await this.#trial.dial(path, headers, early)
    const socket = this.#trial.watch(wire, HubSocket)
    socket.person = this
    return socket
  }

  /** An open connection. @throws Unreached when the target refuses it */
  async connect(): Promise<HubSocket> {
    const socket = await this.dial()
    if (!socket.wire.open) throw new Unreached(`${this.username} could not connect: ${fate(socket.wire)}`)
    return socket
  }
}

/** Where a WebSocket opens, for whoever the token names. */
export function pathWith(token: string): string {
  return `/api/ws?token=${encodeURIComponent(token)}`
}

/** A WebSocket of a person. */
export class HubSocket extends Socket<HubTrial> {
  /** Whose connection it is. */
  person!: Person

  get id(): number {
    return this.person.id
  }

  /** What has become of the connection, in words. */
  get fate(): string {
    return fate(this.wire)
  }

  /** Expects that the upgrade was refused, with a status from 400 to 499. */
  isRefused(): void {
    const { trial, wire } = this
    const status = wire.handshake?.status
    const expected = 'a refusal with a status from 400 to 499'
    if (status === undefined || status < 400 || status > 499)
      trial.violated({ message: `${wire.label} is ${this.fate}`, expected, received: this.fate }, !status)
    trial.holds()
  }

  /** Expects that the connection is open and works: what it tells itself comes back. */
  async isServed(): Promise<void> {
    this.trial.equal(this.fate, 'open', `what has become of ${this.wire.label}`)
    await this.reaches(this, this.trial.newMarker(), 'SYSTEM_LOG')
  }

  /** Sends a message to one person, or to everybody. */
  tell(to: HubSocket | number | undefined, type: string, payload: unknown, members: JsonObject = {}): void {
    const target_id = typeof to === 'object' ? to.id : to
    this.send({ type, ...(target_id === undefined ? {} : { target_id }), payload, ...members } as JsonObject)
  }

  /** Expects a message that has at least these members. */
  async gets(members: JsonObject, what = `a message with ${show(members)}`): Promise<JsonObject> {
    const frame = await this.awaited(members)
    if (!frame) return this.missing(what, show(members))
    this.trial.holds()
    return frame
  }

  /** Waits for a message that has at least these members, and judges nothing. */
  async awaited(members: JsonObject, withinMs = this.trial.tolerance.replyWithinMs) {
    const fits = including(members)
    const frame = await this.claim(each => difference(fits, each.json) === undefined, withinMs)
    return frame?.json as JsonObject | undefined
  }

  /** All messages so far that contain a text anywhere, claimed or not. */
  seen(marker: string): ReceivedFrame[] {
    return this.wire.frames.filter(({ text }) => text.includes(marker))
  }

  /** Says something to somebody and expects it there and, from a human, as an echo. Resolves with the target's copy. */
  async reaches(
    to: HubSocket,
    payload: unknown = this.trial.newMarker(),
    type = 'CHAT',
    others: JsonObject = {},
  ): Promise<JsonObject> {
    this.tell(to, type, payload, others)
    const members = { type, sender_id: this.id, target_id: to.id, payload } as JsonObject
    const copy = await to.gets(members)
    if (this.person.human && to.id !== this.id && echoed.includes(type)) await this.gets(members)
    return copy
  }

  /**
   * Claims all messages that fit, as they come, until there are enough of them or nothing comes any more. Each is looked
   * at once, so that it suits floods.
   */
  async collects(
    fits: (message: JsonObject) => boolean,
    enough: (found: readonly JsonObject[]) => boolean,
  ): Promise<JsonObject[]> {
    const { frames } = this.wire
    const found: JsonObject[] = []
    for (let looked = 0; !enough(found); ) {
      const more = () => frames.length > looked || (this.wire.closed ? false : undefined)
      if (!(await this.wire.until(more, this.trial.tolerance.replyWithinMs))) break
      for (; looked < frames.length && !enough(found); looked++) {
        const frame = frames[looked]
        if (!frame || frame.claimed || !isJsonObject(frame.json) || !fits(frame.json)) continue
        frame.claimed = true
        found.push(frame.json)
      }
    }
    return found
  }

  /** From now on nothing is read: the target acts as if it were so, or it is so. */
  async stopsReading(): Promise<void> {
    if (this.trial.has('stall')) await this.trial.control('stall', { userId: this.id })
    else this.wire.stopReading()
  }

  /** Sends somebody who does not read more than the target holds for one client, and the network before it. */
  floods(reader: HubSocket, really = !this.trial.has('stall')): void {
    const payload = 'x'.repeat(really ? largeBytes : 10)
    const inNetwork = really ? Math.ceil(networkBytes / largeBytes) : 0
    const count = this.trial.limit('clientQueueFrames') + inNetwork + 10
    for (let i = 0; i < count; i++) this.tell(reader, 'CHAT_STREAM', payload)
  }

  /**
   * Shows that everything which this connection has sent so far has been routed: a last message reaches each of the
   * others, and frames of one sender keep their order.
   */
  async fence(...watchers: HubSocket[]): Promise<void> {
    await this.trial.arrange('a last message of the same sender arrives', async () => {
      const log = { level: 'INFO', content: this.trial.newMarker() }
      for (const watcher of watchers) this.tell(watcher, 'SYSTEM_LOG', log)
      const members = { type: 'SYSTEM_LOG', sender_id: this.id, payload: log }
      await Promise.all(watchers.map(watcher => watcher.gets(members)))
    })
  }

  /** Expects that a text has not come, and claims nothing. Only after a fence. */
  hasNotSeen(marker: string, what: string): void {
    const [frame] = this.seen(marker)
    if (frame) {
      frame.claimed = true
      this.trial.violated({ message: what, expected: 'no such message', received: show(frame.json) })
    }
    this.trial.holds()
  }

  override unclaimed(): ReceivedFrame[] {
    return super.unclaimed().filter(({ json }) => !isJsonObject(json) || this.trial.concerns(json))
  }
}

function fate({ handshake, closed }: WireSocket): string {
  if (closed && handshake?.status === 101) return `closed with ${closed.code}`
  return handshake?.status === 101 ? 'open' : (handshake?.error ?? `refused with HTTP ${handshake?.status}`)
}
