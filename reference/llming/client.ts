import type { CloseLike, SocketLike } from '../core/socket-like.ts'

export type { CloseLike, SocketLike } from '../core/socket-like.ts'

/** The part of an element that the banner uses. */
export interface ElementLike {
  /** By which the banner is found again. */
  id: string
  /** So that a screen reader says what the banner says. */
  role: string | null
  /** What the banner says. */
  textContent: string | null
  /** How the banner looks, and whether it shows. */
  readonly style: { cssText: string; display: string }
}

/** The part of a document that the banner uses. */
export interface DocumentLike {
  /** Finds the banner. */
  getElementById(id: string): ElementLike | null
  /** Makes the banner. */
  createElement(name: 'div'): ElementLike
  /** What the banner is put into. */
  readonly body: { appendChild(element: never): unknown } | null
}

/** What the client takes from the world around it. Whatever is not given is the global of that name. */
export interface ClientEnvironment {
  /** Makes the connections. */
  WebSocket?: new (
    url: string,
  ) => SocketLike
  /** Calls a function later; its result is what cancels it. */
  setTimeout?(run: () => void, ms: number): unknown
  /** Cancels what `setTimeout` has planned. */
  clearTimeout?(timer: unknown): void
  /** Without a document there is no banner (llming/connecting/client-needs-no-dom). */
  document?: DocumentLike
  /** Hears of exceptions in callbacks and of unreadable frames. By default `console.error`. */
  log?(message: string, error: unknown): void
}

/** Reconnect number `attempt` of `maxAttempts` comes in `delay` milliseconds. */
export interface Reconnecting {
  /** Which one it is, from 1 on. */
  attempt: number
  /** After how many the client gives up. */
  maxAttempts: number
  /** Milliseconds until then. */
  delay: number
}

/** Why the client has given up, and the close code that made it, if one did. */
export interface SessionLost {
  /** `exhausted`: there were too many attempts; the others are what the server said. */
  reason: 'superseded' | 'not_found' | 'dead_session' | 'exhausted'
  /** The close code, if a close is the cause. */
  code?: number
}

/** A reply of the server: its `type`, and the members of the result. */
export type Reply = Record<string, unknown>

/** Settings, and callbacks. An exception in a callback is logged and changes nothing. */
export interface ClientOptions {
  /** Reconnects before the client gives up (llming/reconnecting/client-stops-after-maximum). */
  maxReconnectAttempts?: number
  /** Milliseconds between heartbeats, and for an ack; 0: none (llming/liveness/client-sends-heartbeat). */
  heartbeatInterval?: number
  /** Longest wait before a reconnect in milliseconds (llming/reconnecting/client-backoff-grows). */
  maxBackoff?: number
  /** Whether to show a banner where there is a document (llming/reconnecting/client-banner). */
  showBanner?: boolean
  /** Banner during the wait for a reconnect and until it has succeeded. */
  bannerText?: string
  /** Banner from a heartbeat warning to the next ack. */
  warningText?: string
  /** Never connect. Default: `window.__LLMING_OFFLINE__` (llming/connecting/client-offline-detected). */
  offline?: boolean
  /** Stand-ins for the globals. */
  environment?: ClientEnvironment

  /** A parsed message: no ack, no reply to request() (llming/framing/client-delivers-parsed-message). */
  onMessage?(message: unknown): void
  /** A socket has opened, the first or a later one (llming/connecting/client-reports-open). */
  onOpen?(): void
  /** The socket has closed. Precedes all that follows from it (llming/reconnecting/client-callback-order). */
  onClose?(event: CloseLike): void
  /** The socket has failed; its close follows. */
  onError?(event: unknown): void
  /** The wait for a reconnect begins (llming/reconnecting/client-reports-attempt). */
  onReconnecting?(info: Reconnecting): void
  /** A reconnect has succeeded; onOpen follows (llming/reconnecting/client-callback-order). */
  onReconnected?(): void
  /** The client has given up; connect() starts it afresh (llming/superseding/client-superseded-final). */
  onSessionLost?(info: SessionLost): void
  /** One more heartbeat has had no ack for an interval (llming/liveness/client-warns-on-missing-ack). */
  onConnectionWarning?(): void
  /** The first ack after a warning. It does not come when the socket closes first. */
  onConnectionRestored?(): void
}

/**
 * A WebSocket to one llming session that reconnects by itself.
 *
 * | wanted | socket | state                                                                            |
 * |--------|--------|----------------------------------------------------------------------------------|
 * | no     | none   | idle: before connect(), after a completed close(), after onSessionLost           |
 * | yes    | some   | connecting, open or being closed by the server, as its readyState says           |
 * | yes    | none   | waiting to reconnect                                                             |
 * | no     | some   | closing: its close event is still to come; connect() replaces it without waiting |
 *
 * There is never a second open socket, and one that has been replaced is not heard again.
 */
export class LlmingWebSocket {
  /** Reconnects before the client gives up. */
  static readonly MAX_RECONNECT_ATTEMPTS = 15
  /** Pause between two heartbeats, and the time for an ack. */
  static readonly HEARTBEAT_INTERVAL_MS = 15_000
  /** Attempt n waits for base × factor^n, at most the cap (llming/reconnecting/client-backoff-grows). */
  static readonly BACKOFF_BASE_MS = 1_000
  /** Growth of the delay from one attempt to the next. */
  static readonly BACKOFF_FACTOR = 1.5
  /** Cap of the delay; a connection that has lived as long counts as stable. */
  static readonly MAX_BACKOFF_MS = 5_000
  /** So many first connections that fail are a dead session (llming/reconnecting/client-dead-session). */
  static readonly DEAD_SESSION_SOCKETS = 3
  /** Time for the reply to a request. */
  static readonly REQUEST_TIMEOUT_MS = 10_000
  /** Id of the one element that shows banners (llming/reconnecting/client-banner). */
  static readonly BANNER_ID = 'llming-reconnect-banner'
  /** Default of `bannerText`. */
  static readonly BANNER_TEXT = 'Reconnecting…'
  /** Default of `warningText`. */
  static readonly WARNING_TEXT = 'Connection unstable…'

  static readonly #CONNECTING = 0
  static readonly #OPEN = 1
  static readonly #ABNORMAL_CLOSE = 1006
  static readonly #FINAL_CLOSES = new Map<number, SessionLost['reason']>([
    [4001, 'superseded'],
    [4004, 'not_found'],
  ])
  static readonly #BANNER_STYLE =
    'position:fixed;inset:0 0 auto;z-index:2147483647;padding:8px;text-align:center;' +
    'font:14px sans-serif;color:#fff;background:#92400e'

  readonly #url: string
  readonly #options: ClientOptions
  readonly #offline: boolean
  readonly #maxAttempts: number
  readonly #maxBackoff: number
  readonly #page = globalThis as unknown as ClientEnvironment & { window?: { __LLMING_OFFLINE__?: unknown } }
  /** Starts a timer and returns what cancels it. */
  readonly #after: (ms: number, run: () => void) => () => void
  /** The timers of the present state. */
  readonly #timers = new Map<'heartbeat' | 'reconnect' | 'stable', () => void>()

  #wanted = false
  #socket: SocketLike | undefined
  /** Reconnects announced since the last open. */
  #attempt = 0
  /** Opens since a connection was last stable. Each resets `#attempt`; together they lengthen the delay. */
  #flaps = 0
  /** Whether a connection has ever met anything but 1006. */
  #alive = false
  #ackDue = false
  #warned = false
  /** The banner while this client shows it. */
  #banner: ElementLike | undefined
  /** What was sent before the open, with the id of a request. */
  #early: { text: string; id: string | undefined }[] = []
  /** Tells our request ids from those of the application. */
  readonly #idPrefix = `llming-${Math.random().toString(36).slice(2)}-`
  #lastId = 0
  /** By id, what settles a request. */
  readonly #requests = new Map<string, (reply: Reply) => void>()

  /**
   * Opens nothing yet (llming/connecting/client-opens-on-connect).
   *
   * @param url - where every connection goes, used as it is
   */
  constructor(url: string, options: ClientOptions = {}) {
    this.#url = url
    this.#options = options
    this.#maxAttempts = options.maxReconnectAttempts ?? LlmingWebSocket.MAX_RECONNECT_ATTEMPTS
    this.#maxBackoff = options.maxBackoff ?? LlmingWebSocket.MAX_BACKOFF_MS
    this.#offline = options.offline ?? this.#page.window?.__LLMING_OFFLINE__ === true
    // Taken out of their objects: a browser's timers refuse to be methods of anything but the window.
    const { setTimeout = globalThis.setTimeout, clearTimeout = globalThis.clearTimeout } =
      options.environment ?? {}
    this.#after = (ms, run) => {
      const timer = setTimeout(run, ms)
      return () => clearTimeout(timer as never)
    }
  }

  /** True exactly while a socket is open (llming/connecting/client-reports-open). */
  get connected(): boolean {
    return this.#socket?.readyState === LlmingWebSocket.#OPEN
  }

  /**
   * Opens the connection; during the wait for a reconnect, at once. Does nothing when there is one already
   * (llming/reconnecting/client-connect-twice-one-socket) or offline (llming/connecting/client-offline-noop).
   *
   * @throws what the WebSocket class throws, for instance on a malformed URL. The client stays as it was.
   */
  connect(): void {
    if (this.#offline || (this.#wanted && this.#socket)) return
    const WebSocket = this.#options.environment?.WebSocket ?? this.#page.WebSocket
    if (!WebSocket) throw new Error('no global WebSocket class: pass one as environment.WebSocket')
    const socket = new WebSocket(this.#url)
    this.#leaveState()
    if (!this.#wanted) this.#attempt = this.#flaps = 0
    this.#wanted = true
    this.#listen(socket)
  }

  /**
   * Sends `message` as JSON (llming/framing/client-sends-json-text). During a handshake it is kept
   * and sent in order on open, be it after more handshakes (llming/connecting/client-early-send-delivered).
   * In every other state, the wait for a reconnect included, it is dropped. Never throws
   * (llming/reconnecting/client-send-while-closed-harmless): what cannot become JSON is logged.
   */
  send(message: object): void {
    this.#guard('send', () => void this.#transmit(message))
  }

  /**
   * Sends `message` under a `_req_id` of its own and resolves with the reply, which onMessage does not get.
   * An addition to the protocol's client, on top of llming/routing/req-id-echoed.
   *
   * @param options - `timeoutMs`: milliseconds for the reply, counted from the call
   * @returns a promise that rejects with an Error on a reply with `error`, on timeout, when the connection
   *   closes, and at once where send() would drop the message
   */
  request(message: object, { timeoutMs = LlmingWebSocket.REQUEST_TIMEOUT_MS } = {}): Promise<Reply> {
    const id = this.#idPrefix + ++this.#lastId
    const name = 'type' in message ? message.type : 'request'
    return new Promise((resolve, reject) => {
      // What fails on this side takes the shape of an error reply.
      const settle = (reply: Reply) => {
        cancel()
        this.#requests.delete(id)
        if (typeof reply.error !== 'string') resolve(reply)
        else reject(new Error(`${name}: ${reply.error}`, { cause: reply }))
      }
      const cancel = this.#after(timeoutMs, () => settle({ error: `no reply within ${timeoutMs} ms` }))
      this.#requests.set(id, settle)
      try {
        if (this.#transmit({ ...message, _req_id: id }, id)) return
        settle({ error: this.#offline ? 'offline mode' : 'not connected' })
      } catch (error) {
        settle({ error: String(error) })
      }
    })
  }

  /**
   * Closes the connection and stays closed (llming/reconnecting/client-close-final). onClose follows, unless
   * connect() comes first (llming/reconnecting/client-close-then-connect).
   */
  close(): void {
    this.#leaveState()
    this.#stop()
    this.#socket?.close()
  }

  #listen(socket: SocketLike): void {
    this.#socket = socket
    // Without this test a late event of a replaced socket would act on its successor.
    const isCurrent = () => this.#wanted && socket === this.#socket
    socket.onopen = () => {
      if (isCurrent()) this.#opened(socket)
    }
    socket.onmessage = (event: { data: unknown }) => {
      if (isCurrent()) this.#received(event.data)
    }
    socket.onerror = (event: unknown) => {
      if (isCurrent()) this.#guard('onError', () => this.#options.onError?.(event))
    }
    socket.onclose = (event: CloseLike) => {
      if (socket === this.#socket) this.#closed(event)
    }
  }

  #opened(socket: SocketLike): void {
    const reconnected = this.#attempt > 0
    this.#alive = true
    this.#attempt = 0
    this.#flaps++
    // Where connections live longer than the longest wait nobody hammers: the delays may start over.
    this.#arm('stable', Math.min(this.#maxBackoff, LlmingWebSocket.MAX_BACKOFF_MS), () => {
      this.#flaps = 0
    })
    this.#armHeartbeat(socket)
    this.#hideBanner()
    for (const { text, id } of this.#early.splice(0)) if (!id || this.#requests.has(id)) socket.send(text)
    if (reconnected) this.#guard('onReconnected', () => this.#options.onReconnected?.())
    this.#guard('onOpen', () => this.#options.onOpen?.())
  }

  #closed(event: CloseLike): void {
    this.#socket = undefined
    this.#leaveState()
    this.#guard('onClose', () => this.#options.onClose?.(event))
    // Not after close(), nor when the callback has called connect().
    if (this.#wanted && !this.#socket) this.#recover(event.code)
  }

  /** After a connection was lost: gives up, or waits for the next one. */
  #recover(code: number): void {
    if (code !== LlmingWebSocket.#ABNORMAL_CLOSE) this.#alive = true
    const lost = this.#whyLost(code)
    if (lost) {
      this.#stop()
      this.#guard('onSessionLost', () => this.#options.onSessionLost?.(lost))
    } else this.#wait()
  }

  #whyLost(code: number): SessionLost | undefined {
    const reason = LlmingWebSocket.#FINAL_CLOSES.get(code)
    if (reason) return { reason, code }
    const dead = !this.#alive && this.#attempt + 1 === LlmingWebSocket.DEAD_SESSION_SOCKETS
    if (dead) return { reason: 'dead_session', code }
    return this.#attempt >= this.#maxAttempts ? { reason: 'exhausted' } : undefined
  }

  #wait(): void {
    const attempt = ++this.#attempt
    const growth = LlmingWebSocket.BACKOFF_FACTOR ** Math.max(attempt, this.#flaps)
    const delay = Math.min(LlmingWebSocket.BACKOFF_BASE_MS * growth, this.#maxBackoff)
    const info = { attempt, maxAttempts: this.#maxAttempts, delay }
    this.#arm('reconnect', delay, () => {
      if (!this.#guard('connect', () => this.connect())) this.#recover(LlmingWebSocket.#ABNORMAL_CLOSE)
    })
    this.#showBanner(this.#options.bannerText ?? LlmingWebSocket.BANNER_TEXT)
    this.#guard('onReconnecting', () => this.#options.onReconnecting?.(info))
  }

  #stop(): void {
    this.#wanted = false
    this.#early = []
    this.#hideBanner()
  }

  /** Ends what belongs to one connection or one wait, so that nothing of it happens in the next. */
  #leaveState(): void {
    for (const cancel of this.#timers.values()) cancel()
    this.#ackDue = this.#warned = false
    for (const settle of this.#requests.values()) settle({ error: 'the connection has closed' })
  }

  #arm(name: 'heartbeat' | 'reconnect' | 'stable', ms: number, run: () => void): void {
    this.#timers.set(name, this.#after(ms, run))
  }

  /** Sends now or on open. False: dropped. */
  #transmit(message: object, id?: string): boolean {
    const state = this.#socket?.readyState
    if (state === LlmingWebSocket.#OPEN) this.#socket?.send(JSON.stringify(message))
    else if (state === LlmingWebSocket.#CONNECTING) this.#early.push({ text: JSON.stringify(message), id })
    else return false
    return true
  }

  #received(data: unknown): void {
    this.#guard('onMessage', () => {
      if (typeof data !== 'string') throw new TypeError('a binary frame')
      const message: unknown = JSON.parse(data)
      // Throws for null, which is as good as no JSON.
      const { type, _req_id: id } = message as Reply
      if (type === 'heartbeat_ack') return this.#acked()
      if (typeof id !== 'string' || !id.startsWith(this.#idPrefix)) return this.#options.onMessage?.(message)
      this.#requests.get(id)?.(message as Reply)
    })
  }

  #armHeartbeat(socket: SocketLike): void {
    const { heartbeatInterval = LlmingWebSocket.HEARTBEAT_INTERVAL_MS } = this.#options
    if (heartbeatInterval > 0) this.#arm('heartbeat', heartbeatInterval, () => this.#beat(socket))
  }

  /** One timer sends each heartbeat and judges the one before, so that no two can fire in the wrong order. */
  #beat(socket: SocketLike): void {
    this.#armHeartbeat(socket)
    if (this.#ackDue) this.#warn()
    // The warning may have led to close().
    if (socket.readyState !== LlmingWebSocket.#OPEN) return
    this.#ackDue = true
    socket.send('{"type":"heartbeat"}')
  }

  #warn(): void {
    this.#warned = true
    this.#showBanner(this.#options.warningText ?? LlmingWebSocket.WARNING_TEXT)
    this.#guard('onConnectionWarning', () => this.#options.onConnectionWarning?.())
  }

  #acked(): void {
    this.#ackDue = false
    if (!this.#warned) return
    this.#warned = false
    this.#hideBanner()
    this.#guard('onConnectionRestored', () => this.#options.onConnectionRestored?.())
  }

  #showBanner(text: string): void {
    this.#guard('banner', () => {
      const document = this.#options.environment?.document ?? this.#page.document
      if (this.#options.showBanner === false || !document?.body) return
      let banner = document.getElementById(LlmingWebSocket.BANNER_ID)
      if (!banner) {
        banner = document.createElement('div')
        Object.assign(banner, { id: LlmingWebSocket.BANNER_ID, role: 'status' })
        banner.style.cssText = LlmingWebSocket.#BANNER_STYLE
        document.body.appendChild(banner as never)
      }
      banner.textContent = text
      banner.style.display = 'block'
      this.#banner = banner
    })
  }

  /** Hides what this client shows. Another client of the page may be showing the same element. */
  #hideBanner(): void {
    if (this.#banner) this.#banner.style.display = 'none'
    this.#banner = undefined
  }

  /** Runs what may throw, now or in a promise, without throwing. False: it has thrown now. */
  #guard(what: string, run: () => unknown): boolean {
    const report = (error: unknown) => {
      const { log = console.error } = this.#options.environment ?? {}
      log(`LlmingWebSocket, ${what}:`, error)
    }
    try {
      Promise.resolve(run()).catch(report)
      return true
    } catch (error) {
      report(error)
      return false
    }
  }
}
