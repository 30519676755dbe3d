import { llming } from '../../schemas/llming/index.ts'
import { requirements } from '../../spec/registry.ts'
import { defineProfile } from '../engine/profile.ts'
import { access } from './access.ts'
import { connecting } from './connecting.ts'
import { debugging } from './debugging.ts'
import { LlmingTrial } from './driver.ts'
import { framing } from './framing.ts'
import { lifecycle } from './lifecycle.ts'
import { liveness } from './liveness.ts'
import { mcp } from './mcp.ts'
import { rateLimiting } from './rate-limiting.ts'
import { reconnecting } from './reconnecting.ts'
import { routing } from './routing.ts'
import { superseding } from './superseding.ts'
import { transferring } from './transferring.ts'

/** The `llming` profile. */
export const profile = defineProfile({
  protocol: llming,
  requirements: requirements.filter(({ id }) => id.startsWith('llming/')),
  trial: LlmingTrial,
  checks: [
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
  ],
})
