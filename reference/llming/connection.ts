import { type JsonObject, parseJsonObject } from '../../schemas/json.ts'
import { closes } from '../../schemas/llming/closes.ts'
import type { Limits } from '../../schemas/llming/limits.ts'
import type { Clock } from '../core/clock.ts'
import type { ServerSocket, SocketHandler } from '../core/service.ts'
import { SlidingWindow } from '../core/sliding-window.ts'
import type { Session } from './session.ts'

/** What the application does at the turning points of a connection. Each may fail; it harms its own connection only. */
export interface ConnectionHooks {
  onConnect?(session: Session, connection: Connection): void | Promise<void>
  /** Default: the session's controller answers. */
  onMessage?(session: Session, message: JsonObject, connection: Connection): unknown
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

/** Frames that may wait behind a slow handler. Only heartbeats, which no rate limit stops, can be that many. */
const maxWaitingFrames = 1_000

/** One WebSocket of a session, from its opening to its close: the receive loop of the protocol. */
export class Connection implements SocketHandler {
  readonly session: Session
  protected readonly options: ConnectionOptions
  protected readonly window: SlidingWindow
  #socket: ServerSocket | undefined
  #ended = false
  /** The frames of one connection are handled one after another: each waits for the one before. */
  #turn: Promise<void> = Promise.resolve()
  #waiting = 0

  constructor(session: Session, options: ConnectionOptions) {
    this.session = session
    this.options = options
    const { limits } = options
    this.window = new SlidingWindow(limits['rateLimit.messages'], limits['rateLimit.windowMs'])
  }

  opened(socket: ServerSocket): void {
    this.#socket = socket
    const older = this.session.slot.take(this)
    if (older && this.options.supersede) {
      older.end(closes.superseded)
      this.session.controller?.cleanup()
    }
    this.session.touch()
    this.session.beat()
    this.#next(async () => {
      try {
        await this.options.hooks.onConnect?.(this.session, this)
      } catch (error) {
        this.options.onError(error)
        this.end(closes.hookFailed)
      }
    })
  }

  text(data: string): void {
    const { clock, limits } = this.options
    if (this.#ended || this.tooLong(data, limits.maxMessageBytes)) return
    const message = parseJsonObject(data)
    // A heartbeat is exempt from the rate limit, or a busy client would be taken for a dead one.
    if (message?.type === 'heartbeat') this.session.beat()
    else if (!this.window.admit(clock.now())) return
    if (message && this.#waiting < maxWaitingFrames) this.#next(() => this.#handle(message))
  }

  binary(_data: Uint8Array): void {
    this.end(closes.binaryFrame)
  }

  closed(): void {
    this.#ended = true
    // Only the end of the current connection says anything about the session: see ConnectionSlot.
    if (this.session.slot.release(this)) this.session.touch()
    this.#next(async () => {
      await this.options.hooks.onDisconnect?.(this.session, this)
    })
  }

  /** Sends a text frame. False when the connection has ended. */
  send(text: string): boolean {
    if (this.#ended || !this.#socket?.open) return false
    this.#socket.send(text)
    return true
  }

  /** Closes the connection. What still arrives on it, or waits for its turn, is not served. */
  end({ code, reason }: { code: number; reason: string }): void {
    this.#ended = true
    this.#socket?.close(code, reason)
  }

  protected tooLong(data: string, maxBytes: number): boolean {
    return Buffer.byteLength(data) > maxBytes
  }

  async #handle(message: JsonObject): Promise<void> {
    if (this.#ended) return
    const { onMessage = defaultOnMessage } = this.options.hooks
    await onMessage(this.session, message, this)
  }

  #next(step: () => Promise<void>): void {
    this.#waiting++
    this.#turn = this.#turn
      .then(step)
      .catch(error => this.options.onError(error))
      .finally(() => this.#waiting--)
  }
}

function defaultOnMessage(session: Session, message: JsonObject, connection: Connection): unknown {
  return session.controller?.handleMessage(message, connection)
}
