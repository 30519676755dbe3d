import type { Peer } from '../../../reference/core/service.ts'
import type { Refusal } from '../../../reference/llming/access-gate.ts'
import { type Command, type CommandContext, CommandError } from '../../../reference/llming/commands.ts'
import type { Connection } from '../../../reference/llming/connection.ts'
import type { Outcome } from '../../../reference/llming/controller.ts'
import { parts } from '../../../reference/llming/server.ts'
import type { Session } from '../../../reference/llming/session.ts'
import { type JsonObject, parseJsonObject } from '../../../schemas/json.ts'
import type { Defect } from '../defect.ts'
import { responses } from '../tamper.ts'
import { ok, path, withHeader } from './shared.ts'

const isList = (where: string) => where === '/debug/sessions'
const isDetail = (where: string) => /^\/debug\/sessions\/[^/]+$/.test(where)
const isInjection = (where: string) => where.endsWith('/ws_send')

export const debugging: Defect[] = [
  {
    name: 'key-by-prefix',
    does: 'accepts a debug key that begins like the right one',
    breaks: ['llming/debugging/key-required'],
    parts: {
      AccessGate: class extends parts.AccessGate {
        override refusal(headers: Headers, peer: Peer): Refusal | undefined {
          const [given, key] = [headers.get('x-debug-key') ?? '', this.options.key() ?? '']
          if (!key || !given.startsWith(key)) return super.refusal(headers, peer)
          return super.refusal(new Headers({ ...Object.fromEntries(headers), 'x-debug-key': key }), peer)
        }
      },
    },
  },
  {
    name: 'address-before-key',
    does: 'looks at the address before the key',
    breaks: ['llming/debugging/key-required'],
    parts: {
      AccessGate: class extends parts.AccessGate {
        override refusal(headers: Headers, peer: Peer): Refusal | undefined {
          return this.addressRefusal(this.clientAddress(headers, peer)) ?? super.refusal(headers, peer)
        }
      },
    },
  },
  {
    name: 'open-without-key',
    does: 'opens the debug surface to everybody when no key is configured',
    breaks: ['llming/debugging/unconfigured-refused'],
    parts: {
      AccessGate: class extends parts.AccessGate {
        override refusal(headers: Headers, peer: Peer): Refusal | undefined {
          return this.options.key() ? super.refusal(headers, peer) : undefined
        }
      },
    },
  },
  {
    name: 'any-address',
    does: 'allows every address',
    breaks: ['llming/debugging/ip-allow-list'],
    parts: {
      AccessGate: class extends parts.AccessGate {
        protected override isAllowed(): boolean {
          return true
        }
      },
    },
  },
  {
    name: 'all-of-172-allowed',
    does: 'allows 172.0.0.0/8 instead of 172.16.0.0/12',
    breaks: ['llming/debugging/ip-allow-list'],
    parts: {
      AccessGate: class extends parts.AccessGate {
        protected override isAllowed(address: string, family: number): boolean {
          return address.startsWith('172.') || super.isAllowed(address, family)
        }
      },
    },
  },
  {
    name: 'everybody-is-a-proxy',
    does: 'believes `X-Forwarded-For` from anybody',
    breaks: ['llming/debugging/forwarded-for-trusted-only'],
    parts: {
      AccessGate: class extends parts.AccessGate {
        protected override clientAddress(headers: Headers, peer: Peer): string | undefined {
          return (
            headers.get('x-forwarded-for')?.split(',').at(-1)?.trim() || super.clientAddress(headers, peer)
          )
        }
      },
    },
  },
  {
    name: 'first-forwarded-address',
    does: 'takes the first element of `X-Forwarded-For`',
    breaks: ['llming/debugging/forwarded-for-not-spoofable'],
    parts: {
      AccessGate: class extends parts.AccessGate {
        protected override clientAddress(headers: Headers, peer: Peer): string | undefined {
          const [first] = (headers.get('x-forwarded-for') ?? '').split(',')
          const believed = new Headers({ 'x-forwarded-for': first?.trim() ?? '' })
          return super.clientAddress(first === undefined ? headers : believed, peer)
        }
      },
    },
  },
  {
    name: 'no-ipv6',
    does: 'allows no IPv6 address',
    breaks: ['llming/debugging/ipv6-judged-like-ipv4'],
    parts: {
      AccessGate: class extends parts.AccessGate {
        protected override isAllowed(address: string, family: number): boolean {
          return family === 4 && super.isAllowed(address, family)
        }
      },
    },
  },
  {
    name: 'short-ids-in-list',
    does: 'shortens the ids in the session list',
    breaks: ['llming/debugging/session-list'],
    wire: responses(isList, (_status, body) => ({
      body: {
        ...body,
        sessions: ((body.sessions ?? []) as JsonObject[]).map(session => ({
          ...session,
          session_id: String(session.session_id).slice(0, 8),
        })),
      },
    })),
  },
  {
    name: 'detail-without-email',
    does: "leaves the e-mail out of a session's detail",
    breaks: ['llming/debugging/session-detail'],
    wire: responses(isDetail, (_status, { user_email: _, ...body }) => ({ body })),
  },
  {
    name: 'reading-is-activity',
    does: 'counts the reading of a session as its activity',
    breaks: ['llming/debugging/reading-does-not-extend-life'],
    parts: {
      SessionRegistry: class extends parts.SessionRegistry {
        override idleSeconds(session: Session): number {
          const seconds = super.idleSeconds(session)
          session.touch()
          return seconds
        }
      },
    },
  },
  {
    name: 'injection-only-acknowledged',
    does: 'answers an injection without running it',
    breaks: ['llming/debugging/inject-runs-handler'],
    wire: {
      async fetch(request, pass) {
        if (!isInjection(path(request))) return pass(request)
        const response = await pass(
          new Request(request.url, { method: 'POST', headers: request.headers, body: '{}' }),
        )
        const { type } = parseJsonObject(await request.text()) ?? {}
        return response?.status === 200
          ? ok({ ok: true, forwarded: typeof type === 'string' ? type : '' })
          : response
      },
    },
  },
  {
    name: 'injection-into-the-void',
    does: 'answers an injection into an unknown session with success',
    breaks: ['llming/debugging/inject-refusals'],
    wire: responses(isInjection, status =>
      status === 404 ? { status: 200, body: { ok: true, forwarded: '' } } : undefined,
    ),
  },
  {
    name: 'bad-injection-accepted',
    does: 'takes an injection that is no object for an empty one',
    breaks: ['llming/debugging/inject-bad-body-4xx'],
    wire: responses(isInjection, status =>
      status === 422 ? { status: 200, body: { ok: true, forwarded: '' } } : undefined,
    ),
  },
  {
    name: 'injection-always-ok',
    does: 'reports every injection as a success',
    breaks: ['llming/debugging/inject-reports-outcome'],
    wire: responses(isInjection, (status, { forwarded }) =>
      status === 200 ? { body: { ok: true, forwarded } } : undefined,
    ),
  },
  {
    name: 'routes-over-http',
    does: 'offers the routes of the WebSocket as commands',
    breaks: ['llming/debugging/surfaces-separate'],
    wire: {
      fetch: async (request, pass) =>
        path(request).endsWith('/windows.list') ? ok({ windows: [1, 2] }) : pass(request),
    },
  },
  {
    name: 'commands-over-websocket',
    does: 'answers debug commands on the WebSocket',
    breaks: ['llming/debugging/surfaces-separate'],
    parts: {
      Controller: class extends parts.Controller {
        override async handleMessage(message: JsonObject, origin: Connection | undefined): Promise<Outcome> {
          if (message.type === 'ping')
            this.sendOn(origin, { type: 'ping', pong: true, _req_id: message._req_id })
          return super.handleMessage(message, origin)
        }
      },
    },
  },
  {
    name: 'any-method',
    does: 'runs a command by any method',
    breaks: ['llming/debugging/command-endpoint'],
    wire: responses(
      where => where === '/debug/ping',
      status => (status === 405 ? { status: 200, body: { pong: true } } : undefined),
    ),
  },
  {
    name: 'current-is-the-first',
    does: 'takes the first session for the current one',
    breaks: ['llming/debugging/command-acts-on-session', 'llming/mcp/call-runs-command'],
    parts: {
      SessionRegistry: class extends parts.SessionRegistry {
        override mostRecentlyActive(): Session | undefined {
          return this.all()[0]
        }
      },
    },
  },
  {
    name: 'refusals-without-detail',
    does: 'names the text of a refusal "error"',
    breaks: ['llming/debugging/command-refusals'],
    wire: responses(
      where => /whereami|need_ws|custom|fail/.test(where),
      (status, { detail }) => (status >= 400 ? { body: { error: detail } } : undefined),
    ),
  },
  {
    name: 'crash-told',
    does: "tells a crashed command's exception to the caller",
    breaks: ['llming/debugging/command-crash-not-leaked'],
    parts: {
      CommandRunner: class extends parts.CommandRunner {
        override async run(
          ...args: Parameters<InstanceType<typeof parts.CommandRunner>['run']>
        ): Promise<unknown> {
          try {
            return await super.run(...args)
          } catch (error) {
            throw error instanceof CommandError ? error : new CommandError(500, (error as Error).message)
          }
        }
      },
    },
  },
  {
    name: 'parameters-unconverted',
    does: 'does not convert parameters from the query',
    breaks: ['llming/debugging/command-parameters-bound'],
    parts: {
      CommandRunner: class extends parts.CommandRunner {
        protected override bind(command: Command, values: JsonObject): JsonObject {
          return super.bind(command, values, false)
        }
      },
    },
  },
  {
    name: 'bad-parameters-accepted',
    does: 'puts the default in the place of a bad parameter',
    breaks: ['llming/debugging/command-bad-parameter-4xx'],
    parts: {
      CommandRunner: class extends parts.CommandRunner {
        protected override bind(command: Command, values: JsonObject, convert: boolean): JsonObject {
          try {
            return super.bind(command, values, convert)
          } catch {
            return { name: 'nobody', n: 1, flag: false }
          }
        }
      },
    },
  },
  {
    name: 'arguments-fill-context',
    does: 'lets arguments fill the injected values of a global command',
    breaks: ['llming/debugging/injected-not-overridable'],
    parts: {
      CommandRunner: class extends parts.CommandRunner {
        override run(command: Command, sessionId: string | undefined, values: JsonObject, convert: boolean) {
          if (command.scope === 'session') return super.run(command, sessionId, values, convert)
          const run = (args: JsonObject, context: CommandContext) =>
            command.run(args, {
              ...context,
              ...('session_id' in values ? { session: { id: values.session_id } } : {}),
            } as CommandContext)
          return super.run({ ...command, run }, sessionId, values, convert)
        }
      },
    },
  },
  {
    name: 'command-list-open',
    does: 'lists its commands without a key',
    breaks: ['llming/debugging/commands-protected'],
    wire: {
      fetch: (request, pass) =>
        pass(path(request) === '/debug/commands' ? withHeader(request, 'x-debug-key', 'dbg') : request),
    },
  },
  {
    name: 'commands-without-defaults',
    does: 'lists every parameter as required',
    breaks: ['llming/debugging/command-list'],
    wire: responses(
      where => where === '/debug/commands',
      (_status, { commands }) => ({
        body: {
          commands: ((commands ?? []) as { params: JsonObject[] }[]).map(command => ({
            ...command,
            params: command.params.map(param => ({ ...param, required: true, default: null })),
          })),
        },
      }),
    ),
  },
  {
    name: 'short-ids-in-command',
    does: 'shortens the ids that the command list_sessions returns',
    breaks: ['llming/debugging/list-sessions-ids-usable'],
    wire: responses(
      where => where === '/debug/list_sessions',
      (_status, body) => ({
        body: {
          ...body,
          sessions: ((body.sessions ?? []) as JsonObject[]).map(session => ({
            ...session,
            session_id: `${String(session.session_id).slice(0, 8)}...`,
          })),
        },
      }),
    ),
  },
]
