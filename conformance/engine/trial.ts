import { isJsonObject, type JsonObject } from '../../schemas/json.ts'
import type { Protocol } from '../../schemas/protocol.ts'
import {
  Evidence,
  type Failure,
  KitFault,
  NotApplicable,
  TargetDown,
  Unreached,
  Violation,
} from './evidence.ts'
import { difference, Matcher, show } from './match.ts'
import type { EndpointShapes, FrameShapes } from './shapes.ts'
import type { Socket } from './socket.ts'
import type { Instance } from './target/instance.ts'
import type { Tolerance } from './tolerance.ts'
import { type HttpAnswer, type HttpClient, NoAnswer, type OpenAnswer } from './wire/http.ts'
import { RawExchange } from './wire/raw-exchange.ts'
import { Redactor } from './wire/redact.ts'
import { Transcript } from './wire/transcript.ts'
import { WireSocket } from './wire/wire-socket.ts'

/** What every trial of a run has in common. */
export interface TrialContext {
  /** The requirement under judgement. */
  id: string
  /** The server under test. */
  instance: Instance
  /** What both sides speak. */
  protocol: Protocol
  /** Judges messages by the protocol's frames. */
  frames: FrameShapes
  /** Judges requests and responses by the protocol's endpoints. */
  endpoints: EndpointShapes
  /** Sends the requests of the run. */
  http: HttpClient
  /** How far the target's times may be off. */
  tolerance: Tolerance
  /** Lets others work while this trial waits for time to pass. */
  idle(wait: () => Promise<void>): Promise<void>
}

/** What an operation of the control API came to. */
export interface ControlAnswer {
  /** The HTTP status. */
  status: number
  /** The JSON value of the answer. */
  body: unknown
}

/** What a request has beside its method and its path. */
export interface HttpOptions {
  /** Headers by name, beside those that HTTP itself needs. */
  headers?: Readonly<Record<string, string>>
  /** Sent as JSON, unless it is a text or bytes: those are sent as they are. */
  body?: unknown
  /** Deliberately not what the protocol asks for. */
  bad?: boolean
}

const aRefusal = new Matcher(
  'a status from 400 to 499',
  status => Number(status) >= 400 && Number(status) < 500,
)

/** A run whose target has sent so many broken frames is not in need of more. */
const breachesAtMost = 20

/**
 * What a judgement counts for: the requirement itself, its valid twin, or the way to the point where it can be judged.
 */
type Purpose = { kind: 'judge' | 'refuse'; id: string } | { kind: 'twin' | 'arrange'; what: string }

/**
 * One run of one case: the means to speak with the target, and the evidence that this leaves.
 *
 * An expectation that holds is an observation. One that does not is a violation, except in {@link Trial.twin} and
 * {@link Trial.arrange}, where it means that the requirement could not be judged. Either ends the run by an exception,
 * which a check lets pass.
 */
export class Trial {
  /** @internal */
  readonly evidence = new Evidence()
  /** @internal */
  readonly transcript = new Transcript()
  /** @internal */
  readonly redactor = new Redactor()
  /** The server under test. */
  readonly instance: Instance
  /** How far the target's times may be off. */
  readonly tolerance: Tolerance
  /** What the run has to do with. */
  protected readonly context: TrialContext
  #purpose: Purpose
  #sockets: Socket[] = []
  readonly #cleanups: (() => void)[] = []
  readonly #startedAt = performance.now()
  #labels = 0
  /** Sum of all waits. */
  #waitedMs = 0
  /** Sum of what the clock of the target was moved by. */
  #advancedMs = 0
  #lateMs = 0
  #breaches = 0

  constructor(context: TrialContext) {
    this.context = context
    this.instance = context.instance
    this.tolerance = context.tolerance
    this.#purpose = { kind: 'judge', id: context.id }
  }

  /** A limit as the target has it. @throws KitFault when the protocol has none of that name */
  limit(name: string): number {
    const value = this.instance.limits[name]
    if (value === undefined) throw new KitFault(`the protocol has no limit "${name}"`)
    return value
  }

  /** Whether the target has a capability. */
  has(capability: string): boolean {
    return this.instance.capabilities.has(capability)
  }

  /** Leaves the case out unless the target has the capability. */
  need(capability: string): void {
    if (!this.has(capability)) this.leaveOut(`the target does not declare "${capability}"`)
  }

  /** Leaves the case out: it does not apply to this target. */
  leaveOut(reason: string): never {
    throw new NotApplicable(reason)
  }

  // --- judging ---

  /** The requirement was seen to hold. */
  holds(): void {
    if (this.#purpose.kind === 'judge') this.evidence.observe(this.#purpose.id)
    if (this.#purpose.kind === 'refuse') this.evidence.refuse(this.#purpose.id)
  }

  /** The requirement was seen not to hold. `timedOut`: because something did not come in time. */
  violated(failure: Failure, timedOut = false): never {
    const purpose = this.#purpose
    if ('what' in purpose) throw new Unreached(`${purpose.what}: ${failure.message}`)
    this.evidence.violate(purpose.id, failure)
    throw new Violation(failure, timedOut)
  }

  /** Judges a value. */
  equal(received: unknown, expected: unknown, what: string): void {
    const found = difference(expected, received)
    if (found !== undefined)
      this.violated({ message: `${what}: ${found}`, expected: show(expected), received: show(received) })
    this.holds()
  }

  /** Judges a condition. */
  that(condition: boolean, what: string, received: unknown): void {
    if (!condition) this.violated({ message: what, expected: what, received: show(received) })
    this.holds()
  }

  /** Something must be refused. What is seen here counts only once the valid twin has been seen, too. */
  refusing<R>(act: () => Promise<R>): Promise<R> {
    return this.#for({ kind: 'refuse', id: this.context.id }, act)
  }

  /** The nearly identical input that must be accepted. If it is not, nothing can be said about the requirement. */
  async twin<R>(what: string, act: () => Promise<R>): Promise<R> {
    const result = await this.#for({ kind: 'twin', what: `the valid twin (${what}) was not seen` }, act)
    this.evidence.twinSeen()
    return result
  }

  /** The valid twin where the requirement itself demands that it be accepted: judged, and counted as twin. */
  async accepting<R>(act: () => Promise<R>): Promise<R> {
    const result = await act()
    this.evidence.twinSeen()
    return result
  }

  /** The way to the point where the requirement can be judged. */
  arrange<R>(what: string, act: () => Promise<R>): Promise<R> {
    return this.#for({ kind: 'arrange', what }, act)
  }

  /** Judges another requirement than the check's own; walks do that. */
  about<R>(id: string, act: () => Promise<R>): Promise<R> {
    return this.#for({ kind: 'judge', id }, act)
  }

  /** Reports something that no requirement judges. */
  note(text: string): void {
    this.evidence.notes.add(text)
  }

  async #for<R>(purpose: Purpose, act: () => Promise<R>): Promise<R> {
    const outer = this.#purpose
    // Inside a twin or an arrangement nothing is judged, whatever a helper says.
    if (!('what' in outer)) this.#purpose = purpose
    try {
      return await act()
    } finally {
      this.#purpose = outer
    }
  }

  // --- speaking ---

  /**
   * Opens a raw WebSocket. Its handshake may have failed; the caller looks. An early message does not wait for that.
   *
   * @throws TargetDown when nobody listens any more, which ends the run
   */
  async dial(
    path: string,
    headers: Readonly<Record<string, string>> = {},
    early?: string,
  ): Promise<WireSocket> {
    const url = new URL(path, this.instance.url)
    const wire = await WireSocket.dial(url, {
      headers,
      early,
      timeoutMs: this.tolerance.closeWithinMs,
      label: `#${++this.#labels}`,
      transcript: this.transcript,
      onFrame: frame => this.#inspect(frame.binary ? 'a binary frame' : (frame.json ?? frame.text)),
    })
    if (wire.handshake?.error?.includes('ECONNREFUSED')) throw new TargetDown(wire.handshake.error)
    return wire
  }

  /**
   * Puts a raw WebSocket under this trial's expectations: what nothing has claimed when the run ends is a violation,
   * and the connection is cut then.
   */
  watch<S extends Socket>(wire: WireSocket, kind: new (trial: this, wire: WireSocket) => S): S {
    const socket = new kind(this, wire)
    this.#sockets.push(socket)
    return socket
  }

  /** Asks over HTTP. The response is checked against the schema of its endpoint. */
  async ask(method: string, path: string, options: HttpOptions = {}): Promise<HttpAnswer> {
    const url = new URL(path, this.instance.url)
    const answer = await this.#send('http', method, url, path, options)
    const breach = this.context.endpoints.breach(method, url.pathname, answer.status, answer.json)
    if (breach)
      this.evidence.violate(breach.requirement ?? this.context.id, {
        message: `the ${answer.status} response of ${method} ${url.pathname} breaks its schema: ${breach.problem}`,
        expected: 'a body that fits the schema of the endpoint',
        received: show(answer.json ?? answer.text),
      })
    return answer
  }

  /** Asks over HTTP for something that goes on: the answer comes with its head, the body as it arrives. The caller ends it. */
  async open(method: string, path: string, options: HttpOptions = {}): Promise<OpenAnswer> {
    const url = new URL(path, this.instance.url)
    const request = { method, url, rawPath: path, headers: options.headers }
    const { transcript, tolerance } = this
    return this.context.http
      .open(request, { timeoutMs: tolerance.replyWithinMs, label: 'http', transcript, bad: options.bad })
      .catch((error: unknown) => this.#noAnswer(error))
  }

  /** Asks on a TCP connection of its own, which stays open. Resolves when something has come that can be judged. */
  async askRaw(
    method: string,
    path: string,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<RawExchange> {
    const { transcript, tolerance } = this
    const request = { method, url: new URL(path, this.instance.url), headers }
    const exchange = new RawExchange(request, { label: `#${++this.#labels}`, transcript })
    this.later(() => exchange.cut())
    await exchange.until(() => exchange.response, tolerance.replyWithinMs)
    if (exchange.error?.includes('ECONNREFUSED')) throw new TargetDown(exchange.error)
    return exchange
  }

  /** Expects a status. */
  async answers(status: number | Matcher, pending: Promise<HttpAnswer>): Promise<HttpAnswer> {
    const answer = await pending
    this.equal(answer.status, status, 'the status of the response')
    return answer
  }

  /** Expects a refusal: a status from 400 to 499. */
  async isRefused(pending: Promise<HttpAnswer>): Promise<HttpAnswer> {
    return this.answers(aRefusal, pending)
  }

  /** Calls an operation of the control API. @throws Unreached when it fails */
  async control(operation: string, args: JsonObject = {}): Promise<JsonObject> {
    const { status, body } = await this.tryControl(operation, args)
    if (status === 200 && isJsonObject(body)) return body
    throw new Unreached(`the control operation "${operation}" answered ${status} ${show(body)}`)
  }

  /** Calls an operation of the control API that may well fail. */
  async tryControl(operation: string, args: JsonObject = {}): Promise<ControlAnswer> {
    const { operations, callControl } = this.instance
    if (!operations.has(operation)) this.leaveOut(`the target's control API has no operation "${operation}"`)
    if (!callControl) {
      const { status, json } = await this.askControl('POST', operation, { body: args })
      return { status, body: json }
    }
    this.transcript.add('control', 'out', `${operation} ${JSON.stringify(args)}`)
    const answer = await callControl(operation, args)
    this.transcript.add('control', 'in', `${answer.status} ${JSON.stringify(answer.body)}`)
    return answer
  }

  /** Asks below the base of the control API. */
  askControl(method: string, path: string, options: HttpOptions = {}): Promise<HttpAnswer> {
    const { control } = this.instance
    if (!control) return this.leaveOut('the target has no control API')
    const below = `${control.pathname.replace(/\/$/, '')}/${path}`
    return this.#send('control', method, control, below, options)
  }

  /**
   * Lets so many milliseconds pass at the target: at once if its clock is frozen, else by waiting. The case has to
   * announce it by `time`.
   */
  async advance(ms: number): Promise<void> {
    if (this.instance.frozen) {
      await this.control('advance', { ms })
      this.#advancedMs += ms
      return
    }
    this.transcript.add('time', 'note', `${ms} ms pass`)
    await this.#wait(ms)
  }

  /**
   * Lets a target whose clock is moved read what was sent before, and no answer will tell of: a pong, say. The clock
   * may be moved on a faster way than the network, so this asks something over the network.
   */
  async isRead(): Promise<void> {
    if (this.instance.frozen) await this.askControl('GET', '')
  }

  /** Milliseconds that have passed for the target since the run began. */
  get elapsedMs(): number {
    return this.instance.frozen ? this.#advancedMs : performance.now() - this.#startedAt
  }

  /**
   * How much later than planned the last wait has ended: real time went by while the machine was busy elsewhere.
   *
   * @internal
   */
  get lateMs(): number {
    return this.#lateMs
  }

  /** Starts the target afresh, as it was launched. Only for a case that is alone with it. */
  async restart(): Promise<void> {
    await this.control('restart', { settings: this.instance.settings })
    if (this.instance.frozen) await this.control('freeze')
  }

  /** Waits so long that nothing more comes from what went before. Where a fence can be sent, that is better. */
  async settle(): Promise<void> {
    await this.#wait(this.tolerance.settleMs)
  }

  /** Waits until something holds for a group of sockets; false if it does not come about in time. */
  async becomes(sockets: readonly Socket[], condition: () => boolean): Promise<boolean> {
    const probe = () => condition() || undefined
    const waits = sockets.map(({ wire }) => wire.until(probe, this.tolerance.closeWithinMs))
    return (await Promise.race(waits)) ?? false
  }

  /** Does something when the run is over, however it ends. */
  later(cleanUp: () => void): void {
    this.#cleanups.push(cleanUp)
  }

  /** The id of a session that the target makes by a request of its own, or that the config names. */
  async provisionedSession(): Promise<string> {
    const { provision } = this.instance
    if (!provision) return this.instance.takeSession?.() ?? this.leaveOut('there is no way to get a session')
    const { method = 'POST', path, headers, body, sessionId } = provision
    const { json, status } = await this.arrange('a session is made', () =>
      this.ask(method, path, { headers, body }),
    )
    const id = valueAt(json, sessionId)
    if (typeof id === 'string' && id !== '') return id
    throw new Unreached(`${method} ${path} answered ${status} without a session id at ${sessionId}`)
  }

  /** From now on `secret` is shown by name. */
  hide(secret: string, name: string): void {
    this.redactor.hide(secret, name)
  }

  /**
   * Checks a message that the kit is about to send. Deliberately bad ones don't come this way.
   *
   * @throws KitFault when it breaks its schema
   * @internal
   */
  checkOutgoing(message: unknown): void {
    const breach = this.context.frames.breach('client', message)
    if (breach) throw new KitFault(`the kit would send a frame that breaks its schema: ${breach.problem}`)
  }

  /**
   * Ends the run: every message must have been accounted for, and nothing stays open.
   *
   * @internal
   */
  finish(): void {
    for (const socket of this.#sockets) socket.accountForRest()
    this.abandon()
  }

  /**
   * Ends what is open, without judging.
   *
   * @internal
   */
  abandon(): void {
    for (const { wire } of this.#sockets) wire.cut()
    for (const cleanUp of this.#cleanups) cleanUp()
  }

  /** The requirement that a message breaks which nobody asked for. Default: the one under judgement. */
  unsolicited(_frame: unknown): string {
    return this.context.id
  }

  async #wait(ms: number): Promise<void> {
    await this.context.idle(() => new Promise(resolve => setTimeout(resolve, ms)))
    this.#waitedMs += ms
    this.#lateMs = performance.now() - this.#startedAt - this.#waitedMs
  }

  #inspect(message: unknown): void {
    if (this.#breaches === breachesAtMost) return
    const breach = this.context.frames.breach('server', message)
    if (breach) {
      this.#breaches++
      this.evidence.violate(breach.requirement ?? this.context.id, {
        message: `a frame of the target breaks its schema: ${breach.problem}`,
        expected: 'a frame of the protocol',
        received: show(message),
      })
    }
  }

  async #send(
    label: string,
    method: string,
    url: URL,
    rawPath: string,
    { headers, body, bad }: HttpOptions,
  ): Promise<HttpAnswer> {
    const asItIs = body === undefined || typeof body === 'string' || body instanceof Uint8Array
    const sent = asItIs ? body : JSON.stringify(body)
    const { transcript, tolerance } = this
    try {
      return await this.context.http.ask(
        { method, url, rawPath, headers, body: sent },
        { timeoutMs: tolerance.replyWithinMs, label, transcript, bad },
      )
    } catch (error) {
      return this.#noAnswer(error)
    }
  }

  #noAnswer(error: unknown): never {
    if (!(error instanceof NoAnswer)) throw error
    if (error.refused) throw new TargetDown(error.message)
    return this.violated(
      { message: error.message, expected: 'an HTTP response', received: error.message },
      true,
    )
  }
}

/** The part of a JSON value that a JSON pointer names. */
function valueAt(value: unknown, pointer: string): unknown {
  const steps = pointer.split('/').slice(1)
  return steps.reduce<unknown>((part, step) => {
    const name = step.replaceAll('~1', '/').replaceAll('~0', '~')
    return typeof part === 'object' && part !== null ? (part as JsonObject)[name] : undefined
  }, value)
}
