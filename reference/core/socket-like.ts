/** The part of a WebSocket that clients use; the browser's class and that of the package `ws` have it. */
export interface SocketLike {
  /** As in browsers: 0 connecting, 1 open, 2 closing, 3 closed. */
  readonly readyState: number
  /** Called once, when it has opened. */
  onopen: ((event: never) => void) | null
  /** Called for each message. */
  onmessage: ((event: never) => void) | null
  /** Called once, when it has ended. */
  onclose: ((event: never) => void) | null
  /** Called before `onclose` where something went wrong. */
  onerror: ((event: never) => void) | null
  /** Sends a text message. */
  send(text: string): void
  /** Starts the closing handshake. */
  close(): void
}

/** How a socket has ended. */
export interface CloseLike {
  /** The close code; 1006 if there was no close frame. */
  readonly code: number
  /** The reason text; empty if there was none. */
  readonly reason: string
}
