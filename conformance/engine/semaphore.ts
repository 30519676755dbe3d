/** Lets at most so many through at once, in the order in which they came. */
export class Semaphore {
  #free: number
  readonly #waiting: (() => void)[] = []

  constructor(places: number) {
    this.#free = places
  }

  async run<R>(act: () => Promise<R>): Promise<R> {
    await this.#enter()
    try {
      return await act()
    } finally {
      this.#leave()
    }
  }

  /** Gives up the place while waiting for something that keeps nobody busy. */
  async pause<R>(wait: () => Promise<R>): Promise<R> {
    this.#leave()
    try {
      return await wait()
    } finally {
      await this.#enter()
    }
  }

  async #enter(): Promise<void> {
    if (this.#free > 0) this.#free--
    else await new Promise<void>(resolve => this.#waiting.push(resolve))
  }

  #leave(): void {
    const next = this.#waiting.shift()
    if (next) next()
    else this.#free++
  }
}
