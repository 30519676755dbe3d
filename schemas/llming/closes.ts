import type { Close } from '../protocol.ts'

/** Every close code that a server sends, with its cause. */
export const closes = {
  sessionNotFound: {
    code: 4004,
    reason: 'Session not found',
    when: 'the session of the URL is not registered',
    clientWill: 'give up',
    requirement: ['llming/connecting/unknown-session-4004', 'llming/reconnecting/client-not-found-final'],
  },
  superseded: {
    code: 4001,
    reason: 'Superseded by new connection',
    when: 'a newer connection to the same session has opened',
    clientWill: 'give up',
    requirement: ['llming/superseding/old-socket-closed-4001', 'llming/superseding/client-superseded-final'],
  },
  heartbeatTimeout: {
    code: 4004,
    reason: 'Heartbeat timeout',
    when: 'the session was removed because its connection sent no heartbeat for too long',
    clientWill: 'give up',
    requirement: ['llming/liveness/silent-socket-closed'],
  },
  sessionEnded: {
    code: 1000,
    reason: '',
    when: 'the application has ended or revoked the session',
    clientWill: 'reconnect',
    requirement: ['llming/lifecycle/ended-session-gone', 'llming/lifecycle/revoked-socket-closed'],
  },
  binaryFrame: {
    code: 1003,
    reason: 'Binary frames are not served',
    when: 'a binary frame has arrived, unless the server ignores it',
    clientWill: 'reconnect',
    requirement: ['llming/framing/binary-frame-orderly'],
  },
  messageTooBig: {
    code: 1009,
    reason: '',
    when: "a frame is larger than the WebSocket library's own limit",
    clientWill: 'reconnect',
    requirement: ['llming/framing/size-limit'],
  },
  hookFailed: {
    code: 1011,
    reason: 'Internal error',
    when: 'a hook of the application has failed for this connection',
    clientWill: 'reconnect',
    requirement: ['llming/connecting/no-controller-survives'],
  },
  shuttingDown: {
    code: 1012,
    reason: 'Service restart',
    when: 'the server is shutting down',
    clientWill: 'reconnect',
    requirement: ['llming/reconnecting/client-reconnects'],
  },
} as const satisfies Record<string, Close>
