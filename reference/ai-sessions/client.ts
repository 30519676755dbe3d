/**
 * The client library of the `ai-sessions` protocol, for Node and browsers: {@link createClient} for REST,
 * {@link createSessionWebSocket} for the conversation, {@link createFileTransfer} and
 * {@link createWebSocketFileTransfer} for files.
 *
 * @packageDocumentation
 */

export type {
  CredentialStatus,
  LCCredentials,
  MCPServerConfig,
  Profile,
  Session,
} from '../../schemas/ai-sessions/index.ts'
export type { Clock } from '../core/clock.ts'
export { APIError } from './api-error.ts'
export { createFileTransfer, type FileTransfer, type UploadOptions } from './file-transfer.ts'
export {
  type AISessionsClient,
  type AISessionsConfig,
  type CreateProfileRequest,
  type CreateSessionRequest,
  createClient,
  type DownloadRequest,
  type DownloadResponse,
  type ListSessionsQuery,
  type RetryOptions,
  type SessionStatus,
  type UpdateProfileRequest,
  type UploadRequest,
  type UploadResponse,
} from './http-client.ts'
export type {
  AssistantMessage,
  ContentBlock,
  ErrorMessage,
  ResultMessage,
  SessionEndMessage,
  SystemMessage,
  ToolResultMessage,
  ToolUseMessage,
  UserMessage,
  WebSocketMessage,
} from './messages.ts'
export {
  type ConnectionState,
  createSessionWebSocket,
  SessionError,
  type SessionHandlers,
  type SessionWebSocket,
  type WebSocketClass,
  type WebSocketOptions,
} from './session-socket.ts'
export { createWebSocketFileTransfer, type WebSocketFileTransfer } from './websocket-file-transfer.ts'
