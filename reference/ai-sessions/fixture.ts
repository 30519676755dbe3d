import { randomUUID } from 'node:crypto'
import { aiSessions, type Settings } from '../../schemas/ai-sessions/index.ts'
import { type AdjustableClock, sleep } from '../core/clock.ts'
import { type ControlledService, type Fixture, withControl } from '../core/control.ts'
import type { OAuthProvider } from './credentials.ts'
import { scriptedAgent } from './scripted-agent.ts'
import { createSessionServer, type Parts } from './server.ts'

const secretForTests = 'agentwire-ai-sessions-secret-for-tests-only'
const domains = { allowed: 'agentwire.example', foreign: 'elsewhere.example' }

/** The application that testers of this protocol know by heart, with its control API. */
export function createFixture(settings: Settings = {}, parts: Partial<Parts> = {}): ControlledService {
  return withControl({
    protocol: aiSessions,
    capabilities: Object.keys(aiSessions.capabilities),
    settings,
    launch: (settings: Settings, clock) => launchFixture(settings, clock, parts),
  })
}

/** The same application without its control API. */
export function launchFixture(
  settings: Settings,
  clock: AdjustableClock,
  parts: Partial<Parts> = {},
): Fixture<typeof aiSessions.operations> {
  const service = createSessionServer({
    secret: secretForTests,
    agent: scriptedAgent,
    oauth: standIn(clock, settings.oauthCode ?? 'good-code'),
    allowedDomains: [domains.allowed],
    initialStatus: settings.initialStatus,
    limits: settings.limits,
    clock,
    parts,
    onError: () => {},
  })
  return {
    service,
    operations: {
      async createUser({ domain = 'allowed', expired = false, user = randomUUID() }) {
        const claims = { id: user, email: `${user}@${domains[domain]}` }
        return { user, token: await service.gate.sign(claims, expired ? -60 : undefined) }
      },
    },
  }
}

/** Grants access to whoever has the code, and takes a moment to say where to agree. */
function standIn(clock: AdjustableClock, goodCode: string): OAuthProvider {
  return {
    async authorizeUrl(id) {
      await sleep(clock, 50)
      return `https://oauth.example/authorize?state=${id}`
    },
    exchange: async code => (code === goodCode ? `oauth-${randomUUID()}` : undefined),
  }
}
