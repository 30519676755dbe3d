import Type, { type Static } from 'typebox'
import type { Operation } from '../protocol.ts'
import { limits } from './limits.ts'

const textOrNull = (description: string, defaultValue?: string) =>
  Type.Union(
    [Type.String(), Type.Null()],
    defaultValue === undefined ? { description } : { description, default: defaultValue },
  )
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
      userId: text('id of its user', 'u'),
      userName: text('name of its user', 'U'),
      userEmail: text('e-mail address of its user', 'u@e'),
      appType: text('app type of the session', ''),
      controller: flag('whether the session has a controller', true),
      greeting: flag('whether the connect hook sends a `connected` message', false),
      expiryHookThrows: flag('whether the hook for expired sessions fails for this one', false),
    }),
    result: Type.Object({
      sessionId: Type.String(),
      token: Type.String({ description: 'its session token; empty where the target cannot sign' }),
      cookieName: Type.String({ description: 'the cookie that carries the token' }),
    }),
  },
  push: {
    summary: "Sends a message through a session's controller.",
    arguments: Type.Object({
      sessionId: Type.String(),
      message: Type.Record(Type.String(), Type.Unknown(), { description: 'the object to send' }),
    }),
    result: Type.Object({ sent: Type.Boolean({ description: 'what the send operation reports' }) }),
  },
  endSession: {
    summary: 'Ends a session as the application would.',
    arguments: Type.Object({ sessionId: Type.String() }),
    result: Type.Object({}),
  },
  revokeSessions: {
    summary: 'Revokes all sessions that match the criteria.',
    arguments: Type.Object({ userEmail: text('sessions of this user') }),
    result: Type.Object({
      revoked: Type.Array(Type.String(), { description: 'ids of the revoked sessions' }),
    }),
  },
  sign: {
    summary: 'Signs a token with the secret of the target.',
    arguments: Type.Object({
      kind: Type.Enum(['auth', 'identity'], { description: '`auth` is the session token' }),
      value: Type.String({ description: 'session id or identity' }),
    }),
    result: Type.Object({ token: Type.String() }),
  },
  cookieNames: {
    summary: 'The names of the cookies.',
    arguments: Type.Object({}),
    result: Type.Object({ auth: Type.String(), session: Type.String(), identity: Type.String() }),
  },
  whoami: {
    summary: 'Says whom the request itself names by its cookies, bearer token and query.',
    method: 'GET',
    arguments: Type.Object({
      authMaxAgeS: Type.Optional(
        Type.Integer({
          minimum: 0,
          description: 'greatest age of the session token for `auth`; default: the limit',
        }),
      ),
      identityMaxAgeS: Type.Optional(
        Type.Integer({ minimum: 0, description: 'greatest age of the identity token; default: the limit' }),
      ),
    }),
    result: Type.Object({
      auth: textOrNull('session that the cookie names'),
      identity: textOrNull('identity that the cookie names'),
      resolved: textOrNull('registered session of the request'),
    }),
  },
} as const satisfies Record<string, Operation>

/** What a target may be launched with. `null` stands for "not configured". */
export const settings = Type.Object({
  limits: Type.Optional(Type.Partial(limits, { description: 'those that shall differ from the defaults' })),
  secret: Type.Optional(textOrNull('signs the tokens', 'k')),
  devMode: flag('development mode: a missing secret is made up', false),
  appName: Type.Optional(textOrNull('app name, from which the names of the cookies are made')),
  debugKey: Type.Optional(textOrNull('key of the debug surface', 'dbg')),
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
  mcpKey: Type.Optional(
    Type.String({
      description: 'key of the MCP surface; with an empty one there is no such surface',
      default: 'mk',
    }),
  ),
  hostForwarding: flag(
    'whether the hosting server itself takes the peer from `X-Forwarded-For`, before the library sees it',
    false,
  ),
})

/** What a server under test can be launched with. */
export type Settings = Static<typeof settings>
