/** The part of a WebSocket that clients use; the browser's class and that of the package `ws` have it. */
export interface SocketLike {
  readonly readyState: number
  onopen: ((event: never) => void) | null
  onmessage: ((event: never) => void) | null
  onclose: ((event: never) => void) | null
  onerror: ((event: never) => void) | null
  send(text: string): void
  close(): void
}

/** How a socket has ended. */
export interface CloseLike {
  readonly code: number
  readonly reason: string
}
