import { llming } from '../../schemas/llming/index.ts'
import { requirements } from '../../spec/registry.ts'
import { defineProfile } from '../engine/profile.ts'
import { LlmingTrial } from './driver.ts'
import { superseding } from './superseding.ts'

/** The `llming` profile. */
export const profile = defineProfile({
  protocol: llming,
  requirements: requirements.filter(({ id }) => id.startsWith('llming/')),
  trial: LlmingTrial as never,
  checks: [...superseding],
})
