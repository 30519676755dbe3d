/**
 * The reference of the `ai-sessions` protocol: {@link createSessionServer} makes a server and {@link listen} serves it.
 *
 * @packageDocumentation
 */
export { AdjustableClock, type Clock, systemClock } from '../core/clock.ts'
export { type Host, type ListenOptions, listen } from '../core/node-host.ts'
export type { Peer, ServerSocket, Service, SocketHandler, UpgradeRequest } from '../core/service.ts'
export { type Agent, Interrupted, type Turn, type TurnResult } from './agent.ts'
export type { OAuthProvider } from './credentials.ts'
export { createFixture } from './fixture.ts'
export { scriptedAgent } from './scripted-agent.ts'
export {
  createSessionServer,
  type Parts,
  parts,
  type SessionServer,
  type SessionServerOptions,
} from './server.ts'
