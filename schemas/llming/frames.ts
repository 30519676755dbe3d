import Type from 'typebox'
import type { Frame } from '../protocol.ts'

/** Any JSON value. Its presence decides, not its value, and it comes back as it was sent. */
export const RequestId = Type.Unknown({ description: 'correlates a reply with its request; any JSON value' })

const requestType = Type.String({ description: 'full name of a route: prefixes and name, joined by dots' })

/** Every frame of the WebSocket, in both directions. */
export const frames = {
  heartbeat: {
    from: 'client',
    summary: 'A sign of life. Other members are ignored.',
    requirement: ['llming/liveness/heartbeat-acked', 'llming/liveness/client-sends-heartbeat'],
    schema: Type.Object({ type: Type.Literal('heartbeat') }),
  },
  request: {
    from: 'client',
    summary: 'A command or query for the router. All other members are arguments.',
    requirement: ['llming/routing/arguments-by-name', 'llming/framing/client-sends-json-text'],
    schema: Type.Object({ type: requestType, _req_id: Type.Optional(RequestId) }),
  },
  heartbeat_ack: {
    from: 'server',
    summary: 'The answer to one heartbeat.',
    requirement: ['llming/liveness/heartbeat-acked'],
    schema: Type.Object({ type: Type.Literal('heartbeat_ack') }, { additionalProperties: false }),
  },
  reply: {
    from: 'server',
    summary: "A handler's result: its members at the top level, next to the request's type and id.",
    requirement: ['llming/routing/result-is-replied', 'llming/framing/frames-are-typed-objects'],
    schema: Type.Object({ type: requestType, _req_id: Type.Optional(RequestId) }),
  },
  error_reply: {
    from: 'server',
    summary: 'The answer to a request that could not be completed.',
    requirement: ['llming/routing/failure-replied'],
    schema: Type.Object({
      type: requestType,
      error: Type.String({ minLength: 1, description: 'what went wrong, without internals' }),
      _req_id: Type.Optional(RequestId),
    }),
  },
  push: {
    from: 'server',
    summary: 'A message of the application that answers no request.',
    requirement: ['llming/framing/frames-are-typed-objects'],
    schema: Type.Object({ type: Type.String() }),
  },
} as const satisfies Record<string, Frame>
