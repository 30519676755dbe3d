import { closes } from '../../schemas/ai-sessions/closes.ts'
import { type CancelTimer, type Clock, every, waitingClock } from '../core/clock.ts'
import type { CloseLike, SocketLike } from '../core/socket-like.ts'
import { toStrictJson } from '../core/strict-json.ts'
import { checkCount, checkMs, pauseMs } from './client-options.ts'
import {
  type ConnectionState,
  Dispatcher,
  type Listener,
  readFrame,
  type SessionHandlers,
} from './dispatcher.ts'
import { SessionError } from './session-error.ts'
import type { SessionWebSocket, WebSocketClass, WebSocketOptions } from './session-socket.ts'

export const socketDefaults = {
  autoReconnect: true,
  maxReconnectAttempts: 5,
  reconnectDelay: 1_000,
  heartbeatInterval: 30_000,
  connectTimeout: 30_000,
} as const

const openState = 1
const orderlyEnd = 1000
/** After these it would be in vain to connect again. */
const finalCodes: ReadonlySet<number> = new Set([
  orderlyEnd,
  ...Object.values(closes).flatMap(({ code, clientWill }) => (clientWill === 'give up' ? [code] : [])),
])

/** A connection that comes back by itself. A late event of an old socket never acts on a newer one. */
export class SessionLink implements SessionWebSocket {
  readonly #url: string
  readonly #options: Required<Omit<WebSocketOptions, 'clock'>>
  readonly #clock: Clock
  readonly #socketClass: WebSocketClass
  readonly #dispatcher: Dispatcher
  #state: ConnectionState = 'disconnected'
  #socket: SocketLike | undefined
  /** What callers of `connect` wait for. */
  #opening: { promise: Promise<void>; settle(error?: Error): void } | undefined
  #stopHeartbeat: CancelTimer | undefined
  #cancelTimeout: CancelTimer | undefined
  #cancelAttempt: CancelTimer | undefined
  /** Whether it is a lost connection that is to be opened, not a first one. */
  #isReturning = false
  /** Failures in a row. */
  #failures = 0
  #sessionEnded = false

  constructor(
    url: string,
    handlers: SessionHandlers,
    { clock = waitingClock, ...options }: WebSocketOptions,
    socketClass: WebSocketClass,
  ) {
    const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined))
    this.#options = { ...socketDefaults, ...given }
    checkCount('maxReconnectAttempts', this.#options.maxReconnectAttempts)
    checkMs('reconnectDelay', this.#options.reconnectDelay, 0)
    checkMs('heartbeatInterval', this.#options.heartbeatInterval)
    checkMs('connectTimeout', this.#options.connectTimeout)
    this.#url = url
    this.#clock = clock
    this.#socketClass = socketClass
    this.#dispatcher = new Dispatcher(handlers)
  }

  connect(): Promise<void> {
    if (this.#state === 'connected') return Promise.resolve()
    if (this.#opening) return this.#opening.promise
    let settle = (_error?: Error) => {}
    const promise = new Promise<void>((resolve, reject) => {
      settle = error => (error ? reject(error) : resolve())
    })
    this.#opening = { promise, settle }
    this.#failures = 0
    this.#sessionEnded = false
    this.#open()
    return promise
  }

  getState(): ConnectionState {
    return this.#state
  }

  disconnect(): void {
    this.#cancelAttempt?.()
    this.#isReturning = false
    const socket = this.#socket
    this.#release()
    socket?.close()
    this.#settle(new SessionError('disconnected', 'disconnect() was called before the connection was open'))
    this.#become('disconnected')
    this.#dispatcher.ended()
  }

  sendPrompt(text: string): void {
    this.#send('prompt', { text })
  }

  sendInterrupt(): void {
    this.#send('interrupt')
  }

  sendHeartbeat(): void {
    this.#send('heartbeat')
  }

  requestUpload(request: Parameters<SessionWebSocket['requestUpload']>[0]): void {
    this.#send('upload_request', request)
  }

  notifyUploadComplete(notice: Parameters<SessionWebSocket['notifyUploadComplete']>[0]): void {
    this.#send('upload_complete', notice)
  }

  requestDownload(request: Parameters<SessionWebSocket['requestDownload']>[0]): void {
    this.#send('download_request', request)
  }

  listen(listener: Listener): () => void {
    this.#dispatcher.listeners.add(listener)
    return () => this.#dispatcher.listeners.delete(listener)
  }

  /** A socket that is closing takes messages, too, and loses them. */
  get #isOpen(): boolean {
    return this.#state === 'connected' && this.#socket?.readyState === openState
  }

  #send(type: string, payload?: object): void {
    if (!this.#isOpen) throw new SessionError('not_connected', `${type} cannot be sent: not connected`)
    this.#socket?.send(toStrictJson(payload === undefined ? { type } : { type, payload }))
  }

  #open(): void {
    this.#cancelAttempt?.()
    this.#become('connecting')
    // There may be an attempt already, and whoever has heard of this one may have disconnected.
    if (this.#state !== 'connecting' || this.#socket) return
    try {
      this.#take(new this.#socketClass(this.#url))
    } catch (error) {
      this.#lost({ code: 1006, reason: error instanceof Error ? error.message : String(error) })
    }
  }

  #take(socket: SocketLike): void {
    let fault = ''
    this.#socket = socket
    socket.onopen = () => this.#opened()
    socket.onmessage = (event: { data: unknown }) => this.#received(event.data)
    // A close follows, and is the one to be reported.
    socket.onerror = (event: { message?: unknown }) => {
      if (typeof event.message === 'string') fault = event.message
    }
    socket.onclose = ({ code, reason }: CloseLike) => this.#lost({ code, reason: reason || fault })
    this.#cancelTimeout = this.#clock.after(this.#options.connectTimeout, () => {
      socket.close()
      this.#lost({ code: 1006, reason: 'it did not open in time' }, 'timeout')
    })
  }

  #opened(): void {
    this.#cancelTimeout?.()
    this.#failures = 0
    this.#isReturning = false
    this.#stopHeartbeat = every(this.#clock, this.#options.heartbeatInterval, () => {
      if (this.#isOpen) this.sendHeartbeat()
    })
    this.#become('connected')
    this.#settle()
  }

  /** Everything is decided before anybody hears of it: a handler may connect or disconnect. */
  #lost(close: CloseLike, fault?: string): void {
    const { code } = close
    const wasOpen = this.#state === 'connected'
    this.#release()
    const isWanted = wasOpen || this.#isReturning
    const isOver = this.#sessionEnded || finalCodes.has(code)
    const { autoReconnect, maxReconnectAttempts } = this.#options
    const isSpent = isWanted && autoReconnect && !isOver && this.#failures >= maxReconnectAttempts
    this.#isReturning = isWanted && autoReconnect && !isOver && !isSpent
    if (this.#isReturning) this.#schedule()

    const error = lossOf(close, fault ?? (wasOpen ? 'connection_lost' : 'connection_failed'))
    const isReported = this.#settle(error) || this.#sessionEnded
    this.#become('disconnected')
    this.#dispatcher.ended()
    if (!isReported && code !== orderlyEnd && code !== closes.ended.code) this.#dispatcher.report(error)
    if (isSpent)
      this.#dispatcher.report(
        new SessionError('reconnect_failed', `given up after ${this.#failures} attempts`),
      )
  }

  #schedule(): void {
    const delayMs = pauseMs(this.#options.reconnectDelay, this.#failures++)
    this.#cancelAttempt = this.#clock.after(delayMs, () => this.#open())
  }

  #received(data: unknown): void {
    const frame = readFrame(data)
    if (frame?.type === 'session_end') this.#sessionEnded = true
    if (frame) this.#dispatcher.dispatch(frame)
    else
      this.#dispatcher.report(
        new SessionError('invalid_message', 'the service has sent something that is no frame'),
      )
  }

  #release(): void {
    this.#stopHeartbeat?.()
    this.#cancelTimeout?.()
    if (!this.#socket) return
    this.#socket.onopen = this.#socket.onmessage = this.#socket.onclose = null
    // A socket that is closed before it is open fails, and that is nobody's concern any more.
    this.#socket.onerror = () => {}
    this.#socket = undefined
  }

  /** Tells those who wait for the connection; false if nobody does. */
  #settle(error?: Error): boolean {
    const opening = this.#opening
    this.#opening = undefined
    opening?.settle(error)
    return opening !== undefined
  }

  #become(state: ConnectionState): void {
    if (this.#state === state) return
    this.#state = state
    this.#dispatcher.changed(state)
  }
}

function lossOf({ code, reason }: CloseLike, fault: string): SessionError {
  const isRefusal = finalCodes.has(code) && code !== orderlyEnd
  const message = `the connection was closed with ${code}${reason ? `: ${reason}` : ''}`
  return new SessionError(isRefusal ? 'connection_refused' : fault, message, { closeCode: code })
}
