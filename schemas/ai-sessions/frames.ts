import Type, { type TSchema } from 'typebox'
import type { Frame } from '../protocol.ts'
import { Timestamp } from '../timestamp.ts'
import { anything, filled, maybe, Status, text } from './values.ts'

const requestId = filled("the client's own name of its request")
const shape = 'ai-sessions/framing/frame-envelope'

/** What a client's message holds beside its type and its data. */
const clientExtras = {
  timestamp: Type.Optional(Timestamp),
  session_id: Type.Optional(Type.String({ description: 'ignored: the connection belongs to one session' })),
}
const serverExtras = {
  timestamp: Type.Optional(
    Type.String({ ...Timestamp, 'x-requirement': ['ai-sessions/framing/frame-has-time'] }),
  ),
  session_id: Type.Optional(Type.String()),
}

function sent<P extends TSchema>(type: string, payload: P, summary: string, ...requirement: string[]) {
  return {
    from: 'client',
    summary,
    requirement: [...requirement, 'ai-sessions/framing/client-frames-sent'],
    schema: Type.Object({ type: Type.Literal(type), payload, ...clientExtras }),
  } as const
}

function made<P extends TSchema>(type: string, payload: P, summary: string, ...requirement: string[]) {
  return {
    from: 'server',
    summary,
    requirement: [...requirement, shape],
    schema: Type.Object({ type: Type.Literal(type), payload, ...serverExtras }),
  } as const
}

const nothing = Type.Optional(
  Type.Union([Type.Object({}), Type.Null()], { description: 'nothing is read of it' }),
)
const filePart = {
  filename: filled('name of the file, without a folder'),
  content_type: filled('media type of the file'),
  size: Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER, description: 'bytes of the file' }),
}

/** A part of what the agent says. Other types may occur. */
export const Block = Type.Object(
  {
    type: filled('`text`, `tool_use` or another'),
    text: Type.Optional(Type.String({ description: 'of a block of type `text`' })),
    id: Type.Optional(Type.String()),
    name: Type.Optional(Type.String()),
    input: Type.Optional(anything('arguments of a tool')),
  },
  {
    description: 'a part of what the agent says',
    'x-requirement': ['ai-sessions/framing/assistant-payload'],
  },
)
const content = Type.Union([Type.Array(Block), Type.String()], {
  description: 'blocks; a text stands for one',
})

/** Every frame of the WebSocket, in both directions. */
export const frames = {
  'client/prompt': sent(
    'prompt',
    Type.Object({ text: text('what the agent is asked') }),
    'Asks the agent something; a turn begins.',
    'ai-sessions/lifecycle/prompt-text-unchanged',
  ),
  'client/interrupt': sent(
    'interrupt',
    nothing,
    'Ends the current turn, but not the session.',
    'ai-sessions/lifecycle/interrupt-ends-turn',
  ),
  'client/heartbeat': sent(
    'heartbeat',
    nothing,
    'Shows that the client is there. It is not answered.',
    'ai-sessions/liveness/heartbeats-keep-open',
  ),
  'client/upload_request': sent(
    'upload_request',
    Type.Object({ request_id: requestId, ...filePart }),
    'Asks where a file can be put.',
    'ai-sessions/transferring/ws-tickets',
  ),
  'client/upload_complete': sent(
    'upload_complete',
    Type.Object({
      request_id: requestId,
      filename: filePart.filename,
      path: filled('the `target_path` of the answer'),
    }),
    'Says that the file is there.',
    'ai-sessions/transferring/download-same-bytes',
  ),
  'client/download_request': sent(
    'download_request',
    Type.Object({ request_id: requestId, path: filled('a file of the session') }),
    'Asks where a file can be got.',
    'ai-sessions/transferring/ws-tickets',
  ),
  'client/tool_approval_response': sent(
    'tool_approval_response',
    Type.Object({
      tool_use_id: filled('what was asked about'),
      approved: Type.Boolean(),
      approval_scope: Type.Optional(Type.Enum(['once', 'session'])),
      approval_pattern: Type.Optional(Type.String()),
      updated_input: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
      message: Type.Optional(Type.String()),
    }),
    'Decides whether the agent may use a tool. A service may lack this.',
  ),
  'client/ask_user_question_response': sent(
    'ask_user_question_response',
    Type.Object({
      question_id: filled('what was asked'),
      answers: Type.Record(Type.String(), Type.String(), { description: 'by header or question' }),
    }),
    'Answers what the agent has asked. A service may lack this.',
  ),
  'server/assistant': made(
    'assistant',
    Type.Object({ content, model: maybe(Type.String()) }),
    'What the agent says.',
    'ai-sessions/framing/assistant-payload',
  ),
  'server/tool_use': made(
    'tool_use',
    Type.Object({
      id: filled('names this use'),
      name: filled('the tool'),
      input: Type.Record(Type.String(), Type.Unknown(), { description: 'arguments of the tool' }),
    }),
    'The agent uses a tool.',
    'ai-sessions/framing/tool-payloads',
  ),
  'server/tool_result': made(
    'tool_result',
    Type.Object({
      tool_use_id: filled('the `id` of an earlier tool_use'),
      content: Type.Union([
        Type.String(),
        Type.Array(Type.Unknown()),
        Type.Record(Type.String(), Type.Unknown()),
      ]),
      is_error: maybe(Type.Boolean()),
    }),
    'What the tool has given.',
    'ai-sessions/framing/tool-payloads',
  ),
  'server/user': made(
    'user',
    Type.Object({ text: Type.Optional(Type.String()), content: Type.Optional(content) }),
    'A prompt, as the service has taken it: its text, or its blocks.',
  ),
  'server/system': made(
    'system',
    Type.Object({
      message: maybe(Type.String()),
      text: maybe(Type.String()),
      subtype: maybe(Type.String()),
    }),
    'A notice of the service.',
  ),
  'server/result': made(
    'result',
    Type.Object({
      success: Type.Optional(Type.Boolean({ 'x-requirement': ['ai-sessions/framing/failed-turn-marked'] })),
      summary: maybe(Type.String()),
      subtype: maybe(Type.String()),
      num_turns: maybe(Type.Integer({ minimum: 0 })),
    }),
    'The turn has come to its end.',
    'ai-sessions/lifecycle/turn-ends-with-result',
  ),
  'server/session_status': made(
    'session_status',
    Type.Object({ status: Status }),
    'The status of the session has changed.',
  ),
  'server/session_end': made(
    'session_end',
    Type.Object({ reason: filled('why'), exit_code: maybe(Type.Integer()) }),
    'The session has ended. It is the last frame.',
    'ai-sessions/lifecycle/one-session-end',
  ),
  'server/session_error': made(
    'session_error',
    Type.Object({ error: text('what went wrong'), details: Type.Optional(anything('more about it')) }),
    'Something went wrong in the session.',
  ),
  'server/error': made(
    'error',
    Type.Object({
      code: filled(
        '`session_not_found`, `session_not_running`, `session_crashed`, `invalid_message`, `rate_limited` or another',
      ),
      message: text('for people'),
    }),
    'A message of the client was not taken, or the session is in trouble.',
    'ai-sessions/framing/error-frame-payload',
  ),
  'server/upload_url': made(
    'upload_url',
    Type.Object({
      request_id: requestId,
      upload_id: Type.Optional(Type.String()),
      url: filled('where the bytes are put'),
      target_path: filled('where the file will be'),
      expires_at: Timestamp,
    }),
    'Where a file can be put.',
    'ai-sessions/transferring/ws-tickets',
  ),
  'server/download_url': made(
    'download_url',
    Type.Object({ request_id: requestId, url: filled('where the bytes are'), expires_at: Timestamp }),
    'Where a file can be got.',
    'ai-sessions/transferring/ws-tickets',
  ),
  'server/history': made(
    'history',
    Type.Object({ messages: Type.Array(Type.Unknown(), { description: 'frames' }) }),
    'What was before. A service may lack this.',
  ),
  'server/tool_approval_request': made(
    'tool_approval_request',
    Type.Object({
      tool_use_id: filled('names the question'),
      tool_name: filled('the tool'),
      tool_input: Type.Optional(anything('its arguments')),
    }),
    'Asks whether the agent may use a tool. A service may lack this.',
  ),
  'server/ask_user_question': made(
    'ask_user_question',
    Type.Object({
      question_id: filled('names the question'),
      questions: Type.Array(
        Type.Object({
          question: Type.String(),
          header: maybe(Type.String()),
          options: maybe(
            Type.Array(
              Type.Union([
                Type.String(),
                Type.Object({ label: Type.String(), description: maybe(Type.String()) }),
              ]),
            ),
          ),
        }),
      ),
    }),
    'The agent asks the user something. A service may lack this.',
  ),
  'server/other': {
    from: 'server',
    summary: 'A frame of any other type. Clients hand it to whoever takes all frames.',
    requirement: [shape],
    schema: Type.Object({
      type: filled('any'),
      payload: Type.Optional(anything('any JSON value')),
      ...serverExtras,
    }),
  },
} as const satisfies Record<string, Frame>
