import type { Static } from 'typebox'
import { sharedOperations } from '../../schemas/control.ts'
import { type JsonObject, parseJsonObject } from '../../schemas/json.ts'
import type { Operation, Protocol } from '../../schemas/protocol.ts'
import { problem } from '../../schemas/validate.ts'
import { isLoopback } from './address.ts'
import { BodyTooLarge, readText } from './body.ts'
import { AdjustableClock } from './clock.ts'
import { jsonResponse } from './json-response.ts'
import { type ServerSocket, type Service, type SocketHandler, wrapTaken } from './service.ts'

type Operations = Readonly<Record<string, Operation>>

/** The code behind a protocol's control operations. An error that one throws is told to the caller. */
export type OperationHandlers<O extends Operations> = {
  [Name in keyof O]: (
    args: Static<O[Name]['arguments']>,
    /** Absent where the call did not come over HTTP. */
    request?: Request,
  ) => Static<O[Name]['result']> | Promise<Static<O[Name]['result']>>
}

/** A server with the application that a tester needs on it. */
export interface Fixture<O extends Operations = Operations> {
  service: Service
  operations: OperationHandlers<O>
}

/** What an operation came to. */
export interface ControlAnswer {
  status: number
  body: unknown
}

/** A service whose state and time a tester can move. */
export interface ControlledService extends Service {
  readonly clock: AdjustableClock
  /** Calls an operation without HTTP. */
  call(operation: string, args: unknown): Promise<ControlAnswer>
}

export interface ControlOptions<O extends Operations, Settings> {
  protocol: Protocol & { operations: O }
  capabilities: readonly string[]
  /** Starts the fixture; called again by `restart`. Throws when the settings forbid a start. */
  launch(settings: Settings, clock: AdjustableClock): Fixture<O>
  settings: Settings
}

/** Larger than any argument that an operation takes. */
const maxBodyBytes = 1_048_576

/**
 * A fixture together with its control API, below `/control/<profile>`: see `spec/control.md`. For tests only; it
 * answers nobody but this machine.
 */
export function withControl<O extends Operations, Settings extends object>(
  options: ControlOptions<O, Settings>,
): ControlledService {
  const { protocol } = options
  const base = `/control/${protocol.name}`
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
      const found = problem(protocol.settings, args.settings)
      if (found !== undefined) throw new Error(`settings: ${found}`)
      await fixture.service.close()
      clock = new AdjustableClock()
      fixture = options.launch(args.settings as unknown as Settings, clock)
      settings = args.settings as unknown as Settings
      return {}
    },
  }
  const declared: Operations = { ...sharedOperations, ...protocol.operations }
  const operationOf = (name: string) => (Object.hasOwn(declared, name) ? declared[name] : undefined)
  const description = () => ({
    format: 'agentwire-control/1',
    profile: protocol.name,
    operations: Object.keys(declared),
    settings: Object.keys(protocol.settings.properties),
    capabilities: options.capabilities,
    limits: (settings as { limits?: Record<string, number> }).limits ?? {},
  })

  const call = async (name: string, args: unknown, request?: Request): Promise<ControlAnswer> => {
    const handlers = { ...shared, ...fixture.operations } as Record<string, Handler | undefined>
    const [handler, operation] = [handlers[name], operationOf(name)]
    if (!handler || !operation) return failure(404, `no operation "${name}"`)
    const found = problem(operation.arguments, args)
    if (found !== undefined) return failure(400, `${name}: ${found}`)
    try {
      return { status: 200, body: await handler(args, request) }
    } catch (error) {
      return failure(422, `${name}: ${error instanceof Error ? error.message : String(error)}`)
    }
  }

  const answer = async (name: string, query: URLSearchParams, request: Request): Promise<ControlAnswer> => {
    const operation = operationOf(name)
    if (name !== '' && !operation) return failure(404, `no operation "${name}"`)
    const method = operation ? (operation.method ?? 'POST') : 'GET'
    if (request.method !== method) return failure(405, `expected ${method}, not ${request.method}`)
    if (!operation) return { status: 200, body: description() }
    if (method === 'GET') return call(name, queryArguments(query, operation), request)
    try {
      return await call(name, parseJsonObject(await readText(request, maxBodyBytes)), request)
    } catch (error) {
      if (error instanceof BodyTooLarge) return failure(413, `a body has at most ${maxBodyBytes} bytes`)
      throw error
    }
  }

  return {
    get clock() {
      return clock
    },
    get maxPayloadBytes() {
      return fixture.service.maxPayloadBytes
    },
    call,
    async fetch(request, peer) {
      const { pathname, searchParams } = new URL(request.url)
      if (pathname !== base && !pathname.startsWith(`${base}/`)) return fixture.service.fetch(request, peer)
      if (!isLoopback(peer.address))
        return jsonResponse({ error: 'the control API answers this machine only' }, 403)
      // A page that this machine's browser shows is no tester.
      if (request.headers.has('origin'))
        return jsonResponse({ error: 'the control API does not answer browsers' }, 403)
      const name = pathname.slice(base.length + 1).replace(/^elsewhere\//, '')
      const { status, body } = await answer(name, searchParams, request)
      return jsonResponse(body, status)
    },
    upgrade(request, peer) {
      return wrapTaken(fixture.service.upgrade(request, peer), handler => tracked(handler, sockets))
    },
    close: () => fixture.service.close(),
  }
}

type Handler = (args: unknown, request?: Request) => unknown

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
    beat: () => handler.beat?.(),
    blocked: () => handler.blocked?.(),
    drained: () => handler.drained?.(),
    closed(code) {
      if (own) sockets.delete(own)
      handler.closed(code)
    },
  }
}

/** What the query says, with the digits of an integer argument as a number. */
function queryArguments(query: URLSearchParams, operation: Operation): JsonObject {
  const properties = operation.arguments.properties as Record<string, { type?: string }>
  const isInteger = (name: string, text: string) =>
    properties[name]?.type === 'integer' && /^-?\d+$/.test(text)
  return Object.fromEntries(
    [...query].map(([name, text]) => [name, isInteger(name, text) ? Number(text) : text]),
  )
}

function failure(status: number, error: string): ControlAnswer {
  return { status, body: { error } }
}
