import type { Clock } from '../core/clock.ts'
import type { SocketLike } from '../core/socket-like.ts'
import type { ConnectionState, Listener, SessionHandlers } from './dispatcher.ts'
import { SessionLink } from './session-link.ts'

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
  /** Milliseconds within which a connection has to open. Default: 30000. */
  connectTimeout?: number
  /** Default: the machine's. */
  clock?: Clock
}

/** The part of a WebSocket class that is needed. */
export interface WebSocketClass {
  /** Begins to connect. */
  new (url: string): SocketLike
}

/** The conversation with one session. */
export interface SessionWebSocket {
  /** Resolves when the connection is open. @throws SessionError when it cannot be opened */
  connect(): Promise<void>
  /** The state of the connection. */
  getState(): ConnectionState
  /** Closes the connection, for good. */
  disconnect(): void
  /** @throws SessionError while not connected; so do all methods that send */
  sendPrompt(text: string): void
  /** Ends the current turn. */
  sendInterrupt(): void
  /** Is sent by itself as long as the connection is open. */
  sendHeartbeat(): void
  /** Asks where a file can be put; the answer is a frame of type `upload_url`. */
  requestUpload(request: { request_id: string; filename: string; content_type: string; size: number }): void
  /** Says that the file has been put. */
  notifyUploadComplete(notice: { request_id: string; filename: string; path: string }): void
  /** Asks where a file can be got; the answer is a frame of type `download_url`. */
  requestDownload(request: { request_id: string; path: string }): void
  /** Calls a listener with every frame, beside the handlers, and with `undefined` when the connection has ended. */
  listen(listener: Listener): () => void
}

/**
 * The WebSocket of a session, which is not opened yet.
 *
 * @param url - as `getWebSocketURL` gives it
 * @param WebSocketClass - default: the global one, which Node has from version 22 on
 * @throws TypeError when the URL is not one of a WebSocket
 * @throws RangeError when an option makes no sense
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
  // A WebSocket class would name the URL in its error, and the token is in the URL.
  if (!isWebSocketURL(url)) throw new TypeError('url: expected ws: or wss:, without a fragment')
  return new SessionLink(url, handlers, options, socketClass as WebSocketClass)
}

function isWebSocketURL(url: string): boolean {
  try {
    const { protocol, hash } = new URL(url)
    return /^wss?:$/.test(protocol) && hash === ''
  } catch {
    return false
  }
}
