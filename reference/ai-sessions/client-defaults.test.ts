import { expect, test } from 'vitest'
import { limits as protocolLimits } from '../../schemas/ai-sessions/limits.ts'
import { defaultLimits } from '../../schemas/protocol.ts'
import type {
  AISessionsClient,
  AISessionsConfig,
  AssistantMessage,
  ConnectionState,
  CreateProfileRequest,
  CreateSessionRequest,
  DownloadRequest,
  DownloadResponse,
  LCCredentials,
  MCPServerConfig,
  Profile,
  Session,
  SessionStatus,
  ToolResultMessage,
  ToolUseMessage,
  UploadRequest,
  UploadResponse,
  WebSocketMessage,
  WebSocketOptions,
} from './client.ts'
import { restDefaults } from './rest-caller.ts'
import { socketDefaults } from './session-link.ts'
import { FakeService } from './testing/fake-service.ts'

/** The client stands alone in a browser and cannot read the schemas: its numbers are written down twice. */
test('the defaults of the client are those of the protocol', () => {
  const { requestTimeoutMs, maxRetries, retryDelayMs, ...limits } = defaultLimits(protocolLimits)
  expect(restDefaults).toEqual({
    timeout: requestTimeoutMs,
    maxRetries,
    retryDelay: retryDelayMs,
    retryOn: [429, 502, 503, 504],
    startTimeoutMs: limits.startTimeoutMs,
  })
  expect(socketDefaults).toEqual({
    autoReconnect: true,
    maxReconnectAttempts: limits.maxReconnectAttempts,
    reconnectDelay: limits.reconnectDelayMs,
    heartbeatInterval: limits.heartbeatIntervalMs,
    connectTimeout: requestTimeoutMs,
  })
})

/** The types that the library is documented with, by their names. That they are there is for the compiler to say. */
interface Documented {
  client: [AISessionsClient, AISessionsConfig]
  session: [Session, SessionStatus, CreateSessionRequest, LCCredentials]
  profile: [Profile, CreateProfileRequest, MCPServerConfig]
  socket: [
    WebSocketMessage,
    AssistantMessage,
    ToolUseMessage,
    ToolResultMessage,
    WebSocketOptions,
    ConnectionState,
  ]
  files: [UploadRequest, UploadResponse, DownloadRequest, DownloadResponse]
}

test('requests of the documented types are sent as they are', async () => {
  const request: Documented['session'][2] = {
    allowed_tools: ['Bash'],
    denied_tools: ['WebFetch'],
    lc_credentials: { type: 'org_api_key', org_api_key: 'key' },
  }
  const servers: Record<string, Documented['profile'][2]> = {
    near: { type: 'stdio', command: 'serve' },
    far: { type: 'http', url: 'https://mcp.example' },
  }
  const profile: Documented['profile'][1] = {
    name: 'p',
    max_turns: 100,
    max_budget_usd: 10,
    mcp_servers: servers,
  }
  // @ts-expect-error: the name is required
  const nameless: Documented['profile'][1] = { max_turns: 100 }
  const service = new FakeService()
  const client: Documented['client'][0] = service.client()
  await client.createSession(request)
  await client.createProfile(profile)
  await client.createProfile(nameless)
  expect(service.asked.map(({ body }) => JSON.parse(body ?? ''))).toEqual([request, profile, nameless])
})
