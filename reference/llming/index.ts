/**
 * The reference of the `llming` protocol: {@link createLlmingServer} makes a server from routes and commands,
 * {@link listen} serves it, {@link LlmingWebSocket} is its client, {@link runBridge} offers its commands over standard
 * input and output.
 *
 * @packageDocumentation
 */
export { AdjustableClock, type CancelTimer, type Clock, systemClock } from '../core/clock.ts'
export { type Host, type ListenOptions, listen } from '../core/node-host.ts'
export type { Peer, ServerSocket, Service, SocketHandler, Taken, UpgradeRequest } from '../core/service.ts'
export { AuthManager, type AuthOptions, type TokenKind } from './auth.ts'
export { type BridgeOptions, runBridge } from './bridge.ts'
export * from './client.ts'
export {
  type Command,
  type CommandContext,
  CommandError,
  type CommandOptions,
  command,
  type Method,
  type Scope,
} from './commands.ts'
export type { Connection, ConnectionHooks } from './connection.ts'
export { Controller, type Outcome } from './controller.ts'
export { createFixture } from './fixture.ts'
export type { AuditEntry } from './http.ts'
export {
  type Arguments,
  type DispatchTable,
  type Handler,
  type Injected,
  optional,
  type Parameters,
  RequestError,
  type Route,
  required,
  type Send,
  WSRouter,
} from './router.ts'
export {
  createLlmingServer,
  type LlmingServer,
  type LlmingServerOptions,
  type Parts,
  parts,
} from './server.ts'
export { Session, type SessionDetails } from './session.ts'
