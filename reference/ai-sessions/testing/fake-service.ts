import { AdjustableClock } from '../../core/clock.ts'
import type { SocketLike } from '../../core/socket-like.ts'
import { MockSocket } from '../../testing/mock-socket.ts'
import { type AISessionsConfig, createClient } from '../http-client.ts'
import { createSessionWebSocket, type SessionHandlers, type WebSocketOptions } from '../session-socket.ts'

export interface Asked {
  method: string
  /** As it was asked for, with the query. */
  url: string
  headers: Headers
  body: string | undefined
  signal: AbortSignal | undefined
}

export type Answer = (asked: Asked, index: number) => Response | Promise<Response>

/** A service that answers what it is told to, and keeps what it was asked. Time passes by `clock.advance` alone. */
export class FakeService {
  readonly clock = new AdjustableClock()
  readonly asked: Asked[] = []
  readonly askedAt: number[] = []
  readonly sockets: MockSocket[] = []
  readonly openedAt: number[] = []
  answer: Answer

  constructor(answer: Answer = () => json({})) {
    this.answer = answer
    this.clock.freeze()
  }

  readonly fetch: typeof globalThis.fetch = async (input, init = {}) => {
    const { method = 'GET', headers, body, signal } = init
    const text =
      body instanceof Blob
        ? await body.text()
        : body instanceof ReadableStream
          ? await new Response(body).text()
          : body
    this.asked.push({
      method,
      url: String(input),
      headers: new Headers(headers),
      body: (text as string | null) ?? undefined,
      signal: signal ?? undefined,
    })
    this.askedAt.push(this.clock.now())
    return this.answer(this.asked.at(-1) as Asked, this.asked.length - 1)
  }

  client(config: Partial<AISessionsConfig> = {}) {
    const { fetch, clock } = this
    return createClient({ baseUrl: 'https://service.example', token: 't+/=&', fetch, clock, ...config })
  }

  socket(handlers: SessionHandlers = {}, options: WebSocketOptions = {}) {
    const made = (socket: MockSocket) => {
      this.sockets.push(socket)
      this.openedAt.push(this.clock.now())
    }
    const Socket = class extends MockSocket implements SocketLike {
      closedBy: number | undefined
      constructor(url: string) {
        super(url)
        made(this)
      }
    }
    return createSessionWebSocket(
      'wss://service.example/v1/sessions/s/ws?token=t',
      handlers,
      { clock: this.clock, ...options },
      Socket,
    )
  }

  /** A socket that is connected. */
  async connected(handlers: SessionHandlers = {}, options: WebSocketOptions = {}) {
    const ws = this.socket(handlers, options)
    const connecting = ws.connect()
    this.newest.accept()
    await connecting
    return ws
  }

  get newest(): MockSocket {
    const socket = this.sockets.at(-1)
    if (!socket) throw new Error('no socket was opened')
    return socket
  }

  /** Lets time pass, and what it sets in motion happen. */
  async pass(ms: number): Promise<void> {
    await settled()
    await this.clock.advance(ms)
    await settled()
  }
}

export function json(body: unknown, status = 200, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(body), { status, headers })
}

export const settled = () => new Promise(resolve => setImmediate(resolve))
