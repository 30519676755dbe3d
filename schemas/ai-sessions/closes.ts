import type { Close } from '../protocol.ts'

/** Every close code that the service sends, with its cause. */
export const closes = {
  unauthorized: {
    code: 4001,
    reason: 'No valid token',
    when: 'there is no token, or a bad one; HTTP 401 before the upgrade is permitted too',
    clientWill: 'give up',
    requirement: [
      'ai-sessions/connecting/bad-token-refused',
      'ai-sessions/reconnecting/client-stays-off-after-refusal',
    ],
  },
  forbidden: {
    code: 4003,
    reason: 'The session belongs to somebody else',
    when: "the session is another user's; 4004, HTTP 403 and HTTP 404 are permitted too",
    clientWill: 'give up',
    requirement: [
      'ai-sessions/connecting/foreign-session-refused',
      'ai-sessions/reconnecting/client-stays-off-after-refusal',
    ],
  },
  unknownSession: {
    code: 4004,
    reason: 'There is no such session',
    when: 'nobody has a session of that id; HTTP 404 is permitted too',
    clientWill: 'give up',
    requirement: [
      'ai-sessions/connecting/unknown-session-refused',
      'ai-sessions/reconnecting/client-stays-off-after-refusal',
    ],
  },
  notRunning: {
    code: 4009,
    reason: 'The session is not running yet',
    when: 'the session is pending or starting; HTTP 409 is permitted too',
    clientWill: 'give up',
    requirement: [
      'ai-sessions/connecting/starting-session-refused',
      'ai-sessions/reconnecting/client-stays-off-after-refusal',
    ],
  },
  ended: {
    code: 4100,
    reason: 'The session has ended',
    when: 'session_end has been sent',
    clientWill: 'give up',
    requirement: [
      'ai-sessions/lifecycle/close-code-tells-cause',
      'ai-sessions/reconnecting/client-stays-off-after-end',
    ],
  },
  reset: {
    code: 4101,
    reason: 'The connection was reset',
    when: 'the client has been silent for `inactivityTimeoutMs`; 1001 is permitted too',
    clientWill: 'reconnect',
    requirement: [
      'ai-sessions/liveness/silent-client-closed',
      'ai-sessions/lifecycle/close-code-tells-cause',
      'ai-sessions/reconnecting/client-reconnects-after-loss',
    ],
  },
  failure: {
    code: 4500,
    reason: 'The service has failed',
    when: 'something inside the service went wrong',
    clientWill: 'reconnect',
    requirement: ['ai-sessions/reconnecting/client-reconnects-after-loss'],
  },
  shuttingDown: {
    code: 1001,
    reason: 'The service is shutting down',
    when: 'the service is stopped in an orderly manner',
    clientWill: 'reconnect',
    requirement: ['ai-sessions/reconnecting/client-reconnects-after-loss'],
  },
  protocolError: {
    code: 1002,
    reason: '',
    when: 'the client breaks the framing rules of WebSocket',
    clientWill: 'reconnect',
    requirement: ['ai-sessions/framing/websocket-basics'],
  },
  invalidText: {
    code: 1007,
    reason: '',
    when: 'a message is not valid UTF-8',
    clientWill: 'reconnect',
    requirement: ['ai-sessions/framing/websocket-basics'],
  },
  messageTooBig: {
    code: 1009,
    reason: '',
    when: 'a message is larger than `maxMessageBytes`; an `error` frame is permitted too',
    clientWill: 'reconnect',
    requirement: ['ai-sessions/framing/message-size-limit'],
  },
} as const satisfies Record<string, Close>
