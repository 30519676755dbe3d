/**
 * The reference of the `hub` protocol: {@link createHubServer} makes a server, {@link listen} serves it,
 * {@link HubAgent} is the client of an agent and {@link HubClient} that of a person.
 *
 * @packageDocumentation
 */
export { AdjustableClock, type CancelTimer, type Clock, systemClock } from '../core/clock.ts'
export { type Host, type ListenOptions, listen } from '../core/node-host.ts'
export type { Peer, ServerSocket, Service, SocketHandler, UpgradeRequest } from '../core/service.ts'
export { AccountBook, type NewAccount, type NewAgent, Taken } from './accounts.ts'
export { type AgentOptions, type AgentRequest, HubAgent } from './agent.ts'
export type { Order } from './approvals.ts'
export type { Butler, Hands, Outcome, Question } from './butler.ts'
export { type ClientOptions, HubClient, type LogLine, RequestFailed } from './client.ts'
export { Conversations, type Entry, type Message } from './conversations.ts'
export { createFixture } from './fixture.ts'
export {
  type Farewell,
  type Frame,
  HubLink,
  type HubSocket,
  type LinkEvents,
  type LinkOptions,
} from './link.ts'
export { createMemoryStore } from './memory-store.ts'
export { NodeSocket } from './node-socket.ts'
export { hashPassword } from './passwords.ts'
export {
  createHubServer,
  type HubServer,
  type HubServerOptions,
  type LogEntry,
  type Parts,
  parts,
} from './server.ts'
export { openSqliteStore } from './sqlite-store.ts'
export type { AccountRow, Store, Table } from './store.ts'
