/** What the kit asks of the process that runs the reference servers. */
export type Request =
  | { op: 'launch'; call: number; profile: string; settings: object; defect?: string }
  | { op: 'stop'; call: number; url: string }
  /** Calls an operation of the control API of the server at `url`. */
  | { op: 'control'; call: number; url: string; operation: string; args: object }
  /** Runs the profile's program over standard input and output, under this call's number. */
  | { op: 'bridge'; call: number; url: string; env: Readonly<Record<string, string>> }

/** What it answers. */
export type Answer =
  | { call: number; url: string }
  | { call: number; status: number; body: unknown }
  | { call: number; error: string }

/** What is written to such a program; without data it is ended. */
export interface BridgeInput {
  bridge: number
  data: string | null
}

/** What such a program writes, and the status with which it ends. */
export type BridgeOutput =
  | { bridge: number; stream: 'stdout' | 'stderr'; data: string }
  | { bridge: number; exited: number }
