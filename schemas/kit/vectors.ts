import Type, { type Static } from 'typebox'

/** What a vector says of an instance: that it must be accepted, that it must be refused, or that either is right. */
export const Judgement = Type.Enum(['valid', 'invalid', 'implementation-defined'])
export type Judgement = Static<typeof Judgement>

const about = {
  id: Type.String({
    pattern: '^[0-9a-f]{12}$',
    description: 'made from what is judged, so it stays while that stays',
  }),
  judgement: Judgement,
  requirement: Type.String({ minLength: 1, description: 'the requirement that states it' }),
  why: Type.String({ minLength: 1, description: 'what there is to see in this instance' }),
}

/** One instance of a shape. It stands there as a value or, where that would lose something, as its JSON text. */
export const ShapeVector = Type.Object({
  ...about,
  constraint: Type.Optional(
    Type.String({ description: 'JSON pointer to the constraint that it is just inside or just outside of' }),
  ),
  value: Type.Optional(Type.Unknown({ description: 'the instance' })),
  text: Type.Optional(Type.String({ description: 'JSON text of the instance, in place of `value`' })),
})
export type ShapeVector = Static<typeof ShapeVector>

/** `agentwire-vectors/1`: the instances of one shape. */
export const ShapeVectors = Type.Object({
  format: Type.Literal('agentwire-vectors/1'),
  schemas: Type.Array(Type.String(), {
    minItems: 1,
    description: 'ids of the schemas that these instances are judged by; they are all alike',
  }),
  vectors: Type.Array(ShapeVector, { minItems: 1 }),
})
export type ShapeVectors = Static<typeof ShapeVectors>

/** One case of something that has to be worked out: what is given, and what comes of it unless it is refused. */
export const Computation = Type.Object({
  ...about,
  operation: Type.String({ minLength: 1, description: 'what is worked out' }),
  given: Type.Record(Type.String(), Type.Unknown()),
  result: Type.Optional(Type.Unknown({ description: 'absent where what is given must be refused' })),
})
export type Computation = Static<typeof Computation>

/** `agentwire-computations/1`: the cases of a protocol. */
export const Computations = Type.Object({
  format: Type.Literal('agentwire-computations/1'),
  operations: Type.Record(Type.String(), Type.String(), { description: 'meaning by name' }),
  vectors: Type.Array(Computation, { minItems: 1 }),
})
export type Computations = Static<typeof Computations>

const count = Type.Integer({ minimum: 0 })

/** `agentwire-vector-index/1`: what files of vectors a protocol has, and how many vectors are in each. */
export const VectorIndex = Type.Object({
  format: Type.Literal('agentwire-vector-index/1'),
  files: Type.Record(
    Type.String(),
    Type.Object({ valid: count, invalid: count, 'implementation-defined': count }),
  ),
  total: count,
  dialogues: Type.Array(Type.String(), { description: 'files of the format agentwire-vector/1' }),
})
export type VectorIndex = Static<typeof VectorIndex>

/** Vectors that were picked by hand, with what a generator adds to them left out. */
export interface PickedVectors {
  /** By path of the shape in the protocol's folder, like `formats/sessionToken`. */
  shapes: Readonly<Record<string, readonly Omit<ShapeVector, 'id'>[]>>
  /** Meaning by name. */
  operations: Readonly<Record<string, string>>
  computations: readonly Omit<Computation, 'id'>[]
}
