/** Tells those who wait for something that they should look again. */
export class Signal {
  readonly #watchers = new Set<() => void>()

  /** Something has happened. */
  notify(): void {
    for (const watch of [...this.#watchers]) watch()
  }

  /** The first value other than `undefined` that `probe` gives, asked now and whenever something happens. */
  until<T>(probe: () => T | undefined, withinMs: number): Promise<T | undefined> {
    const now = probe()
    if (now !== undefined) return Promise.resolve(now)
    return new Promise(resolve => {
      const done = (value: T | undefined) => {
        clearTimeout(timer)
        this.#watchers.delete(watch)
        resolve(value)
      }
      const watch = () => {
        const value = probe()
        if (value !== undefined) done(value)
      }
      // After a stall, timers are run before what has come meanwhile is read.
      const timer = setTimeout(() => setImmediate(() => done(probe())), withinMs)
      this.#watchers.add(watch)
    })
  }
}
