import Type, { type Static, type TSchema } from 'typebox'
import { Timestamp } from '../timestamp.ts'

/** The roles that the protocol knows. Every other text is a role too, and counts as human. */
export const roles = ['ADMIN', 'MEMBER', 'AGENT', 'BUTLER'] as const

const integer = (description: string) =>
  Type.Integer({ minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER, description })

const overwritten = 'the hub puts its own value in its place'
/** A member that may be absent, or null, which means the same. */
export const optional = <T extends TSchema>(schema: T) => Type.Optional(Type.Union([schema, Type.Null()]))

/** What a client's envelope may hold beside `type` and `payload`. Null stands for a member that is absent. */
const fromClient = {
  target_id: optional(integer('whom the frame is for; absent, null or 0: everybody')),
  stream_id: optional(Type.String({ description: 'joins the frames of one streamed answer' })),
  local_id: optional(Type.String({ description: "the sender's own key of this message, by habit a UUID" })),
  conversation_id: optional(integer('the thread that the message belongs to')),
  id: optional(integer(overwritten)),
  sender_id: optional(integer(overwritten)),
  sender_name: optional(Type.String({ description: overwritten })),
  sender_role: optional(Type.String({ description: overwritten })),
  timestamp: optional(Type.String({ description: overwritten })),
}

const fromHub = {
  id: Type.Optional(integer('number of the stored message; rises from one to the next')),
  local_id: Type.Optional(Type.String({ description: "the sender's key, unchanged" })),
  conversation_id: Type.Optional(integer('the thread that the message is filed under')),
  sender_id: integer('who sent the frame, as the hub knows it'),
  sender_name: Type.String({ description: 'user name of the sender' }),
  sender_role: Type.String({ description: "role in the sender's token" }),
  target_id: Type.Optional(integer('whom the frame is for; absent or 0: everybody')),
  timestamp: Timestamp,
  stream_id: Type.Optional(Type.String({ description: 'unchanged' })),
}

const anyPayload = Type.Unknown({ description: 'any JSON value' })

/** The envelope of a frame that a client sends. */
export function clientEnvelope<T extends TSchema, P extends TSchema>(type: T, payload: P) {
  return Type.Object({ type, payload, ...fromClient })
}

/** The envelope of a frame that the hub sends. */
export function hubEnvelope<T extends TSchema, P extends TSchema>(type: T, payload: P) {
  return Type.Object({ type, payload, ...fromHub })
}

/** What every message to the hub must be, whatever its type. */
export const Inbound = clientEnvelope(
  optional(Type.String({ description: 'says what the message is; absent: the empty text' })),
  Type.Optional(anyPayload),
)
export type Inbound = Static<typeof Inbound>

/** What every message from the hub is, whatever its type. */
export const Outbound = hubEnvelope(Type.String(), anyPayload)
export type Outbound = Static<typeof Outbound>
