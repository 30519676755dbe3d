import { expect, test } from 'vitest'
import { limits as llmingLimits } from '../../schemas/llming/limits.ts'
import { defaultLimits } from '../../schemas/protocol.ts'
import { MockSocket } from '../testing/mock-socket.ts'
import { LlmingWebSocket, type Reconnecting } from './client.ts'

/** The client stands alone in a browser and cannot read the schemas: its numbers are written down twice. */
const limits = defaultLimits(llmingLimits)

test('each limit of a client is a constant of this one', () => {
  expect({
    'client.heartbeatIntervalMs': LlmingWebSocket.HEARTBEAT_INTERVAL_MS,
    'client.ackTimeoutMs': LlmingWebSocket.HEARTBEAT_INTERVAL_MS,
    'client.backoffBaseMs': LlmingWebSocket.BACKOFF_BASE_MS,
    'client.backoffFactor': LlmingWebSocket.BACKOFF_FACTOR,
    'client.maxBackoffMs': LlmingWebSocket.MAX_BACKOFF_MS,
    'client.maxReconnectAttempts': LlmingWebSocket.MAX_RECONNECT_ATTEMPTS,
    'client.deadSessionSockets': LlmingWebSocket.DEAD_SESSION_SOCKETS,
  }).toEqual(Object.fromEntries(Object.entries(limits).filter(([name]) => name.startsWith('client.'))))
})

class FakeSocket extends MockSocket {
  static readonly made: FakeSocket[] = []

  constructor(url: string) {
    super(url)
    FakeSocket.made.push(this)
  }
}

test('a client without options behaves by them', () => {
  const timers: { ms: number; run: () => void }[] = []
  const waits: Reconnecting[] = []
  const lost: unknown[] = []
  const client = new LlmingWebSocket('ws://localhost/ws/s', {
    environment: {
      WebSocket: FakeSocket,
      setTimeout: (run, ms) => timers.push({ ms, run }),
      clearTimeout() {},
    },
    onReconnecting: info => waits.push(info),
    onSessionLost: info => lost.push(info),
  })
  client.connect()
  FakeSocket.made[0]?.accept()
  const heartbeat = timers.find(({ ms }) => ms === limits['client.heartbeatIntervalMs'])
  heartbeat?.run()
  expect(FakeSocket.made[0]?.sent).toEqual([{ type: 'heartbeat' }])

  const maxAttempts = limits['client.maxReconnectAttempts']
  for (let attempt = 0; attempt <= maxAttempts; attempt++) {
    FakeSocket.made.at(-1)?.end(1011)
    if (attempt < maxAttempts) timers.at(-1)?.run()
  }
  expect(waits).toEqual(
    Array.from({ length: maxAttempts }, (_, index) => ({
      attempt: index + 1,
      maxAttempts,
      delay: Math.min(
        limits['client.backoffBaseMs'] * limits['client.backoffFactor'] ** (index + 1),
        limits['client.maxBackoffMs'],
      ),
    })),
  )
  expect(lost).toEqual([{ reason: 'exhausted' }])
  expect(FakeSocket.made).toHaveLength(1 + maxAttempts)
})
