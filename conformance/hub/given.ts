import fc from 'fast-check'
import type { JsonObject } from '../../schemas/json.ts'
import type { Person } from './person.ts'

export { anyUnicode, jsonValue as anyPayload } from '../engine/json-values.ts'

/** Types that a hub echoes to a human who sends them. */
export const chatTypes = ['CHAT', 'CHAT_STREAM', 'CHAT_STREAM_END'] as const

/** Types that nobody but the hub and the butler may use. */
export const reservedTypes = ['AUTH_STATUS_UPDATE', 'BUTLER_AGENT_MESSAGE', 'AUTH_REQUEST'] as const

/** Roles of people. The last one is known to nobody. */
export const humanRoles = ['ADMIN', 'MEMBER', 'OPERATOR'] as const

/** An id that no account has. */
export const nobodysId = 999_999_999

/** Words of a command. They end in what no script takes for a blank. */
export const commandWords = fc.string({ unit: 'grapheme', maxLength: 30 }).map(words => `${words}.`)

/** What the butler might say in one of the types that only it may use. */
export function reservedPayload(
  type: (typeof reservedTypes)[number],
  about: Person,
  marker: string,
): JsonObject {
  switch (type) {
    case 'AUTH_STATUS_UPDATE':
      return { action_id: marker, status: 'APPROVED' }
    case 'BUTLER_AGENT_MESSAGE':
      return { agent_id: about.id, sender_role: 'AGENT', payload: marker, timestamp: '2026-01-01T00:00:00Z' }
    case 'AUTH_REQUEST':
      return {
        action_id: marker,
        target_agent_id: about.id,
        target_agent_name: about.username,
        command: 'go',
        reason: 'a test',
        status: 'PENDING',
      }
  }
}
