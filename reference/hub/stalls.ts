import { type ServerSocket, type SocketHandler, type Taken, wrapTaken } from '../core/service.ts'
import { atEndOfTurn } from '../core/turn.ts'

/** Makes connections behave as if their peers had stopped reading, for tests. */
export class Stalls {
  readonly #sockets = new WeakMap<SocketHandler, StallableSocket>()

  /** Puts itself between the connection of an upgrade and its socket. */
  watch(taken: Taken | Promise<Taken>): Taken | Promise<Taken> {
    return wrapTaken(taken, connection => ({
      opened: socket => {
        const stallable = new StallableSocket(socket, connection)
        this.#sockets.set(connection, stallable)
        connection.opened(stallable)
      },
      text: data => connection.text(data),
      binary: data => connection.binary(data),
      beat: () => connection.beat?.(),
      blocked: () => connection.blocked?.(),
      drained: () => this.#sockets.get(connection)?.drained(),
      closed: code => connection.closed(code),
    }))
  }

  /** From now on what is sent on this connection waits. False: there is none. */
  stall(connection: SocketHandler | undefined): boolean {
    const socket = connection && this.#sockets.get(connection)
    socket?.stall()
    return socket !== undefined
  }

  /** Sends what has waited, and returns how many frames that were. */
  unstall(connection: SocketHandler | undefined): number {
    return (connection && this.#sockets.get(connection))?.unstall() ?? 0
  }
}

class StallableSocket implements ServerSocket {
  readonly #socket: ServerSocket
  readonly #connection: SocketHandler
  /** What waits while the peer does not read. */
  #waiting: string[] | undefined
  /** Whether the connection will hear at the end of the turn that something waits. */
  #told = false

  constructor(socket: ServerSocket, connection: SocketHandler) {
    this.#socket = socket
    this.#connection = connection
  }

  get open(): boolean {
    return this.#socket.open
  }

  get queuedFrames(): number {
    return this.#socket.queuedFrames + (this.#waiting?.length ?? 0)
  }

  send(text: string): void {
    if (!this.#waiting) this.#socket.send(text)
    else {
      this.#waiting.push(text)
      if (!this.#told) this.#tell()
    }
  }

  stall(): void {
    this.#waiting ??= []
  }

  unstall(): number {
    const waiting = this.#waiting ?? []
    this.#waiting = undefined
    for (const text of waiting) this.#socket.send(text)
    if (this.#socket.queuedFrames === 0) this.drained()
    return waiting.length
  }

  #tell(): void {
    this.#told = true
    atEndOfTurn(() => {
      this.#told = false
      this.#connection.blocked?.()
    })
  }

  /** The network has taken what it was given. That is not all there is. */
  drained(): void {
    if (!this.#waiting?.length) this.#connection.drained?.()
  }

  /** A peer that does not read sees no close frame either, so it is cut. */
  close(code: number, reason: string): void {
    if (this.#waiting) this.#socket.cut()
    else this.#socket.close(code, reason)
  }

  ping(): void {
    if (!this.#waiting) this.#socket.ping()
  }

  cut(): void {
    this.#socket.cut()
  }

  pause(): void {
    this.#socket.pause()
  }

  resume(): void {
    this.#socket.resume()
  }
}
