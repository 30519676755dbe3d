import { isJsonObject, memberOf, parseJsonObject } from '../../schemas/json.ts'
import type {
  AssistantMessage,
  ResultMessage,
  SessionEndMessage,
  SystemMessage,
  ToolResultMessage,
  ToolUseMessage,
  UserMessage,
  WebSocketMessage,
} from './messages.ts'
import { SessionError } from './session-error.ts'

/** `disconnected` holds during the pause before an attempt to connect again, too. */
export type ConnectionState = 'connecting' | 'connected' | 'disconnected'

/** What is to be done about what comes. All of them are optional. */
export interface SessionHandlers {
  /** Every frame, as it has come. */
  onMessage?(message: WebSocketMessage): void
  /** What the agent says. */
  onAssistant?(message: AssistantMessage): void
  /** The agent uses a tool. */
  onToolUse?(message: ToolUseMessage): void
  /** What the tool has given. */
  onToolResult?(message: ToolResultMessage): void
  /** A prompt, as the service has taken it. */
  onUser?(message: UserMessage): void
  /** A notice of the service. */
  onSystem?(message: SystemMessage): void
  /** The turn is over. */
  onResult?(message: ResultMessage): void
  /** The session is over. */
  onSessionEnd?(message: SessionEndMessage): void
  /** A {@link SessionError}, or what another handler has thrown. */
  onError?(error: Error): void
  /** The connection has got another state. */
  onConnectionChange?(state: ConnectionState): void
}

/** Hears every frame, and `undefined` when the connection has ended. */
export type Listener = (message: WebSocketMessage | undefined) => void

const handlerOf = {
  assistant: 'onAssistant',
  tool_use: 'onToolUse',
  tool_result: 'onToolResult',
  user: 'onUser',
  system: 'onSystem',
  result: 'onResult',
  session_end: 'onSessionEnd',
} as const satisfies Record<string, keyof SessionHandlers>

/** Brings what comes to handlers and listeners. Whatever those do or fail to do, the next one is called. */
export class Dispatcher {
  readonly listeners = new Set<Listener>()
  readonly #handlers: SessionHandlers

  constructor(handlers: SessionHandlers) {
    this.#handlers = handlers
  }

  dispatch(message: WebSocketMessage): void {
    const { type, payload } = message
    this.#guarded(() => this.#handlers.onMessage?.(message))
    this.#tell(message)
    if (type === 'error') this.report(errorOf(payload))
    if (!Object.hasOwn(handlerOf, type)) return
    const name = handlerOf[type as keyof typeof handlerOf]
    const shaped = asTyped(message)
    if (shaped) this.#guarded(() => this.#handlers[name]?.(shaped as never))
    else this.report(new SessionError('invalid_message', `the payload is not that of ${type}`, { payload }))
  }

  changed(state: ConnectionState): void {
    this.#guarded(() => this.#handlers.onConnectionChange?.(state))
  }

  ended(): void {
    this.#tell(undefined)
  }

  report(error: Error): void {
    this.#guarded(
      () => this.#handlers.onError?.(error),
      fault => console.error(fault),
    )
  }

  #tell(message: WebSocketMessage | undefined): void {
    for (const listener of [...this.listeners]) this.#guarded(() => listener(message))
  }

  /** A handler may be asynchronous, and fail at once or later. */
  #guarded(call: () => unknown, failed = (error: unknown) => this.#handlerFailed(error)): void {
    try {
      const result = call()
      if (result instanceof Promise) result.catch(failed)
    } catch (error) {
      failed(error)
    }
  }

  /** A fault of the application is never hidden from it. */
  #handlerFailed(error: unknown): void {
    if (!this.#handlers.onError) console.error(error)
    else this.report(error instanceof Error ? error : new Error(String(error)))
  }
}

/** The frame in a message, if there is one. */
export function readFrame(data: unknown): WebSocketMessage | undefined {
  const frame = typeof data === 'string' ? parseJsonObject(data) : undefined
  return typeof frame?.type === 'string' ? (frame as unknown as WebSocketMessage) : undefined
}

function errorOf(payload: unknown): SessionError {
  const { code, message } = isJsonObject(payload) ? payload : {}
  const name = typeof code === 'string' ? code : 'unknown'
  return new SessionError(name, `${name}: ${typeof message === 'string' ? message : ''}`, { payload })
}

/** A frame as the type of its handler promises it; `undefined` if it cannot be that. */
function asTyped(message: WebSocketMessage): object | undefined {
  const { type, payload } = message
  if (!isJsonObject(payload)) return undefined
  const { content } = payload
  const having = (content: unknown) => ({ ...message, payload: { ...payload, content } })
  switch (type) {
    case 'assistant':
      if (typeof content === 'string') return having([{ type: 'text', text: content }])
      return Array.isArray(content) ? message : undefined
    case 'tool_result':
      if (typeof content === 'string') return message
      return typeof content === 'object' && content !== null ? having(textOf(content)) : undefined
    default:
      return message
  }
}

/** What a tool has given, as text: that of its blocks, or else JSON. */
function textOf(content: object): string {
  const texts = Array.isArray(content) ? content.map(block => memberOf(block, 'text')) : []
  return texts.length > 0 && texts.every(text => typeof text === 'string')
    ? texts.join('\n')
    : JSON.stringify(content)
}
