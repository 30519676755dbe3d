/**
 * Admits at most `limit` events within any `windowMs`. An event counts from its arrival until it is exactly
 * `windowMs` old; one that was not admitted never counts.
 */
export class SlidingWindow {
  readonly limit: number
  readonly windowMs: number
  /** Arrival times of the events that still count, oldest first. */
  protected readonly arrivals: number[] = []

  constructor(limit: number, windowMs: number) {
    this.limit = limit
    this.windowMs = windowMs
  }

  /** Whether an event that arrives now is admitted; if it is, it counts. */
  admit(now: number): boolean {
    while (this.arrivals[0] !== undefined && now - this.arrivals[0] >= this.windowMs) this.arrivals.shift()
    if (this.arrivals.length >= this.limit) return false
    this.arrivals.push(now)
    return true
  }

  /** Milliseconds until another event would be admitted; 0 if one would be now. */
  freeInMs(now: number): number {
    const [oldest] = this.arrivals
    if (oldest === undefined || this.arrivals.length < this.limit) return 0
    return Math.max(0, oldest + this.windowMs - now)
  }
}
