import {
  type Peer,
  type ServerSocket,
  type Service,
  type SocketHandler,
  type UpgradeRequest,
  wrapTaken,
} from '../../reference/core/service.ts'

export interface CloseFrame {
  code: number
  reason: string
}

/** Faults between a server and its peers. What is not given is passed on as it is. */
export interface Tamper {
  /** Texts that go out in place of one. */
  toClient?(text: string): string[]
  /** Texts that come in in place of one. */
  toServer?(text: string): string[]
  /** Size of the largest message that the host hands over, in place of the server's own limit. */
  maxPayloadBytes?(limit: number): number
  /** What the server's close becomes; `cut`: no close frame at all. */
  close?(close: CloseFrame): CloseFrame | 'cut'
  /** Takes the place of the server's own handler for an event. */
  handler?(handler: SocketHandler, socket: () => ServerSocket | undefined): Partial<SocketHandler>
  upgrade?(
    request: UpgradeRequest,
    pass: (request: UpgradeRequest) => ReturnType<Service['upgrade']>,
  ): ReturnType<Service['upgrade']>
  fetch?(
    request: Request,
    pass: (request: Request) => Promise<Response | undefined>,
  ): Promise<Response | undefined>
}

/** A service with faults on its wire. The service itself is unchanged. */
export function tampered(service: Service, tamper: Tamper): Service {
  const upgrade = (request: UpgradeRequest, peer: Peer) => {
    const pass = (passed: UpgradeRequest) => service.upgrade(passed, peer)
    const taken = tamper.upgrade ? tamper.upgrade(request, pass) : pass(request)
    return wrapTaken(taken, handler => tamperedHandler(handler, tamper))
  }
  return {
    get maxPayloadBytes() {
      return tamper.maxPayloadBytes?.(service.maxPayloadBytes) ?? service.maxPayloadBytes
    },
    fetch: (request, peer) => {
      const pass = (passed: Request) => service.fetch(passed, peer)
      return tamper.fetch ? tamper.fetch(request, pass) : pass(request)
    },
    upgrade,
    close: () => service.close(),
  }
}

function tamperedHandler(handler: SocketHandler, tamper: Tamper): SocketHandler {
  let open: ServerSocket | undefined
  const own: SocketHandler = {
    opened(socket) {
      open = tamperedSocket(socket, tamper)
      handler.opened(open)
    },
    text(data) {
      for (const text of tamper.toServer?.(data) ?? [data]) handler.text(text)
    },
    binary: data => handler.binary(data),
    beat: () => handler.beat?.(),
    blocked: () => handler.blocked?.(),
    drained: () => handler.drained?.(),
    closed: code => handler.closed(code),
  }
  return { ...own, ...tamper.handler?.(own, () => open) }
}

function tamperedSocket(socket: ServerSocket, tamper: Tamper): ServerSocket {
  return {
    get open() {
      return socket.open
    },
    get queuedFrames() {
      return socket.queuedFrames
    },
    send(text) {
      for (const each of tamper.toClient?.(text) ?? [text]) socket.send(each)
    },
    close(code, reason) {
      const close = tamper.close?.({ code, reason }) ?? { code, reason }
      if (close === 'cut') socket.cut()
      else socket.close(close.code, close.reason)
    },
    cut: () => socket.cut(),
    ping: () => socket.ping(),
    pause: () => socket.pause(),
    resume: () => socket.resume(),
  }
}

/** Changes JSON responses of one kind of request. */
export function responses(
  where: (path: string, method: string) => boolean,
  change: (status: number, body: Record<string, unknown>) => { status?: number; body: unknown } | undefined,
): Tamper {
  return {
    async fetch(request, pass) {
      const response = await pass(request)
      if (!response || !where(new URL(request.url).pathname, request.method)) return response
      const text = await response.text()
      const changed = text.startsWith('{') ? change(response.status, JSON.parse(text)) : undefined
      return new Response(changed ? JSON.stringify(changed.body) : text, {
        status: changed?.status ?? response.status,
        headers: response.headers,
      })
    },
  }
}

/** Changes messages that go out, as objects. */
export function outgoing(
  change: (message: Record<string, unknown>) => unknown[] | undefined,
): Pick<Tamper, 'toClient'> {
  return {
    toClient(text) {
      const changed = change(JSON.parse(text))
      return changed ? changed.map(each => JSON.stringify(each)) : [text]
    },
  }
}
