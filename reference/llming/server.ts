import type { JsonObject } from '../../schemas/json.ts'
import { closes } from '../../schemas/llming/closes.ts'
import { type Limits, limits as llmingLimits } from '../../schemas/llming/limits.ts'
import { defaultLimits } from '../../schemas/protocol.ts'
import { type Clock, systemClock } from '../core/clock.ts'
import { jsonResponse } from '../core/json-response.ts'
import type { Service, SocketHandler, UpgradeRequest } from '../core/service.ts'
import { AccessGate } from './access-gate.ts'
import { AuthManager } from './auth.ts'
import { type Command, CommandRunner } from './commands.ts'
import { Connection, type ConnectionHooks } from './connection.ts'
import { Controller } from './controller.ts'
import { type AuditEntry, createHttpApp } from './http.ts'
import { McpSurface } from './mcp.ts'
import { Dispatcher, WSRouter } from './router.ts'
import { type Session, type SessionDetails, SessionRegistry } from './session.ts'

/** The policies that a server is made of. An embedder may put its own class in the place of any. */
export const parts = {
  AccessGate,
  CommandRunner,
  Connection,
  Controller,
  Dispatcher,
  McpSurface,
  SessionRegistry,
}

/** The classes that a server consists of. */
export type Parts = typeof parts

/** What a server is made of. Everything has a default. */
export interface LlmingServerOptions {
  /** The routes that browsers call. */
  router?: WSRouter
  /** The commands that tools call. */
  commands?: readonly Command[]
  /** Default: one with the secret of the environment. */
  auth?: AuthManager
  /** What the application does when connections come and go and sessions expire. */
  hooks?: ConnectionHooks & { onSessionExpired?(session: Session): void | Promise<void> }
  /** Who may use the debug surface, and what it shows. */
  debug?: {
    /** Value of `x-debug-key`. Default: environment variable `DEBUG_API_KEY`, read for each request. */
    key?: () => string | undefined
    /** Addresses and networks that requests may come from; `*`: any. */
    allowedNetworks?: readonly string[]
    /** Proxies, by address, whose `X-Forwarded-For` is believed. */
    trustedProxies?: readonly string[]
    /** Types that may be injected. Default: all. */
    allowedMessageTypes?: readonly string[]
    /** Adds to what is shown of a session. */
    describeSession?(session: Session): JsonObject
  }
  /** Absent: no MCP surface. */
  mcp?: { key: string; localhostOnly?: boolean }
  /** Numbers that differ from the protocol's defaults. */
  limits?: Partial<Limits>
  /** Whether a newer connection closes the older one. Default: true. */
  supersede?: boolean
  /** Browser origins that may connect beside the server's own. */
  allowedOrigins?: readonly string[]
  /** Default: the system's. */
  clock?: Clock
  /** Takes one entry for each injection. Default: a line of JSON on standard error. */
  onAudit?(entry: AuditEntry): void
  /** Takes what an application's code has thrown. Default: standard error. */
  onError?(error: unknown): void
  /** Classes that take the place of the server's own. */
  parts?: Partial<Parts>
}

/** A running server, as its application sees it. */
export interface LlmingServer extends Service {
  /** Signs and verifies the tokens. */
  readonly auth: AuthManager
  /** All sessions. */
  readonly registry: SessionRegistry
  /** Registers a session with a controller that serves the router's routes. */
  createSession(details?: SessionDetails): Session
}

/**
 * A frame over the limit is read and ignored. Only one that is far over it, and over the protocol's default too,
 * ends the connection with 1009 (`llming/framing/size-limit`).
 */
const oversizeAllowanceBytes = 65_536
const defaultMaxMessageBytes = defaultLimits(llmingLimits).maxMessageBytes

/** A server of the `llming` protocol. */
export function createLlmingServer(options: LlmingServerOptions = {}): LlmingServer {
  const { clock = systemClock, hooks = {}, supersede = true, debug = {} } = options
  const { onError = error => console.error(error), onAudit = entry => console.error(JSON.stringify(entry)) } =
    options
  const limits = { ...defaultLimits(llmingLimits), ...options.limits }
  const part = { ...parts, ...options.parts }
  const auth = options.auth ?? new AuthManager({ ...limits, clock })
  const registry = new part.SessionRegistry({ clock, limits, onExpired: hooks.onSessionExpired, onError })
  const dispatcher = new part.Dispatcher(options.router ?? new WSRouter())
  const runner = new part.CommandRunner(options.commands ?? [], registry)
  const http = createHttpApp({
    registry,
    auth,
    runner,
    gate: new part.AccessGate({ ...debug, key: debug.key ?? (() => process.env.DEBUG_API_KEY) }),
    maxBodyBytes: limits.maxMessageBytes,
    allowedMessageTypes: debug.allowedMessageTypes,
    describeSession: debug.describeSession,
    onAudit,
    onError,
  })
  const mcp =
    options.mcp &&
    new part.McpSurface({ ...options.mcp, runner, maxBodyBytes: limits.maxMessageBytes, onError })

  return {
    auth,
    registry,
    maxPayloadBytes: Math.max(limits.maxMessageBytes, defaultMaxMessageBytes) + oversizeAllowanceBytes,
    createSession(details) {
      const session = registry.create(details)
      session.controller = new part.Controller(session, dispatcher, onError)
      return session
    },
    async fetch(request, peer) {
      const { pathname } = new URL(request.url)
      if (sessionIdOf(request) !== undefined) return upgradeRequired()
      if (mcp && (pathname === '/mcp' || pathname.startsWith('/mcp/'))) return mcp.fetch(request, peer)
      if (/^\/(debug|llming-com)(\/|$)/.test(pathname)) return http.fetch(request, { peer })
      return undefined
    },
    upgrade(request) {
      const sessionId = sessionIdOf(request)
      if (sessionId === undefined) return undefined
      if (!originAllowed(request, options.allowedOrigins ?? []))
        return jsonResponse({ detail: 'origin not allowed' }, 403)
      const session = registry.get(sessionId)
      return session
        ? new part.Connection(session, { clock, limits, hooks, supersede, onError })
        : unknownSession
    },
    async close() {
      registry.close()
      for (const session of registry.all()) session.connection?.end(closes.shuttingDown)
      await mcp?.close()
    },
  }
}

/** The close code can only be seen after the handshake, so the server accepts first and closes at once. */
const unknownSession: SocketHandler = {
  opened: socket => socket.close(closes.sessionNotFound.code, closes.sessionNotFound.reason),
  text: () => {},
  binary: () => {},
  closed: () => {},
}

/** What a plain request to the URL of a session gets. */
function upgradeRequired(): Response {
  return new Response(JSON.stringify({ detail: 'a WebSocket upgrade is needed here' }), {
    status: 426,
    headers: { 'Content-Type': 'application/json', Upgrade: 'websocket', Connection: 'Upgrade' },
  })
}

/** The one path segment after `/ws/`, or nothing where the path is not that of a session. */
function sessionIdOf(request: Pick<Request, 'url'>): string | undefined {
  const segment = /^\/ws\/([^/]+)$/.exec(new URL(request.url).pathname)?.[1]
  try {
    const id = decodeURIComponent(segment ?? '')
    return id === '' || id.includes('/') ? undefined : id
  } catch {
    return undefined
  }
}

/** Programs send no origin; browsers always do, and a foreign page must not speak for its visitor. */
function originAllowed(request: UpgradeRequest, allowed: readonly string[]): boolean {
  const origin = request.headers.get('origin')
  if (origin === null || allowed.includes(origin)) return true
  return URL.canParse(origin) && new URL(origin).host === request.headers.get('host')
}
