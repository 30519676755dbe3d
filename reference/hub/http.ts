import { type Context, Hono, type MiddlewareHandler } from 'hono'
import { cors } from 'hono/cors'
import type { Static, TSchema } from 'typebox'
import {
  AgentToken,
  Decision,
  Login,
  NewAgent,
  NewLogEntry,
  NewThread,
  NewUser,
  Positive,
  ThreadChange,
  type User,
  Whole,
} from '../../schemas/hub/endpoints.ts'
import type { Limits } from '../../schemas/hub/limits.ts'
import { problem } from '../../schemas/validate.ts'
import { BodyTooLarge, readText } from '../core/body.ts'
import type { Clock } from '../core/clock.ts'
import { type AccountBook, Taken } from './accounts.ts'
import type { Approvals } from './approvals.ts'
import type { Connection } from './connection.ts'
import type { Gate, Identity } from './gate.ts'
import type { Journal } from './journal.ts'
import { hashPassword } from './passwords.ts'
import { isProgram, plainRole } from './roles.ts'
import type { Roster } from './roster.ts'
import type { AccountRow, LogRow, Store } from './store.ts'
import { asThread, type Threads } from './threads.ts'
import type { TokenAuthority } from './tokens.ts'

export interface HttpOptions {
  accounts: AccountBook
  approvals: Approvals
  clock: Clock
  gate: Gate
  journal: Journal
  limits: Limits
  roster: Roster<Connection>
  store: Store
  threads: Threads
  tokens: TokenAuthority
  /** Browser origins that may read the answers. */
  allowedOrigins: readonly string[]
  /** Called after an account has another token. */
  onTokenReplaced(accountId: number): void
  onError(error: unknown): void
}

/** A request that is refused, with the text for the caller. */
class Refusal extends Error {
  readonly status: 400 | 401 | 403 | 404 | 409

  constructor(status: Refusal['status'], message: string) {
    super(message)
    this.status = status
  }
}

type Env = { Variables: { user: Identity } }
type Call = Context<Env>

/** The HTTP endpoints. */
export class HttpSurface {
  readonly app = new Hono<Env>()
  protected readonly options: HttpOptions

  constructor(options: HttpOptions) {
    this.options = options
    this.app.onError((error, c) => {
      if (error instanceof Refusal) return c.json({ error: error.message }, error.status)
      if (error instanceof Taken) return c.json({ error: error.message }, 409)
      if (error instanceof BodyTooLarge) return c.json({ error: 'the body is too large' }, 413)
      options.onError(error)
      // Only what was meant for the caller is told.
      return c.json({ error: 'Internal server error' }, 500)
    })
    this.app.notFound(c => c.text('404 page not found', 404))
    this.app.use(
      '/api/*',
      cors({ origin: [...options.allowedOrigins], allowMethods: ['GET', 'POST', 'PATCH'] }),
    )
    this.mountOpen()
    this.mountChat()
    this.mountAccounts()
    this.mountLog()
  }

  /** What needs no token. */
  protected mountOpen(): void {
    const { accounts, tokens } = this.options
    this.app.get('/api/ping', c => c.json({ message: 'pong' }))
    this.app.post('/api/auth/login', async c => {
      const { username, password } = await this.body(c, Login)
      const account = await accounts.login(username, password)
      if (!account) throw new Refusal(401, 'invalid credentials')
      return c.json({ token: await tokens.sign(account), user: this.describe(account) })
    })
    this.app.get('/api/ws', async c => {
      const token = c.req.query('token')
      if (!token) throw new Refusal(401, 'token is required')
      if (!(await this.options.gate.identify(token))) throw new Refusal(401, 'invalid credentials')
      throw new Refusal(400, 'expected the headers of a WebSocket upgrade')
    })
  }

  protected mountChat(): void {
    const { accounts, approvals, journal, limits, threads } = this.options
    const { app, user, admin } = this
    app.get('/api/chat/history/:peer', user, c => {
      const peerId = whole(c.req.param('peer'), 'peer_id')
      return c.json(journal.between(c.var.user.userId, peerId, limits.historyCap))
    })
    app.get('/api/chat/butler-agent/:agent', user, admin, c => {
      const agent = accounts.get(whole(c.req.param('agent'), 'agent_id'))
      if (agent?.role !== 'AGENT') throw new Refusal(404, 'agent not found')
      return c.json(journal.between(accounts.butler.id, agent.id, limits.threadHistoryCap))
    })
    app.post('/api/chat/auth/response', user, admin, async c => {
      const { action_id, approved } = await this.body(c, Decision)
      const outcome = approvals.decide(action_id, approved, c.var.user)
      if (outcome === 'no administrator') throw new Refusal(403, 'admin access required')
      if (outcome === 'unknown action') throw new Refusal(404, 'no such action')
      if (outcome === 'decided before') throw new Refusal(409, 'the action has been decided already')
      return c.json({ status: 'processed' })
    })
    app.get('/api/chat/threads', user, c => {
      const { peer_id, channel_kind } = c.req.query()
      const peerId = peer_id === undefined ? undefined : whole(peer_id, 'peer_id')
      const own = threads.of(c.var.user.userId).map(asThread)
      return c.json(
        own.filter(
          thread =>
            (peerId === undefined || thread.peer_id === peerId) &&
            (channel_kind === undefined || thread.channel_kind === channel_kind),
        ),
      )
    })
    app.post('/api/chat/threads', user, async c => {
      const { peer_id, channel_kind, title = '' } = await this.body(c, NewThread)
      const peer = accounts.get(peer_id)
      if (!peer || !isProgram(peer.role)) throw new Refusal(400, 'peer_id is not an agent or the butler')
      if (isProgram(c.var.user.role)) throw new Refusal(400, 'threads are for people')
      const kind = peer.role === 'BUTLER' ? 'butler_direct' : 'agent_direct'
      if ((channel_kind ?? kind) !== kind) throw new Refusal(400, `channel_kind of this peer is ${kind}`)
      const { userId } = c.var.user
      return c.json(asThread(threads.open({ userId, peerId: peer.id, peerRole: peer.role }, title)), 201)
    })
    app.patch('/api/chat/threads/:thread', user, async c => {
      const { id } = this.thread(c)
      const { title } = await this.body(c, ThreadChange)
      threads.rename(id, title)
      return c.json(asThread(this.thread(c)))
    })
    app.get('/api/chat/threads/:thread/messages', user, c => c.json(journal.inThread(this.thread(c).id)))
  }

  protected mountAccounts(): void {
    const { accounts } = this.options
    const { app, user, admin } = this
    const describe = (account: Readonly<AccountRow>) => this.describe(account)
    app.get('/api/users/butler', user, c => c.json(describe(accounts.butler)))
    app.get('/api/users/agents/status', user, c => c.json(accounts.withRole('AGENT').map(describe)))
    app.get('/api/users/agents', user, c => {
      const { exclude_role = '', q = '', page = '1', limit } = c.req.query()
      const all = [...accounts.withRole('AGENT'), ...accounts.withRole('BUTLER')]
        .filter(({ role }) => role !== plainRole(exclude_role))
        .filter(({ username, description }) => `${username}\n${description ?? ''}`.includes(q))
      const pageLength = limit === undefined ? all.length || 1 : positive(limit, 'limit')
      const first = (positive(page, 'page') - 1) * pageLength
      c.header('X-Total-Count', String(all.length))
      return c.json(all.slice(first, first + pageLength).map(describe))
    })
    app.post('/api/users', user, admin, async c => {
      const { username, role, password } = await this.body(c, NewUser)
      const passwordHash = password === undefined ? undefined : await hashPassword(password)
      return c.json(describe(accounts.create({ username, role, passwordHash })), 201)
    })
    app.post('/api/users/agents', user, admin, async c => {
      const { username, api_token, agent_kind, runtime_kind, description } = await this.body(c, NewAgent)
      const { account, apiToken } = accounts.createAgent({
        username,
        apiToken: api_token,
        agentKind: agent_kind,
        runtimeKind: runtime_kind,
        description,
      })
      return c.json({ ...describe(account), api_token: apiToken }, 201)
    })
    app.post('/api/users/agents/test-connection', user, admin, async c => {
      const agent = accounts.agentOf((await this.body(c, AgentToken)).api_token)
      if (!agent) return c.json({ ok: false, message: 'no agent has this token' })
      return c.json({
        ok: true,
        message: 'the token is valid',
        agent_id: agent.id,
        agent_name: agent.username,
      })
    })
    app.patch('/api/users/agents/:id/token', user, admin, async c => {
      const account = accounts.get(whole(c.req.param('id'), 'id'))
      if (!account) throw new Refusal(404, 'agent not found')
      if (account.role !== 'AGENT') throw new Refusal(400, 'not an agent')
      accounts.replaceToken(account.id, (await this.body(c, AgentToken)).api_token)
      this.options.onTokenReplaced(account.id)
      return c.json({ ok: true, message: 'the token has been replaced', agent_id: account.id })
    })
  }

  protected mountLog(): void {
    const { clock, limits, store } = this.options
    const { app, user } = this
    app.get('/api/messages', user, c => {
      const { agent_id, level, q = '', offset = '0', limit } = c.req.query()
      const agentId = agent_id === undefined ? undefined : whole(agent_id, 'agent_id')
      const skipped = whole(offset, 'offset')
      const asked = limit === undefined ? limits.logPageDefault : positive(limit, 'limit')
      const fits = (row: LogRow) =>
        (agentId === undefined || row.agentId === agentId) &&
        (level === undefined || row.level === level) &&
        row.content.includes(q)
      const page: LogRow[] = []
      let seen = 0
      for (const row of store.logEntries.newestFirst()) {
        if (page.length === Math.min(asked, limits.logPageCap)) break
        if (fits(row) && ++seen > skipped) page.push(row)
      }
      return c.json(page.map(asEntry))
    })
    app.post('/api/messages', user, async c => {
      const { agent_id, level, content } = await this.body(c, NewLogEntry)
      const timestamp = new Date(clock.now()).toISOString()
      return c.json(asEntry(store.logEntries.insert({ agentId: agent_id, level, content, timestamp })), 201)
    })
  }

  /** Lets users pass. API tokens of agents open the WebSocket only. */
  protected readonly user: MiddlewareHandler<Env> = async (c, next) => {
    const header = c.req.header('authorization')
    if (!header) throw new Refusal(401, 'authorization header required')
    const token = /^Bearer (\S+)$/i.exec(header)?.[1]
    if (token === undefined) throw new Refusal(401, 'invalid authorization header format')
    const identity = await this.options.gate.user(token)
    if (!identity) throw new Refusal(401, 'invalid token')
    c.set('user', identity)
    await next()
  }

  protected readonly admin: MiddlewareHandler<Env> = async (c, next) => {
    if (!this.options.gate.isAdmin(c.var.user)) throw new Refusal(403, 'admin access required')
    await next()
  }

  /** The body, if it has the shape that the endpoint asks for. */
  protected async body<S extends TSchema>(c: Call, schema: S): Promise<Static<S>> {
    const text = await readText(c.req.raw, this.options.limits.maxMessageBytes)
    let value: unknown
    try {
      value = JSON.parse(text)
    } catch {
      throw new Refusal(400, 'invalid request body: no JSON')
    }
    const found = problem(schema, value)
    if (found !== undefined) throw new Refusal(400, `invalid request body: ${found}`)
    return value as Static<S>
  }

  protected thread(c: Call) {
    const thread = this.options.threads.own(c.var.user.userId, whole(c.req.param('thread'), 'thread_id'))
    if (!thread) throw new Refusal(404, 'conversation thread not found')
    return thread
  }

  /** An account as users see it. Of a token nobody keeps more than a hash, so there is none to show. */
  protected describe(account: Readonly<AccountRow>): User {
    const connection = this.options.roster.of(account.id)
    return {
      id: account.id,
      username: account.username,
      role: account.role,
      actor_type: isProgram(account.role) ? 'SYSTEM' : 'HUMAN',
      agent_kind: account.agentKind,
      runtime_kind: account.runtimeKind,
      created_at: account.createdAt,
      ...(account.description === null ? {} : { description: account.description }),
      ...(account.tokenHint === null ? {} : { token_hint: account.tokenHint }),
      ...(account.tokenUpdatedAt === null ? {} : { token_updated_at: account.tokenUpdatedAt }),
      ...(connection
        ? {
            status: 'ONLINE',
            online: true,
            last_seen_at: new Date(connection.openedAt).toISOString(),
            last_report: 'websocket_connected',
          }
        : { status: 'OFFLINE', last_report: 'websocket_disconnected' }),
    }
  }
}

function asEntry({ id, agentId, level, content, timestamp }: LogRow) {
  return { id, agent_id: agentId, level, content, timestamp }
}

/** A number in a path or query. */
function whole(text: string | undefined, name: string, schema: TSchema = Whole): number {
  if (problem(schema, text) !== undefined) throw new Refusal(400, `invalid ${name}`)
  return Number(text)
}

function positive(text: string, name: string): number {
  return whole(text, name, Positive)
}
