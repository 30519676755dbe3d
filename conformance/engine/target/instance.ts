import type { Config } from '../../../schemas/kit/config.ts'
import type { LimitValues } from '../check.ts'

/** One running server under test. */
export interface Instance {
  /** The origin that it listens on. */
  readonly url: URL
  /** Base of its control API, if it has one. */
  readonly control: URL | undefined
  /** Calls an operation of it without HTTP, where that is possible. */
  readonly callControl?: (operation: string, args: object) => Promise<{ status: number; body: unknown }>
  /** The limits in force. */
  readonly limits: LimitValues
  /** What it was launched with. */
  readonly settings: Readonly<Record<string, unknown>>
  /** The operations of its control API that may be called. */
  readonly operations: ReadonlySet<string>
  /** The capabilities of the profile that it has. */
  readonly capabilities: ReadonlySet<string>
  /** Whether time passes by `advance` alone. */
  readonly frozen: boolean
  /** The next of the ready-made session ids, where the target cannot create sessions; `undefined` after the last. */
  readonly takeSession?: () => string | undefined
  /** The request that makes a session, where there is no control API. */
  readonly provision?: Config['provision']
  /** What the target has written lately, where the kit has started it. */
  readonly output?: () => string
  /** Starts the program that offers the target over standard input and output, if there is one. */
  readonly spawnBridge?: (env: Readonly<Record<string, string>>) => Promise<Bridge>
}

/** A program that is spoken to over standard input and output. */
export interface Bridge {
  /** What it reads. */
  readonly stdin: NodeJS.WritableStream
  /** What it answers. */
  readonly stdout: NodeJS.ReadableStream
  /** What it writes for people. */
  readonly stderr: NodeJS.ReadableStream
  /** Its exit status, once it has ended. */
  readonly exited: Promise<number>
  /** Ends it at once. */
  kill(): void
}
