import Type, { type Static } from 'typebox'
import { limit } from '../protocol.ts'

/** The numbers that the protocol leaves to an implementation. A target declares those that differ. */
export const limits = Type.Object({
  pingIntervalMs: limit('pause between two pings of the service', 30_000),
  inactivityTimeoutMs: limit('longest silence of a client; pongs are a sign of life, too', 60_000),
  bufferWindowMs: limit('age up to which frames are kept for a client that is away', 60_000),
  heartbeatIntervalMs: limit('pause between two heartbeats of a client', 30_000),
  startDelayMs: limit('time for which a new session is not running yet', 0, { minimum: 0 }),
  startTimeoutMs: limit('by then a new session is running, or has failed', 120_000),
  maxSessions: limit('sessions of one user at a time', 10),
  maxProfiles: limit('profiles of one user', 10),
  maxMessageBytes: limit('largest WebSocket message from a client, summed over its fragments', 1_048_576),
  maxFileBytes: limit('largest file', 104_857_600),
  oauthTtlMs: limit('life of an OAuth session', 300_000),
  oauthUrlMs: limit('longest wait for the URL of an OAuth session', 30_000),
  urlTtlMs: limit('life of a URL for an upload or a download', 3_600_000),
  rateWindowMs: limit('window of the rates per minute', 60_000),
  registerPerMinute: limit('registrations of one user in a window', 10),
  createPerMinute: limit('sessions that one user may create in a window', 10),
  promptsPerMinute: limit('prompts to one session in a window', 60),
  uploadsPerMinute: limit('uploads to one session in a window', 10),
  messagesPerSecond: limit('WebSocket messages on one connection in a second', 100),
  listDefault: limit('sessions on one page when none is asked for', 50),
  listMax: limit('sessions on one page at most', 200),
  nameMaxChars: limit('length of the name of a profile', 100),
  descriptionMaxChars: limit('length of the description of a profile', 500),
  ttlMaxSeconds: limit('largest `ttl_seconds`: 24 hours', 86_400),
  requestTimeoutMs: limit("a client's longest wait for the answer to a request", 30_000),
  maxRetries: limit('repetitions of a request by a client', 3, { minimum: 0 }),
  retryDelayMs: limit("a client's pause before it repeats a request", 1_000),
  maxReconnectAttempts: limit("a client's attempts to connect again", 5, { minimum: 0 }),
  reconnectDelayMs: limit("a client's pause before it connects again", 1_000),
  refusalMs: limit("a tester's longest wait for a refusal", 2_000),
  deliveryMs: limit("a tester's longest wait for an expected frame", 5_000),
  quietMs: limit("a tester's silence after which nothing more comes", 300),
})

export type Limits = Static<typeof limits>
