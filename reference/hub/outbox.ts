import type { CancelTimer, Clock } from '../core/clock.ts'
import type { ServerSocket } from '../core/service.ts'

/** Somebody whose frames wait in an outbox. */
export interface Sender {
  /** Called when the outbox is full: nothing more should be read from the sender until `room` resolves. */
  hold(outbox: Outbox): void
  /** Called when a frame will never arrive. */
  undelivered(userId: number): void
}

export interface OutboxOptions {
  userId: number
  clock: Clock
  limits: { clientQueueFrames: number; fullQueueMs: number; writeTimeoutMs: number }
  /** The reader has stopped to read. */
  onStalled(): void
}

/**
 * What waits for one reader. The hub reads a sender no faster than its readers read; a reader in whose outbox nothing
 * moves any more has stopped reading, and is given up.
 */
export class Outbox {
  protected readonly options: OutboxOptions
  protected readonly socket: ServerSocket
  /** Those who have sent something that still waits. */
  readonly #senders = new Set<Sender>()
  #lastSender: Sender | undefined
  #wakers: (() => void)[] = []
  #sent = 0
  /** Frames that the network had taken at the last look; less than none before the first. */
  #taken = -1
  #movedAt = 0
  #closed = false
  #stopWatching: CancelTimer | undefined

  constructor(socket: ServerSocket, options: OutboxOptions) {
    this.socket = socket
    this.options = options
  }

  get full(): boolean {
    return this.socket.queuedFrames >= this.options.limits.clientQueueFrames
  }

  send(text: string, from?: Sender): void {
    this.socket.send(text)
    this.#sent++
    if (!from || from === this.#lastSender) return
    this.#lastSender = from
    this.#senders.add(from)
  }

  /** Not everything could be sent at once. */
  blocked(): void {
    if (this.#closed) return
    this.#look()
    if (this.full) for (const sender of this.#senders) sender.hold(this)
  }

  /** Resolves when there is room for more, or no more use for any. */
  room(): Promise<void> {
    if (this.#closed || !this.full) return Promise.resolve()
    return new Promise(resolve => this.#wakers.push(resolve))
  }

  /** Everything has been taken by the network. */
  drained(): void {
    this.#stopWatching?.()
    this.#forgetSenders()
    this.#wake()
  }

  close(): void {
    this.#closed = true
    this.#stopWatching?.()
    this.#wake()
  }

  /** Looks whether anything has moved, and comes back when nothing may have moved for too long. */
  #look(): void {
    this.#stopWatching?.()
    const { clock, limits } = this.options
    const [now, taken] = [clock.now(), this.#sent - this.socket.queuedFrames]
    if (this.#taken !== taken) {
      this.#taken = taken
      this.#movedAt = now
    }
    const patienceMs = this.full ? limits.fullQueueMs : limits.writeTimeoutMs
    const leftMs = this.#movedAt + patienceMs - now
    if (leftMs <= 0) this.#giveUp()
    else this.#stopWatching = clock.after(leftMs, () => this.#look())
  }

  #giveUp(): void {
    this.close()
    const losers = [...this.#senders]
    this.#forgetSenders()
    this.options.onStalled()
    for (const sender of losers) sender.undelivered(this.options.userId)
  }

  #forgetSenders(): void {
    if (this.#lastSender) this.#senders.clear()
    this.#lastSender = undefined
  }

  #wake(): void {
    const wakers = this.#wakers
    if (wakers.length === 0) return
    this.#wakers = []
    for (const wake of wakers) wake()
  }
}
