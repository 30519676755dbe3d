/** The one live connection of a session: always the newest. */
export class ConnectionSlot<C> {
  #current: C | undefined

  get current(): C | undefined {
    return this.#current
  }

  /** Puts in a newer connection and returns the one that it supersedes. */
  take(connection: C): C | undefined {
    const older = this.#current
    this.#current = connection
    return older
  }

  /**
   * Takes out a connection that has ended, and says whether it was the current one. The late end of a superseded
   * connection changes nothing: without this test it would tear down the newer one.
   */
  release(connection: C): boolean {
    if (this.#current !== connection) return false
    this.#current = undefined
    return true
  }
}
