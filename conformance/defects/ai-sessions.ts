import { access } from './ai-sessions/access.ts'
import { connecting } from './ai-sessions/connecting.ts'
import { connections } from './ai-sessions/connections.ts'
import { framing } from './ai-sessions/framing.ts'
import { lifecycle } from './ai-sessions/lifecycle.ts'
import { liveness } from './ai-sessions/liveness.ts'
import { profiles } from './ai-sessions/profiles.ts'
import { rateLimiting } from './ai-sessions/rate-limiting.ts'
import { transferring } from './ai-sessions/transferring.ts'
import { turns } from './ai-sessions/turns.ts'
import type { Defect } from './defect.ts'

/** The defects of the `ai-sessions` profile, a file for each behaviour. */
export const defects: readonly Defect[] = [
  ...access,
  ...connecting,
  ...framing,
  ...connections,
  ...liveness,
  ...rateLimiting,
  ...lifecycle,
  ...turns,
  ...profiles,
  ...transferring,
]
