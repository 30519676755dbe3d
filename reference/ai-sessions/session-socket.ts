import { parseJsonObject } from '../../schemas/json.ts'
import { type CancelTimer, type Clock, every, waitingClock } from '../core/clock.ts'
import type { CloseLike, SocketLike } from '../core/socket-like.ts'
import type {
  AssistantMessage,
  ErrorMessage,
  ResultMessage,
  SessionEndMessage,
  SystemMessage,
  ToolResultMessage,
  ToolUseMessage,
  UserMessage,
  WebSocketMessage,
} from './messages.ts'

export type ConnectionState = 'connecting' | 'connected' | 'disconnected'

/** What is to be done about what comes. All of them are optional. */
export interface SessionHandlers {
  /** Every frame. */
  onMessage?(message: WebSocketMessage): void
  onAssistant?(message: AssistantMessage): void
  onToolUse?(message: ToolUseMessage): void
  onToolResult?(message: ToolResultMessage): void
  onUser?(message: UserMessage): void
  onSystem?(message: SystemMessage): void
  onResult?(message: ResultMessage): void
  onSessionEnd?(message: SessionEndMessage): void
  /** A {@link SessionError} of the service, a fault of the connection, or an error that a handler has thrown. */
  onError?(error: Error): void
  onConnectionChange?(state: ConnectionState): void
}

/** What is left out has its default. */
export interface WebSocketOptions {
  /** Whether a lost connection is opened again. Default: true. */
  autoReconnect?: boolean
  /** Failures in a row after which it is not any more. Default: 5. */
  maxReconnectAttempts?: number
  /** Milliseconds before the first attempt; each further one waits twice as long, 30 s at most. Default: 1000. */
  reconnectDelay?: number
  /** Milliseconds between two heartbeats. Default: 30000. */
  heartbeatInterval?: number
  /** Default: the machine's. */
  clock?: Clock
}

/** The part of a WebSocket class that is needed. */
export type WebSocketClass = new (url: string) => SocketLike

/** What an `error` frame says. */
export class SessionError extends Error {
  readonly code: string
  readonly payload: ErrorMessage['payload']

  constructor(payload: ErrorMessage['payload']) {
    super(`${payload.code}: ${payload.message}`)
    this.name = 'SessionError'
    this.code = payload.code
    this.payload = payload
  }
}

/** The conversation with one session. */
export interface SessionWebSocket {
  /** Resolves when the connection is open. @throws Error when it cannot be opened */
  connect(): Promise<void>
  getState(): ConnectionState
  /** Closes the connection, for good. */
  disconnect(): void
  /** @throws Error while not connected; so do all methods that send */
  sendPrompt(text: string): void
  /** Ends the current turn. */
  sendInterrupt(): void
  /** Is sent by itself as long as the connection is open. */
  sendHeartbeat(): void
  requestUpload(request: { request_id: string; filename: string; content_type: string; size: number }): void
  notifyUploadComplete(notice: { request_id: string; filename: string; path: string }): void
  requestDownload(request: { request_id: string; path: string }): void
  /** Calls a listener with every frame, beside the handlers, and with `undefined` when the connection is lost. */
  listen(listener: (message: WebSocketMessage | undefined) => void): () => void
}

export const socketDefaults = {
  autoReconnect: true,
  maxReconnectAttempts: 5,
  reconnectDelay: 1_000,
  heartbeatInterval: 30_000,
} as const
const longestReconnectDelayMs = 30_000
/** After these it would be in vain: an orderly end, a refusal, the end of the session. */
const finalCodes: readonly number[] = [1000, 4001, 4003, 4004, 4009, 4100]

const handlerOf = {
  assistant: 'onAssistant',
  tool_use: 'onToolUse',
  tool_result: 'onToolResult',
  user: 'onUser',
  system: 'onSystem',
  result: 'onResult',
  session_end: 'onSessionEnd',
} as const satisfies Record<string, keyof SessionHandlers>

/**
 * The WebSocket of a session, which is not opened yet.
 *
 * @param url - as `getWebSocketURL` gives it
 * @param WebSocketClass - default: the global one, which Node has from version 22 on
 * @throws Error when there is no WebSocket class
 */
export function createSessionWebSocket(
  url: string,
  handlers: SessionHandlers = {},
  options: WebSocketOptions = {},
  WebSocketClass?: WebSocketClass | typeof globalThis.WebSocket,
): SessionWebSocket {
  const socketClass = WebSocketClass ?? globalThis.WebSocket
  if (!socketClass)
    throw new Error('there is no global WebSocket here: pass a WebSocket class as fourth argument')
  return new SessionLink(url, handlers, options, socketClass as WebSocketClass)
}

class SessionLink implements SessionWebSocket {
  readonly #url: string
  readonly #handlers: SessionHandlers
  readonly #options: Required<Omit<WebSocketOptions, 'clock'>>
  readonly #clock: Clock
  readonly #socketClass: WebSocketClass
  readonly #listeners = new Set<(message: WebSocketMessage | undefined) => void>()
  #state: ConnectionState = 'disconnected'
  #socket: SocketLike | undefined
  /** Whoever waits for the first connection. */
  #opening: Promise<void> | undefined
  #settleOpening: ((error?: Error) => void) | undefined
  #cancelHeartbeat: CancelTimer | undefined
  #cancelAttempt: CancelTimer | undefined
  /** Failures in a row. */
  #failures = 0
  #sessionEnded = false

  constructor(
    url: string,
    handlers: SessionHandlers,
    options: WebSocketOptions,
    socketClass: WebSocketClass,
  ) {
    const { clock = waitingClock, ...rest } = options
    const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined))
    this.#url = url
    this.#handlers = handlers
    this.#options = { ...socketDefaults, ...given }
    this.#clock = clock
    this.#socketClass = socketClass
  }

  connect(): Promise<void> {
    if (this.#state === 'connected') return Promise.resolve()
    if (this.#opening) return this.#opening
    this.#cancelAttempt?.()
    this.#failures = 0
    this.#sessionEnded = false
    const opening = new Promise<void>((resolve, reject) => {
      this.#settleOpening = error => (error ? reject(error) : resolve())
    })
    this.#opening = opening
    this.#open()
    return opening
  }

  getState(): ConnectionState {
    return this.#state
  }

  disconnect(): void {
    this.#cancelAttempt?.()
    const socket = this.#socket
    this.#release()
    socket?.close()
    this.#settle(new Error('disconnect() was called before the connection was open'))
    this.#become('disconnected')
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

  listen(listener: (message: WebSocketMessage | undefined) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  #send(type: string, payload?: object): void {
    if (this.#state !== 'connected' || !this.#socket) throw new Error(`${type} cannot be sent: not connected`)
    this.#socket.send(JSON.stringify(payload === undefined ? { type } : { type, payload }))
  }

  #open(): void {
    this.#become('connecting')
    try {
      this.#take(new this.#socketClass(this.#url))
    } catch (error) {
      this.#lost({ code: 1006, reason: error instanceof Error ? error.message : String(error) })
    }
  }

  #take(socket: SocketLike): void {
    this.#socket = socket
    socket.onopen = () => this.#opened()
    socket.onmessage = (event: { data: unknown }) => this.#received(event.data)
    socket.onerror = (event: { message?: unknown }) =>
      this.#report(new Error(`the connection has failed${event.message ? `: ${event.message}` : ''}`))
    socket.onclose = (event: CloseLike) => this.#lost(event)
  }

  #opened(): void {
    this.#failures = 0
    this.#cancelHeartbeat = every(this.#clock, this.#options.heartbeatInterval, () => this.sendHeartbeat())
    this.#become('connected')
    this.#settle()
  }

  #lost({ code, reason }: CloseLike): void {
    this.#release()
    for (const listener of [...this.#listeners]) this.#guarded(() => listener(undefined))
    const first = this.#opening !== undefined
    this.#settle(new Error(`no connection: closed with ${code}${reason ? ` ${reason}` : ''}`))
    this.#become('disconnected')
    const { autoReconnect, maxReconnectAttempts, reconnectDelay } = this.#options
    const isFinal = first || this.#sessionEnded || finalCodes.includes(code)
    if (!autoReconnect || isFinal || this.#failures >= maxReconnectAttempts) return
    const delayMs = Math.max(
      reconnectDelay,
      Math.min(reconnectDelay * 2 ** this.#failures, longestReconnectDelayMs),
    )
    this.#failures++
    this.#cancelAttempt = this.#clock.after(delayMs, () => this.#open())
  }

  #received(data: unknown): void {
    const frame = typeof data === 'string' ? parseJsonObject(data) : undefined
    if (typeof frame?.type === 'string') this.#dispatch(frame as unknown as WebSocketMessage)
    else this.#report(new Error('the service has sent something that is no frame'))
  }

  #dispatch(message: WebSocketMessage): void {
    const { type } = message
    if (type === 'session_end') this.#sessionEnded = true
    this.#guarded(() => this.#handlers.onMessage?.(message))
    for (const listener of [...this.#listeners]) this.#guarded(() => listener(message))
    if (type === 'error') this.#report(new SessionError(errorOf(message)))
    else if (Object.hasOwn(handlerOf, type))
      this.#guarded(() => this.#handlers[handlerOf[type as keyof typeof handlerOf]]?.(message as never))
  }

  /** What is left of a socket may not disturb its successor. */
  #release(): void {
    this.#cancelHeartbeat?.()
    if (!this.#socket) return
    this.#socket.onopen = this.#socket.onmessage = this.#socket.onclose = null
    // A socket that is closed before it is open fails, and that is nobody's concern any more.
    this.#socket.onerror = () => {}
    this.#socket = undefined
  }

  #settle(error?: Error): void {
    this.#opening = undefined
    this.#settleOpening?.(error)
    this.#settleOpening = undefined
  }

  #become(state: ConnectionState): void {
    if (this.#state === state) return
    this.#state = state
    this.#guarded(() => this.#handlers.onConnectionChange?.(state))
  }

  #report(error: Error): void {
    this.#guarded(() => this.#handlers.onError?.(error), true)
  }

  /** A handler that fails stops nothing. */
  #guarded(call: () => void, isErrorHandler = false): void {
    try {
      call()
    } catch (error) {
      if (isErrorHandler) console.error(error)
      else this.#report(error instanceof Error ? error : new Error(String(error)))
    }
  }
}

function errorOf({ payload }: WebSocketMessage): ErrorMessage['payload'] {
  const { code, message } = (payload ?? {}) as Partial<ErrorMessage['payload']>
  return { ...(payload as object), code: String(code ?? 'unknown'), message: String(message ?? '') }
}
