import type { SystemLog } from '../../schemas/hub/payloads.ts'
import { type Farewell, type Frame, HubLink, type LinkOptions, userIdOf } from './link.ts'
import { plainRole } from './roles.ts'
import { cutToBytes, jsonBytes, textBytes } from './size.ts'

/** A message that an agent is to answer. */
export interface AgentRequest {
  /** The payload as it came; as a rule a text. */
  payload: unknown
  /** Who has sent it. */
  from: { id: number; role: string }
}

/** How an agent connects, and what it answers. */
export interface AgentOptions extends LinkOptions {
  /** Answers a request, chunk by chunk. What it throws is an answer that has failed. */
  answer(request: AgentRequest): AsyncIterable<string> | Iterable<string>
  /** The agent's own id. Default: what its JWT says. */
  userId?: number
  /** Default: a random UUID. */
  newStreamId?(): string
  /** The agent is connected, for the first time or again. */
  onOpen?(): void
  /** The agent will not connect again by itself. */
  onEnd?(reason: Farewell): void
}

const cutMark = ' … (cut)'
const failureText = 'The agent has failed to answer.'
const timeoutText = 'The agent has no answer in time.'

/** Requests that an agent knows again when they are repeated. */
const rememberedRequests = 1_000

/** Part of the time for an answer to the butler that is left for the answer's way. */
const reserve = 0.1

/**
 * An agent: answers what people and the butler say to it, and nothing else. To a person it streams chunks, the whole,
 * and the end, under one stream id; the butler gets the whole.
 */
export class HubAgent {
  readonly #options: AgentOptions
  readonly #link: HubLink
  readonly #ownId: number | undefined
  readonly #answered = new Set<string>()

  constructor(options: AgentOptions) {
    this.#options = options
    this.#ownId = options.userId ?? userIdOf(options.token)
    this.#link = new HubLink(options, {
      onOpen: options.onOpen,
      onFrame: frame => this.#hear(frame),
      onEnd: options.onEnd,
    })
  }

  /** Whether there is an open connection. */
  get connected(): boolean {
    return this.#link.connected
  }

  /** Connects, and from now on again whenever the connection is lost. */
  connect(): void {
    this.#link.connect()
  }

  /** Disconnects and stays off. */
  close(): void {
    this.#link.close()
  }

  /** Writes a line to everybody's log. @throws RangeError when it is larger than the hub takes */
  log(level: SystemLog['level'], content: string): void {
    this.#link.send({ type: 'SYSTEM_LOG', payload: { level, content } satisfies SystemLog })
  }

  /** Answers a CHAT of somebody else who is not an agent. An agent that answered agents would never come to an end. */
  #hear(frame: Frame): void {
    const role = plainRole(frame.sender_role)
    if (frame.type !== 'CHAT' || frame.sender_id === this.#ownId || role === 'AGENT') return
    if (this.#isRepeat(frame)) return
    const answered = role === 'BUTLER' ? this.#answerButler(frame) : this.#answerPerson(frame)
    void answered.catch(error => this.#link.report(error))
  }

  /** A message that its sender has repeated comes again with the number and the time of the first. */
  #isRepeat({ id, timestamp }: Frame): boolean {
    if (id === undefined) return false
    // A hub that has lost what it had stored counts from 1 again, but time goes on.
    const key = `${id} ${timestamp}`
    if (this.#answered.has(key)) return true
    this.#answered.add(key)
    const [oldest = key] = this.#answered
    if (this.#answered.size > rememberedRequests) this.#answered.delete(oldest)
    return false
  }

  async #answerPerson(request: Frame): Promise<void> {
    const given = typeof request.stream_id === 'string' ? request.stream_id : ''
    const { newStreamId = () => crypto.randomUUID() } = this.#options
    const envelope = envelopeFor(request, given || newStreamId())
    const say = (type: string, payload: string | null) => this.#link.send({ ...envelope, type, payload })
    try {
      let whole: string | undefined
      for await (const chunk of this.#chunks(request, envelope)) {
        say('CHAT_STREAM', chunk)
        whole = (whole ?? '') + chunk
      }
      // An answer without a word is an answer too, and its stream has a chunk.
      if (whole === undefined) say('CHAT_STREAM', '')
      if (!say('CHAT', whole ?? '')) throw lost()
    } finally {
      say('CHAT_STREAM_END', null)
    }
  }

  async #answerButler(request: Frame): Promise<void> {
    const streamId = typeof request.stream_id === 'string' ? request.stream_id : undefined
    const envelope = envelopeFor(request, streamId)
    const { agentReplyTimeoutMs } = this.#link.limits
    let cancel = () => {}
    const timeout = new Promise<string>(resolve => {
      cancel = this.#link.clock.after(agentReplyTimeoutMs * (1 - reserve), () => resolve(timeoutText))
    })
    const whole = this.#whole(request, envelope).catch(error => {
      this.#link.report(error)
      return failureText
    })
    const payload = await Promise.race([whole, timeout])
    cancel()
    if (!this.#link.send({ ...envelope, type: 'CHAT', payload })) throw lost()
  }

  async #whole(request: Frame, envelope: object): Promise<string> {
    let whole = ''
    for await (const chunk of this.#chunks(request, envelope)) whole += chunk
    return whole
  }

  /** The chunks of the answer, as far as all of them together fit into one message: the final one. */
  async *#chunks(request: Frame, envelope: object): AsyncIterable<string> {
    const { maxMessageBytes } = this.#link.limits
    let leftBytes = maxMessageBytes - jsonBytes({ ...envelope, type: 'CHAT_STREAM_END', payload: '' })
    const { sender_id: id, sender_role: role, payload } = request
    const markBytes = textBytes(cutMark)
    // What would leave no room for the mark waits until it is certain whether anything follows.
    let held = ''
    for await (const chunk of this.#options.answer({ payload, from: { id, role } })) {
      leftBytes -= textBytes(chunk)
      held += chunk
      if (leftBytes < 0) {
        yield cutToBytes(held, Math.max(0, leftBytes + textBytes(held) - markBytes)) + cutMark
        return
      }
      if (leftBytes < markBytes) continue
      yield held
      held = ''
    }
    if (held !== '') yield held
  }
}

function lost(): Error {
  return new Error('an answer is lost: there is no connection')
}

/** What all frames of an answer have in common. */
function envelopeFor({ sender_id, conversation_id }: Frame, streamId: string | undefined): object {
  return {
    target_id: sender_id,
    ...(streamId === undefined ? {} : { stream_id: streamId }),
    ...(typeof conversation_id === 'number' ? { conversation_id } : {}),
  }
}
