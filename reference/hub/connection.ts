import { closes } from '../../schemas/hub/closes.ts'
import type { Inbound } from '../../schemas/hub/envelope.ts'
import type { Limits } from '../../schemas/hub/limits.ts'
import type { CancelTimer, Clock } from '../core/clock.ts'
import type { ServerSocket, SocketHandler } from '../core/service.ts'
import { decode, decodeUtf8, Undecodable } from './envelope.ts'
import type { Identity } from './gate.ts'
import type { Outbox, OutboxOptions, Sender } from './outbox.ts'

export interface ConnectionOptions {
  clock: Clock
  limits: Limits
  makeOutbox(socket: ServerSocket, options: OutboxOptions): Outbox
  onOpened(connection: Connection): void
  /** Takes one message. What is undecodable about it only when it is worked on may be thrown. */
  onMessage(connection: Connection, message: Inbound): void
  /** A message of this connection will not reach that user. */
  onUndelivered(connection: Connection, userId: number): void
  /** The connection has ended, or was ended from this side. Called once. */
  onEnded(connection: Connection, reason: string): void
  onError(error: unknown): void
}

/** One WebSocket of a user, from the answer 101 to its end. */
export class Connection implements SocketHandler, Sender {
  readonly identity: Identity
  readonly openedAt: number
  protected readonly options: ConnectionOptions
  protected socket: ServerSocket | undefined
  protected outbox: Outbox | undefined
  protected lastSeenAt: number
  protected nextPingAt: number
  readonly #heldBy = new Set<Outbox>()
  #ended = false
  #cancelTimer: CancelTimer | undefined

  constructor(identity: Identity, options: ConnectionOptions) {
    this.identity = identity
    this.options = options
    this.openedAt = this.lastSeenAt = options.clock.now()
    this.nextPingAt = this.openedAt + options.limits.pingIntervalMs
  }

  opened(socket: ServerSocket): void {
    const { makeOutbox, clock, limits, onOpened } = this.options
    this.socket = socket
    this.outbox = makeOutbox(socket, {
      userId: this.identity.userId,
      clock,
      limits,
      onStalled: () => this.cut('stalled'),
    })
    this.watch()
    onOpened(this)
  }

  text(data: string): void {
    if (this.#ended) return
    this.beat()
    try {
      this.options.onMessage(this, decode(data))
    } catch (error) {
      this.#refuse(error)
    }
  }

  /** JSON is JSON, whatever the frame says that carries it. */
  binary(data: Uint8Array): void {
    try {
      this.text(decodeUtf8(data))
    } catch {
      this.end(closes.invalidText)
    }
  }

  /** Notes a sign of life. */
  beat(): void {
    this.lastSeenAt = this.options.clock.now()
  }

  blocked(): void {
    this.outbox?.blocked()
  }

  drained(): void {
    this.outbox?.drained()
  }

  closed(code: number): void {
    this.#leave(`closed with ${code}`)
  }

  /** Sends a text frame. Its sender is slowed down if it has to wait. */
  send(text: string, from?: Sender): void {
    if (!this.#ended) this.outbox?.send(text, from)
  }

  /** Resolves when there is room for another frame. */
  room(): Promise<void> {
    return this.outbox?.room() ?? Promise.resolve()
  }

  /** Closes the connection. What still arrives on it is not taken. */
  end({ code, reason }: { code: number; reason: string }): void {
    this.#leave(reason)
    // A peer that is not read could not answer the close frame.
    this.socket?.resume()
    this.socket?.close(code, reason)
  }

  /** Ends the connection to a peer that would not answer a close frame. */
  cut(reason: string): void {
    this.#leave(reason)
    this.socket?.cut()
  }

  hold(outbox: Outbox): void {
    if (this.#heldBy.has(outbox)) return
    this.#heldBy.add(outbox)
    this.socket?.pause()
    void outbox.room().then(() => {
      this.#heldBy.delete(outbox)
      if (this.#heldBy.size === 0) this.socket?.resume()
    })
  }

  undelivered(userId: number): void {
    if (!this.#ended) this.options.onUndelivered(this, userId)
  }

  /** Sleeps until something falls due: a ping, the end of the peer's time, the end of the token. */
  protected watch(): void {
    const { clock, limits } = this.options
    const dueAt = Math.min(
      this.nextPingAt,
      this.lastSeenAt + limits.pongTimeoutMs,
      this.identity.expiresAt ?? Number.POSITIVE_INFINITY,
    )
    this.#cancelTimer = clock.after(Math.max(1, dueAt - clock.now()), () => {
      this.fallDue(clock.now())
      if (!this.#ended) this.watch()
    })
  }

  protected fallDue(now: number): void {
    const { pingIntervalMs, pongTimeoutMs } = this.options.limits
    // Nobody hears whether a peer shows a sign of life while it is not read.
    if (this.#heldBy.size > 0) this.beat()
    if (now >= (this.identity.expiresAt ?? Number.POSITIVE_INFINITY)) this.end(closes.tokenDead)
    else if (now - this.lastSeenAt >= pongTimeoutMs) this.cut('silent')
    else if (now >= this.nextPingAt) {
      this.nextPingAt = now + pingIntervalMs
      this.socket?.ping()
    }
  }

  #refuse(error: unknown): void {
    const { code, reason } = closes.undecodable
    // A close frame has room for 123 bytes, and these are ASCII.
    if (error instanceof Undecodable) this.end({ code, reason: `${reason}: ${error.message}`.slice(0, 123) })
    else this.options.onError(error)
  }

  #leave(reason: string): void {
    if (this.#ended) return
    this.#ended = true
    this.#cancelTimer?.()
    this.outbox?.close()
    this.options.onEnded(this, reason)
  }
}
