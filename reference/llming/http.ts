import { type Context, Hono } from 'hono'
import { isJsonObject, type JsonObject, parseJsonObject } from '../../schemas/json.ts'
import { BodyTooLarge, readText } from '../core/body.ts'
import type { Peer } from '../core/service.ts'
import { toStrictJson } from '../core/strict-json.ts'
import type { AccessGate } from './access-gate.ts'
import type { AuthManager } from './auth.ts'
import { clientScript } from './client-script.ts'
import { type Command, CommandError, type CommandRunner, describeCommand } from './commands.ts'
import type { Session, SessionRegistry } from './session.ts'

export interface HttpOptions {
  registry: SessionRegistry
  auth: AuthManager
  runner: CommandRunner
  gate: AccessGate
  /** Largest request body. */
  maxBodyBytes: number
  /** Types that may be injected. Default: all. */
  allowedMessageTypes?: readonly string[]
  /** Further members of a session's detail. */
  describeSession?(session: Session): JsonObject
  /** Takes one entry for each injection. */
  onAudit(entry: AuditEntry): void
  onError(error: unknown): void
}

/** One injection, as the audit log keeps it. */
export interface AuditEntry {
  /** What was done. */
  event: 'inject'
  /** The first characters of the session id: enough to find it, too few to use it. */
  session: string
  /** Type of the injected message. */
  type: string
  /** Address of the one who did it. */
  peer: string | undefined
}

type Env = { Bindings: { peer: Peer } }

/** The HTTP surface: session inspection, injection, commands and the client script. */
export function createHttpApp(options: HttpOptions): Hono<Env> {
  const app = new Hono<Env>()
  app.onError((error, c) => {
    if (error instanceof BodyTooLarge) return c.json({ detail: 'the body is too large' }, 413)
    if (error instanceof CommandError) return c.json({ detail: error.message }, error.status as 400)
    options.onError(error)
    // Only what was meant for the caller is told.
    return c.json({ detail: 'Internal server error' }, 500)
  })
  app.notFound(c => c.json({ detail: 'Not Found' }, 404))
  app.get('/llming-com/llming-ws.js', c =>
    c.body(clientScript, 200, { 'Content-Type': 'text/javascript; charset=utf-8' }),
  )
  app.use('/debug/*', async (c, next) => {
    const refusal = options.gate.refusal(c.req.raw.headers, c.env.peer)
    if (refusal) return c.json({ detail: refusal.detail }, refusal.status as 401)
    await next()
  })
  mountInspection(app, options)
  mountCommands(app, options)
  return app
}

function mountInspection(app: Hono<Env>, options: HttpOptions): void {
  const { registry } = options
  app.get('/debug/sessions', c => {
    const sessions = registry
      .all()
      .sort((a, b) => b.activity - a.activity)
      .map(session => {
        const { user_email: _, ...summary } = describe(registry, session)
        return summary
      })
    return c.json({ count: sessions.length, sessions })
  })
  app.get('/debug/sessions/:id', c => {
    const session = found(registry, c.req.param('id'))
    return c.json({ ...describe(registry, session), ...options.describeSession?.(session) })
  })
  app.post('/debug/sessions/:id/ws_send', async c => {
    const session = found(registry, c.req.param('id'))
    if (!session.controller) throw new CommandError(400, 'Session has no controller')
    const message = parseJsonObject(await readText(c.req.raw, options.maxBodyBytes))
    if (!message) throw new CommandError(422, 'the body must be a JSON object')
    const type = typeof message.type === 'string' ? message.type : ''
    if (options.allowedMessageTypes && !options.allowedMessageTypes.includes(type))
      throw new CommandError(400, `Message type '${type}' not allowed`)
    options.onAudit({ event: 'inject', session: session.id.slice(0, 8), type, peer: c.env.peer.address })
    session.touch()
    const connection = session.connection
    const outcome = await session.controller.handleMessage(message, connection)
    const trouble =
      outcome === 'failed' ? 'the handler failed' : connection ? undefined : 'no connection is open'
    return c.json(trouble ? { ok: false, forwarded: type, reason: trouble } : { ok: true, forwarded: type })
  })
  for (const path of ['/debug/sessions', '/debug/sessions/:id', '/debug/sessions/:id/ws_send'])
    app.all(path, methodNotAllowed)
}

function mountCommands(app: Hono<Env>, options: HttpOptions): void {
  const { runner } = options
  app.get('/debug/commands', c =>
    c.json({ commands: runner.forApp(c.req.query('app')).map(describeCommand) }),
  )
  app.all('/debug/commands', methodNotAllowed)
  const routes = runner.commands.map(command => ({
    command,
    path: `/debug${command.path.replaceAll(/\{(\w+)\}/g, ':$1')}`,
  }))
  for (const { command, path } of routes)
    app.on(command.method, path, async c => {
      const values = await parametersOf(c, command, options.maxBodyBytes)
      const result = await runner.run(command, sessionIdOf(c, options), values, true)
      return c.body(toStrictJson(result ?? null), 200, { 'Content-Type': 'application/json' })
    })
  for (const { path } of routes) app.all(path, methodNotAllowed)
}

/** The JSON body, overlaid by the query. */
async function parametersOf(c: Context<Env>, command: Command, maxBytes: number): Promise<JsonObject> {
  const text = command.method === 'GET' ? '' : await readText(c.req.raw, maxBytes)
  const body = text === '' ? {} : parseJsonObject(text)
  if (!isJsonObject(body)) throw new CommandError(422, 'the body must be a JSON object')
  return { ...body, ...c.req.query() }
}

/** The session that a command acts on. `current` is first of all the caller's own, by its cookie. */
function sessionIdOf(c: Context<Env>, { auth, registry }: HttpOptions): string | undefined {
  const given = c.req.param('session_id') ?? c.req.query('session_id')
  const own = given === 'current' ? auth.sessionIdOf(c.req.raw) : null
  return own !== null && registry.get(own) ? own : given
}

function describe(registry: SessionRegistry, session: Session) {
  return {
    session_id: session.id,
    user_id: session.userId,
    user_name: session.userName,
    user_email: session.userEmail,
    ws_connected: registry.isConnected(session),
    idle_seconds: registry.idleSeconds(session),
    created_seconds_ago: registry.ageSeconds(session),
  }
}

function found(registry: SessionRegistry, id: string): Session {
  const session = registry.get(id)
  if (!session) throw new CommandError(404, `Session ${id} not found`)
  return session
}

function methodNotAllowed(c: Context) {
  return c.json({ detail: 'Method Not Allowed' }, 405)
}
