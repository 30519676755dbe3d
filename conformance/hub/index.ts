import { hub } from '../../schemas/hub/index.ts'
import { requirements } from '../../spec/registry.ts'
import { defineProfile } from '../engine/profile.ts'
import { access } from './access.ts'
import { confirming } from './confirming.ts'
import { connecting } from './connecting.ts'
import { debugging } from './debugging.ts'
import { HubTrial } from './driver.ts'
import { framing } from './framing.ts'
import { lifecycle } from './lifecycle.ts'
import { liveness } from './liveness.ts'
import { observing } from './observing.ts'
import { rateLimiting } from './rate-limiting.ts'
import { reconnecting } from './reconnecting.ts'
import { routing } from './routing.ts'
import { superseding } from './superseding.ts'

/** The `hub` profile. */
export const profile = defineProfile({
  protocol: hub,
  requirements: requirements.filter(({ id }) => id.startsWith('hub/')),
  trial: HubTrial,
  checks: [
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
  ],
})
