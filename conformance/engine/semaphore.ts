/** Lets at most so many through at once, in the order in which they came. Who comes back from a pause goes first. */
export class Semaphore {
  #free: number
  readonly #newcomers: (() => void)[] = []
  readonly #returning: (() => void)[] = []

  constructor(places: number) {
    this.#free = places
  }

  async run<R>(act: () => Promise<R>): Promise<R> {
    await this.#enter(this.#newcomers)
    try {
      return await act()
    } finally {
      this.#leave()
    }
  }

  /** Gives up the place while waiting for something that keeps nobody busy, such as a time that must not be overrun. */
  async pause<R>(wait: () => Promise<R>): Promise<R> {
    this.#leave()
    try {
      return await wait()
    } finally {
      await this.#enter(this.#returning)
    }
  }

  async #enter(queue: (() => void)[]): Promise<void> {
    if (this.#free > 0) this.#free--
    else await new Promise<void>(resolve => queue.push(resolve))
  }

  #leave(): void {
    const next = this.#returning.shift() ?? this.#newcomers.shift()
    if (next) next()
    else this.#free++
  }
}
