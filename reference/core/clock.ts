/** Cancels a timer that has not fired yet. */
export type CancelTimer = () => void

/** Where a server takes its time from, so that a test can move it. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number
  /** Calls `run` once, `delayMs` from now. */
  after(delayMs: number, run: () => void): CancelTimer
}

/** The time of the machine. A pending timer does not keep the process alive. */
export const systemClock: Clock = {
  now: () => Date.now(),
  after(delayMs, run) {
    const timer = setTimeout(run, delayMs)
    timer.unref?.()
    return () => clearTimeout(timer)
  },
}

/** The time of the machine, for programs that live as long as they wait: a pending timer keeps the process alive. */
export const waitingClock: Clock = {
  now: () => Date.now(),
  after(delayMs, run) {
    const timer = setTimeout(run, delayMs)
    return () => clearTimeout(timer)
  },
}

/** Calls `run` every `intervalMs` until cancelled. */
export function every(clock: Clock, intervalMs: number, run: () => void): CancelTimer {
  let cancel: CancelTimer
  const arm = () => {
    cancel = clock.after(intervalMs, () => {
      arm()
      run()
    })
  }
  arm()
  return () => cancel()
}

/** Resolves `delayMs` from now. */
export function sleep(clock: Clock, delayMs: number): Promise<void> {
  return new Promise(resolve => clock.after(delayMs, resolve))
}

interface Timer {
  dueAt: number
  run: () => void
  cancelNative?: CancelTimer
}

/**
 * A clock that runs like the machine's until it is frozen; from then on time passes only by {@link advance}.
 * A day goes by in a millisecond, and everything that falls due in it happens in order.
 */
export class AdjustableClock implements Clock {
  #frozenAt: number | undefined
  readonly #timers = new Set<Timer>()

  now(): number {
    return this.#frozenAt ?? Date.now()
  }

  after(delayMs: number, run: () => void): CancelTimer {
    const timer: Timer = { dueAt: this.now() + delayMs, run }
    this.#timers.add(timer)
    if (this.#frozenAt === undefined)
      timer.cancelNative = systemClock.after(delayMs, () => {
        this.#timers.delete(timer)
        run()
      })
    return () => {
      timer.cancelNative?.()
      this.#timers.delete(timer)
    }
  }

  /** Stops the time. Timers that were running wait for {@link advance} too. */
  freeze(): void {
    this.#frozenAt ??= Date.now()
    for (const timer of this.#timers) timer.cancelNative?.()
  }

  /**
   * Moves a frozen clock on and runs what falls due on the way, each timer at its own time.
   *
   * @throws Error when the clock still runs.
   */
  async advance(ms: number): Promise<void> {
    if (this.#frozenAt === undefined) throw new Error('freeze the clock before advancing it')
    const target = this.#frozenAt + ms
    for (let timer = this.#nextDue(target); timer; timer = this.#nextDue(target)) {
      this.#frozenAt = Math.max(this.#frozenAt, timer.dueAt)
      this.#timers.delete(timer)
      timer.run()
      // What the timer set in motion may arm further timers: let it settle before choosing the next one.
      await new Promise(setImmediate)
    }
    this.#frozenAt = target
  }

  #nextDue(target: number): Timer | undefined {
    let next: Timer | undefined
    for (const timer of this.#timers)
      if (timer.dueAt <= target && (!next || timer.dueAt < next.dueAt)) next = timer
    return next
  }
}
