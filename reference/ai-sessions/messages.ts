/** Any frame of the service. The types that are known have types of their own. */
export interface WebSocketMessage<Type extends string = string, Payload = unknown> {
  type: Type
  /** When it was made, in the form of RFC 3339. */
  timestamp?: string
  session_id?: string
  payload: Payload
}

/** A part of what the agent says. A service may send other types; code that goes by `type` passes over them. */
export type ContentBlock =
  | { type: 'text'; text: string }
  | { type: 'tool_use'; id: string; name: string; input: Record<string, unknown> }

/** What the agent says. */
export type AssistantMessage = WebSocketMessage<'assistant', { content: ContentBlock[]; model?: string }>
/** The agent uses a tool. */
export type ToolUseMessage = WebSocketMessage<
  'tool_use',
  { id: string; name: string; input: Record<string, unknown> }
>
/** What a tool has given. */
export type ToolResultMessage = WebSocketMessage<'tool_result', { tool_use_id: string; content: string }>
/** A prompt, as the service has taken it. */
export type UserMessage = WebSocketMessage<'user', { text?: string; content?: ContentBlock[] }>
/** A notice of the service. */
export type SystemMessage = WebSocketMessage<'system', { message?: string; subtype?: string; text?: string }>
/** The turn has come to its end. */
export type ResultMessage = WebSocketMessage<
  'result',
  { success?: boolean; summary?: string; subtype?: string }
>
/** The session has ended. */
export type SessionEndMessage = WebSocketMessage<'session_end', { reason: string; exit_code?: number }>
/** A message was not taken, or the session is in trouble. */
export type ErrorMessage = WebSocketMessage<'error', { code: string; message: string }>
