import { type JsonObject, parseJsonObject } from '../../schemas/json.ts'
import { closes } from '../../schemas/llming/closes.ts'
import type { Limits } from '../../schemas/llming/limits.ts'
import type { Clock } from '../core/clock.ts'
import type { ServerSocket, SocketHandler } from '../core/service.ts'
import { SlidingWindow } from '../core/sliding-window.ts'
import type { Session } from './session.ts'

/** What the application does at the turning points of a connection. Each may fail; it harms its own connection only. */
export interface ConnectionHooks {
  /** A connection has opened. */
  onConnect?(session: Session, connection: Connection): void | Promise<void>
  /** Default: the session's controller answers. */
  onMessage?(session: Session, message: JsonObject, connection: Connection): unknown
  /** A connection has ended. */
  onDisconnect?(session: Session, connection: Connection): void | Promise<void>
}

export interface ConnectionOptions {
  clock: Clock
  limits: Limits
  hooks: ConnectionHooks
  /** Whether a newer connection ends this one. */
  supersede: boolean
  onError(error: unknown): void
}

/** Frames that may wait behind a slow handler beside those that the rate limit admits: heartbeats, which it never stops. */
const maxWaitingHeartbeats = 1_000

/** One WebSocket of a session, from its opening to its close: the receive loop of the protocol. */
export class Connection implements SocketHandler {
  /** The session that it is a connection of. */
  readonly session: Session
  /** What it was made with. */
  protected readonly options: ConnectionOptions
  /** Counts messages for the rate limit. */
  protected readonly window: SlidingWindow
  /** True from the moment at which either side has begun to close. */
  protected ended = false
  /** Absent until it has opened. */
  protected socket: ServerSocket | undefined
  /** Steps that have not been done yet. */
  protected waiting = 0
  #turn: Promise<void> = Promise.resolve()

  constructor(session: Session, options: ConnectionOptions) {
    this.session = session
    this.options = options
    const { limits } = options
    this.window = new SlidingWindow(limits['rateLimit.messages'], limits['rateLimit.windowMs'])
  }

  /** Takes the session over, and counts as a sign of life. */
  opened(socket: ServerSocket): void {
    this.socket = socket
    const older = this.session.slot.take(this)
    if (older && this.options.supersede) this.supersede(older)
    this.session.touch()
    this.session.beat()
    this.next(() => this.connected())
  }

  /** Takes a message, if it is neither too long nor one too many. */
  text(data: string): void {
    if (this.ended || this.tooLong(data)) return
    const message = parseJsonObject(data)
    if (message?.type === 'heartbeat') this.session.beat()
    if (!this.admits(message)) return
    if (message && this.waiting < this.maxWaiting) this.next(() => this.handle(message))
  }

  /** Ends the connection: binary messages are no part of the protocol. */
  binary(_data: Uint8Array): void {
    this.end(closes.binaryFrame)
  }

  /** Lets go of the session, and tells the application. */
  closed(): void {
    this.ended = true
    this.left()
    this.next(async () => this.options.hooks.onDisconnect?.(this.session, this))
  }

  /** Sends a text frame. False when the connection has ended. */
  send(text: string): boolean {
    if (this.ended || !this.socket?.open) return false
    this.socket.send(text)
    return true
  }

  /** Closes the connection. What still arrives on it, or waits for its turn, is not served. */
  end({ code, reason }: { code: number; reason: string }): void {
    this.ended = true
    this.socket?.close(code, reason)
  }

  /** Ends the connection that this one has taken over from, without waiting for its peer's answer. */
  protected supersede(older: Connection): void {
    older.end(closes.superseded)
    void this.session.cleanUp(this.options.onError)
  }

  /** Only the end of the current connection says anything about the session: see ConnectionSlot. */
  protected left(): void {
    if (this.session.slot.release(this)) this.session.touch()
  }

  /** Whether a message is over the limit. */
  protected tooLong(data: string): boolean {
    return Buffer.byteLength(data) > this.options.limits.maxMessageBytes
  }

  /** Frames that may wait for their turn. */
  protected get maxWaiting(): number {
    return this.options.limits['rateLimit.messages'] + maxWaitingHeartbeats
  }

  /** Whether the rate limit lets a frame through. Heartbeats are exempt, or a busy client would be taken for dead. */
  protected admits(message: JsonObject | undefined): boolean {
    return message?.type === 'heartbeat' || this.window.admit(this.options.clock.now())
  }

  /** Tells the application. If that fails, the connection ends. */
  protected async connected(): Promise<void> {
    try {
      await this.options.hooks.onConnect?.(this.session, this)
    } catch (error) {
      this.options.onError(error)
      this.end(closes.hookFailed)
    }
  }

  /** Gives a message to the application. */
  protected async handle(message: JsonObject): Promise<void> {
    if (this.ended) return
    const { onMessage = defaultOnMessage } = this.options.hooks
    await onMessage(this.session, message, this)
  }

  /** The frames of one connection are handled one after another: each step waits for the one before. */
  protected next(step: () => unknown): void {
    this.waiting++
    this.#turn = this.#turn
      .then(step)
      .catch(error => this.options.onError(error))
      .then(() => {
        this.waiting--
      })
  }
}

function defaultOnMessage(session: Session, message: JsonObject, connection: Connection): unknown {
  return session.controller?.handleMessage(message, connection)
}
