import Type, { type Static } from 'typebox'
import type { Operation } from '../protocol.ts'
import { limits } from './limits.ts'

const UserId = Type.Integer({ minimum: 1, description: 'id of an account' })
const nothing = Type.Object({})

/** An account with what is needed to speak for it. */
export const Actor = Type.Object({
  id: UserId,
  username: Type.String(),
  role: Type.String(),
  token: Type.String({ description: 'a fresh JWT of the account' }),
  apiToken: Type.Optional(Type.String({ description: 'its API token, if it was made with one' })),
})
export type Actor = Static<typeof Actor>

/** The accounts that every hub under test has. */
const Actors = Type.Object({
  admin1: Actor,
  admin2: Actor,
  member: Actor,
  custom: Actor,
  agent1: Actor,
  agent2: Actor,
  butler: Actor,
})

/** What the fixture application lets a tester do out of band. */
export const operations = {
  actors: {
    summary: 'The accounts that every launch makes, by name, with fresh tokens.',
    arguments: nothing,
    result: Actors,
  },
  createActor: {
    summary: 'Makes an account. One with role AGENT gets an API token.',
    arguments: Type.Object({
      role: Type.Optional(
        Type.String({ description: 'any text; BUTLER is taken already', default: 'MEMBER' }),
      ),
      username: Type.Optional(Type.String({ minLength: 1, description: 'else the target makes one up' })),
      password: Type.Optional(
        Type.String({ minLength: 1, description: 'absent: the account cannot log in' }),
      ),
    }),
    result: Actor,
  },
  stall: {
    summary:
      "Treats a user's present connection as if its peer had stopped reading: from now on what is sent to it waits.",
    arguments: Type.Object({ userId: UserId }),
    result: Type.Object({ stalled: Type.Boolean({ description: 'whether there is such a connection' }) }),
  },
  unstall: {
    summary: 'Ends a stall: what has waited is sent.',
    arguments: Type.Object({ userId: UserId }),
    result: Type.Object({ sent: Type.Integer({ minimum: 0, description: 'frames that had waited' }) }),
  },
  reboot: {
    summary:
      'Stops the hub in an orderly manner and starts it again on what it has stored; answers when it serves again.',
    arguments: nothing,
    result: nothing,
  },
  logs: {
    summary: 'What the hub has written to its log since it was launched.',
    arguments: nothing,
    result: Type.Object({ lines: Type.Array(Type.String()) }),
  },
} as const satisfies Record<string, Operation>

/** What a target may be launched with. */
export const settings = Type.Object({
  limits: Type.Optional(Type.Partial(limits)),
  secret: Type.Optional(
    Type.String({
      minLength: 32,
      description: 'signs the tokens',
      default: 'agentwire-hub-secret-for-tests-only',
    }),
  ),
  issuer: Type.Optional(
    Type.String({ minLength: 1, description: 'issuer of the tokens', default: 'echocenter' }),
  ),
  allowedOrigins: Type.Optional(
    Type.Array(Type.String(), {
      description: 'foreign origins that may connect',
      default: ['http://localhost:3000', 'http://localhost:5173'],
    }),
  ),
  storage: Type.Optional(
    Type.Enum(['memory', 'sqlite'], { description: 'where messages are kept', default: 'memory' }),
  ),
  butler: Type.Optional(
    Type.Enum(['scripted', 'none'], {
      description: 'who answers for the butler beside a connection of its own',
      default: 'scripted',
    }),
  ),
  actors: Type.Optional(
    Type.Partial(Actors, {
      description:
        'accounts that a hub without control API has: for the tester to read, a launch makes its own',
    }),
  ),
})

/** What a hub under test can be launched with. */
export type Settings = Static<typeof settings>
