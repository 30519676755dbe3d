import Type, { type Static, type TObject, type TSchema } from 'typebox'
import { isJsonObject, type JsonObject } from '../../schemas/json.ts'
import type { Controller } from './controller.ts'
import type { Session, SessionRegistry } from './session.ts'

/** Whether a command is about one session or about the whole application. */
export type Scope = 'global' | 'session'
/** The HTTP methods that a command can have. */
export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE'

/** What a command gets beside its parameters. It never comes from the caller's arguments. */
export interface CommandContext {
  /** All sessions. */
  registry: SessionRegistry
  /** Absent in a command of scope global. */
  session?: Session
  /** That of the session, if it has one. */
  controller?: Controller
}

/** What a command is declared by. Only `run` has no default. */
export interface CommandOptions<P extends TObject> {
  /** What it does, for those who choose a tool. */
  description?: string
  /** Default: session. */
  scope?: Scope
  /** Default: POST. */
  method?: Method
  /** Below the debug prefix. Default: `/{name}`, or `/sessions/{session_id}/{name}` in scope session. */
  path?: string
  /** App type that it belongs to. Default: every app. */
  app?: string
  /** Words to sort commands by. */
  tags?: readonly string[]
  /** Refuse the call while the session has no connection. */
  requiresWebSocket?: boolean
  /** What it takes. Default: nothing. */
  parameters?: P
  /** Does it. The arguments fit the parameters. */
  run(args: Static<P>, context: CommandContext): unknown
}

/** One declaration: an HTTP endpoint, a JSON Schema and an MCP tool. */
export interface Command {
  /** How it is called as a tool. */
  name: string
  /** What it does, for those who choose a tool. */
  description: string
  /** What it is about. */
  scope: Scope
  /** How it is called over HTTP. */
  method: Method
  /** Where it is called over HTTP, below the debug prefix. */
  path: string
  /** App type that it belongs to; empty: every app. */
  app: string
  /** Words to sort commands by. */
  tags: readonly string[]
  /** Whether the session must have a connection. */
  requiresWebSocket: boolean
  /** What it takes. */
  parameters: TObject
  /** Does it. The arguments fit the parameters. */
  run(args: JsonObject, context: CommandContext): unknown
}

/** A refusal that the caller sees, with its status. */
export class CommandError extends Error {
  /** The HTTP status of the refusal. */
  readonly status: number

  constructor(status: number, detail: string) {
    super(detail)
    this.status = status
  }
}

/** Declares a command for the debug surface (`llming/debugging/command-endpoint`). */
export function command<P extends TObject>(name: string, options: CommandOptions<P>): Command {
  const { description = '', scope = 'session', method = 'POST', app = '', tags = [] } = options
  return {
    name,
    description,
    scope,
    method,
    path: options.path ?? (scope === 'global' ? `/${name}` : `/sessions/{session_id}/${name}`),
    app,
    tags,
    requiresWebSocket: options.requiresWebSocket ?? false,
    parameters: options.parameters ?? Type.Object({}),
    run: options.run as Command['run'],
  }
}

const jsonTypes = ['integer', 'number', 'boolean', 'array', 'object']

/** The JSON type that a parameter is listed with; whatever has no better name counts as a text. */
export function jsonTypeOf(schema: TSchema): string {
  const { type } = schema as { type?: unknown }
  return typeof type === 'string' && jsonTypes.includes(type) ? type : 'string'
}

function isRequired(command: Command, name: string): boolean {
  return (command.parameters.required ?? []).includes(name)
}

/** A command as `GET /commands` lists it. */
export function describeCommand(command: Command): JsonObject {
  return {
    name: command.name,
    description: command.description,
    scope: command.scope,
    http_method: command.method,
    http_path: command.path,
    tags: command.tags,
    app: command.app,
    requires_websocket: command.requiresWebSocket,
    params: Object.entries(command.parameters.properties).map(([name, schema]) => ({
      name,
      json_type: jsonTypeOf(schema),
      description: (schema as { description?: string }).description ?? '',
      required: isRequired(command, name),
      default: (schema as { default?: unknown }).default ?? null,
    })),
  }
}

/** The input schema of a command as an MCP tool. A session command has a `session_id` beside its parameters. */
export function toolInput(command: Command): JsonObject {
  const properties: Record<string, JsonObject> = {}
  if (command.scope === 'session')
    properties.session_id = { type: 'string', description: 'session to act on, or "current"' }
  for (const [name, schema] of Object.entries(command.parameters.properties))
    properties[name] = {
      type: jsonTypeOf(schema),
      description: (schema as { description?: string }).description ?? '',
    }
  const required = Object.keys(command.parameters.properties).filter(name => isRequired(command, name))
  return {
    type: 'object',
    properties,
    required: command.scope === 'session' ? ['session_id', ...required] : required,
  }
}

/** Finds sessions, binds parameters and runs commands: what the HTTP and the MCP surface have in common. */
export class CommandRunner {
  readonly commands: readonly Command[]
  readonly registry: SessionRegistry

  constructor(commands: readonly Command[], registry: SessionRegistry) {
    this.commands = commands
    this.registry = registry
  }

  find(name: string): Command | undefined {
    return this.commands.find(command => command.name === name)
  }

  /** The commands of an app type, and those of every app. Without an app type: all. */
  forApp(app: string | undefined): Command[] {
    return this.commands.filter(command => !app || command.app === '' || command.app === app)
  }

  /**
   * Runs a command.
   *
   * @param values parameters by name; texts are converted only with `convert`
   * @throws CommandError for every refusal that the caller caused
   */
  async run(
    command: Command,
    sessionId: string | undefined,
    values: JsonObject,
    convert: boolean,
  ): Promise<unknown> {
    const context: CommandContext = { registry: this.registry }
    if (command.scope === 'session') {
      const session = this.session(sessionId)
      if (command.requiresWebSocket && !this.registry.isConnected(session))
        throw new CommandError(409, 'No WebSocket connected')
      context.session = session
      context.controller = session.controller
    }
    const args = this.bind(command, values, convert)
    // A call that is refused is no sign of use.
    context.session?.touch()
    return await command.run(args, context)
  }

  /** The session that an id names; `current` is the most recently active one. */
  session(id: string | undefined): Session {
    if (!id) throw new CommandError(400, 'session_id required')
    const session = id === 'current' ? this.registry.mostRecentlyActive() : this.registry.get(id)
    if (session) return session
    throw new CommandError(404, id === 'current' ? 'No active sessions' : `Session ${id} not found`)
  }

  /** Parameters by name and nothing else, so that no argument can pose as an injected value. */
  protected bind(command: Command, values: JsonObject, convert: boolean): JsonObject {
    const args: JsonObject = {}
    for (const [name, schema] of Object.entries(command.parameters.properties)) {
      if (Object.hasOwn(values, name)) {
        args[name] = bindValue(name, jsonTypeOf(schema), schema, values[name], convert)
      } else if (isRequired(command, name)) {
        throw new CommandError(422, `missing parameter "${name}"`)
      } else {
        args[name] = (schema as { default?: unknown }).default
      }
    }
    return args
  }
}

function bindValue(
  name: string,
  jsonType: string,
  schema: TSchema,
  value: unknown,
  convert: boolean,
): unknown {
  const converted = convert && typeof value === 'string' ? convertText(value, jsonType) : value
  const declared = 'type' in schema
  if (declared && !hasJsonType(converted, jsonType))
    throw new CommandError(422, `parameter "${name}" must be of type ${jsonType}`)
  return converted
}

/** A text as the declared type, or unchanged if it cannot be read as that. */
function convertText(text: string, jsonType: string): unknown {
  switch (jsonType) {
    case 'integer':
      return /^[+-]?\d+$/.test(text) ? Number(text) : text
    case 'number':
      return text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : text
    case 'boolean':
      return ['true', '1', 'yes'].includes(text)
    default:
      return text
  }
}

function hasJsonType(value: unknown, jsonType: string): boolean {
  switch (jsonType) {
    case 'integer':
      return Number.isInteger(value)
    case 'array':
      return Array.isArray(value)
    case 'object':
      return isJsonObject(value)
    default:
      return typeof value === jsonType
  }
}
