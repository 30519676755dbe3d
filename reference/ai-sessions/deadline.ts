import type { CancelTimer, Clock } from '../core/clock.ts'
import { APIError } from './api-error.ts'

/** How long something over HTTP may take. When that is over, it is aborted and fails, whether it obeys or not. */
export class Deadline {
  readonly #clock: Clock
  readonly #ms: number
  readonly #what: string
  readonly #aborter = new AbortController()
  #expire = (_error: APIError) => {}
  #cancel: CancelTimer = () => {}

  /** @param what - is named in the error */
  constructor(clock: Clock, ms: number, what: string) {
    this.#clock = clock
    this.#ms = ms
    this.#what = what
    this.restart()
  }

  get signal(): AbortSignal {
    return this.#aborter.signal
  }

  /** Begins anew, since something has moved. */
  restart(): void {
    this.#cancel()
    this.#cancel = this.#clock.after(this.#ms, () => {
      this.#expire(new APIError('timeout', `${this.#what}: nothing came within ${this.#ms} ms`, 0))
      this.#aborter.abort()
    })
  }

  /** Stands still until {@link restart}. */
  pause(): void {
    this.#cancel()
  }

  /** What it comes to in time, one after the other. @throws APIError when it fails, or is late */
  async within<T>(work: Promise<T>): Promise<T> {
    try {
      // A race against a promise that lasts as long as the deadline would keep every value alive until then.
      return await new Promise<T>((resolve, reject) => {
        this.#expire = reject
        work.then(resolve, reject)
      })
    } catch (error) {
      if (error instanceof APIError) throw error
      const why = error instanceof Error ? error.message : String(error)
      throw new APIError('network_error', `${this.#what} failed: ${why}`, 0, { cause: error })
    }
  }

  /** Ends what still runs. */
  end(): void {
    this.#cancel()
    this.#aborter.abort()
  }
}
