import { defineProtocol } from '../protocol.ts'
import { closes } from './closes.ts'
import { operations, settings } from './control.ts'
import { endpoints } from './endpoints.ts'
import { formats } from './formats.ts'
import { frames } from './frames.ts'
import { limits } from './limits.ts'

export type { Settings } from './control.ts'
export type { Claims } from './formats.ts'
export type { Limits } from './limits.ts'
export {
  type CreateSession,
  type CredentialStatus,
  type LCCredentials,
  type MCPServerConfig,
  type Profile,
  type ProfileChange,
  type ProfileInput,
  type Session,
  statusSets,
} from './values.ts'

/** The `ai-sessions` protocol: hosted agents, reached over REST and one WebSocket a session. */
export const aiSessions = defineProtocol({
  name: 'ai-sessions',
  title: 'ai-sessions',
  summary:
    'A user starts agent sessions over REST, talks to a running one over a WebSocket that may be lost and found again, and moves files in and out of it.',
  capabilities: {
    ws: 'sessions that run, and their WebSockets; every target has it',
    agent: 'a scripted agent is behind the prompts',
    oauth: 'a stand-in for the OAuth provider, which takes a code that the tester knows',
    expiredToken: 'the tester can get a token that has expired',
    foreignDomain: 'the tester can get a token of a domain that may not register',
  },
  limits,
  frames,
  closes,
  endpoints,
  formats,
  operations,
  settings,
})
