import type { Static } from 'typebox'
import { Compile } from 'typebox/compile'
import { sharedOperations } from '../../schemas/control.ts'
import { type JsonObject, parseJsonObject } from '../../schemas/json.ts'
import type { Operation, Protocol } from '../../schemas/protocol.ts'
import { isLoopback } from './address.ts'
import { AdjustableClock } from './clock.ts'
import type { ServerSocket, Service, SocketHandler } from './service.ts'

type Operations = Readonly<Record<string, Operation>>

/** The code behind a protocol's control operations. An error that one throws is told to the caller. */
export type OperationHandlers<O extends Operations> = {
  [Name in keyof O]: (
    args: Static<O[Name]['arguments']>,
    request: Request,
  ) => Static<O[Name]['result']> | Promise<Static<O[Name]['result']>>
}

/** A server with the application that a tester needs on it. */
export interface Fixture<O extends Operations = Operations> {
  service: Service
  operations: OperationHandlers<O>
}

/** A service whose time the control API moves. */
export interface ControlledService extends Service {
  readonly clock: AdjustableClock
}

export interface ControlOptions<O extends Operations, Settings> {
  protocol: Protocol & { operations: O }
  capabilities: readonly string[]
  /** Starts the fixture; called again by `restart`. Throws when the settings forbid a start. */
  launch(settings: Settings, clock: AdjustableClock): Fixture<O>
  settings: Settings
}

/**
 * A fixture together with its control API, below `/control/<profile>`: see `spec/control.md`. For tests only; it
 * answers nobody but this machine.
 */
export function withControl<O extends Operations, Settings extends object>(
  options: ControlOptions<O, Settings>,
): ControlledService {
  const { protocol } = options
  const base = `/control/${protocol.name}`
  const settingsCheck = Compile(protocol.settings)
  const sockets = new Set<ServerSocket>()
  let clock = new AdjustableClock()
  let settings = options.settings
  let fixture = options.launch(settings, clock)

  const shared: OperationHandlers<typeof sharedOperations> = {
    freeze() {
      clock.freeze()
      return {}
    },
    async advance({ ms }) {
      await clock.advance(ms)
      return {}
    },
    drop() {
      for (const socket of sockets) socket.cut()
      return {}
    },
    async restart(args) {
      if (!settingsCheck.Check(args.settings)) throw new Error(explain(settingsCheck.Errors(args.settings)))
      await fixture.service.close()
      clock = new AdjustableClock()
      settings = args.settings as unknown as Settings
      fixture = options.launch(settings, clock)
      return {}
    },
  }
  const declared: Operations = { ...sharedOperations, ...protocol.operations }
  const checks = new Map(
    Object.entries(declared).map(([name, operation]) => [name, Compile(operation.arguments)] as const),
  )
  const description = () => ({
    format: 'agentwire-control/1',
    profile: protocol.name,
    operations: Object.keys(declared),
    settings: Object.keys(protocol.settings.properties),
    capabilities: options.capabilities,
    limits: (settings as { limits?: Record<string, number> }).limits ?? {},
  })

  const control = async (request: Request, name: string): Promise<Response> => {
    if (name === '') return Response.json(description())
    const handlers = { ...shared, ...fixture.operations } as Record<
      string,
      (a: unknown, r: Request) => unknown
    >
    const [handler, check] = [handlers[name], checks.get(name)]
    if (!handler || !check) return failure(404, `no operation "${name}"`)
    const args =
      request.method === 'GET'
        ? queryArguments(request, declared[name])
        : parseJsonObject(await request.text())
    if (!args) return failure(400, `${name}: the body must be a JSON object`)
    if (!check.Check(args)) return failure(400, `${name}: ${explain(check.Errors(args))}`)
    try {
      return Response.json(await handler(args, request))
    } catch (error) {
      return failure(422, `${name}: ${error instanceof Error ? error.message : String(error)}`)
    }
  }

  return {
    get clock() {
      return clock
    },
    get maxPayloadBytes() {
      return fixture.service.maxPayloadBytes
    },
    async fetch(request, peer) {
      const { pathname } = new URL(request.url)
      if (pathname !== base && !pathname.startsWith(`${base}/`)) return fixture.service.fetch(request, peer)
      if (!isLoopback(peer.address)) return failure(403, 'the control API answers this machine only')
      return control(request, pathname.slice(base.length + 1).replace(/^elsewhere\//, ''))
    },
    upgrade(request, peer) {
      const taken = fixture.service.upgrade(request, peer)
      return taken && !(taken instanceof Response) ? tracked(taken, sockets) : taken
    },
    close: () => fixture.service.close(),
  }
}

/** A handler whose socket is in the set while it is open. */
function tracked(handler: SocketHandler, sockets: Set<ServerSocket>): SocketHandler {
  let own: ServerSocket | undefined
  return {
    opened(socket) {
      own = socket
      sockets.add(socket)
      handler.opened(socket)
    },
    text: data => handler.text(data),
    binary: data => handler.binary(data),
    closed(code) {
      if (own) sockets.delete(own)
      handler.closed(code)
    },
  }
}

function queryArguments(request: Request, operation: Operation | undefined): JsonObject {
  const properties = (operation?.arguments.properties ?? {}) as Record<string, { type?: string }>
  const query = new URL(request.url).searchParams
  return Object.fromEntries(
    [...query].map(([name, value]) => [name, properties[name]?.type === 'integer' ? Number(value) : value]),
  )
}

function failure(status: number, error: string): Response {
  return Response.json({ error }, { status })
}

function explain(errors: readonly { instancePath: string; message: string }[]): string {
  return errors.map(({ instancePath, message }) => `${instancePath || 'it'} ${message}`).join('; ')
}
