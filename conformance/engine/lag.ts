const tickMs = 20

/** How late the kit's own event loop is. A wait that ran out while the kit itself was stalled proves nothing. */
export class LagMeter {
  readonly #stalls: { endedAt: number; lateMs: number }[] = []
  readonly #timer: NodeJS.Timeout
  #expectedAt = performance.now() + tickMs

  constructor() {
    this.#timer = setInterval(() => {
      const now = performance.now()
      if (now - this.#expectedAt > tickMs) this.#stalls.push({ endedAt: now, lateMs: now - this.#expectedAt })
      this.#expectedAt = now + tickMs
    }, tickMs)
    this.#timer.unref()
  }

  /** The time that was lost to stalls since a point of `performance.now()`. */
  lostSince(start: number): number {
    let lost = Math.max(0, performance.now() - this.#expectedAt)
    for (let i = this.#stalls.length - 1; i >= 0; i--) {
      const stall = this.#stalls[i]
      if (!stall || stall.endedAt < start) break
      lost += stall.lateMs
    }
    return lost
  }

  close(): void {
    clearInterval(this.#timer)
  }
}
