import Type from 'typebox'
import { llming, type Settings } from '../../schemas/llming/index.ts'
import type { AdjustableClock } from '../core/clock.ts'
import { sleep } from '../core/clock.ts'
import { type ControlledService, type Fixture, withControl } from '../core/control.ts'
import { withForwardedPeer } from '../core/forwarded-peer.ts'
import { toStrictJson } from '../core/strict-json.ts'
import { AuthManager } from './auth.ts'
import { baseCommands } from './base-commands.ts'
import { CommandError, command } from './commands.ts'
import { Controller } from './controller.ts'
import { optional, required, WSRouter } from './router.ts'
import { createLlmingServer, type LlmingServer, type Parts } from './server.ts'
import type { Session } from './session.ts'

/** Policies that a tester may replace: those of the server, and the one that signs. */
export interface FixtureParts extends Parts {
  AuthManager: typeof AuthManager
}

/** The application that testers of this protocol know by heart, with its control API. */
export function createFixture(settings: Settings = {}, parts: Partial<FixtureParts> = {}): ControlledService {
  return withControl({
    protocol: llming,
    capabilities: ['ws', 'tokens', 'static-client', 'debug', 'commands', 'mcp-http', 'mcp-stdio'],
    settings,
    launch: (settings: Settings, clock) => launchFixture(settings, clock, parts),
  })
}

/** The same application without its control API. */
export function launchFixture(
  settings: Settings,
  clock: AdjustableClock,
  parts: Partial<FixtureParts> = {},
): Fixture<typeof llming.operations> {
  const { secret = 'k', debugKey = 'dbg', mcpKey = 'mk' } = settings
  const greeted = new Set<Session>()
  const throwing = new Set<Session>()
  const auth = new (parts.AuthManager ?? AuthManager)({
    ...settings.limits,
    secret: secret ?? undefined,
    appName: settings.appName ?? undefined,
    clock,
    env: settings.devMode ? { LLMING_ENV: 'dev' } : {},
  })
  const server = createLlmingServer({
    router: routes(clock),
    commands: [...commands, ...baseCommands],
    auth,
    clock,
    parts,
    limits: settings.limits,
    supersede: settings.supersede,
    debug: { ...settings, key: () => debugKey ?? undefined },
    mcp: { key: mcpKey },
    hooks: {
      onConnect(session, connection) {
        if (greeted.has(session))
          connection.send(toStrictJson({ type: 'connected', user_id: session.userId }))
      },
      onSessionExpired(session) {
        if (throwing.has(session)) throw new Error('the expiry hook fails on purpose')
      },
    },
    onAudit: () => {},
    onError: () => {},
  })
  server.createSession({ id: 'boot-session' })
  return {
    service: settings.hostForwarding ? withForwardedPeer(server) : server,
    operations: operations(server, auth, greeted, throwing),
  }
}

function operations(
  { registry, createSession }: LlmingServer,
  auth: AuthManager,
  greeted: Set<Session>,
  throwing: Set<Session>,
): Fixture<typeof llming.operations>['operations'] {
  return {
    createSession(args) {
      const { sessionId: id, userId = 'u', userName = 'U', userEmail = 'u@e', appType = '' } = args
      const session = createSession({ id, userId, userName, userEmail, appType })
      if (args.controller === false) session.controller = undefined
      if (args.greeting) greeted.add(session)
      if (args.expiryHookThrows) throwing.add(session)
      // A session is of use without its token, too: only a server without a secret has none to give.
      return { sessionId: session.id, token: signed(auth, session.id), cookieName: auth.authCookieName }
    },
    push: ({ sessionId, message }) => ({ sent: registry.get(sessionId)?.controller?.send(message) ?? false }),
    endSession({ sessionId }) {
      const session = registry.get(sessionId)
      if (session) registry.end(session)
      return {}
    },
    revokeSessions: ({ userEmail }) => ({ revoked: registry.revoke({ userEmail }) }),
    sign: ({ kind, value }) => ({
      token: kind === 'auth' ? auth.signAuthToken(value) : auth.signIdentityToken(value),
    }),
    cookieNames: () => ({
      auth: auth.authCookieName,
      session: auth.sessionCookieName,
      identity: auth.identityCookieName,
    }),
    whoami({ authMaxAgeS, identityMaxAgeS }, request) {
      if (!request) throw new Error('there is no request to look at: ask over HTTP')
      return {
        auth: auth.sessionIdOf(request, authMaxAgeS),
        identity: auth.identityOf(request, identityMaxAgeS),
        resolved: auth.resolve(request, id => registry.get(id) !== undefined),
      }
    },
  }
}

function signed(auth: AuthManager, sessionId: string): string {
  try {
    return auth.signAuthToken(sessionId)
  } catch {
    return ''
  }
}

function routes(clock: AdjustableClock): WSRouter {
  const child = new WSRouter('child')
    .handler('same', {}, () => ({ from: 'child' }))
    .handler('a.b', {}, () => ({ dotted: true }))
  const windows = new WSRouter('windows')
    .handler('list', {}, () => ({ windows: [1, 2] }))
    .handler('focus', { window_id: required }, ({ window_id }) => ({ ok: true, got: window_id }))
    .handler('dflt', { a: required, b: optional('B') }, ({ a, b }) => ({ a, b }))
    .handler('none', {}, () => undefined)
    .handler('empty', {}, () => ({}))
    .handler('list_result', {}, () => [1])
    .handler('boom', {}, () => {
      throw new Error('kaboom-internal-7f3a')
    })
    .handler('broken', {}, () => ({ broken: 1n }))
    .handler('retype', {}, () => ({ type: 'other', _req_id: 'mine' }))
    .handler('slow', { ms: optional(300) }, async ({ ms }) => {
      await sleep(clock, Number(ms))
      return { slept: ms }
    })
    .handler('stream', { n: optional(3), send: required }, ({ n, send }) => {
      for (let i = 0; i < Number(n); i++) send({ type: 'chunk', i })
      return { done: n }
    })
    .handler('counter', {}, ({ controller: { session } }) => {
      const count = Number(session.data.get('count') ?? 0) + 1
      session.data.set('count', count)
      return { count }
    })
    .handler('injected', { controller: required, send: required }, ({ controller, send }) => ({
      controller: controller instanceof Controller,
      send: typeof send === 'function',
    }))
    .handler('meta', { type: required, _req_id: optional(null) }, ({ type, _req_id }) => ({
      got: type,
      rid: _req_id,
    }))
    .handler('direct', {}, ({ controller: { session } }) => {
      session.connection?.send(toStrictJson({ type: 'direct' }))
    })
    .handler('dup', {}, () => ({ from: 'first' }))
    .handler('dup', {}, () => ({ from: 'second' }))
    .handler('child.same', {}, () => ({ from: 'parent' }))
    .include(child)
  const config = new WSRouter('config').handler('get', { section: optional('x') }, ({ section }) => ({
    section,
  }))
  return new WSRouter()
    .handler('rootcmd', {}, () => ({ root: true }))
    .handler('heartbeat', {}, () => ({ shadow: true }))
    .include(windows)
    .include(new WSRouter('admin').include(config))
    .include(new WSRouter().handler('flat', {}, () => ({ flat: true })))
}

const whereIs = (_args: unknown, { session }: { session?: Session }) => ({ sid: session?.id ?? null })

const commands = [
  command('ping', { scope: 'global', method: 'GET', description: 'Answer', run: () => ({ pong: true }) }),
  command('greet', {
    description: 'Greet a user',
    parameters: Type.Object({
      name: Type.String(),
      n: Type.Optional(Type.Integer({ default: 1 })),
      flag: Type.Optional(Type.Boolean({ default: false })),
    }),
    run({ name, n, flag }, { session, controller }) {
      controller?.send({ type: 'greeting', text: `Hello, ${name}!` })
      return { status: 'sent', sid: session?.id, name, n, flag }
    },
  }),
  command('whereami', { method: 'GET', run: whereIs }),
  command('need_ws', { method: 'GET', requiresWebSocket: true, run: whereIs }),
  command('custom', { method: 'GET', path: '/custom/where', run: whereIs }),
  command('templated', { method: 'GET', path: '/x/{session_id}/here', run: whereIs }),
  command('fail', {
    scope: 'global',
    parameters: Type.Object({ code: Type.Optional(Type.Integer({ default: 418 })) }),
    run({ code = 418 }) {
      throw new CommandError(code, 'teapot')
    },
  }),
  command('crash', {
    scope: 'global',
    run() {
      throw new Error('secret-internal-7f3a')
    },
  }),
  command('injected', {
    scope: 'global',
    parameters: Type.Object({ other: Type.Optional(Type.String({ default: '' })) }),
    run: ({ other }, { session, controller }) => ({
      entry: session?.id ?? null,
      controller: controller ? true : null,
      session_id: session?.id ?? null,
      other,
    }),
  }),
  command('types', {
    scope: 'global',
    parameters: Type.Object({
      s: Type.String(),
      i: Type.Integer(),
      f: Type.Number(),
      b: Type.Boolean(),
      l: Type.Array(Type.Unknown()),
      d: Type.Record(Type.String(), Type.Unknown()),
      u: Type.Unknown(),
      o: Type.Optional(Type.Integer({ default: 3 })),
    }),
    run: () => ({}),
  }),
  command('lodgeonly', { scope: 'global', method: 'GET', app: 'lodge', run: () => ({}) }),
  command('putit', {
    scope: 'global',
    method: 'PUT',
    path: '/custom/put',
    parameters: Type.Object({ a: Type.Integer() }),
    run: ({ a }) => ({ a }),
  }),
  command('defaults_only', { description: 'doc text', run: () => ({}) }),
]
