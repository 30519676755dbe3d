import { closes } from '../../schemas/hub/closes.ts'
import { limits as hubLimits, type Limits } from '../../schemas/hub/limits.ts'
import { isJsonObject, type JsonObject } from '../../schemas/json.ts'
import { defaultLimits } from '../../schemas/protocol.ts'
import { type CancelTimer, type Clock, systemClock } from '../core/clock.ts'
import type { CloseLike, SocketLike } from '../core/socket-like.ts'
import { jsonBytes } from './size.ts'

/** A WebSocket that may tell why its handshake was refused. Browsers do not. */
export interface HubSocket extends SocketLike {
  /** HTTP status of a refused handshake. */
  readonly refusal?: number
}

/** Why a client has stopped for good. */
export type Farewell = 'closed' | 'superseded' | 'token refused'

/** How to reach the hub, and as whom. */
export interface LinkOptions {
  /** Origin of the hub, such as `https://hub.example`. */
  url: string
  /** A JWT, or the API token of an agent. */
  token: string
  /** Numbers that differ from the protocol's defaults. */
  limits?: Partial<Limits>
  /** Default: the global class. For Node 20, see `NodeSocket`. */
  WebSocket?: new (
    url: string,
  ) => HubSocket
  /** Default: the global function. */
  fetch?: typeof fetch
  /** Default: the system's. */
  clock?: Clock
  /** Hears of what went wrong and was survived. Default: `console.error`. */
  onError?(error: unknown): void
}

/** What a link tells of. */
export interface LinkEvents {
  /** The link is connected, for the first time or again. */
  onOpen?(): void
  /** A frame of the hub has come. */
  onFrame(frame: Frame): void
  /** The hub has ended the connection because of something that was sent on it. */
  onRefused?(): void
  /** The link will not connect again by itself. */
  onEnd?(reason: Farewell): void
}

/** A frame of the hub, as far as a client relies on it. */
export type Frame = JsonObject & { type: string; sender_id: number; sender_role: string }

const openState = 1

/** How a hub ends a connection because of a message that it cannot take. */
const refusals: ReadonlySet<number> = new Set([
  closes.invalidText.code,
  closes.undecodable.code,
  closes.messageTooBig.code,
])

/**
 * One connection to a hub that comes back by itself, with pauses that grow. It stays off where it cannot be wanted:
 * after `close`, when another connection of the user has taken its place, and when the token is refused.
 */
export class HubLink {
  /** The limits in force. */
  readonly limits: Limits
  /** What its waits are measured with. */
  readonly clock: Clock
  readonly #options: LinkOptions
  readonly #events: LinkEvents
  #wanted = false
  #socket: HubSocket | undefined
  #attempt = 0
  #cancelWait: CancelTimer | undefined

  constructor(options: LinkOptions, events: LinkEvents) {
    this.#options = options
    this.#events = events
    this.limits = { ...defaultLimits(hubLimits), ...options.limits }
    this.clock = options.clock ?? systemClock
  }

  /** Whether there is an open connection. */
  get connected(): boolean {
    return this.#socket?.readyState === openState
  }

  /** Connects; during a pause, at once. Does nothing when there is a connection already. */
  connect(): void {
    this.#wanted = true
    this.#attempt = 0
    if (!this.#socket) this.#open()
  }

  /** Disconnects and stays off. */
  close(): void {
    const socket = this.#socket
    this.#end('closed')
    socket?.close()
  }

  /**
   * Sends a frame. False, and nothing sent, without an open connection.
   *
   * @throws RangeError when the frame is larger than the hub takes, whether there is a connection or not
   */
  send(frame: object): boolean {
    const { maxMessageBytes } = this.limits
    if (jsonBytes(frame) > maxMessageBytes)
      throw new RangeError(`a message may have ${maxMessageBytes} bytes`)
    if (!this.connected) return false
    this.#socket?.send(JSON.stringify(frame))
    return true
  }

  /** Asks the hub over HTTP, with the token. */
  request(path: string, init: RequestInit = {}): Promise<Response> {
    const { fetch = globalThis.fetch, token, url } = this.#options
    const headers = { ...init.headers, Authorization: `Bearer ${token}` }
    return fetch(new URL(path, withScheme(url, 'http')), { ...init, headers })
  }

  /** Tells of an error that was survived. */
  report(error: unknown): void {
    const { onError = error => console.error(error) } = this.#options
    onError(error)
  }

  #open(): void {
    this.#cancelWait?.()
    const { token, url } = this.#options
    const WebSocket =
      this.#options.WebSocket ?? (globalThis as { WebSocket?: new (url: string) => HubSocket }).WebSocket
    if (!WebSocket) throw new Error('there is no global WebSocket class: pass one, such as NodeSocket')
    const target = new URL('/api/ws', withScheme(url, 'ws'))
    target.search = `token=${encodeURIComponent(token)}`
    this.#listen(new WebSocket(target.href))
  }

  #listen(socket: HubSocket): void {
    this.#socket = socket
    let opened = false
    // A late event of a socket that was given up must not act on its successor.
    const isCurrent = () => this.#socket === socket
    socket.onopen = () => {
      if (!isCurrent()) return
      opened = true
      this.#attempt = 0
      this.#guard(() => this.#events.onOpen?.())
    }
    socket.onmessage = ({ data }: { data: unknown }) => {
      const frame = isCurrent() ? readFrame(data) : undefined
      if (frame) this.#guard(() => this.#events.onFrame(frame))
    }
    // The close that follows says all there is to say.
    socket.onerror = () => {}
    socket.onclose = ({ code }: CloseLike) => {
      if (!isCurrent()) return
      this.#socket = undefined
      if (refusals.has(code)) this.#guard(() => this.#events.onRefused?.())
      if (code === closes.superseded.code) this.#end('superseded')
      else if (code === closes.tokenDead.code || socket.refusal === 401) this.#end('token refused')
      else this.#wait(opened || socket.refusal !== undefined)
    }
  }

  /** Waits for the next attempt. Where nobody has said why the last one failed, the hub is asked first. */
  #wait(reasonKnown: boolean): void {
    const { 'client.reconnectBaseMs': baseMs, 'client.reconnectCapMs': capMs } = this.limits
    const delayMs = Math.min(capMs, baseMs * 2 ** this.#attempt++)
    this.#cancelWait = this.clock.after(delayMs, () => {
      if (reasonKnown) this.#guard(() => this.#open())
      else void this.#askAndOpen()
    })
  }

  async #askAndOpen(): Promise<void> {
    const refused = await this.#isTokenRefused()
    if (!this.#wanted || this.#socket) return
    if (refused) this.#end('token refused')
    else this.#guard(() => this.#open())
  }

  /** Asks for the endpoint without upgrading, since a browser hides the answer to a refused handshake. */
  async #isTokenRefused(): Promise<boolean> {
    const { fetch = globalThis.fetch, token, url } = this.#options
    try {
      const path = `/api/ws?token=${encodeURIComponent(token)}`
      return (await fetch(new URL(path, withScheme(url, 'http')))).status === 401
    } catch {
      // A hub that is not there has refused nothing.
      return false
    }
  }

  #end(reason: Farewell): void {
    const { onEnd } = this.#events
    const wasWanted = this.#wanted
    this.#wanted = false
    this.#socket = undefined
    this.#cancelWait?.()
    if (wasWanted) this.#guard(() => onEnd?.(reason))
  }

  /** What a listener throws harms nobody else. */
  #guard(run: () => void): void {
    try {
      run()
    } catch (error) {
      this.report(error)
    }
  }
}

/** The id of the account in a JWT. The hub has checked the token; to its holder it is plain text. */
export function userIdOf(token: string): number | undefined {
  try {
    const claims = token.split('.')[1] ?? ''
    const { user_id } = JSON.parse(atob(claims.replaceAll('-', '+').replaceAll('_', '/'))) as JsonObject
    return typeof user_id === 'number' ? user_id : undefined
  } catch {
    return undefined
  }
}

/** A frame that a client can use, or nothing: what it does not expect does it no harm. */
function readFrame(data: unknown): Frame | undefined {
  if (typeof data !== 'string') return undefined
  try {
    const value: unknown = JSON.parse(data)
    if (!isJsonObject(value)) return undefined
    const { type, sender_id, sender_role = '' } = value
    if (typeof type !== 'string' || typeof sender_id !== 'number' || typeof sender_role !== 'string')
      return undefined
    return { ...value, type, sender_id, sender_role }
  } catch {
    return undefined
  }
}

function withScheme(url: string, scheme: 'http' | 'ws'): string {
  return url.replace(/^(http|ws)/, scheme)
}
