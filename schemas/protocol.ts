import Type, { type Static, type TObject, type TSchema } from 'typebox'

/** Who sends a frame, closes a connection, or is judged by a requirement. */
export type Side = 'client' | 'server'

/** One kind of WebSocket message. `schema` describes the whole JSON value. */
export interface Frame<S extends TSchema = TSchema> {
  /** Who sends it. */
  from: Side
  /** What it means, in a sentence. */
  summary: string
  /** The requirements that this shape states, most specific first. A broken shape is a breach of the first. */
  requirement: readonly string[]
  /** The whole message, as a JSON value. */
  schema: S
}

/** One close code with the reason text that goes with it. The same code may stand for several causes. */
export interface Close {
  /** A WebSocket close code. */
  code: number
  /** The text that goes with it; may be empty. */
  reason: string
  /** Its cause. */
  when: string
  /** What a client does next. */
  clientWill: 'reconnect' | 'give up'
  /** The requirements that state it, most specific first. */
  requirement: readonly string[]
}

/** One HTTP endpoint. Members that are absent are not part of the protocol. */
export interface Endpoint {
  /** The HTTP method. */
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** With `{name}` for a path parameter. */
  path: string
  /** What it does, in a sentence. */
  summary: string
  /** The requirements that these shapes state, most specific first. */
  requirement: readonly string[]
  /** Headers of the request, by lower-case name. */
  headers?: TObject
  /** The query of the request, each member a text. */
  query?: TObject
  /** The JSON body of the request. */
  body?: TSchema
  /** Body by status. `null`: the body is not JSON. */
  responses: Readonly<Record<number, TSchema | null>>
}

/** An operation of the control API: what is asked, and what is answered. */
export interface Operation<A extends TObject = TObject, R extends TSchema = TSchema> {
  /** What it does, in a sentence. */
  summary: string
  /** Asked by `GET`, with the arguments in the query. Otherwise by `POST`, with a JSON object. */
  method?: 'GET'
  /** What is asked. */
  arguments: A
  /** What is answered. */
  result: R
}

/** Everything about a protocol that has a shape. What has a sentence stands in `spec/<name>.md`. */
export interface Protocol {
  /** As in ids and on the command line. */
  name: string
  /** Which revision of the protocol this is, where it has several. */
  revision?: number
  /** As people write it. */
  title: string
  /** What it is about, in a sentence. */
  summary: string
  /** The member of a frame that says which one it is. Default: `type`. */
  discriminator?: string
  /** What a target may lack, with the meaning of having it. */
  capabilities: Readonly<Record<string, string>>
  /** Numbers that the protocol leaves to the target. Each property carries its default and its meaning. */
  limits: TObject
  /** Its WebSocket messages, by name. */
  frames: Readonly<Record<string, Frame>>
  /** Its close codes, by a name for the cause. */
  closes: Readonly<Record<string, Close>>
  /** Its HTTP endpoints, by name. */
  endpoints: Readonly<Record<string, Endpoint>>
  /** Values with a form of their own: tokens, cookie names, payloads. */
  formats: Readonly<Record<string, TSchema>>
  /** What a target offers to its tester beside the operations that every profile shares. */
  operations: Readonly<Record<string, Operation>>
  /** What a target can be launched with, so that a tester sees its other faces. */
  settings: TObject
}

/** The parts that a protocol may lack, as they are then. */
const absent = {
  capabilities: {},
  limits: Type.Object({}),
  closes: {},
  endpoints: {},
  formats: {},
  operations: {},
  settings: Type.Object({}),
} as const

/** What a protocol is declared by. The parts that it lacks may be left out. */
export type Declaration = Omit<Protocol, keyof typeof absent> & Partial<Protocol>

/**
 * Declares a protocol. All profiles go through here, ours and yours. What is not declared is empty.
 *
 * @throws Error when the declaration contradicts itself: a limit without a default, a path that is declared twice.
 */
export function defineProtocol<const P extends Declaration>(
  declaration: P,
): P & Omit<typeof absent, keyof P> {
  const protocol: Protocol & P & Omit<typeof absent, keyof P> = { ...absent, ...declaration }
  for (const [name, limit] of Object.entries(protocol.limits.properties)) {
    if (!('default' in limit)) throw new Error(`${protocol.name}: limit ${name} has no default`)
    if (!('description' in limit)) throw new Error(`${protocol.name}: limit ${name} has no description`)
  }
  const seen = new Map<string, string>()
  for (const [name, { method, path }] of Object.entries(protocol.endpoints)) {
    const route = `${method} ${path}`
    if (seen.has(route)) throw new Error(`${protocol.name}: ${name} and ${seen.get(route)} are both ${route}`)
    seen.set(route, name)
  }
  return protocol
}

/** The defaults of a protocol's limits, as the specification gives them. */
export function defaultLimits<L extends TObject>(limits: L): Static<L> {
  const entries = Object.entries(limits.properties).map(([name, limit]) => [
    name,
    (limit as { default: unknown }).default,
  ])
  return Object.fromEntries(entries) as Static<L>
}

/** A whole number with a default; the usual kind of limit. Its name ends in its unit, as in `windowMs`. */
export function limit(description: string, defaultValue: number, options: { minimum?: number } = {}) {
  return Type.Integer({ minimum: 1, ...options, default: defaultValue, description })
}
