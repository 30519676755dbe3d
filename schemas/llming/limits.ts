import Type, { type Static } from 'typebox'
import { limit } from '../protocol.ts'

/** The numbers that the protocol leaves to an implementation. A target declares those that differ. */
export const limits = Type.Object({
  'rateLimit.messages': limit('how many frames of a connection count and are served within one window', 100),
  'rateLimit.windowMs': limit('how long a frame counts after it has arrived', 60_000),
  maxMessageBytes: limit('size of the longest frame that is served, in bytes of UTF-8', 16_777_216),
  sessionTtlMs: limit('how long a session without a connection is kept', 300_000),
  heartbeatTtlMs: limit('how long a session is kept whose connection sends no heartbeat', 120_000),
  sweepMs: limit('how often expired sessions are looked for', 60_000),
  authTokenMaxAgeS: limit('age up to which a session token is accepted; the default is a day', 86_400),
  identityTokenMaxAgeS: limit(
    'age up to which an identity token is accepted; the default is 30 days',
    2_592_000,
  ),
  tokenFutureSkewS: limit('how far in the future a token may have been signed', 300, { minimum: 0 }),
  sessionIdMinBits: limit('random bits in a session id that the server makes up, at least', 128),
  'client.heartbeatIntervalMs': limit('time from one heartbeat to the next; with 0 there are none', 15_000, {
    minimum: 0,
  }),
  'client.ackTimeoutMs': limit(
    'how long a heartbeat may stay without an ack; as long as the interval',
    15_000,
  ),
  'client.backoffBaseMs': limit('first factor of the wait before a reconnect', 1_000),
  'client.backoffFactor': Type.Number({
    exclusiveMinimum: 1,
    default: 1.5,
    description: 'by how much the wait grows from attempt to attempt',
  }),
  'client.maxBackoffMs': limit('longest wait before a reconnect', 5_000),
  'client.maxReconnectAttempts': limit('how often the client tries to reconnect before it gives up', 15, {
    minimum: 0,
  }),
  'client.deadSessionSockets': limit(
    'how many first connections must all fail with 1006 to make a `dead_session`',
    3,
  ),
  stdioPollMs: limit('how long the stdio server waits before it looks for the app again', 3_000),
})

/** The limits by name, as the ones in force. */
export type Limits = Static<typeof limits>
