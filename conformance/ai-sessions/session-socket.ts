import { isJsonObject, type JsonObject, memberOf } from '../../schemas/json.ts'
import { difference, including, show } from '../engine/match.ts'
import { Socket, showClose } from '../engine/socket.ts'
import type { ReceivedFrame } from '../engine/wire/wire-socket.ts'
import type { AiTrial } from './driver.ts'
import type { AgentSession } from './session.ts'

/** Types that a service may send at any time; nothing is expected of them. */
const incidental: readonly unknown[] = [
  'user',
  'system',
  'session_status',
  'history',
  'usage_delta',
  'sdk_session_id',
]

/** How a service may refuse a connection: by a status before the upgrade, or by a close code soon after it. */
export interface Refusal {
  codes: readonly number[]
  statuses: readonly number[]
}

/** A WebSocket of a session. */
export class SessionSocket extends Socket<AiTrial> {
  session!: AgentSession
  /** Set where the protocol leaves open what comes here. */
  unjudged = false

  /** What has become of the connection, in words. */
  get fate(): string {
    const { handshake, closed } = this.wire
    if (closed && handshake?.status === 101) return `closed with ${closed.code}`
    return handshake?.status === 101 ? 'open' : (handshake?.error ?? `refused with HTTP ${handshake?.status}`)
  }

  /** Gives the agent commands, one a line. */
  prompt(...commands: string[]): void {
    this.trial.need('agent')
    this.send({ type: 'prompt', payload: { text: commands.join('\n') } })
  }

  heartbeat(): void {
    this.send({ type: 'heartbeat' })
  }

  interrupt(): void {
    this.send({ type: 'interrupt' })
  }

  /** Expects an assistant frame with exactly that text. */
  async hears(text: string): Promise<JsonObject> {
    const fits = ({ json }: ReceivedFrame) => memberOf(json, 'type') === 'assistant' && textOf(json) === text
    const frame = await this.claim(fits, this.trial.tolerance.replyWithinMs)
    if (!frame) return this.missing(`an assistant frame with the text ${show(text)}`, show(text))
    this.trial.holds()
    return frame.json as JsonObject
  }

  /** Expects the next frame that is not incidental, and claims it. */
  async next(what: string, withinMs = this.trial.tolerance.replyWithinMs): Promise<JsonObject> {
    const frame = await this.claim(({ json }) => !isIncidental(json), withinMs)
    if (!frame) return this.missing(what, what)
    this.trial.holds()
    return isJsonObject(frame.json) ? frame.json : {}
  }

  /** Expects a message of that type with at least these members in its payload. */
  async gets(type: string, payload: JsonObject = {}): Promise<JsonObject> {
    const fits = including({ type, payload: including(payload) })
    const frame = await this.claim(
      each => difference(fits, each.json) === undefined,
      this.trial.tolerance.replyWithinMs,
    )
    if (!frame) return this.missing(`a frame of type ${type} with ${show(payload)}`, show(fits))
    this.trial.holds()
    return frame.json as JsonObject
  }

  /** Expects the rest of a turn: all frames to its result, which is the last of them. */
  async restOfTurn(): Promise<JsonObject[]> {
    const frames: JsonObject[] = []
    for (;;) {
      const frame = await this.next('the result of the turn')
      frames.push(frame)
      if (frame.type === 'result') return frames
    }
  }

  /** Has the agent do something, and expects all frames of the turn. */
  turn(...commands: string[]): Promise<JsonObject[]> {
    this.prompt(...commands)
    return this.restOfTurn()
  }

  /** Expects that a prompt is answered here: by what was to be said and a result, and by nothing else. */
  async isServed(text = this.trial.newMarker()): Promise<void> {
    this.trial.equal(this.fate, 'open', `what has become of ${this.wire.label}`)
    this.prompt(`say ${text}`)
    await this.hears(text)
    await this.gets('result')
  }

  /** Expects that the connection is open, and works as far as can be told. */
  async works(): Promise<void> {
    if (this.trial.has('agent')) return this.isServed()
    await this.ponged()
    this.trial.equal(this.fate, 'open', `what has become of ${this.wire.label}`)
  }

  /** Shows that all that came before has been handled: a last prompt is answered. */
  fence(): Promise<void> {
    return this.trial.arrange('a last prompt is answered', () => this.isServed())
  }

  /** Expects that the connection is refused, and tells how that was done. */
  async isRefused({ codes, statuses }: Refusal): Promise<string> {
    const { trial, wire } = this
    const expected = `close ${codes.join(' or ')}, or HTTP ${statuses.join(' or ')}`
    const status = wire.handshake?.status
    if (status === 101) await wire.until(() => wire.closed, trial.tolerance.closeWithinMs)
    const refused =
      status === 101
        ? codes.includes(wire.closed?.code ?? 0)
        : status !== undefined && statuses.includes(status)
    if (!refused)
      trial.violated(
        { message: `${wire.label} is ${this.fate}`, expected, received: this.fate },
        status === undefined || (status === 101 && !wire.closed),
      )
    trial.holds()
    return wire.closed && status === 101 ? showClose(wire.closed) : `HTTP ${status}`
  }

  /** Expects to be told of the end of the session, by a frame or at least by a close. */
  async isToldOfEnd(): Promise<void> {
    const { trial, wire } = this
    const isEnd = ({ json }: ReceivedFrame) => memberOf(json, 'type') === 'session_end'
    const told = await this.claim(isEnd, trial.tolerance.replyWithinMs)
    if (!told && !wire.closed)
      trial.violated(
        {
          message: 'the end of the session is not told',
          expected: 'session_end, or a close',
          received: 'neither',
        },
        true,
      )
    trial.holds()
  }

  /** Cuts the TCP connection, and lets the target notice. */
  async lose(): Promise<void> {
    this.wire.cut()
    await this.trial.isRead()
    await this.trial.isRead()
  }

  /** All assistant texts so far, claimed or not. */
  get texts(): string[] {
    return this.wire.frames
      .filter(({ json }) => memberOf(json, 'type') === 'assistant')
      .map(({ json }) => textOf(json))
  }

  /** All frames so far of one type, claimed or not. */
  seen(type: string): JsonObject[] {
    return this.wire.frames.flatMap(({ json }) => (isJsonObject(json) && json.type === type ? [json] : []))
  }

  /** What has come so far is accounted for if it is of that type. */
  accept(type: string): void {
    for (const frame of this.wire.frames) if (memberOf(frame.json, 'type') === type) frame.claimed = true
  }

  override unclaimed(): ReceivedFrame[] {
    return this.unjudged ? [] : super.unclaimed().filter(({ json }) => !isIncidental(json))
  }
}

function isIncidental(json: unknown): boolean {
  return incidental.includes(memberOf(json, 'type'))
}

/** The text of an assistant frame: that of its text blocks, or its content if that is a text. */
export function textOf(frame: unknown): string {
  const content = memberOf(memberOf(frame, 'payload'), 'content')
  if (typeof content === 'string') return content
  if (!Array.isArray(content)) return ''
  const texts = content.filter(block => memberOf(block, 'type') === 'text')
  return texts.map(block => String(memberOf(block, 'text'))).join('')
}

/** The texts of the assistant frames among some. */
export function textsOf(frames: readonly JsonObject[]): string[] {
  return frames.filter(({ type }) => type === 'assistant').map(textOf)
}
