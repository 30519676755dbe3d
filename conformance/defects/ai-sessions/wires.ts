import { type ServerSocket, type SocketHandler, wrapTaken } from '../../../reference/core/service.ts'
import { isJsonObject, type JsonObject, memberOf, parseJsonObject } from '../../../schemas/json.ts'
import { responses, type Tamper } from '../tamper.ts'

/** Which requests are meant, as `METHOD /path`; ids match anything. */
export type Where = RegExp

const sessionIn = /^\/v1\/(?:sessions|io\/sessions|ws\/sessions|profiles)\/([^/]+)/

function lineOf(request: Request): string {
  return `${request.method} ${new URL(request.url).pathname}`
}

/** Changes the answers to some requests. `undefined`: this one stays. */
export function answers(
  where: Where,
  change: (body: JsonObject, status: number) => { status?: number; body: unknown } | undefined,
): Tamper {
  return responses(
    (path, method) => where.test(`${method} ${path}`),
    (status, body) => change(body, status),
  )
}

/** Gives another status in place of one. */
export function otherStatus(where: Where, from: number, to: number, body?: JsonObject): Tamper {
  return answers(where, (own, status) => (status === from ? { status: to, body: body ?? own } : undefined))
}

/** Changes members of successful answers. A change to `undefined` leaves the member out. */
export function otherMembers(where: Where, change: (body: JsonObject) => JsonObject): Tamper {
  return answers(where, (body, status) => (status < 300 ? { body: change(body) } : undefined))
}

/** Changes the sessions or profiles that are answered. */
export function otherObjects(
  kind: 'session' | 'profile',
  where: Where,
  change: (object: JsonObject) => JsonObject,
): Tamper {
  return otherMembers(where, body => {
    const [one, many] = [body[kind], body[`${kind}s`]]
    if (isJsonObject(one)) return { ...body, [kind]: change(one) }
    if (Array.isArray(many)) return { ...body, [`${kind}s`]: many.filter(isJsonObject).map(change) }
    return body
  })
}

/** Says that something has been done, and does not do it. */
export function pretends(where: Where, body: JsonObject, status = 200): Tamper {
  return {
    fetch: async (request, pass) =>
      where.test(lineOf(request)) && request.headers.has('authorization')
        ? Response.json(body, { status })
        : pass(request),
  }
}

/** Reads another body than the one that was sent. */
export function otherBody(where: Where, change: (body: JsonObject) => unknown): Tamper {
  return {
    async fetch(request, pass) {
      if (!where.test(lineOf(request))) return pass(request)
      const text = await request.text()
      const body = parseJsonObject(text)
      return pass(withBody(request, body ? JSON.stringify(change(body)) : text))
    },
  }
}

/** Does more than was asked for, before it does that. */
export function first(where: Where, act: (request: Request, pass: Pass) => Promise<void>): Tamper {
  return {
    async fetch(request, pass) {
      if (where.test(lineOf(request))) await act(request, pass)
      return pass(request)
    },
  }
}

type Pass = (request: Request) => Promise<Response | undefined>

/** The same request with another body. */
export function withBody(request: Request, body: string | Uint8Array): Request {
  const headers = new Headers(request.headers)
  headers.set('content-length', String(Buffer.byteLength(body)))
  return new Request(request.url, { method: request.method, headers, body: Buffer.from(body) })
}

/** Another request of the same user. */
export function alike(request: Request, method: string, path: string, body?: JsonObject): Request {
  const authorization = request.headers.get('authorization') ?? ''
  const bare = new Request(new URL(path, request.url), {
    method,
    headers: { authorization, 'content-type': 'application/json' },
  })
  return body ? withBody(bare, JSON.stringify(body)) : bare
}

/**
 * Takes whoever asks for a session or profile for its owner, whom it knows by the answers to creations.
 *
 * @param where which requests are treated so; an upgrade counts as `UPGRADE /path`
 */
export function asOwner(where: Where): Tamper {
  const owners = new Map<string, string>()
  const ownerOf = (line: string, path: string) =>
    where.test(line) ? owners.get(sessionIn.exec(path)?.[1] ?? '') : undefined
  return {
    async fetch(request, pass) {
      const { pathname } = new URL(request.url)
      const own = request.headers.get('authorization')
      const owner = own === null ? undefined : ownerOf(lineOf(request), pathname)
      const response = await pass(owner === undefined ? request : withToken(request, owner))
      if (request.method !== 'POST' || response?.status !== 201 || own === null) return response
      const body: unknown = await response.clone().json()
      for (const kind of ['session', 'profile']) {
        const id = memberOf(memberOf(body, kind), 'id')
        if (typeof id === 'string') owners.set(id, own)
      }
      return response
    },
    upgrade(request, pass) {
      const url = new URL(request.url)
      const owner = ownerOf(`UPGRADE ${url.pathname}`, url.pathname)
      if (owner === undefined) return pass(request)
      url.searchParams.set('token', owner.replace(/^Bearer /i, ''))
      return pass({ url: url.href, headers: new Headers() })
    },
  }
}

/** The same request with another token. */
export function withToken(request: Request, authorization: string): Request {
  const changed = new Request(request)
  changed.headers.set('authorization', authorization)
  return changed
}

/** Puts other methods in the place of a socket's own; each connection has its own. */
export function otherSocket(change: (socket: ServerSocket) => Partial<ServerSocket>): Tamper {
  return {
    handler: handler => ({
      opened: socket => handler.opened(changedSocket(socket, change(socket))),
    }),
  }
}

/** A connection of a session, as a defect sees it. */
export interface Line {
  /** The path of the session. */
  session: string
  token: string
  handler: SocketHandler
  /** The server's end; set when the connection is open. */
  socket?: ServerSocket
}

/** Treats the connections of each session together: `lines` are those that are open, the newest last. */
export function bySession(
  change: (line: Line, lines: Line[]) => Partial<SocketHandler>,
  admit: (session: string, lines: Line[]) => Response | undefined = () => undefined,
): Tamper {
  const sessions = new Map<string, Line[]>()
  return {
    upgrade(request, pass) {
      const url = new URL(request.url)
      const session = url.pathname
      const lines = sessions.get(session) ?? []
      sessions.set(session, lines)
      const refused = admit(session, lines)
      if (refused) return refused
      const token = url.searchParams.get('token') ?? request.headers.get('authorization') ?? ''
      return wrapTaken(pass(request), handler => {
        const line: Line = { session, token, handler }
        const own: SocketHandler = {
          opened(socket) {
            line.socket = socket
            lines.push(line)
            handler.opened(socket)
          },
          text: data => handler.text(data),
          binary: data => handler.binary(data),
          beat: () => handler.beat?.(),
          blocked: () => handler.blocked?.(),
          drained: () => handler.drained?.(),
          closed(code) {
            if (lines.includes(line)) lines.splice(lines.indexOf(line), 1)
            handler.closed(code)
          },
        }
        line.handler = own
        return { ...own, ...change(line, lines) }
      })
    },
  }
}

/** A socket with other methods in the place of its own. */
export function changedSocket(socket: ServerSocket, change: Partial<ServerSocket>): ServerSocket {
  const own: ServerSocket = {
    get open() {
      return socket.open
    },
    get queuedFrames() {
      return socket.queuedFrames
    },
    send: text => socket.send(text),
    close: (code, reason) => socket.close(code, reason),
    cut: () => socket.cut(),
    ping: () => socket.ping(),
    pause: () => socket.pause(),
    resume: () => socket.resume(),
  }
  return Object.defineProperties(own, Object.getOwnPropertyDescriptors(change)) as ServerSocket
}
