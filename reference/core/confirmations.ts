/** Questions that wait for somebody's decision. The first decision is the one that counts. */
export class Confirmations<D> {
  readonly #open = new Map<string, (decision: D) => void>()

  /** Asks. From now on the question can be decided, so ask before anybody is told of it. */
  open(id: string): Promise<D> {
    return new Promise(resolve => this.#open.set(id, resolve))
  }

  /** Decides. False: nobody asks that, or not any more. */
  settle(id: string, decision: D): boolean {
    const resolve = this.#open.get(id)
    if (!resolve) return false
    this.#open.delete(id)
    resolve(decision)
    return true
  }
}
