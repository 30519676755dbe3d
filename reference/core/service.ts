/** Where a request came from. */
export interface Peer {
  /** Address of the peer, if the host knows it. */
  address: string | undefined
}

/** The part of a request that decides about an upgrade. */
export interface UpgradeRequest {
  url: string
  headers: Pick<Headers, 'get'>
}

/** The server's end of one WebSocket. */
export interface ServerSocket {
  /** False once either side has begun to close. */
  readonly open: boolean
  /** Sends a text frame; without effect on a socket that is not open. */
  send(text: string): void
  /** Starts the closing handshake. The host cuts a peer that does not answer it. */
  close(code: number, reason: string): void
  /** Ends the connection without a close frame. */
  cut(): void
}

/** What a service does with a WebSocket that it has taken. */
export interface SocketHandler {
  opened(socket: ServerSocket): void
  text(data: string): void
  binary(data: Uint8Array): void
  closed(code: number): void
}

/** One protocol's server, independent of how bytes reach it. Several share a port, since their paths don't meet. */
export interface Service {
  /** Largest WebSocket message that the host hands over; a larger one ends the connection with 1009. */
  maxPayloadBytes: number
  /** Answers an HTTP request, or passes on one that is not its own. */
  fetch(request: Request, peer: Peer): Promise<Response | undefined>
  /** Takes a WebSocket, refuses it with a response, or passes on one that is not its own. */
  upgrade(request: UpgradeRequest, peer: Peer): SocketHandler | Response | undefined
  /** Ends timers and connections. */
  close(): Promise<void>
}
