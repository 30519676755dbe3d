import type { Close } from '../protocol.ts'

/** Every close code that a hub sends, with its cause. */
export const closes = {
  superseded: {
    code: 4000,
    reason: 'Superseded by a newer connection',
    when: 'a newer connection of the same user has opened; 1008 is permitted too',
    clientWill: 'give up',
    requirement: ['hub/superseding/old-connection-told'],
  },
  shuttingDown: {
    code: 1001,
    reason: 'The hub is shutting down',
    when: 'the hub is stopped in an orderly manner',
    clientWill: 'reconnect',
    requirement: ['hub/connecting/shutdown-close-1001', 'hub/reconnecting/client-reconnects'],
  },
  protocolError: {
    code: 1002,
    reason: '',
    when: 'the client breaks the framing rules of WebSocket',
    clientWill: 'reconnect',
    requirement: ['hub/framing/protocol-error-ends-connection'],
  },
  invalidText: {
    code: 1007,
    reason: '',
    when: 'a message is not valid UTF-8',
    clientWill: 'reconnect',
    requirement: ['hub/framing/invalid-utf8-refused', 'hub/framing/undecodable-close-code'],
  },
  undecodable: {
    code: 1008,
    reason: 'Not a message',
    when: 'a message is not one JSON object, or a member of its envelope has the wrong type; 1003 and 1007 are permitted too',
    clientWill: 'reconnect',
    requirement: ['hub/framing/undecodable-close-code', 'hub/framing/not-one-object-refused'],
  },
  tokenDead: {
    code: 4001,
    reason: 'The token is not valid any more',
    when: 'the token of the connection has expired or was replaced; any code is permitted',
    clientWill: 'give up',
    requirement: ['hub/access/dead-token-ends-socket', 'hub/reconnecting/client-stays-off'],
  },
  messageTooBig: {
    code: 1009,
    reason: '',
    when: 'a message is larger than `maxMessageBytes`',
    clientWill: 'reconnect',
    requirement: ['hub/framing/oversize-closed-1009'],
  },
} as const satisfies Record<string, Close>
