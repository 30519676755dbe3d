import Type, { type TSchema } from 'typebox'
import type { Frame, Side } from '../protocol.ts'
import { clientEnvelope, hubEnvelope, optional } from './envelope.ts'
import { AuthRequest, AuthStatus, MonitorEvent } from './payloads.ts'

const any = (description: string) => Type.Unknown({ description })
const shape = 'hub/framing/envelope-schema'

/** A frame to the hub. Its payload may be left out, unless the hub itself reads it. */
function sent<T extends string, P extends TSchema>(
  type: T,
  payload: P,
  summary: string,
  ...requirement: string[]
) {
  return {
    from: 'client' as Side,
    summary,
    requirement: [...requirement, 'hub/framing/content-unchanged'],
    schema: clientEnvelope(Type.Literal(type), payload),
  }
}

/** A frame from the hub. Its payload is always there. */
function delivered<T extends string, P extends TSchema>(
  type: T,
  payload: P,
  summary: string,
  ...requirement: string[]
) {
  return {
    from: 'server' as Side,
    summary,
    requirement: requirement.length > 0 ? requirement : [shape],
    schema: hubEnvelope(Type.Literal(type), payload),
  }
}

const text = any('as a rule a string; any JSON value is carried')
const end = any('as a rule null, absent or the empty string')
const log = any('an object of the format `systemLog`, or its JSON text')
const decision = any('an object of the format `authDecision`; anything else decides nothing')

/**
 * Every frame of the WebSocket, in both directions. The hub carries the payload of most types without a look at it; it
 * vouches only for the frames that nobody but the hub and the butler may make.
 */
export const frames = {
  'client/SYSTEM_LOG': sent('SYSTEM_LOG', Type.Optional(log), 'A line for the log, as a rule for everybody.'),
  'client/CHAT': sent('CHAT', Type.Optional(text), 'Something said. A streamed answer ends in one.'),
  'client/CHAT_STREAM': sent(
    'CHAT_STREAM',
    Type.Optional(text),
    'A chunk of an answer that is still growing.',
  ),
  'client/CHAT_STREAM_END': sent(
    'CHAT_STREAM_END',
    Type.Optional(end),
    'The answer with this `stream_id` is complete.',
  ),
  'client/AUTH_REQUEST': sent(
    'AUTH_REQUEST',
    AuthRequest,
    'Asks an administrator for a decision. The butler alone may send it.',
    'hub/routing/hub-types-not-forgeable',
  ),
  'client/AUTH_RESPONSE': sent(
    'AUTH_RESPONSE',
    Type.Optional(decision),
    'The decision of an administrator, targeted at the butler.',
    'hub/confirming/only-true-approves',
  ),
  'client/AUTH_STATUS_UPDATE': sent(
    'AUTH_STATUS_UPDATE',
    AuthStatus,
    'Says what became of a command. The butler alone may send it.',
    'hub/routing/hub-types-not-forgeable',
  ),
  'client/BUTLER_AGENT_MESSAGE': sent(
    'BUTLER_AGENT_MESSAGE',
    MonitorEvent,
    'A monitor event. The butler alone may send it.',
    'hub/routing/hub-types-not-forgeable',
  ),
  'client/other': {
    from: 'client',
    summary: 'A message of any other type, or of none. It is routed like the rest.',
    requirement: ['hub/framing/unknown-tolerated'],
    schema: clientEnvelope(optional(Type.String()), Type.Optional(any('any JSON value'))),
  },
  'server/SYSTEM_LOG': delivered('SYSTEM_LOG', log, "A line of a client's log, or a notice of the hub."),
  'server/CHAT': delivered('CHAT', text, 'Something said; with an `id` if it is stored.'),
  'server/CHAT_STREAM': delivered('CHAT_STREAM', text, 'A chunk of an answer that is still growing.'),
  'server/CHAT_STREAM_END': delivered(
    'CHAT_STREAM_END',
    end,
    'The answer with this `stream_id` is complete.',
  ),
  'server/AUTH_REQUEST': delivered(
    'AUTH_REQUEST',
    AuthRequest,
    'The butler asks an administrator whether a command may be given.',
    'hub/confirming/request-complete',
  ),
  'server/AUTH_RESPONSE': delivered('AUTH_RESPONSE', decision, 'A decision, on its way to the butler.'),
  'server/AUTH_STATUS_UPDATE': delivered(
    'AUTH_STATUS_UPDATE',
    AuthStatus,
    'What became of a command, for those whom it concerns.',
    'hub/confirming/decision-announced',
  ),
  'server/BUTLER_AGENT_MESSAGE': delivered(
    'BUTLER_AGENT_MESSAGE',
    MonitorEvent,
    'A CHAT between the butler and an agent, shown to an administrator.',
    'hub/observing/event-content',
  ),
  'server/other': {
    from: 'server',
    summary: 'A message of any other type, as a client has sent it.',
    requirement: [shape],
    schema: hubEnvelope(Type.String(), any('any JSON value')),
  },
} as const satisfies Record<string, Frame>
