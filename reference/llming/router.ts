import { isJsonObject, type JsonObject } from '../../schemas/json.ts'
import type { Controller } from './controller.ts'

/** Sends a frame to the connection that carried the request; false when it could not. */
export type Send = (message: JsonObject) => boolean

/** What every handler gets beside the message members that it names. No message member can replace them. */
export interface Injected {
  /** That of the session. */
  controller: Controller
  /** Sends to where the request came from. */
  send: Send
}

/** A parameter of a handler: required, or with the value that stands in for an absent member. */
export type Parameters = Readonly<Record<string, { default?: unknown }>>

/** What a handler is called with. */
export type Arguments = JsonObject & Injected

/** Answers a request. What it returns, or its promise, is the reply. */
export type Handler = (args: Arguments) => unknown

/** A handler with what it takes. */
export interface Route {
  /** The message members that it names. */
  parameters: Parameters
  /** What answers. */
  handler: Handler
}

/** Routes by their full names. */
export type DispatchTable = ReadonlyMap<string, Route>

/** A parameter without a default. */
export const required = {}

/** A parameter with a default. */
export const optional = (value: unknown) => ({ default: value })

/** A request whose handler cannot be called, or whose result cannot be sent. The text is meant for the caller. */
export class RequestError extends Error {}

/**
 * Namespaced dispatch for messages, nestable: the full name of a route is the prefixes from the root down and the
 * handler's name, joined by dots (`llming/routing/nested-prefixes-joined`).
 */
export class WSRouter {
  /** What the names of its routes begin with; may be empty. */
  readonly prefix: string
  readonly #handlers = new Map<string, Route>()
  readonly #children: WSRouter[] = []

  constructor(prefix = '') {
    this.prefix = prefix
  }

  /** Registers a handler. A later one of the same name replaces an earlier one. */
  handler(name: string, parameters: Parameters, handler: Handler): this {
    this.#handlers.set(name, { parameters, handler })
    return this
  }

  /** Mounts another router below this one's prefix. */
  include(child: WSRouter): this {
    if (!this.#children.includes(child)) this.#children.push(child)
    return this
  }

  /** A snapshot of all routes by full name. A child's route beats its parent's, a later child's an earlier one's. */
  buildDispatchTable(): DispatchTable {
    const table = new Map<string, Route>()
    const qualified = (name: string) => (this.prefix ? `${this.prefix}.${name}` : name)
    for (const [name, route] of this.#handlers) table.set(qualified(name), route)
    for (const child of this.#children)
      for (const [name, route] of child.buildDispatchTable()) table.set(qualified(name), route)
    return table
  }
}

/** Finds routes, binds arguments and turns results into replies: the rules of the `routing` section. */
export class Dispatcher {
  readonly table: DispatchTable

  constructor(router: WSRouter) {
    this.table = router.buildDispatchTable()
  }

  /** The route of exactly that name. Any JSON value may stand where the type belongs. */
  find(type: unknown): Route | undefined {
    return typeof type === 'string' ? this.table.get(type) : undefined
  }

  /** Message members by parameter name, unconverted; an explicit null counts as present. */
  bind(route: Route, message: JsonObject, injected: Injected): Arguments {
    const args: JsonObject = {}
    for (const [name, parameter] of Object.entries(route.parameters)) {
      if (name in injected) continue
      if (Object.hasOwn(message, name)) args[name] = message[name]
      else if ('default' in parameter) args[name] = parameter.default
      else throw new RequestError(`missing argument "${name}"`)
    }
    return Object.assign(args, injected)
  }

  /** The reply to a request, or `undefined` where the handler returned nothing. */
  reply(message: JsonObject, result: unknown): JsonObject | undefined {
    if (result === undefined || result === null) return undefined
    if (!isJsonObject(result)) throw new RequestError('the handler did not return an object')
    return { type: message.type, ...result, ...correlation(message) }
  }

  /** The reply to a request that failed. An unexpected failure keeps its text to itself. */
  errorReply(message: JsonObject, error: unknown): JsonObject {
    const text = error instanceof RequestError ? error.message : 'the request failed'
    return { type: message.type, error: text, ...correlation(message) }
  }
}

/** The presence of `_req_id` decides, not its value. */
function correlation(message: JsonObject): JsonObject {
  return Object.hasOwn(message, '_req_id') ? { _req_id: message._req_id } : {}
}
