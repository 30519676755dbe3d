import { defineProfile } from 'agentwire/conformance'
import { connecting } from './connecting.ts'
import { TallyTrial } from './driver.ts'
import { protocol } from './protocol.ts'
import { rateLimiting } from './rate-limiting.ts'
import { reconnecting } from './reconnecting.ts'
import { requirements } from './requirements.ts'
import { superseding } from './superseding.ts'

/** The `tally` profile. */
export const profile = defineProfile({
  protocol,
  requirements,
  trial: TallyTrial,
  checks: [...connecting, ...superseding, ...reconnecting, ...rateLimiting],
})
