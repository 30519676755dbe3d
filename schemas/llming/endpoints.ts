import Type, { type TSchema } from 'typebox'
import type { Endpoint } from '../protocol.ts'
import { SessionId } from './formats.ts'
import { JsonRpcMessage } from './json-rpc.ts'

const seconds = Type.Integer({ minimum: 0, description: 'whole seconds' })

const Detail = Type.Object(
  { detail: Type.String({ description: 'why the request was refused' }) },
  { 'x-requirement': ['llming/debugging/command-refusals'] },
)

const sessionSummary = {
  session_id: Type.String({ description: 'in full' }),
  user_id: Type.String(),
  user_name: Type.String(),
  ws_connected: Type.Boolean({ description: 'whether a connection is open' }),
  idle_seconds: seconds,
}

export const SessionList = Type.Object({
  count: Type.Integer({ minimum: 0 }),
  sessions: Type.Array(Type.Object({ ...sessionSummary, created_seconds_ago: seconds })),
})

export const SessionDetail = Type.Object({
  ...sessionSummary,
  user_email: Type.String(),
  created_seconds_ago: seconds,
})

export const JsonType = Type.Enum(['string', 'integer', 'number', 'boolean', 'array', 'object'])

export const CommandDescription = Type.Object({
  name: Type.String({ minLength: 1 }),
  description: Type.String(),
  scope: Type.Enum(['global', 'session']),
  http_method: Type.Enum(['GET', 'POST', 'PUT', 'DELETE']),
  http_path: Type.String({ pattern: '^/', description: 'below the debug prefix, with `{session_id}`' }),
  tags: Type.Array(Type.String()),
  app: Type.String({ description: 'app type that the command belongs to; empty: every app' }),
  requires_websocket: Type.Boolean(),
  params: Type.Array(
    Type.Object({
      name: Type.String({ minLength: 1 }),
      json_type: JsonType,
      description: Type.String(),
      required: Type.Boolean(),
      default: Type.Unknown(),
    }),
  ),
})

export const CommandList = Type.Object({ commands: Type.Array(CommandDescription) })

/** The input schema of a tool, as `tools/list` gives it. */
export const ToolInput = Type.Object({
  type: Type.Literal('object'),
  properties: Type.Record(Type.String(), Type.Object({ type: JsonType })),
  required: Type.Optional(Type.Array(Type.String())),
})

/** The JSON text of a tool result that reports a failure. */
export const ToolFailure = Type.Object({
  error: Type.String({ minLength: 1 }),
  status: Type.Optional(Type.Integer({ minimum: 400, maximum: 599 })),
})

const debugKey = Type.Object({ 'x-debug-key': Type.String() })
const mcpKey = Type.Object({ 'x-mcp-key': Type.String() })
const anyObject = Type.Record(Type.String(), Type.Unknown())

/** The refusals that stand before every route of the debug surface. */
const gate = { 401: Detail, 403: Detail } as const

function debug(endpoint: Omit<Endpoint, 'headers'>): Endpoint {
  return { ...endpoint, headers: debugKey, responses: { ...gate, ...endpoint.responses } }
}

const refusals: Record<number, TSchema> = {
  400: Detail,
  404: Detail,
  409: Detail,
  413: Detail,
  422: Detail,
  500: Detail,
}

/** Every HTTP endpoint, at the default prefixes. */
export const endpoints = {
  connect: {
    method: 'GET',
    path: '/ws/{session_id}',
    summary: 'Opens the WebSocket of a session, at the path that the application chooses.',
    requirement: ['llming/connecting/registered-session-opens'],
    responses: { 101: null },
  },
  sessionList: debug({
    method: 'GET',
    path: '/debug/sessions',
    summary: 'All registered sessions.',
    requirement: ['llming/debugging/session-list'],
    responses: { 200: SessionList },
  }),
  sessionDetail: debug({
    method: 'GET',
    path: '/debug/sessions/{session_id}',
    summary: 'One session, with the members that the app adds.',
    requirement: ['llming/debugging/session-detail'],
    responses: { 200: SessionDetail, 404: Detail },
  }),
  inject: debug({
    method: 'POST',
    path: '/debug/sessions/{session_id}/ws_send',
    summary: 'Runs a message as if the browser had sent it; replies go to the browser.',
    requirement: ['llming/debugging/inject-runs-handler'],
    body: Type.Record(Type.String(), Type.Unknown(), { description: 'the message' }),
    responses: {
      200: Type.Object({
        ok: Type.Boolean({ description: 'false when the caller must know that nothing was answered' }),
        forwarded: Type.String({ description: "the message's type, or an empty text" }),
      }),
      400: Detail,
      404: Detail,
      413: Detail,
      422: Detail,
    },
  }),
  commandList: debug({
    method: 'GET',
    path: '/debug/commands',
    summary: 'Every declared command.',
    requirement: ['llming/debugging/command-list'],
    query: Type.Object({
      app: Type.Optional(Type.String({ description: 'only commands of this app type or of every app' })),
    }),
    responses: { 200: CommandList },
  }),
  globalCommand: debug({
    method: 'POST',
    path: '/debug/{command}',
    summary: 'A command of scope global, at its own method and path if it declares them.',
    requirement: ['llming/debugging/command-endpoint'],
    body: anyObject,
    responses: { 200: Type.Unknown(), ...refusals },
  }),
  sessionCommand: debug({
    method: 'POST',
    path: '/debug/sessions/{session_id}/{command}',
    summary:
      'A command of scope session; `current` names the caller’s own or the most recently active session.',
    requirement: ['llming/debugging/command-acts-on-session'],
    body: anyObject,
    responses: { 200: Type.Unknown(), ...refusals },
  }),
  clientScript: {
    method: 'GET',
    path: '/llming-com/llming-ws.js',
    summary: 'The browser client, a classic script that defines `LlmingWebSocket`.',
    requirement: ['llming/transferring/client-file-served'],
    responses: { 200: null, 404: null },
  },
  mcpStream: {
    method: 'GET',
    path: '/mcp/sse',
    summary: 'Opens the event stream of the HTTP/SSE transport; its first event names the messages URL.',
    requirement: ['llming/mcp/handshake'],
    headers: mcpKey,
    responses: { 200: null, 401: Detail, 403: Detail },
  },
  mcpMessages: {
    method: 'POST',
    path: '/mcp/messages/',
    summary: 'Takes one JSON-RPC message for the stream that the query names.',
    requirement: ['llming/mcp/handshake'],
    headers: mcpKey,
    query: Type.Object({ session_id: Type.String() }),
    body: JsonRpcMessage,
    responses: { 202: null, 400: Detail, 401: Detail, 403: Detail, 404: Detail, 413: Detail },
  },
  mcp: {
    method: 'POST',
    path: '/mcp',
    summary: 'Streamable HTTP: one JSON-RPC message or batch in, JSON or an event stream out.',
    requirement: ['llming/mcp/handshake'],
    headers: mcpKey,
    body: Type.Union([JsonRpcMessage, Type.Array(JsonRpcMessage)]),
    responses: { 200: null, 202: null, 400: null, 401: Detail, 403: Detail, 404: null },
  },
} as const satisfies Record<string, Endpoint>

export { Detail, SessionId }
