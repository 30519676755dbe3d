import { aiSessions } from '../../schemas/ai-sessions/index.ts'
import { requirements } from '../../spec/registry.ts'
import { defineProfile } from '../engine/profile.ts'
import { access } from './access.ts'
import { connecting } from './connecting.ts'
import { AiTrial } from './driver.ts'
import { framing } from './framing.ts'
import { lifecycle } from './lifecycle.ts'
import { liveness } from './liveness.ts'
import { mcp } from './mcp.ts'
import { rateLimiting } from './rate-limiting.ts'
import { reconnecting } from './reconnecting.ts'
import { routing } from './routing.ts'
import { superseding } from './superseding.ts'
import { transferring } from './transferring.ts'

/** The `ai-sessions` profile. */
export const profile = defineProfile({
  protocol: aiSessions,
  requirements: requirements.filter(({ id }) => id.startsWith('ai-sessions/')),
  trial: AiTrial,
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
    ...mcp,
  ],
})
