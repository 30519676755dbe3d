/** Where a request came from. */
export interface Peer {
  /** Address of the peer, if the host knows it. */
  address: string | undefined
}

/** The part of a request that decides about an upgrade. */
export interface UpgradeRequest {
  /** The whole URL, with the query. */
  url: string
  /** The headers of the request. */
  headers: Pick<Headers, 'get'>
}

/** The server's end of one WebSocket. */
export interface ServerSocket {
  /** False once either side has begun to close. */
  readonly open: boolean
  /** Frames that were sent and that the network has not taken yet. */
  readonly queuedFrames: number
  /** Sends a text frame at the end of the turn; without effect on a socket that is not open. */
  send(text: string): void
  /** Sends a ping. */
  ping(): void
  /** Stops to read from the peer, so that it has to slow down. What has been read already is still handed over. */
  pause(): void
  /** Reads on. */
  resume(): void
  /** Starts the closing handshake. The host cuts a peer that does not answer it. */
  close(code: number, reason: string): void
  /** Ends the connection without a close frame. */
  cut(): void
}

/** What a service does with a WebSocket that it has taken. */
export interface SocketHandler {
  /** The WebSocket is open. Comes first, and once. */
  opened(socket: ServerSocket): void
  /** A text message has come. */
  text(data: string): void
  /** A binary message has come. */
  binary(data: Uint8Array): void
  /** A ping or pong of the peer has come. */
  beat?(): void
  /** The network has not taken everything that was sent in a turn of the event loop. */
  blocked?(): void
  /** The network has taken everything that was sent. */
  drained?(): void
  /** The connection has ended, for whatever reason. Nothing is called any more. */
  closed(code: number): void
}

/** What becomes of an upgrade: taken, refused, or not this service's. */
export type Taken = SocketHandler | Response | undefined

/** One protocol's server, independent of how bytes reach it. Several share a port, since their paths don't meet. */
export interface Service {
  /** Largest WebSocket message that the host hands over, read anew for each connection; a larger one ends it with 1009. */
  maxPayloadBytes: number
  /** Answers an HTTP request, or passes on one that is not its own. */
  fetch(request: Request, peer: Peer): Promise<Response | undefined>
  /** Takes a WebSocket, refuses it with a response, or passes on one that is not its own. */
  upgrade(request: UpgradeRequest, peer: Peer): Taken | Promise<Taken>
  /** Ends timers and connections. */
  close(): Promise<void>
}

/** An upgrade with something put around its handler, if it is taken. */
export function wrapTaken(
  taken: Taken | Promise<Taken>,
  wrap: (handler: SocketHandler) => SocketHandler,
): Taken | Promise<Taken> {
  if (taken instanceof Promise) return taken.then(settled => wrapTaken(settled, wrap))
  return taken && !(taken instanceof Response) ? wrap(taken) : taken
}
