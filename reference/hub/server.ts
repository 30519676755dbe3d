import { closes } from '../../schemas/hub/closes.ts'
import { limits as hubLimits, type Limits } from '../../schemas/hub/limits.ts'
import { defaultLimits } from '../../schemas/protocol.ts'
import { type Clock, systemClock } from '../core/clock.ts'
import { jsonResponse } from '../core/json-response.ts'
import type { Service, Taken, UpgradeRequest } from '../core/service.ts'
import { AccountBook } from './accounts.ts'
import { Approvals } from './approvals.ts'
import { type Butler, ButlerDesk } from './butler.ts'
import { Connection } from './connection.ts'
import { Errands } from './errands.ts'
import { Exchange } from './exchange.ts'
import { Gate } from './gate.ts'
import { HttpSurface } from './http.ts'
import { Journal } from './journal.ts'
import { createMemoryStore } from './memory-store.ts'
import { Monitor } from './monitor.ts'
import { Outbox } from './outbox.ts'
import { Roster } from './roster.ts'
import { Router } from './router.ts'
import type { Store } from './store.ts'
import { Threads } from './threads.ts'
import { TokenAuthority } from './tokens.ts'

/** The policies that a hub is made of. An embedder may put its own class in the place of any. */
export const parts = {
  AccountBook,
  Approvals,
  ButlerDesk,
  Connection,
  Errands,
  Exchange,
  Gate,
  HttpSurface,
  Journal,
  Monitor,
  Outbox,
  Roster: Roster<Connection>,
  Router,
  Threads,
  TokenAuthority,
}

/** The classes that a server consists of. */
export type Parts = typeof parts

/** What a hub is made of. */
export interface HubServerOptions {
  /** Signs the tokens; at least 32 characters. */
  secret: string
  /** Whom tokens name as their issuer. Default: `echocenter`. */
  issuer?: string
  /** Where accounts and messages are kept. Default: in memory. It is not closed with the server. */
  store?: Store
  /** Who answers for the butler. Absent: nobody, unless somebody connects with the butler's token. */
  butler?: Butler
  /** Browser origins that may connect beside the server's own. */
  allowedOrigins?: readonly string[]
  /** Numbers that differ from the protocol's defaults. */
  limits?: Partial<Limits>
  /** Default: the system's. */
  clock?: Clock
  /** Takes one entry for each turn in the life of a connection. Default: a line of JSON on standard error. */
  onLog?(entry: LogEntry): void
  /** Takes what went wrong inside. Default: standard error. */
  onError?(error: unknown): void
  /** Classes that take the place of the server's own. */
  parts?: Partial<Parts>
}

/** A turn in the life of a connection. */
export interface LogEntry {
  /** What has happened. */
  event: 'connected' | 'refused' | 'ended'
  /** Absent where nobody knows. */
  user?: number
  /** Why it has ended or was refused. */
  reason?: string
  /** What was asked for, without the token. */
  url?: string
}

export interface HubServer extends Service {
  /** Who may connect. */
  readonly accounts: AccountBook
  /** Delivers messages, as if somebody had sent them. */
  readonly exchange: Exchange
  /** Who is connected. */
  readonly roster: Roster<Connection>
  /** Makes tokens and verifies them. */
  readonly tokens: TokenAuthority
}

/** Development servers of the protocol's web interface. */
const defaultOrigins = ['http://localhost:3000', 'http://localhost:5173']

/** A server of the `hub` protocol. @throws Error when the secret is too short */
export function createHubServer(options: HubServerOptions): HubServer {
  const { clock = systemClock, store = createMemoryStore(), allowedOrigins = defaultOrigins } = options
  const { onError = error => console.error(error), onLog = entry => console.error(JSON.stringify(entry)) } =
    options
  const limits = { ...defaultLimits(hubLimits), ...options.limits }
  const part = { ...parts, ...options.parts }
  const tokens = new part.TokenAuthority({
    secret: options.secret,
    issuer: options.issuer ?? 'echocenter',
    lifetimeS: limits.tokenLifetimeS,
    clock,
  })
  const accounts = new part.AccountBook(store, clock)
  const gate = new part.Gate({ accounts, tokens, allowedOrigins })
  const roster = new part.Roster()
  const roleOf = (id: number) => accounts.get(id)?.role ?? roster.of(id)?.identity.role
  const threads = new part.Threads(store, clock)
  const journal = new part.Journal({ store, threads, limits, roleOf })
  const router = new part.Router(roster)
  const exchange = new part.Exchange({ clock, journal, router, onError })
  const monitor = new part.Monitor({ exchange, gate, roster, roleOf })
  const approvals = new part.Approvals({ accounts, exchange, gate, journal, roster })
  exchange.follow(frame => monitor.observe(frame))
  exchange.follow((frame, sender) => approvals.hear(frame, sender))
  if (options.butler) {
    const errands = new part.Errands(clock, limits.agentReplyTimeoutMs)
    const { butler } = options
    const all = { accounts, approvals, butler, errands, exchange, roster, roleOf, onError }
    const desk = new part.ButlerDesk(all)
    exchange.follow(frame => desk.hear(frame))
  }
  const http = new part.HttpSurface({
    accounts,
    approvals,
    clock,
    gate,
    journal,
    limits,
    roster,
    store,
    threads,
    tokens,
    allowedOrigins,
    onError,
    onTokenReplaced(accountId) {
      const connection = roster.of(accountId)
      if (connection?.identity.tokenHash !== undefined) connection.end(closes.tokenDead)
    },
  })
  const connectionOptions: ConstructorParameters<typeof Connection>[1] = {
    clock,
    limits,
    makeOutbox: (socket, its) => new part.Outbox(socket, its),
    onOpened(connection) {
      onLog({ event: 'connected', user: connection.identity.userId })
      roster.join(connection)?.end(closes.superseded)
    },
    onMessage: (connection, message) => exchange.take(connection, message),
    onUndelivered: (connection, userId) =>
      notice(connection, `Not delivered to user ${userId}, who has stopped reading.`),
    onEnded(connection, reason) {
      onLog({ event: 'ended', user: connection.identity.userId, reason })
      roster.leave(connection)
    },
    onError,
  }

  let closing = false

  /** A word of the hub to one of its clients. */
  function notice({ identity }: Connection, content: string): void {
    exchange.publish({
      type: 'SYSTEM_LOG',
      sender_id: 0,
      sender_name: 'hub',
      sender_role: 'SYSTEM',
      target_id: identity.userId,
      payload: { level: 'WARNING', content },
    })
  }

  async function identified(request: UpgradeRequest): Promise<Taken> {
    const { pathname, searchParams } = new URL(request.url)
    const token = searchParams.get('token')
    const refused = (status: number, reason: string) => {
      searchParams.delete('token')
      onLog({
        event: 'refused',
        reason,
        url: searchParams.size > 0 ? `${pathname}?${searchParams}` : pathname,
      })
      return jsonResponse({ error: reason }, status)
    }
    if (!token) return refused(401, 'token is required')
    const identity = await gate.identify(token)
    if (!identity) return refused(401, 'invalid credentials')
    if (!gate.originAllowed(request)) return refused(403, 'origin not allowed')
    if (closing) return refused(503, 'the hub is shutting down')
    return new part.Connection(identity, connectionOptions)
  }

  return {
    accounts,
    exchange,
    roster,
    tokens,
    maxPayloadBytes: limits.maxMessageBytes,
    async fetch(request) {
      const { pathname } = new URL(request.url)
      return pathname.startsWith('/api/') ? http.app.fetch(request) : undefined
    },
    upgrade(request) {
      return new URL(request.url).pathname === '/api/ws' ? identified(request) : undefined
    },
    async close() {
      closing = true
      exchange.close()
      for (const connection of [...roster.all()]) connection.end(closes.shuttingDown)
    },
  }
}
