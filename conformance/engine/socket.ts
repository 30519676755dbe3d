import type { JsonObject } from '../../schemas/json.ts'
import { anything, difference, type Matcher, show } from './match.ts'
import type { Trial } from './trial.ts'
import type { CloseSeen, ReceivedFrame, WireSocket } from './wire/wire-socket.ts'

/** Of the messages that came in place of an expected one, so many are shown. */
const othersShown = 10

/** A WebSocket with expectations. Each message is claimed by one of them; what is left at the end was unsolicited. */
export class Socket<T extends Trial = Trial> {
  /** What is below: frames as they came, and ways to send what no library would send. */
  readonly wire: WireSocket
  /** The run that the connection belongs to. */
  protected readonly trial: T
  #pings = 0

  constructor(trial: T, wire: WireSocket) {
    this.trial = trial
    this.wire = wire
  }

  /** Sends a message of the protocol. @throws KitFault when it breaks the schema: that is a mistake of the check */
  send(message: JsonObject): void {
    this.trial.checkOutgoing(message)
    this.wire.sendText(JSON.stringify(message))
  }

  /** Sends a text that the protocol does not allow. */
  sendBad(text: string): void {
    this.wire.sendText(text, true)
  }

  /** What this connection has received so far is of no interest any more. */
  forget(): void {
    for (const frame of this.wire.frames) frame.claimed = true
  }

  /** Pings the target; the pong shows that everything before it has arrived. No pong comes once it has closed. */
  async ponged(): Promise<void> {
    const { wire, trial } = this
    const expected = ++this.#pings
    wire.ping()
    await wire.until(() => wire.pongs >= expected || wire.closed, trial.tolerance.replyWithinMs)
  }

  /** Expects that all that has come so far was claimed. */
  nothingElse(what: string): void {
    const [frame] = this.unclaimed()
    if (frame)
      this.trial.violated({ message: what, expected: 'no frame', received: show(frame.json ?? frame.text) })
    this.trial.holds()
  }

  /**
   * Waits for a message and claims it; the first that fits counts, in whatever order they came. `undefined` if none has
   * come after `withinMs` milliseconds, or when the connection has closed.
   */
  async claim(fits: (frame: ReceivedFrame) => boolean, withinMs: number): Promise<ReceivedFrame | undefined> {
    const { frames } = this.wire
    let seen = 0
    // Each message is looked at once, however many come.
    const next = () => {
      while (seen < frames.length) {
        const frame = frames[seen++]
        if (frame && !frame.claimed && fits(frame)) return frame
      }
      return undefined
    }
    const found = await this.wire.until(() => next() ?? (this.wire.closed ? null : undefined), withinMs)
    if (found) found.claimed = true
    return found ?? undefined
  }

  /** Expects a message that equals the given one, with matchers where more than one value is right. */
  async receives(expected: JsonObject, what?: string): Promise<JsonObject> {
    const frame = await this.claim(
      each => difference(expected, each.json) === undefined,
      this.trial.tolerance.replyWithinMs,
    )
    if (!frame) return this.missing(what ?? `the message ${show(expected)}`, show(expected))
    this.trial.holds()
    return frame.json as JsonObject
  }

  /** Expects the target to end the connection, in whatever way. */
  ends(): Promise<CloseSeen> {
    return this.closes(anything)
  }

  /** Expects the target to close the connection. */
  async closes(code: number | Matcher): Promise<CloseSeen> {
    const { wire, trial } = this
    const { closeWithinMs } = trial.tolerance
    const closed = await wire.until(() => wire.closed, closeWithinMs)
    if (!closed)
      return trial.violated(
        {
          message: `${wire.label} should have been closed, but is still open after ${closeWithinMs} ms`,
          expected: code === anything ? 'the end of the connection' : `close ${show(code)}`,
          received: 'the connection stays open',
        },
        true,
      )
    trial.equal(closed.code, code, `the code with which ${wire.label} is closed`)
    return closed
  }

  /** The messages that nothing has claimed yet. */
  unclaimed(): ReceivedFrame[] {
    return this.wire.frames.filter(frame => !frame.claimed)
  }

  /**
   * What is unclaimed at the end of a run was not asked for. The first one speaks for its like.
   *
   * @internal
   */
  accountForRest(): void {
    const told = new Set<string>()
    for (const frame of this.unclaimed()) {
      const id = this.trial.unsolicited(frame.json)
      if (told.has(id)) continue
      told.add(id)
      this.trial.evidence.violate(id, {
        message: `${this.wire.label} received a frame that nothing had asked for`,
        expected: 'no further frame',
        received: show(frame.json ?? frame.text),
      })
    }
  }

  /** Says that an expected message did not come, with all that came in its place. */
  protected missing(what: string, expected: string): never {
    const { wire, trial } = this
    const received = wire.closed
      ? `${this.#othersShown()}, then ${showClose(wire.closed)}`
      : this.#othersShown()
    const within = wire.closed ? '' : ` within ${trial.tolerance.replyWithinMs} ms`
    const message = `${what} did not come on ${wire.label}${within}`
    return trial.violated({ message, expected, received }, !wire.closed)
  }

  #othersShown(): string {
    const others = this.unclaimed()
    const shown = others.slice(0, othersShown).map(frame => show(frame.json ?? frame.text))
    if (others.length > othersShown) shown.push(`${others.length - othersShown} more`)
    return shown.join(', ') || 'nothing'
  }
}

/** A close as a reader wants to see it: where there was no close frame, with the cause. */
export function showClose({ code, reason }: CloseSeen): string {
  return code === 1006 && reason !== '' ? `close 1006 (${reason})` : `close ${code}`
}
