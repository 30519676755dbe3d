import Type, { type Static } from 'typebox'
import { Timestamp } from '../timestamp.ts'
import { AuthDecision, AuthRequest, AuthStatus, MonitorEvent, SystemLog } from './payloads.ts'

const seconds = Type.Integer({ minimum: 0, description: 'seconds since 1970' })

/** The claims of a token. Others may stand beside them. */
export const Claims = Type.Object(
  {
    user_id: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER, description: 'id of the account' }),
    role: Type.String({ description: 'role of the account' }),
    iss: Type.String({ minLength: 1, description: 'the issuer that the hub names; by default `echocenter`' }),
    exp: seconds,
    iat: Type.Optional(seconds),
    nbf: Type.Optional(seconds),
  },
  {
    description: 'what a JWT says',
    'x-requirement': ['hub/access/token-claims-checked', 'hub/access/expired-token-refused'],
  },
)
export type Claims = Static<typeof Claims>

/** Values that have a form of their own. */
export const formats = {
  token: Type.String({
    pattern: '^[\\w-]+\\.[\\w-]+\\.[\\w-]+$',
    description: 'a JSON Web Token in compact form, signed with HS256, HS384 or HS512',
    'x-requirement': ['hub/access/bad-token-refused'],
  }),
  claims: Claims,
  agentToken: Type.String({
    minLength: 1,
    maxLength: 1_024,
    description: "an agent's API token: opaque, and good for the WebSocket only",
    'x-requirement': ['hub/access/agent-api-token-identity'],
  }),
  timestamp: { ...Timestamp, 'x-requirement': ['hub/framing/sender-assigned'] },
  systemLog: { ...SystemLog, 'x-requirement': ['hub/framing/client-reads-both-log-forms'] },
  authRequest: { ...AuthRequest, 'x-requirement': ['hub/confirming/request-complete'] },
  authDecision: { ...AuthDecision, 'x-requirement': ['hub/confirming/only-true-approves'] },
  authStatus: { ...AuthStatus, 'x-requirement': ['hub/confirming/decision-announced'] },
  monitorEvent: { ...MonitorEvent, 'x-requirement': ['hub/observing/event-content'] },
} as const
