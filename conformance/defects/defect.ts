import type { BridgeOptions } from '../../reference/llming/bridge.ts'
import type { ByteTamper } from './byte-proxy.ts'
import type { Tamper } from './tamper.ts'

/** A deliberate fault of the reference server: on the wire around it, or in one of its policies. */
export interface Defect {
  name: string
  /** What the server does wrong, as a sentence without a subject. */
  does: string
  /** The requirements whose checks must notice. */
  breaks: readonly string[]
  /** Classes that take the place of the server's own. */
  parts?: object
  /** The fault on the wire. */
  wire?: Tamper
  /** The fault in the bytes of the wire, where the wire itself is what the server does wrong. */
  bytes?: ByteTamper
  /** A fault around the program over standard input and output. */
  bridge?(options: BridgeOptions, run: (options: BridgeOptions) => Promise<number>): Promise<number>
}
