/** Keeps what could not be delivered, in its order, for so long that it is still of use. */
export class ReplayBuffer<T> {
  readonly windowMs: number
  protected readonly entries: { madeAt: number; item: T }[] = []

  constructor(windowMs: number) {
    this.windowMs = windowMs
  }

  add(item: T, madeAt: number): void {
    this.drop(madeAt)
    this.entries.push({ madeAt, item })
  }

  /** What is not older than the window. It is not kept any longer. */
  take(now: number): T[] {
    this.drop(now)
    return this.entries.splice(0).map(({ item }) => item)
  }

  protected drop(now: number): void {
    while (this.entries[0] && now - this.entries[0].madeAt > this.windowMs) this.entries.shift()
  }
}
