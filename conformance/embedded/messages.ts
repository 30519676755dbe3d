/** What the kit asks of the process that runs the reference servers. */
export type Request =
  | { op: 'launch'; call: number; profile: string; settings: object; defect?: string }
  | { op: 'stop'; call: number; url: string }

/** What it answers. */
export type Answer = { call: number; url: string } | { call: number; error: string }
