import type { Defect } from './defect.ts'
import { access } from './llming/access.ts'
import { connecting } from './llming/connecting.ts'
import { debugging } from './llming/debugging.ts'
import { framing } from './llming/framing.ts'
import { lifecycle } from './llming/lifecycle.ts'
import { liveness } from './llming/liveness.ts'
import { mcp } from './llming/mcp.ts'
import { rateLimiting } from './llming/rate-limiting.ts'
import { reconnecting } from './llming/reconnecting.ts'
import { routing } from './llming/routing.ts'
import { stdio } from './llming/stdio.ts'
import { superseding } from './llming/superseding.ts'
import { transferring } from './llming/transferring.ts'

/** The defects of the `llming` profile, a file for each behaviour. */
export const defects: readonly Defect[] = [
  ...access,
  ...connecting,
  ...framing,
  ...routing,
  ...superseding,
  ...reconnecting,
  ...liveness,
  ...rateLimiting,
  ...lifecycle,
  ...transferring,
  ...debugging,
  ...mcp,
  ...stdio,
]
