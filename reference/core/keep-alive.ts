import type { CancelTimer, Clock } from './clock.ts'

export interface KeepAliveOptions {
  clock: Clock
  pingIntervalMs: number
  /** So long may a peer be silent. */
  silenceMs: number
  ping(): void
  onSilent(): void
}

/** Pings a peer, and notices when it has been silent for too long. */
export class KeepAlive {
  protected readonly options: KeepAliveOptions
  protected lastSeenAt: number
  protected nextPingAt: number
  #cancel: CancelTimer | undefined

  constructor(options: KeepAliveOptions) {
    this.options = options
    this.lastSeenAt = options.clock.now()
    this.nextPingAt = this.lastSeenAt + options.pingIntervalMs
    this.watch()
  }

  /** The peer has shown that it is there. */
  beat(): void {
    this.lastSeenAt = this.options.clock.now()
  }

  stop(): void {
    this.#cancel?.()
    this.#cancel = undefined
  }

  /** Sleeps until something falls due. */
  protected watch(): void {
    const { clock, silenceMs } = this.options
    const dueAt = Math.min(this.nextPingAt, this.lastSeenAt + silenceMs)
    this.#cancel = clock.after(Math.max(1, dueAt - clock.now()), () => {
      this.fallDue(clock.now())
      if (this.#cancel) this.watch()
    })
  }

  protected fallDue(now: number): void {
    const { silenceMs, pingIntervalMs, ping, onSilent } = this.options
    if (now - this.lastSeenAt >= silenceMs) {
      this.stop()
      onSilent()
    } else if (now >= this.nextPingAt) {
      this.nextPingAt = now + pingIntervalMs
      ping()
    }
  }
}
