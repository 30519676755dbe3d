import { randomBytes } from 'node:crypto'
import { mkdtempSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { closes } from '../../schemas/ai-sessions/closes.ts'
import { type Limits, limits as protocolLimits } from '../../schemas/ai-sessions/limits.ts'
import { defaultLimits } from '../../schemas/protocol.ts'
import { type Clock, systemClock } from '../core/clock.ts'
import { KeepAlive } from '../core/keep-alive.ts'
import { ReplayBuffer } from '../core/replay-buffer.ts'
import type { Service, SocketHandler, UpgradeRequest } from '../core/service.ts'
import type { Agent } from './agent.ts'
import { Connection, refusing } from './connection.ts'
import { CredentialDesk, type OAuthProvider } from './credentials.ts'
import { bearerOf, Gate } from './gate.ts'
import { HttpSurface } from './http.ts'
import { ProfileBook } from './profiles.ts'
import { AgentSession, type ServerFrame } from './session.ts'
import { SessionBook } from './sessions.ts'
import { TransferDesk, transferPath } from './transfers.ts'
import { UserBook } from './users.ts'
import { Workspace } from './workspace.ts'

/** The policies that a service is made of. An embedder may put its own class in the place of any. */
export const parts = {
  AgentSession,
  Connection,
  CredentialDesk,
  Gate,
  HttpSurface,
  KeepAlive,
  ProfileBook,
  ReplayBuffer: ReplayBuffer<ServerFrame>,
  SessionBook,
  TransferDesk,
  UserBook,
  Workspace,
}

export type Parts = typeof parts

export interface SessionServerOptions {
  /** Signs the tokens; at least 32 characters. */
  secret: string
  /** Who works behind the prompts. */
  agent: Agent
  /** Who grants credentials by OAuth. Absent: there is no OAuth. */
  oauth?: OAuthProvider
  /** Domains of e-mail addresses that may register. Default: all. */
  allowedDomains?: readonly string[]
  /** Status of a new session. Default: `pending`. */
  initialStatus?: 'pending' | 'starting'
  /** Folder for the files of sessions. Default: one of its own, which is removed with the server. */
  folder?: string
  /** All files of one session together. Default: 1 GiB. */
  maxWorkspaceBytes?: number
  /** Where URLs of this service begin. Default: where the client has found it, over HTTP. */
  publicUrl?: string
  /** Numbers that differ from the protocol's defaults. */
  limits?: Partial<Limits>
  clock?: Clock
  /** Takes what went wrong inside. Default: standard error. */
  onError?(error: unknown): void
  parts?: Partial<Parts>
}

export interface SessionServer extends Service {
  readonly gate: Gate
  readonly sessions: SessionBook
  readonly users: UserBook
}

const socketPaths = [/^\/v1\/sessions\/([^/]+)\/ws$/, /^\/v1\/ws\/sessions\/([^/]+)$/]

/** A server of the `ai-sessions` protocol. @throws Error when the secret is too short */
export function createSessionServer(options: SessionServerOptions): SessionServer {
  const { clock = systemClock, initialStatus = 'pending', publicUrl, agent, secret } = options
  const { onError = error => console.error(error), maxWorkspaceBytes = 2 ** 30 } = options
  const limits = { ...defaultLimits(protocolLimits), ...options.limits }
  const part = { ...parts, ...options.parts }
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), 'agentwire-'))
  const connections = new Set<Connection>()

  const gate = new part.Gate({ secret, clock })
  const transfers = new part.TransferDesk({ clock, limits, secret: randomBytes(32).toString('hex') })
  const credentials = new part.CredentialDesk({ clock, limits, oauth: options.oauth, onError })
  const users = new part.UserBook({
    clock,
    limits,
    allowedDomains: options.allowedDomains,
    makeProfiles: () => new part.ProfileBook({ clock, limits }),
  })
  const sessions = new part.SessionBook({
    limits,
    users,
    make: (userId, wishes) =>
      new part.AgentSession(userId, wishes, {
        clock,
        limits,
        initialStatus,
        agent,
        workspace: new part.Workspace(folder, maxWorkspaceBytes),
        makeBuffer: windowMs => new part.ReplayBuffer(windowMs),
        onEnded: session => transfers.forget(session),
        onError,
      }),
  })
  const http = new part.HttpSurface({
    credentials,
    gate,
    limits,
    sessions,
    transfers,
    users,
    publicUrl,
    onError,
  })

  /** The connection to a running session of its own, or the reason why there is none. */
  async function connected(request: UpgradeRequest, id: string): Promise<SocketHandler> {
    const query = new URL(request.url).searchParams.get('token')
    const claims = await gate.identify(query ?? bearerOf(request.headers.get('authorization')))
    if (!claims) return refusing(closes.unauthorized)
    const session = sessions.get(id)
    if (!session) return refusing(closes.unknownSession)
    if (session.userId !== claims.sub) return refusing(closes.forbidden)
    if (!session.running && !session.over) return refusing(closes.notRunning)
    const connection: Connection = new part.Connection(session, {
      clock,
      limits,
      transfers,
      origin: publicUrl ?? `http://${request.headers.get('host') ?? 'localhost'}`,
      makeKeepAlive: its => new part.KeepAlive(its),
      onError,
      onEnded: ended => connections.delete(ended),
    })
    connections.add(connection)
    return connection
  }

  return {
    gate,
    sessions,
    users,
    maxPayloadBytes: limits.maxMessageBytes,
    async fetch(request) {
      const { pathname } = new URL(request.url)
      const isOurs = pathname.startsWith('/v1/') || pathname.startsWith(transferPath)
      return isOurs ? http.app.fetch(request) : undefined
    },
    upgrade(request) {
      const { pathname } = new URL(request.url)
      const [, id] = socketPaths.map(path => path.exec(pathname)).find(found => found !== null) ?? []
      return id === undefined ? undefined : connected(request, decoded(id))
    },
    async close() {
      for (const connection of [...connections]) connection.end(closes.shuttingDown)
      for (const session of sessions.all()) session.end('service_stopped')
      if (options.folder === undefined) await rm(folder, { recursive: true, force: true })
    },
  }
}

/** A segment of a path as it is meant. One that is badly encoded names nothing. */
function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}
