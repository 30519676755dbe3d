import Type, { type Static } from 'typebox'
import { limit } from '../protocol.ts'

/** The numbers that the protocol leaves to an implementation. A target declares those that differ. */
export const limits = Type.Object({
  'rateLimit.messages': limit('frames served per connection and window', 100),
  'rateLimit.windowMs': limit('length of the sliding window', 60_000),
  maxMessageBytes: limit('largest frame served, in bytes of UTF-8', 16_777_216),
  sessionTtlMs: limit('idle time after which a session without a connection is removed', 300_000),
  heartbeatTtlMs: limit('time without a heartbeat after which a connected session is removed', 120_000),
  sweepMs: limit('pause between two sweeps for expired sessions', 60_000),
  authTokenMaxAgeS: limit('greatest age of a session token: 24 hours', 86_400),
  identityTokenMaxAgeS: limit('greatest age of an identity token: 30 days', 2_592_000),
  tokenFutureSkewS: limit('how far ahead of the clock a token may be', 300, { minimum: 0 }),
  sessionIdMinBits: limit('randomness of a session id that the server chooses', 128),
  'client.heartbeatIntervalMs': limit('pause between two heartbeats; 0 sends none', 15_000, { minimum: 0 }),
  'client.ackTimeoutMs': limit('wait for the ack of a heartbeat; equals the interval', 15_000),
  'client.backoffBaseMs': limit('base of the reconnect delay', 1_000),
  'client.backoffFactor': Type.Number({
    exclusiveMinimum: 1,
    default: 1.5,
    description: 'growth of the reconnect delay',
  }),
  'client.maxBackoffMs': limit('cap of the reconnect delay', 5_000),
  'client.maxReconnectAttempts': limit('reconnect attempts before the client gives up', 15, { minimum: 0 }),
  'client.deadSessionSockets': limit('first connections that must fail with 1006 for `dead_session`', 3),
  stdioPollMs: limit('pause between two attempts of the stdio server to find the app', 3_000),
})

export type Limits = Static<typeof limits>
