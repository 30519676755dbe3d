import type { Defect } from './defect.ts'
import { access } from './hub/access.ts'
import { confirming } from './hub/confirming.ts'
import { connecting } from './hub/connecting.ts'
import { debugging } from './hub/debugging.ts'
import { framing } from './hub/framing.ts'
import { lifecycle } from './hub/lifecycle.ts'
import { liveness } from './hub/liveness.ts'
import { observing } from './hub/observing.ts'
import { rateLimiting } from './hub/rate-limiting.ts'
import { reconnecting } from './hub/reconnecting.ts'
import { routing } from './hub/routing.ts'
import { superseding } from './hub/superseding.ts'

/** The defects of the `hub` profile, a file for each behaviour. */
export const defects: readonly Defect[] = [
  ...access,
  ...connecting,
  ...framing,
  ...routing,
  ...superseding,
  ...reconnecting,
  ...liveness,
  ...rateLimiting,
  ...confirming,
  ...lifecycle,
  ...observing,
  ...debugging,
]
