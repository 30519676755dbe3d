import Type, { type Static } from 'typebox'
import { limit } from '../protocol.ts'

/** The numbers that the protocol leaves to an implementation. A target declares those that differ. */
export const limits = Type.Object({
  minAcceptedBytes: limit('every hub takes messages up to this size', 4_096),
  maxMessageBytes: limit('largest message from a client, summed over its fragments', 65_536),
  pingIntervalMs: limit('pause between two pings of the hub', 54_000),
  pongTimeoutMs: limit('longest silence of a peer; also the largest allowed ping interval', 60_000),
  silentDropMs: limit('time after which a silent peer is gone at the latest', 90_000),
  writeTimeoutMs: limit('longest time in which a client takes up nothing of what waits for it', 10_000),
  clientQueueFrames: limit('outgoing frames held for one client', 256),
  fullQueueMs: limit('longest standstill of a full queue before its client is dropped', 1_000),
  hubQueueFrames: limit('incoming frames that a hub holds before it slows their sender down', 100),
  burstFrames: limit('frames of one burst in a test; more than `hubQueueFrames`', 300),
  streamWords: limit("words of the scripted butler's long answer", 2_000),
  historyCap: limit('messages in one answer about two users', 100),
  threadHistoryCap: limit('messages in one answer about a thread, or about the butler and an agent', 200),
  logPageDefault: limit('log entries on one page when none is asked for', 50),
  logPageCap: limit('log entries on one page at most', 200),
  tokenLifetimeS: limit('lifetime of a token that a login gives: 24 hours', 86_400),
  agentReplyTimeoutMs: limit('time in which an agent answers the butler', 30_000),
  'client.reconnectBaseMs': limit('first reconnect delay of a user interface', 500),
  'client.reconnectCapMs': limit('largest reconnect delay of a user interface', 30_000),
  'client.logEntries': limit('log entries that a user interface keeps', 50),
  deliveryMs: limit("a tester's longest wait for an expected frame or answer", 2_000),
  settleMs: limit("a tester's pause that lets the target finish side work", 200),
  statusUpdateMs: limit("a tester's longest wait for AUTH_STATUS_UPDATE", 2_000),
  paceMs: limit("a tester's pause between frames that are not meant as a burst", 5),
})

/** The limits by name, as the ones in force. */
export type Limits = Static<typeof limits>
