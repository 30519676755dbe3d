import { closes } from '../../schemas/ai-sessions/closes.ts'
import { frames } from '../../schemas/ai-sessions/frames.ts'
import type { Limits } from '../../schemas/ai-sessions/limits.ts'
import { type JsonObject, parseJsonObject } from '../../schemas/json.ts'
import { problem } from '../../schemas/validate.ts'
import type { Clock } from '../core/clock.ts'
import type { KeepAlive, KeepAliveOptions } from '../core/keep-alive.ts'
import type { ServerSocket, SocketHandler } from '../core/service.ts'
import { SlidingWindow } from '../core/sliding-window.ts'
import { Refusal } from './refusal.ts'
import type { AgentSession, Listener, ServerFrame } from './session.ts'
import type { TransferDesk, UploadRequest } from './transfers.ts'

export interface ConnectionOptions {
  clock: Clock
  limits: Limits
  transfers: TransferDesk
  /** Where URLs of this service begin, as this client has reached it. */
  origin: string
  makeKeepAlive(options: KeepAliveOptions): KeepAlive
  onError(error: unknown): void
  onEnded(connection: Connection): void
}

/** A client that takes up nothing of so many frames is cut; what it misses waits for it. */
const maxQueuedFrames = 4_096

/** The members of payloads that have passed their schema. */
type Payload = JsonObject & { text: string; request_id: string; path: string }

type ClientType = keyof typeof frames extends infer Name
  ? Name extends `client/${infer T}`
    ? T
    : never
  : never
type Actions = Record<ClientType, () => void>

/** One WebSocket of a session. */
export class Connection implements SocketHandler, Listener {
  protected readonly session: AgentSession
  protected readonly options: ConnectionOptions
  protected readonly rate: SlidingWindow
  protected socket: ServerSocket | undefined
  #keepAlive: KeepAlive | undefined
  #ended = false

  constructor(session: AgentSession, options: ConnectionOptions) {
    this.session = session
    this.options = options
    this.rate = new SlidingWindow(options.limits.messagesPerSecond, 1_000)
  }

  opened(socket: ServerSocket): void {
    const { clock, limits } = this.options
    this.socket = socket
    this.#keepAlive = this.options.makeKeepAlive({
      clock,
      pingIntervalMs: limits.pingIntervalMs,
      silenceMs: limits.inactivityTimeoutMs,
      ping: () => socket.ping(),
      onSilent: () => this.end(closes.reset),
    })
    this.session.attach(this)
  }

  /** Sends a frame of the session. */
  deliver(frame: ServerFrame): void {
    if (!this.socket || this.#ended) return
    this.socket.send(JSON.stringify(frame))
    if (this.socket.queuedFrames > maxQueuedFrames) this.cut()
  }

  ended(): void {
    this.end(closes.ended)
  }

  beat(): void {
    this.#keepAlive?.beat()
  }

  binary(): void {
    if (this.#ended) return
    this.beat()
    this.complain('invalid_message', 'expected JSON in a text message, not a binary one')
  }

  text(data: string): void {
    if (this.#ended) return
    this.beat()
    try {
      if (this.rate.admit(this.options.clock.now())) this.handle(parseJsonObject(data))
      else this.complain('rate_limited', `at most ${this.rate.limit} messages a second`)
    } catch (error) {
      this.options.onError(error)
      this.end(closes.failure)
    }
  }

  closed(): void {
    this.#leave()
  }

  /** Closes the connection. What still arrives on it is not taken. */
  end({ code, reason }: { code: number; reason: string }): void {
    this.#leave()
    this.socket?.close(code, reason)
  }

  protected handle(message: JsonObject | undefined): void {
    const fault = faultOf(message)
    if (fault !== undefined) this.complain('invalid_message', fault)
    else this.act(message?.type as keyof Actions, (message?.payload ?? {}) as Payload)
  }

  protected act(type: keyof Actions, payload: Payload): void {
    const actions: Actions = {
      prompt: () => this.prompt(payload),
      interrupt: () => this.session.interrupt(),
      heartbeat() {},
      upload_request: () => this.answering(() => this.giveUpload(payload)),
      upload_complete: () => this.answering(() => this.completeUpload(payload)),
      download_request: () => this.answering(() => this.giveDownload(payload)),
      tool_approval_response: () => this.complain('invalid_message', 'nobody has asked for an approval'),
      ask_user_question_response: () => this.complain('invalid_message', 'nobody has asked a question'),
    }
    actions[type]()
  }

  protected prompt({ text }: Payload): void {
    if (!this.session.prompt(text))
      this.complain('rate_limited', `at most ${this.options.limits.promptsPerMinute} prompts a minute`)
  }

  protected giveUpload(payload: Payload): void {
    const { transfers, origin } = this.options
    const request = payload as unknown as UploadRequest
    const { upload_url, ...ticket } = transfers.requestUpload(this.session, request, origin)
    this.answer('upload_url', { request_id: payload.request_id, url: upload_url, ...ticket })
  }

  protected giveDownload({ request_id, path }: Payload): void {
    const { transfers, origin } = this.options
    const { download_url, expires_at } = transfers.requestDownload(this.session, path, origin)
    this.answer('download_url', { request_id, url: download_url, expires_at })
  }

  protected completeUpload({ path }: Payload): void {
    this.options.transfers.complete(this.session, ({ targetPath }) => targetPath === path)
  }

  /** Does what a frame asks for. Why it cannot be done is said in an `error`. */
  protected answering(act: () => void): void {
    try {
      act()
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      this.complain(codeOf(error), error.message)
    }
  }

  /** A frame that concerns this connection alone. */
  protected answer(type: string, payload: JsonObject): void {
    this.deliver({ type, timestamp: new Date(this.options.clock.now()).toISOString(), payload })
  }

  protected complain(code: string, message: string): void {
    this.answer('error', { code, message })
  }

  protected cut(): void {
    this.#leave()
    this.socket?.cut()
  }

  #leave(): void {
    if (this.#ended) return
    this.#ended = true
    this.#keepAlive?.stop()
    this.session.detach(this)
    this.options.onEnded(this)
  }
}

/** What is wrong with a message, if anything is. */
function faultOf(message: JsonObject | undefined): string | undefined {
  if (!message) return 'expected a JSON object'
  const name = `client/${String(message.type)}`
  if (!Object.hasOwn(frames, name)) return `there is no message of type ${JSON.stringify(message.type)}`
  const found = problem(frames[name as keyof typeof frames].schema, message)
  return found && `${message.type}: ${found}`
}

/** An upload that comes too soon is a matter of rates; all else that is refused was not a good message. */
function codeOf({ code }: Refusal): string {
  if (code === 'rate_limited') return code
  return code === 'conflict' ? 'session_not_running' : 'invalid_message'
}

/** Takes an upgrade only to tell why it is refused: a browser cannot read the status of one that fails. */
export function refusing({ code, reason }: { code: number; reason: string }): SocketHandler {
  return {
    opened: socket => socket.close(code, reason),
    text() {},
    binary() {},
    closed() {},
  }
}
