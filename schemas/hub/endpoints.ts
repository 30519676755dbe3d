import Type, { type Static } from 'typebox'
import type { Endpoint } from '../protocol.ts'
import { Timestamp } from '../timestamp.ts'
import { SystemLog } from './payloads.ts'

/** The body of every refusal. */
export const Failure = Type.Object(
  { error: Type.String({ minLength: 1, description: 'why the request was refused' }) },
  { 'x-requirement': ['hub/access/refusal-status-401'] },
)

const id = (description: string) => Type.Integer({ minimum: 1, description })
const name = Type.String({ minLength: 1, maxLength: 100 })
const text = (description: string) => Type.Optional(Type.String({ maxLength: 1_000, description }))

/** An account as others see it. */
export const User = Type.Object({
  id: id('names the account'),
  username: Type.String(),
  role: Type.String({ description: 'in upper case' }),
  actor_type: Type.Enum(['HUMAN', 'SYSTEM'], { description: 'AGENT and BUTLER are SYSTEM' }),
  agent_kind: Type.String(),
  runtime_kind: Type.String(),
  created_at: Timestamp,
  description: Type.Optional(Type.String()),
  api_token: Type.Optional(
    Type.String({
      description: 'for an ADMIN only; a hub that keeps hashes shows it once, when the token is set',
      'x-requirement': ['hub/access/agent-token-hidden'],
    }),
  ),
  token_hint: Type.Optional(Type.String({ description: 'the last characters of the API token' })),
  token_updated_at: Type.Optional(Timestamp),
  status: Type.Optional(Type.Enum(['ONLINE', 'OFFLINE'])),
  online: Type.Optional(Type.Literal(true)),
  last_seen_at: Type.Optional(Timestamp),
  last_report: Type.Optional(Type.Enum(['websocket_connected', 'websocket_disconnected'])),
})
export type User = Static<typeof User>

/** A stored message. What the wire calls `target_id` is `receiver_id` here. */
export const HistoryItem = Type.Object({
  id: id('rises from one message to the next'),
  local_id: Type.String({ description: 'empty where the sender gave none' }),
  conversation_id: Type.Optional(id('the thread')),
  sender_id: id('an account'),
  receiver_id: Type.Integer({ minimum: 0, description: '0: everybody' }),
  type: Type.Enum(['CHAT', 'AUTH_REQUEST']),
  payload: Type.String({ description: 'a string as it is, any other value as its JSON text' }),
  timestamp: Timestamp,
})
export type HistoryItem = Static<typeof HistoryItem>

export const ChannelKind = Type.Enum(['agent_direct', 'butler_direct'])

/** A conversation of a human with an agent or the butler. */
export const Thread = Type.Object({
  id: id('the conversation_id of its messages'),
  user_id: id('the human'),
  peer_id: id('the agent or the butler'),
  channel_kind: ChannelKind,
  title: Type.String(),
  created_at: Timestamp,
  updated_at: Timestamp,
})
export type Thread = Static<typeof Thread>

/** An entry of the log that the dashboard shows. */
export const LogEntry = Type.Object({
  id: id('rises from one entry to the next'),
  agent_id: id('an account'),
  level: SystemLog.properties.level,
  content: Type.String(),
  timestamp: Timestamp,
})
export type LogEntry = Static<typeof LogEntry>

export const Login = Type.Object({
  username: Type.String({ minLength: 1 }),
  password: Type.String({ minLength: 1 }),
})
export const NewLogEntry = Type.Object({
  agent_id: LogEntry.properties.agent_id,
  level: LogEntry.properties.level,
  content: Type.String({ minLength: 1 }),
})
export const NewThread = Type.Object({
  peer_id: Thread.properties.peer_id,
  channel_kind: Type.Optional(ChannelKind),
  title: Type.Optional(Type.String({ maxLength: 200 })),
})
export const ThreadChange = Type.Object({ title: Type.String({ minLength: 1, maxLength: 200 }) })
export const Decision = Type.Object({
  action_id: Type.String({ minLength: 1 }),
  approved: Type.Boolean(),
  stream_id: Type.Optional(Type.String({ description: 'ignored: the action alone is decided' })),
})
export const NewUser = Type.Object({
  username: name,
  password: Type.Optional(Type.String({ minLength: 1, description: 'absent: the account cannot log in' })),
  role: Type.Optional(Type.String({ minLength: 1, maxLength: 50, description: 'absent: MEMBER' })),
})
export const NewAgent = Type.Object({
  username: name,
  api_token: Type.Optional(Type.String({ minLength: 1, maxLength: 1_024, description: 'absent: generated' })),
  agent_kind: text('what sort of agent it is'),
  runtime_kind: text('what it runs on'),
  description: text('what it is good for'),
})
export const AgentToken = Type.Object({ api_token: Type.String({ minLength: 1, maxLength: 1_024 }) })

/** A whole number in a path or query. More digits than these may be no exact number. */
export const Whole = Type.String({ pattern: '^\\d+$', maxLength: 15 })
/** The same, but not 0. */
export const Positive = Type.String({ pattern: '^0*[1-9]\\d*$', maxLength: 15 })
const whole = (description: string) => Type.Optional(Type.String({ ...Whole, description }))
const positive = (description: string) => Type.Optional(Type.String({ ...Positive, description }))
const search = Type.Optional(Type.String({ description: 'only what contains this text' }))
const bearer = Type.Object({
  authorization: Type.String({
    pattern: '^[Bb][Ee][Aa][Rr][Ee][Rr] \\S+$',
    description: "`Bearer` and a user's JWT; an agent's API token is not accepted",
  }),
})

function guarded<E extends Omit<Endpoint, 'headers'>>(endpoint: E): E & { headers: typeof bearer } {
  const refusals = 'body' in endpoint ? { 401: Failure, 413: Failure } : { 401: Failure }
  return { ...endpoint, headers: bearer, responses: { ...refusals, ...endpoint.responses } }
}

const history = Type.Array(HistoryItem)

/** Every HTTP endpoint. */
export const endpoints = {
  connect: {
    method: 'GET',
    path: '/api/ws',
    summary: 'Opens the WebSocket. Without the headers of an upgrade it is refused.',
    requirement: ['hub/connecting/valid-token-upgrades'],
    query: Type.Object({ token: Type.String({ description: 'a JWT or an API token of an agent' }) }),
    responses: { 101: null, 400: Failure, 401: Failure, 403: null },
  },
  ping: {
    method: 'GET',
    path: '/api/ping',
    summary: 'Says that the hub is there.',
    requirement: ['hub/access/rest-token-required'],
    responses: { 200: Type.Object({ message: Type.Literal('pong') }) },
  },
  login: {
    method: 'POST',
    path: '/api/auth/login',
    summary: 'Gives a token for a name and a password.',
    requirement: ['hub/access/login-token-works'],
    body: Login,
    responses: {
      200: Type.Object({ token: Type.String(), user: User }),
      400: Failure,
      401: Failure,
      413: Failure,
    },
  },
  logEntries: guarded({
    method: 'GET',
    path: '/api/messages',
    summary: 'Log entries, newest first.',
    requirement: ['hub/lifecycle/empty-lists-are-arrays'],
    query: Type.Object({
      agent_id: whole('only of this account'),
      level: Type.Optional(Type.String({ description: 'only of this level' })),
      q: search,
      offset: whole('entries to leave out; absent: 0'),
      limit: positive('entries at most; absent: `logPageDefault`, above `logPageCap` that'),
    }),
    responses: { 200: Type.Array(LogEntry), 400: Failure },
  }),
  addLogEntry: guarded({
    method: 'POST',
    path: '/api/messages',
    summary: 'Adds a log entry. It causes no frame.',
    requirement: ['hub/lifecycle/empty-lists-are-arrays'],
    body: NewLogEntry,
    responses: { 201: LogEntry, 400: Failure },
  }),
  agentList: guarded({
    method: 'GET',
    path: '/api/users/agents',
    summary: 'The agents and the butler, with their presence. Header `X-Total-Count` counts them all.',
    requirement: ['hub/access/agent-token-hidden'],
    query: Type.Object({
      exclude_role: Type.Optional(Type.String({ description: 'leaves out this role' })),
      q: search,
      page: positive('from 1; absent: everything on one page'),
      limit: positive('accounts on a page'),
    }),
    responses: { 200: Type.Array(User), 400: Failure },
  }),
  agentStatus: guarded({
    method: 'GET',
    path: '/api/users/agents/status',
    summary: 'The agents alone, with their presence.',
    requirement: ['hub/superseding/old-teardown-keeps-new'],
    responses: { 200: Type.Array(User) },
  }),
  butler: guarded({
    method: 'GET',
    path: '/api/users/butler',
    summary: "The butler's account: where a client learns its id.",
    requirement: ['hub/routing/client-looks-up-butler-id'],
    responses: { 200: User, 404: Failure },
  }),
  history: guarded({
    method: 'GET',
    path: '/api/chat/history/{peer_id}',
    summary: "The caller's stored messages with a peer, oldest first, the newest `historyCap` of them.",
    requirement: ['hub/lifecycle/history-returns-pair'],
    responses: { 200: history, 400: Failure },
  }),
  threadList: guarded({
    method: 'GET',
    path: '/api/chat/threads',
    summary: "The caller's threads, the one with the latest message first.",
    requirement: ['hub/lifecycle/empty-lists-are-arrays'],
    query: Type.Object({
      peer_id: whole('only with this peer'),
      channel_kind: Type.Optional(Type.String({ description: 'only of this kind' })),
    }),
    responses: { 200: Type.Array(Thread), 400: Failure },
  }),
  createThread: guarded({
    method: 'POST',
    path: '/api/chat/threads',
    summary: 'Opens a thread with an agent or the butler.',
    requirement: ['hub/lifecycle/foreign-conversation-refused'],
    body: NewThread,
    responses: { 201: Thread, 400: Failure },
  }),
  changeThread: guarded({
    method: 'PATCH',
    path: '/api/chat/threads/{thread_id}',
    summary: "Renames one of the caller's threads.",
    requirement: ['hub/lifecycle/history-private'],
    body: ThreadChange,
    responses: { 200: Thread, 400: Failure, 404: Failure },
  }),
  threadMessages: guarded({
    method: 'GET',
    path: '/api/chat/threads/{thread_id}/messages',
    summary:
      "The messages of one of the caller's threads, oldest first, the newest `threadHistoryCap` of them.",
    requirement: ['hub/lifecycle/history-private'],
    responses: { 200: history, 400: Failure, 404: Failure },
  }),
  butlerAgentHistory: guarded({
    method: 'GET',
    path: '/api/chat/butler-agent/{agent_id}',
    summary: 'What the butler and an agent have said to each other. For an ADMIN.',
    requirement: ['hub/access/butler-agent-history-admin-only'],
    responses: { 200: history, 400: Failure, 403: Failure, 404: Failure },
  }),
  decide: guarded({
    method: 'POST',
    path: '/api/chat/auth/response',
    summary: 'Decides about a command, as an ADMIN. 409: it has been decided already.',
    requirement: ['hub/confirming/rest-decision-keyed-by-action'],
    body: Decision,
    responses: {
      200: Type.Object({ status: Type.Literal('processed') }),
      400: Failure,
      403: Failure,
      404: Failure,
      409: Failure,
    },
  }),
  createUser: guarded({
    method: 'POST',
    path: '/api/users',
    summary: 'Makes an account, as an ADMIN.',
    requirement: ['hub/access/admin-routes-guarded'],
    body: NewUser,
    responses: { 201: User, 400: Failure, 403: Failure, 409: Failure },
  }),
  createAgent: guarded({
    method: 'POST',
    path: '/api/users/agents',
    summary: 'Makes an agent with an API token, which the answer shows. For an ADMIN.',
    requirement: ['hub/access/admin-routes-guarded', 'hub/access/agent-api-token-identity'],
    body: NewAgent,
    responses: { 201: User, 400: Failure, 403: Failure, 409: Failure },
  }),
  testAgentToken: guarded({
    method: 'POST',
    path: '/api/users/agents/test-connection',
    summary: 'Says whose an API token is. For an ADMIN.',
    requirement: ['hub/access/admin-routes-guarded'],
    body: AgentToken,
    responses: {
      200: Type.Object({
        ok: Type.Boolean(),
        message: Type.String(),
        agent_id: Type.Optional(id('the agent')),
        agent_name: Type.Optional(Type.String()),
      }),
      400: Failure,
      403: Failure,
    },
  }),
  replaceAgentToken: guarded({
    method: 'PATCH',
    path: '/api/users/agents/{id}/token',
    summary: "Replaces an agent's API token and ends the connections that used the old one. For an ADMIN.",
    requirement: ['hub/access/replaced-agent-token-refused'],
    body: AgentToken,
    responses: {
      200: Type.Object({ ok: Type.Literal(true), message: Type.String(), agent_id: id('the agent') }),
      400: Failure,
      403: Failure,
      404: Failure,
      409: Failure,
    },
  }),
} as const satisfies Record<string, Endpoint>
