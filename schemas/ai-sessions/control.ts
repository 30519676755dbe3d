import Type, { type Static } from 'typebox'
import type { Operation } from '../protocol.ts'
import { limits } from './limits.ts'

/** What the fixture application lets a tester do out of band. */
export const operations = {
  createUser: {
    summary: 'A token of a user whom the service has never seen. He is not registered.',
    arguments: Type.Object({
      domain: Type.Optional(
        Type.Enum(['allowed', 'foreign'], {
          description: 'domain of the e-mail address: one that may register, or another',
          default: 'allowed',
        }),
      ),
      expired: Type.Optional(
        Type.Boolean({ description: 'whether the token has expired already', default: false }),
      ),
      user: Type.Optional(
        Type.String({ minLength: 1, description: 'another token of this user, by the id that was answered' }),
      ),
    }),
    result: Type.Object({ user: Type.String({ description: 'id of the user' }), token: Type.String() }),
  },
} as const satisfies Record<string, Operation>

/** What a target may be launched with. */
export const settings = Type.Object({
  limits: Type.Optional(Type.Partial(limits)),
  initialStatus: Type.Optional(
    Type.Enum(['pending', 'starting'], { description: 'status of a new session', default: 'pending' }),
  ),
  oauthCode: Type.Optional(
    Type.String({
      minLength: 1,
      description: 'the code that the stand-in for OAuth takes',
      default: 'good-code',
    }),
  ),
  apiKey: Type.Optional(
    Type.String({
      pattern: '^sk-ant-.{20,}$',
      description: 'a key that the target takes, for the tester to read; else he makes keys up',
    }),
  ),
  tokens: Type.Optional(
    Type.Array(Type.String({ minLength: 1 }), {
      minItems: 3,
      description:
        'tokens of different users that a target without control API knows, for the tester to read: he registers these users, and takes them off again with all they have',
    }),
  ),
})

export type Settings = Static<typeof settings>
