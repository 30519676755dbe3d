import Type, { type Static } from 'typebox'
import type { Operation } from '../protocol.ts'
import { limits } from './limits.ts'

const nullable = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()])
const text = (description: string, defaultValue?: string) =>
  Type.Optional(
    Type.String(defaultValue === undefined ? { description } : { description, default: defaultValue }),
  )
const flag = (description: string, defaultValue: boolean) =>
  Type.Optional(Type.Boolean({ description, default: defaultValue }))

/** What the fixture application lets a tester do out of band. */
export const operations = {
  createSession: {
    summary: 'Registers a session.',
    arguments: Type.Object({
      sessionId: text('the id to use; else the target generates one'),
      userId: text('', 'u'),
      userName: text('', 'U'),
      userEmail: text('', 'u@e'),
      appType: text('app type of the session', ''),
      controller: flag('whether the session has a controller', true),
      greeting: flag('whether the connect hook sends a `connected` message', false),
      expiryHookThrows: flag('whether the hook for expired sessions fails for this one', false),
    }),
    result: Type.Object({ sessionId: Type.String(), token: Type.String(), cookieName: Type.String() }),
  },
  push: {
    summary: "Sends a message through a session's controller.",
    arguments: Type.Object({
      sessionId: Type.String(),
      message: Type.Record(Type.String(), Type.Unknown()),
    }),
    result: Type.Object({ sent: Type.Boolean() }),
  },
  endSession: {
    summary: 'Ends a session as the application would.',
    arguments: Type.Object({ sessionId: Type.String() }),
    result: Type.Object({}),
  },
  revokeSessions: {
    summary: 'Revokes all sessions that match the criteria.',
    arguments: Type.Object({ userEmail: text('sessions of this user') }),
    result: Type.Object({ revoked: Type.Array(Type.String()) }),
  },
  sign: {
    summary: 'Signs a token with the secret of the target.',
    arguments: Type.Object({ kind: Type.Enum(['auth', 'identity']), value: Type.String() }),
    result: Type.Object({ token: Type.String() }),
  },
  cookieNames: {
    summary: 'The names of the cookies.',
    arguments: Type.Object({}),
    result: Type.Object({ auth: Type.String(), session: Type.String(), identity: Type.String() }),
  },
  whoami: {
    summary:
      'Says whom the request itself names by its cookies, bearer token and query. By `GET`, here and at `elsewhere/whoami`.',
    arguments: Type.Object({
      authMaxAgeS: Type.Optional(Type.Integer({ minimum: 0 })),
      identityMaxAgeS: Type.Optional(Type.Integer({ minimum: 0 })),
    }),
    result: Type.Object({
      auth: nullable(Type.String({ description: 'session that the cookie names' })),
      identity: nullable(Type.String({ description: 'identity that the cookie names' })),
      resolved: nullable(Type.String({ description: 'registered session of the request' })),
    }),
  },
} as const satisfies Record<string, Operation>

/** What a target may be launched with. `null` stands for "not configured". */
export const settings = Type.Object({
  limits: Type.Optional(Type.Partial(limits)),
  secret: Type.Optional(nullable(Type.String({ description: 'signs the tokens', default: 'k' }))),
  devMode: flag('development mode: a missing secret is made up', false),
  appName: Type.Optional(nullable(Type.String({ description: 'prefix of the cookie names' }))),
  debugKey: Type.Optional(nullable(Type.String({ description: 'key of the debug surface', default: 'dbg' }))),
  allowedNetworks: Type.Optional(
    Type.Array(Type.String(), { description: 'networks that may use the debug surface; `*` is any' }),
  ),
  trustedProxies: Type.Optional(
    Type.Array(Type.String(), { description: 'peers whose `X-Forwarded-For` is believed' }),
  ),
  allowedMessageTypes: Type.Optional(
    Type.Array(Type.String(), { description: 'types that may be injected; absent: all' }),
  ),
  supersede: flag('whether a newer connection closes the older one', true),
  mcpKey: Type.Optional(Type.String({ description: 'key of the MCP surface; empty: none', default: 'mk' })),
  hostForwarding: flag(
    'whether the hosting server itself takes the peer from `X-Forwarded-For`, before the library sees it',
    false,
  ),
})

export type Settings = Static<typeof settings>
