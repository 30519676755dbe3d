import { hub } from './hub/index.ts'
import { llming } from './llming/index.ts'
import type { Protocol } from './protocol.ts'

export {
  type Close,
  defineProtocol,
  type Endpoint,
  type Frame,
  type Operation,
  type Protocol,
  type Side,
} from './protocol.ts'
export { vocabulary } from './vocabulary.ts'

/** All protocols that agentwire specifies. */
export const protocols: readonly Protocol[] = [hub, llming]
