import Type, { type Static } from 'typebox'
import type { Operation } from './protocol.ts'

/** What `GET` on the base of the control API answers. */
export const ControlDescription = Type.Object({
  format: Type.Literal('agentwire-control/1'),
  profile: Type.String({ description: 'the profile that this surface serves' }),
  operations: Type.Array(Type.String(), { description: 'names of the operations that may be called' }),
  settings: Type.Array(Type.String(), { description: 'settings that `restart` understands' }),
  capabilities: Type.Optional(
    Type.Array(Type.String(), { description: 'capabilities of the profile that the target has' }),
  ),
  limits: Type.Optional(
    Type.Record(Type.String(), Type.Number(), {
      description: 'limits in force that differ from the defaults',
    }),
  ),
})

export type ControlDescription = Static<typeof ControlDescription>

/** An operation that failed. */
export const ControlFailure = Type.Object({ error: Type.String({ minLength: 1 }) })

const nothing = Type.Object({})

/** The operations that every profile shares. A profile adds its own. */
export const sharedOperations = {
  freeze: {
    summary: 'Stops the clock of the target: from now on time passes only by `advance`, until `restart`.',
    arguments: nothing,
    result: nothing,
  },
  advance: {
    summary: 'Moves the frozen clock on, runs what falls due in order, and answers when that has been done.',
    arguments: Type.Object({ ms: Type.Integer({ minimum: 0, description: 'how far to move the clock' }) }),
    result: nothing,
  },
  drop: {
    summary: 'Cuts the TCP connections of all WebSockets without a close frame.',
    arguments: nothing,
    result: nothing,
  },
  restart: {
    summary:
      'Forgets all state and starts afresh with the given settings and a running clock; answers when the target serves again.',
    arguments: Type.Object({
      settings: Type.Record(Type.String(), Type.Unknown(), {
        description: 'settings by name; those that are absent take their default',
      }),
    }),
    result: nothing,
  },
} as const satisfies Record<string, Operation>
