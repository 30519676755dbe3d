import { randomUUID } from 'node:crypto'
import type { CreateSession, Session as SessionRecord } from '../../schemas/ai-sessions/index.ts'
import type { Limits } from '../../schemas/ai-sessions/limits.ts'
import type { JsonObject } from '../../schemas/json.ts'
import type { CancelTimer, Clock } from '../core/clock.ts'
import type { ReplayBuffer } from '../core/replay-buffer.ts'
import { SlidingWindow } from '../core/sliding-window.ts'
import { type Agent, Interrupted, type Turn, type TurnResult } from './agent.ts'
import type { Workspace } from './workspace.ts'

/** A frame of the service. */
export interface ServerFrame {
  type: string
  timestamp: string
  payload: JsonObject
}

/** Whoever listens to a session: a connection. */
export interface Listener {
  deliver(frame: ServerFrame): void
  /** The session has ended, and all has been said. */
  ended(): void
}

export interface SessionOptions {
  clock: Clock
  limits: Limits
  initialStatus: 'pending' | 'starting'
  agent: Agent
  workspace: Workspace
  makeBuffer(windowMs: number): ReplayBuffer<ServerFrame>
  onEnded(session: AgentSession): void
  onError(error: unknown): void
}

/** So many frames of the past can be read again. */
const historyLength = 1_000
/** So many prompts may wait for their turn. */
const queueLength = 100

/** One run of an agent. */
export class AgentSession {
  readonly id = randomUUID()
  readonly userId: string
  readonly wishes: CreateSession
  readonly createdAt: number
  readonly uploads: SlidingWindow
  protected readonly options: SessionOptions
  protected readonly listeners = new Set<Listener>()
  protected readonly buffer: ReplayBuffer<ServerFrame>
  protected readonly prompts: SlidingWindow
  readonly #history: ServerFrame[] = []
  readonly #queue: string[] = []
  readonly #cancelTimers: CancelTimer[] = []
  #status: 'pending' | 'starting' | 'running' | 'ended'
  #startedAt: number | undefined
  #end: { at: number; reason: string; error?: string } | undefined
  #interrupt: (() => void) | undefined
  #busy = false

  constructor(userId: string, wishes: CreateSession, options: SessionOptions) {
    const { clock, limits } = options
    this.userId = userId
    this.wishes = wishes
    this.options = options
    this.createdAt = clock.now()
    this.buffer = options.makeBuffer(limits.bufferWindowMs)
    this.prompts = new SlidingWindow(limits.promptsPerMinute, limits.rateWindowMs)
    this.uploads = new SlidingWindow(limits.uploadsPerMinute, limits.rateWindowMs)
    this.#status = options.initialStatus
    // Whoever creates it sees it before it runs.
    if (limits.startDelayMs === 0) queueMicrotask(() => this.start())
    else this.#cancelTimers.push(clock.after(limits.startDelayMs, () => this.start()))
    this.#cancelTimers.push(clock.after(limits.ttlMaxSeconds * 1000, () => this.end('max_duration_exceeded')))
  }

  get running(): boolean {
    return this.#status === 'running'
  }

  get over(): boolean {
    return this.#end !== undefined
  }

  get workspace(): Workspace {
    return this.options.workspace
  }

  get history(): readonly ServerFrame[] {
    return this.#history
  }

  /** The session as its user sees it. No secret is part of that. */
  describe(): SessionRecord {
    const { allowed_tools, denied_tools, name, model } = this.wishes
    const time = (ms: number | undefined) => (ms === undefined ? null : new Date(ms).toISOString())
    return {
      id: this.id,
      status: this.#status,
      created_at: new Date(this.createdAt).toISOString(),
      started_at: time(this.#startedAt),
      terminated_at: time(this.#end?.at),
      end_reason: this.#end?.reason ?? null,
      ...(this.#end?.error === undefined ? {} : { error_message: this.#end.error }),
      ...(allowed_tools ? { allowed_tools } : {}),
      ...(denied_tools ? { denied_tools } : {}),
      ...(name === undefined ? {} : { name }),
      ...(model === undefined ? {} : { model }),
    }
  }

  protected start(): void {
    if (this.over) return
    this.#status = 'running'
    this.#startedAt = this.options.clock.now()
  }

  /** A client comes. It first gets what was made while nobody was there. */
  attach(listener: Listener): void {
    for (const frame of this.buffer.take(this.options.clock.now())) listener.deliver(frame)
    if (this.#end) this.tellEnd(listener, this.#end.reason)
    else this.listeners.add(listener)
  }

  detach(listener: Listener): void {
    this.listeners.delete(listener)
  }

  /** Gives the agent something to do, after what it has to do already. False: it comes too soon after others. */
  prompt(text: string): boolean {
    if (!this.running) return true
    if (this.#queue.length >= queueLength || !this.prompts.admit(this.options.clock.now())) return false
    this.#queue.push(text)
    if (!this.#busy) void this.work()
    return true
  }

  /** Ends the current turn, if there is one. */
  interrupt(): void {
    this.#interrupt?.()
  }

  /** Ends the session. Only the first end counts. */
  end(reason: string, error?: string): void {
    if (this.#end) return
    this.#end = { at: this.options.clock.now(), reason, error }
    this.#status = 'ended'
    this.#queue.length = 0
    for (const cancel of this.#cancelTimers) cancel()
    this.interrupt()
    for (const listener of [...this.listeners]) this.tellEnd(listener, reason)
    this.listeners.clear()
    this.options.onEnded(this)
  }

  protected tellEnd(listener: Listener, reason: string): void {
    listener.deliver(this.frame('session_end', { reason }))
    listener.ended()
  }

  protected frame(type: string, payload: JsonObject): ServerFrame {
    return { type, timestamp: new Date(this.options.clock.now()).toISOString(), payload }
  }

  /** A frame of the agent, to whoever is there, or for whoever comes in time. */
  protected emit(type: string, payload: JsonObject): void {
    if (this.over) return
    const frame = this.frame(type, payload)
    this.#history.push(frame)
    if (this.#history.length > historyLength) this.#history.shift()
    if (this.listeners.size === 0) this.buffer.add(frame, this.options.clock.now())
    for (const listener of this.listeners) listener.deliver(frame)
  }

  /** Works off the prompts, one after the other. */
  protected async work(): Promise<void> {
    this.#busy = true
    for (let text = this.#queue.shift(); text !== undefined; text = this.#queue.shift()) {
      const result = await this.turn(text)
      if (result) this.emit('result', { ...result })
    }
    this.#busy = false
  }

  /** One turn, up to its result. A crash of the agent ends the session. */
  protected async turn(text: string): Promise<TurnResult | undefined> {
    const interrupted = new AbortController()
    this.#interrupt = () => interrupted.abort()
    try {
      return await this.options.agent.prompt(text, this.hands(interrupted.signal))
    } catch (error) {
      if (error instanceof Interrupted) return { success: false, summary: 'interrupted' }
      this.end('process_crashed', 'the agent has crashed')
      return undefined
    } finally {
      this.#interrupt = undefined
    }
  }

  /** What the agent may do as long as its turn goes on. */
  protected hands(interrupted: AbortSignal): Turn {
    const isOver = () => interrupted.aborted || this.over
    const emit = (type: string, payload: JsonObject) => {
      if (isOver()) throw new Interrupted()
      this.emit(type, payload)
    }
    return {
      get over() {
        return isOver()
      },
      say: text => emit('assistant', { content: [{ type: 'text', text }] }),
      useTool(name, input) {
        const id = `toolu_${randomUUID()}`
        emit('tool_use', { id, name, input })
        return id
      },
      toolResult: (tool_use_id, content) => emit('tool_result', { tool_use_id, content }),
      write: (path, text) => this.options.workspace.write(path, text),
      sleep: ms => sleepUntil(this.options.clock, ms, interrupted),
      end: reason => this.end(reason),
    }
  }
}

/** @throws Interrupted when the signal comes before the time has passed */
function sleepUntil(clock: Clock, ms: number, interrupted: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (interrupted.aborted) return reject(new Interrupted())
    const wake = () => {
      cancel()
      reject(new Interrupted())
    }
    const cancel = clock.after(ms, () => {
      interrupted.removeEventListener('abort', wake)
      resolve()
    })
    interrupted.addEventListener('abort', wake, { once: true })
  })
}
