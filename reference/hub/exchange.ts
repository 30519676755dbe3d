import type { Inbound, Outbound } from '../../schemas/hub/envelope.ts'
import { frames } from '../../schemas/hub/frames.ts'
import { fits } from '../../schemas/validate.ts'
import type { Clock } from '../core/clock.ts'
import type { Connection } from './connection.ts'
import type { Identity } from './gate.ts'
import type { Journal } from './journal.ts'
import { plainRole } from './roles.ts'
import type { Router } from './router.ts'

/** What only the hub and the butler may say, with the shape that it has to have. */
const reserved = new Map(
  (['AUTH_REQUEST', 'AUTH_STATUS_UPDATE', 'BUTLER_AGENT_MESSAGE'] as const).map(type => [
    type as string,
    frames[`client/${type}`].schema,
  ]),
)

/** Something that follows from a frame which has been delivered. */
export type Follower = (frame: Outbound, sender: Identity | undefined) => void

export interface ExchangeOptions {
  clock: Clock
  journal: Journal
  router: Router
  onError(error: unknown): void
}

/** Where all frames pass, one after another: stamped, stored, delivered, followed up. */
export class Exchange {
  protected readonly options: ExchangeOptions
  readonly #followers: Follower[] = []
  #closed = false
  #now = Number.NaN
  #timestamp = ''

  constructor(options: ExchangeOptions) {
    this.options = options
  }

  /** Adds something that is to happen after each frame. */
  follow(follower: Follower): void {
    this.#followers.push(follower)
  }

  /** Takes a message of a client. */
  take(sender: Connection, message: Inbound): void {
    if (!this.maySend(sender.identity, message)) return
    const frame = this.stamp(sender.identity, message)
    if (frame.type !== 'CHAT') this.options.journal.checkThread(frame)
    this.#pass(frame, sender)
  }

  /** Takes a frame that the hub itself makes. */
  publish(frame: Omit<Outbound, 'timestamp'> & { timestamp?: string }): Outbound {
    const stamped = { ...frame, timestamp: frame.timestamp ?? this.timestamp() }
    this.#pass(stamped, undefined)
    return stamped
  }

  /** Passes nothing any more. What is still under way in the hub comes to nothing. */
  close(): void {
    this.#closed = true
  }

  /** The present moment, as frames give it. */
  timestamp(): string {
    const now = this.options.clock.now()
    if (now !== this.#now) {
      this.#now = now
      this.#timestamp = new Date(now).toISOString()
    }
    return this.#timestamp
  }

  /** Some types are believed by those who read them, so nobody may forge them. */
  protected maySend({ role }: Identity, message: Inbound): boolean {
    const shape = reserved.get(message.type ?? '')
    if (!shape) return true
    return plainRole(role) === 'BUTLER' && fits(shape, message)
  }

  /** The frame that a message becomes. Whose it is and when it came is for the hub to say. */
  protected stamp({ userId, name, role }: Identity, message: Inbound): Outbound {
    return {
      id: undefined,
      local_id: message.local_id || undefined,
      conversation_id: message.conversation_id || undefined,
      type: message.type ?? '',
      sender_id: userId,
      sender_name: name,
      sender_role: role,
      target_id: message.target_id || undefined,
      payload: message.payload ?? null,
      timestamp: this.timestamp(),
      stream_id: message.stream_id || undefined,
    }
  }

  #pass(frame: Outbound, sender: Connection | undefined): void {
    if (this.#closed) return
    const { journal, router, onError } = this.options
    if (frame.type === 'CHAT') journal.file(frame)
    router.deliver(frame, sender)
    for (const follower of this.#followers)
      try {
        follower(frame, sender?.identity)
      } catch (error) {
        onError(error)
      }
  }
}
