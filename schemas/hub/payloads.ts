import Type, { type Static } from 'typebox'
import { Timestamp } from '../timestamp.ts'

const UserId = Type.Integer({ description: 'id of an account' })
const ActionId = Type.String({ minLength: 1, description: 'names one command that waits for a decision' })

/** A line of an agent's log. */
export const SystemLog = Type.Object(
  {
    level: Type.Enum(['INFO', 'WARNING', 'ERROR', 'SUCCESS']),
    content: Type.String({ description: 'what happened' }),
  },
  { description: 'payload of SYSTEM_LOG, as itself or as a JSON text' },
)
export type SystemLog = Static<typeof SystemLog>

/** A command that waits for the decision of an administrator. */
export const AuthRequest = Type.Object(
  {
    action_id: ActionId,
    target_agent_id: UserId,
    target_agent_name: Type.String({ description: '`Unknown Agent` where there is no name' }),
    command: Type.String({ description: 'what the agent is to do' }),
    reason: Type.String({ description: 'why the butler asks' }),
    status: Type.Enum(['PENDING', 'APPROVED', 'REJECTED', 'EXPIRED']),
  },
  { description: 'payload of AUTH_REQUEST; in a history it is a JSON text' },
)
export type AuthRequest = Static<typeof AuthRequest>

/** The decision on one command. Only a plain `true` approves. */
export const AuthDecision = Type.Object(
  {
    action_id: ActionId,
    approved: Type.Optional(Type.Boolean({ description: 'absent: no' })),
  },
  { description: 'payload of AUTH_RESPONSE. One that is anything else is delivered, but decides nothing' },
)
export type AuthDecision = Static<typeof AuthDecision>

/** What became of one command. */
export const AuthStatus = Type.Object(
  { action_id: ActionId, status: Type.String({ minLength: 1, description: 'APPROVED or REJECTED' }) },
  { description: 'payload of AUTH_STATUS_UPDATE' },
)
export type AuthStatus = Static<typeof AuthStatus>

/** A CHAT between the butler and an agent, as administrators see it. */
export const MonitorEvent = Type.Object(
  {
    agent_id: Type.Integer({ description: 'the agent of the pair' }),
    sender_role: Type.Enum(['BUTLER', 'AGENT'], { description: 'which of the two has spoken' }),
    payload: Type.Unknown({ description: 'payload of the CHAT' }),
    timestamp: Timestamp,
    type: Type.Optional(Type.Literal('CHAT')),
    id: Type.Optional(Type.Integer({ description: 'number of the stored CHAT' })),
    sender_id: Type.Optional(UserId),
    sender_name: Type.Optional(Type.String()),
  },
  { description: 'payload of BUTLER_AGENT_MESSAGE' },
)
export type MonitorEvent = Static<typeof MonitorEvent>
