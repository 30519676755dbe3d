import type { SocketLike } from '../core/socket-like.ts'

/** The client's end of a connection, with the server's end as methods. Nothing happens by itself. */
export class MockSocket implements SocketLike {
  readyState = 0
  onopen: SocketLike['onopen'] = null
  onmessage: SocketLike['onmessage'] = null
  onclose: SocketLike['onclose'] = null
  onerror: SocketLike['onerror'] = null
  readonly sent: unknown[] = []
  readonly texts: string[] = []

  readonly url: string
  /** HTTP status of a refused handshake. */
  refusal: number | undefined
  readonly #onSend: (message: unknown, socket: MockSocket) => void

  constructor(url: string, onSend: (message: unknown, socket: MockSocket) => void = () => {}) {
    this.url = url
    this.#onSend = onSend
  }

  send(text: string): void {
    if (this.readyState === 0) throw new Error('InvalidStateError')
    if (this.readyState !== 1) throw new Error('sent on a socket that is not open')
    this.texts.push(text)
    this.sent.push(JSON.parse(text))
    this.#onSend(JSON.parse(text), this)
  }

  close(): void {
    if (this.readyState < 2) this.readyState = 2
  }

  accept(): void {
    this.readyState = 1
    this.onopen?.({} as never)
  }

  receive(...messages: unknown[]): void {
    for (const message of messages) this.receiveData(JSON.stringify(message))
  }

  receiveData(data: unknown): void {
    this.onmessage?.({ data } as never)
  }

  end(code: number, reason = ''): void {
    this.readyState = 3
    this.onclose?.({ code, reason } as never)
  }

  /** Refuses the handshake; without a status as browsers tell it. */
  refuse(status?: number): void {
    this.readyState = 3
    this.refusal = status
    this.onerror?.({ type: 'error' } as never)
    this.end(1006)
  }
}
