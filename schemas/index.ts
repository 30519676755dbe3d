/**
 * The shapes of the protocols that agentwire specifies, and what a protocol of your own is declared with.
 *
 * @packageDocumentation
 */
import { aiSessions } from './ai-sessions/index.ts'
import { hub } from './hub/index.ts'
import { llming } from './llming/index.ts'
import type { Protocol } from './protocol.ts'

/** What schemas are written with: TypeBox. */
export { Type } from 'typebox'
export type { JsonObject } from './json.ts'
export {
  type Close,
  type Declaration,
  defineProtocol,
  type Endpoint,
  type Frame,
  limit,
  type Operation,
  type Protocol,
  type Side,
} from './protocol.ts'
export { vocabulary } from './vocabulary.ts'

/** All protocols that agentwire specifies. */
export const protocols: readonly Protocol[] = [aiSessions, hub, llming]

/** Revisions of them that came before, and are still spoken. */
export const olderRevisions: readonly Protocol[] = []
