import Type from 'typebox'

const signature = '[0-9a-f]{64}'
const timestamp = '(0|[1-9][0-9]*)'

/** One path segment without a dot, since a dot separates the parts of a token. */
export const SessionId = Type.String({
  minLength: 1,
  pattern: '^[^./?#\\s]+$',
  description: 'names a session; unguessable, because knowing it is enough to connect',
  'x-requirement': ['llming/access/generated-session-id-unguessable'],
})

/** Texts that have a form of their own. */
export const formats = {
  sessionId: SessionId,
  sessionToken: Type.String({
    pattern: `^[^.]+\\.${timestamp}\\.${signature}$`,
    description: '`<sid>.<ts>.<sig>`; sig = HMAC-SHA256 of `<sid>.<ts>` under the secret, in lower-case hex',
    'x-requirement': ['llming/access/token-format'],
  }),
  identityToken: Type.String({
    pattern: `^[^.]+\\.${timestamp}\\.${signature}$`,
    description: '`<id>.<ts>.<sig>`; sig = HMAC-SHA256 of `id:<id>:<ts>` under the secret, in lower-case hex',
    'x-requirement': ['llming/access/token-format'],
  }),
  cookieName: Type.String({
    pattern: '^[A-Za-z0-9_]+_(auth|session|identity)$',
    description: 'app name with `-` replaced by `_`, or `llming`, and the kind of cookie',
    'x-requirement': ['llming/access/cookie-names'],
  }),
} as const
