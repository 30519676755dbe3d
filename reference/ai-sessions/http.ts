import { type Context, Hono, type MiddlewareHandler } from 'hono'
import { cors } from 'hono/cors'
import Type, { type Static, type TSchema } from 'typebox'
import { endpoints } from '../../schemas/ai-sessions/endpoints.ts'
import type { Claims } from '../../schemas/ai-sessions/index.ts'
import type { Limits } from '../../schemas/ai-sessions/limits.ts'
import { CreateSession, profileInputOf } from '../../schemas/ai-sessions/values.ts'
import { problem } from '../../schemas/validate.ts'
import { BodyTooLarge, readText } from '../core/body.ts'
import type { CredentialDesk } from './credentials.ts'
import { bearerOf, type Gate } from './gate.ts'
import { Refusal } from './refusal.ts'
import type { AgentSession } from './session.ts'
import type { SessionBook } from './sessions.ts'
import { type TransferDesk, transferPath } from './transfers.ts'
import type { User, UserBook } from './users.ts'

export interface HttpOptions {
  credentials: CredentialDesk
  gate: Gate
  limits: Limits
  sessions: SessionBook
  transfers: TransferDesk
  users: UserBook
  /** Where URLs of this service begin. Absent: where the client has found it. */
  publicUrl?: string
  onError(error: unknown): void
}

type Env = { Variables: { claims: Claims; user: User } }
type Call = Context<Env>

const digits = endpoints.listSessions.query.properties.limit

/** The REST endpoints, and the URLs that files go through. */
export class HttpSurface {
  readonly app = new Hono<Env>()
  protected readonly options: HttpOptions

  constructor(options: HttpOptions) {
    this.options = options
    this.app.onError(error => {
      if (error instanceof Refusal) return error.toResponse()
      if (error instanceof BodyTooLarge) return new Refusal('too_large', 'the body is too large').toResponse()
      options.onError(error)
      // Only what was meant for the caller is told.
      const body = { error: 'internal', message: 'something went wrong inside the service' }
      return Response.json(body, { status: 500 })
    })
    this.app.notFound(() => new Refusal('not_found', 'there is no such endpoint').toResponse())
    this.app.use('*', cors({ origin: '*', allowMethods: ['GET', 'POST', 'PUT', 'DELETE'] }))
    this.mountTransfers()
    this.app.use('/v1/*', this.identified)
    this.mountRegistration()
    this.app.use('/v1/*', this.registered)
    this.mountSessions()
    this.mountProfiles()
    this.mountCredentials()
    this.mountFiles()
  }

  protected mountRegistration(): void {
    const { users, sessions } = this.options
    this.app.post('/v1/register', c => {
      const { registeredAt } = users.register(c.var.claims)
      return c.json({ registered: true, registered_at: registeredAt })
    })
    this.app.delete('/v1/register', this.registered, c => {
      sessions.removeAll(c.var.user)
      users.forget(c.var.user)
      return c.json({ deregistered: true })
    })
  }

  protected mountSessions(): void {
    const { limits, sessions } = this.options
    const { app } = this
    app.get('/v1/sessions', c => {
      const { status, limit, cursor } = c.req.query()
      if (limit !== undefined && problem(digits, limit) !== undefined)
        throw new Refusal('invalid_request', 'limit: expected a whole number above zero')
      const asked = limit === undefined ? limits.listDefault : Number(limit)
      const page = sessions.page(c.var.user, { status, limit: asked, cursor })
      return c.json({ ...page, sessions: page.sessions.map(each => each.describe()) })
    })
    app.post('/v1/sessions', async c => {
      const wishes = await this.body(c, CreateSession)
      return c.json({ session: sessions.create(c.var.user, wishes).describe() }, 201)
    })
    app.get('/v1/sessions/:id', c => c.json({ session: this.own(c).describe() }))
    app.delete('/v1/sessions/:id', c => {
      this.own(c).end('user_requested')
      return c.json({ terminated: true })
    })
    app.delete('/v1/sessions/:id/record', c => {
      sessions.remove(this.own(c))
      return c.json({ deleted: true })
    })
    app.get('/v1/sessions/:id/history', c => c.json({ messages: this.own(c).history }))
    app.post('/v1/sessions/:id/capture-profile', async c => {
      const { wishes } = this.own(c)
      const { name, description } = await this.body(
        c,
        Type.Pick(profileInputOf(limits), ['name', 'description']),
      )
      const { allowed_tools, denied_tools, model, max_turns } = wishes
      const given = { name, description, allowed_tools, denied_tools, model, max_turns }
      return c.json({ profile: c.var.user.profiles.add(given) }, 201)
    })
    const noUpgrade = (c: Call) => {
      this.own(c)
      throw new Refusal('upgrade_required', 'expected the headers of a WebSocket upgrade')
    }
    app.get('/v1/sessions/:id/ws', noUpgrade)
    app.get('/v1/ws/sessions/:id', noUpgrade)
  }

  protected mountProfiles(): void {
    const { app } = this
    const ProfileInput = profileInputOf(this.options.limits)
    const ProfileChange = Type.Partial(ProfileInput)
    const id = (c: Call) => c.req.param('id') ?? ''
    app.get('/v1/profiles', c => c.json({ profiles: c.var.user.profiles.all() }))
    app.post('/v1/profiles', async c => {
      const input = await this.body(c, ProfileInput)
      return c.json({ profile: c.var.user.profiles.add(input) }, 201)
    })
    app.get('/v1/profiles/:id', c => c.json({ profile: c.var.user.profiles.get(id(c)) }))
    app.put('/v1/profiles/:id', async c => {
      const change = await this.body(c, ProfileChange)
      return c.json({ profile: c.var.user.profiles.change(id(c), change) })
    })
    app.delete('/v1/profiles/:id', c => {
      c.var.user.profiles.remove(id(c))
      return c.json({ deleted: true })
    })
    app.post('/v1/profiles/:id/default', c => c.json({ profile: c.var.user.profiles.makeDefault(id(c)) }))
  }

  protected mountCredentials(): void {
    const { credentials } = this.options
    const { app } = this
    app.post('/v1/auth/claude/apikey', async c => {
      const { api_key } = await this.body(c, endpoints.storeAPIKey.body)
      credentials.store(c.var.user, 'api_key', api_key)
      return c.json({ success: true, message: 'the key has been stored' })
    })
    app.get('/v1/auth/claude/status', c => c.json(credentials.status(c.var.user)))
    app.delete('/v1/auth/claude', c => {
      c.var.user.credential = undefined
      return c.json({ success: true })
    })
    app.post('/v1/auth/claude/start', c =>
      c.json({ ...credentials.start(c.var.user), message: 'ask for the URL until it is ready' }),
    )
    app.get('/v1/auth/claude/url', c => {
      const id = c.req.query('session_id')
      if (!id) throw new Refusal('invalid_request', 'session_id: expected the oauth_session_id')
      const state = credentials.poll(c.var.user, id)
      return c.json({ ...state, message: state.status === 'url_ready' ? 'agree there' : state.status })
    })
    app.post('/v1/auth/claude/code', async c => {
      const { session_id, code } = await this.body(c, endpoints.submitOAuthCode.body)
      const isGood = await credentials.submit(c.var.user, session_id, code)
      if (isGood)
        return c.json({ success: true, status: 'completed', message: 'the credential has been stored' })
      return c.json({ success: false, error: 'invalid_code', message: 'the code was not accepted' })
    })
  }

  protected mountFiles(): void {
    const { transfers } = this.options
    const { app } = this
    app.post('/v1/io/sessions/:id/upload', async c => {
      const session = this.own(c)
      const request = await this.body(c, endpoints.requestUploadURL.body)
      return c.json(transfers.requestUpload(session, request, this.origin(c)))
    })
    app.post('/v1/io/sessions/:id/upload/complete', async c => {
      const session = this.own(c)
      const { upload_id } = await this.body(c, endpoints.notifyUploadComplete.body)
      return c.json(transfers.complete(session, ({ id }) => id === upload_id))
    })
    app.post('/v1/io/sessions/:id/download', async c => {
      const session = this.own(c)
      const { path } = await this.body(c, endpoints.requestDownloadURL.body)
      return c.json(transfers.requestDownload(session, path, this.origin(c)))
    })
  }

  protected mountTransfers(): void {
    this.app.on(['GET', 'PUT'], `${transferPath}:id`, c => this.options.transfers.answer(c.req.raw))
  }

  /** Lets those pass whose token is good. */
  protected readonly identified: MiddlewareHandler<Env> = async (c, next) => {
    const claims = await this.options.gate.identify(bearerOf(c.req.header('authorization')))
    if (!claims) throw new Refusal('unauthorized', 'expected Authorization: Bearer with a valid token')
    c.set('claims', claims)
    await next()
  }

  /** Lets those pass who have registered. */
  protected readonly registered: MiddlewareHandler<Env> = async (c, next) => {
    const user = this.options.users.get(c.var.claims.sub)
    if (!user) throw new Refusal('not_registered', 'register first')
    c.set('user', user)
    await next()
  }

  protected own(c: Call): AgentSession {
    return this.options.sessions.own(c.var.user, c.req.param('id') ?? '')
  }

  /** The body, if it has the shape that the endpoint asks for. */
  protected async body<S extends TSchema>(c: Call, schema: S): Promise<Static<S>> {
    const text = await readText(c.req.raw, this.options.limits.maxMessageBytes).catch((error: unknown) => {
      if (error instanceof BodyTooLarge) throw error
      // Nobody is there to read this.
      throw new Refusal('invalid_request', 'the body breaks off')
    })
    let value: unknown
    try {
      value = JSON.parse(text)
    } catch {
      throw new Refusal('invalid_request', 'the body is no JSON')
    }
    const found = problem(schema, value)
    if (found !== undefined) throw new Refusal('invalid_request', found)
    return value as Static<S>
  }

  protected origin(c: Call): string {
    return this.options.publicUrl ?? new URL(c.req.url).origin
  }
}
