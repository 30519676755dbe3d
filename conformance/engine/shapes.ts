import { memberOf } from '../../schemas/json.ts'
import type { Endpoint, Frame, Protocol, Side } from '../../schemas/protocol.ts'
import { problem } from '../../schemas/validate.ts'

/** A breach of a shape, and the requirement that states the shape. */
export interface Breach {
  requirement: string | undefined
  problem: string
}

/** The frames of a protocol by sender, ready to judge a message. */
export class FrameShapes {
  readonly #frames: readonly Frame[]
  readonly #discriminator: string

  constructor({ frames, discriminator = 'type' }: Protocol) {
    this.#frames = Object.values(frames)
    this.#discriminator = discriminator
  }

  /**
   * How a message breaks the protocol. It must fit the frame that its discriminator names; where none does, one of
   * those that leave it open, of which the last is the loosest and speaks for them.
   */
  breach(from: Side, message: unknown): Breach | undefined {
    const type = memberOf(message, this.#discriminator)
    const sent = this.#frames.filter(frame => frame.from === from)
    const named = sent.filter(frame => type !== undefined && this.#typeOf(frame) === type)
    const candidates = named.length > 0 ? named : sent.filter(frame => this.#typeOf(frame) === undefined)
    const loosest = candidates.at(-1)
    if (!loosest || candidates.some(frame => problem(frame.schema, message) === undefined)) return undefined
    return { requirement: loosest.requirement[0], problem: problem(loosest.schema, message) ?? '' }
  }

  /** The discriminator's value in every frame of a kind; `undefined` where the kind leaves it open. */
  #typeOf({ schema }: Frame): unknown {
    const { properties } = schema as { properties?: Record<string, { const?: unknown }> }
    return properties?.[this.#discriminator]?.const
  }
}

/** The endpoints of a protocol, ready to judge a response. */
export class EndpointShapes {
  readonly #endpoints: readonly { endpoint: Endpoint; path: RegExp }[]

  constructor(protocol: Protocol) {
    this.#endpoints = Object.values(protocol.endpoints)
      // More literal text first: `/debug/commands` before `/debug/{command}`.
      .toSorted((a, b) => literalLength(b.path) - literalLength(a.path))
      .map(endpoint => ({ endpoint, path: new RegExp(`^${endpoint.path.replace(/\{\w+\}/g, '[^/]+')}$`) }))
  }

  /** How a response breaks its endpoint's schema. Statuses that the protocol does not list are not judged. */
  breach(method: string, path: string, status: number, body: unknown): Breach | undefined {
    const known = this.#endpoints.find(
      ({ endpoint, path: pattern }) => endpoint.method === method && pattern.test(path),
    )
    if (!known) return undefined
    const schema = known.endpoint.responses[status]
    const found = schema ? problem(schema, body) : undefined
    if (!schema || found === undefined) return undefined
    const own = (schema as { 'x-requirement'?: readonly string[] })['x-requirement']
    return { requirement: (own ?? known.endpoint.requirement)[0], problem: found }
  }
}

function literalLength(path: string): number {
  return path.replace(/\{\w+\}/g, '').length
}
