import { ConnectionSlot } from '../core/connection-slot.ts'

/** Who is connected. A user has one place, which belongs to the newest connection. */
export class Roster<C extends { readonly identity: { userId: number } }> {
  protected readonly slots = new Map<number, ConnectionSlot<C>>()

  of(userId: number): C | undefined {
    return this.slots.get(userId)?.current
  }

  *all(): Iterable<C> {
    for (const { current } of this.slots.values()) if (current) yield current
  }

  /** Gives a connection its user's place and returns the one that it supersedes. */
  join(connection: C): C | undefined {
    const { userId } = connection.identity
    let slot = this.slots.get(userId)
    if (!slot) {
      slot = new ConnectionSlot()
      this.slots.set(userId, slot)
    }
    return slot.take(connection)
  }

  /** Frees the place of a connection that has ended. The late end of a superseded one frees nothing. */
  leave(connection: C): void {
    const { userId } = connection.identity
    if (this.slots.get(userId)?.release(connection)) this.slots.delete(userId)
  }
}
