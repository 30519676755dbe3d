import Type, { type Static } from 'typebox'

const ids = Type.Array(Type.String(), { description: 'ids of requirements, the most specific first' })
const schemaId = Type.String({ description: 'id of a schema in the bundle' })

const FrameMeta = Type.Object({
  name: Type.String(),
  summary: Type.String(),
  requirement: ids,
  schema: schemaId,
})

/** `agentwire-meta/1`: what a protocol consists of, for programs that list, generate or route. */
export const Meta = Type.Object({
  format: Type.Literal('agentwire-meta/1'),
  profile: Type.String(),
  revision: Type.Optional(Type.Integer({ minimum: 1, description: 'where the protocol has several' })),
  title: Type.String(),
  summary: Type.String(),
  discriminator: Type.String({ description: 'the member of a frame that says which one it is' }),
  frames: Type.Object(
    { client: Type.Array(FrameMeta), server: Type.Array(FrameMeta) },
    { description: 'by who sends them' },
  ),
  endpoints: Type.Array(
    Type.Object({
      name: Type.String(),
      method: Type.String(),
      path: Type.String({ description: 'with `{name}` for a parameter' }),
      opens: Type.Enum(['response', 'websocket']),
      summary: Type.String(),
      requirement: ids,
      request: Type.Record(Type.String(), schemaId, { description: 'by part: headers, query, body' }),
      responses: Type.Record(Type.String(), Type.Union([schemaId, Type.Null()]), {
        description: 'by status; null: the body is not JSON',
      }),
    }),
  ),
  closes: Type.Array(
    Type.Object({
      cause: Type.String(),
      code: Type.Integer({ minimum: 1_000, maximum: 4_999 }),
      reason: Type.String(),
      when: Type.String(),
      clientWill: Type.Enum(['reconnect', 'give up']),
      requirement: ids,
    }),
  ),
  limits: Type.Array(
    Type.Object({
      name: Type.String(),
      default: Type.Unknown({ description: 'as a rule a number' }),
      description: Type.String(),
    }),
  ),
  formats: Type.Array(Type.Object({ name: Type.String(), schema: schemaId })),
  requirements: Type.Array(
    Type.Object({
      id: Type.String(),
      level: Type.Enum(['MUST', 'SHOULD', 'MAY']),
      role: Type.Enum(['server', 'client']),
    }),
  ),
})
export type Meta = Static<typeof Meta>
