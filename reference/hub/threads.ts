import type { Thread } from '../../schemas/hub/endpoints.ts'
import type { Clock } from '../core/clock.ts'
import type { Parties } from './journal.ts'
import { plainRole } from './roles.ts'
import { pairOf, type Store, type ThreadRow } from './store.ts'

/** The conversations of humans with agents and the butler. */
export class Threads {
  protected readonly store: Store
  protected readonly clock: Clock

  constructor(store: Store, clock: Clock) {
    this.store = store
    this.clock = clock
  }

  /** The thread that a message names, if it is one of these two. */
  given({ userId, peerId }: Parties, id: number | undefined): Readonly<ThreadRow> | undefined {
    const thread = id === undefined ? undefined : this.store.threads.get(id)
    return thread?.userId === userId && thread.peerId === peerId ? thread : undefined
  }

  /** The thread for messages that name none. It comes into being with the first of them. */
  byDefault(parties: Parties): Readonly<ThreadRow> {
    const defaultOf = pairOf(parties.userId, parties.peerId)
    return this.store.threads.find('defaultOf', defaultOf)[0] ?? this.open(parties, '', defaultOf)
  }

  open({ userId, peerId, peerRole }: Parties, title: string, defaultOf: string | null = null) {
    const now = new Date(this.clock.now()).toISOString()
    return this.store.threads.insert({
      userId,
      peerId,
      defaultOf,
      channelKind: plainRole(peerRole) === 'BUTLER' ? 'butler_direct' : 'agent_direct',
      title,
      createdAt: now,
      updatedAt: now,
    })
  }

  /** The user's own thread of that number. */
  own(userId: number, id: number): Readonly<ThreadRow> | undefined {
    const thread = this.store.threads.get(id)
    return thread?.userId === userId ? thread : undefined
  }

  /** The user's threads, the one with the latest message first. */
  of(userId: number): Readonly<ThreadRow>[] {
    const latest = new Map<number, number>()
    const threads = this.store.threads.find('userId', userId)
    for (const { id } of threads) latest.set(id, this.store.messages.find('threadId', id, 1)[0]?.id ?? 0)
    return threads.sort((a, b) => (latest.get(b.id) ?? 0) - (latest.get(a.id) ?? 0) || b.id - a.id)
  }

  rename(id: number, title: string): void {
    this.store.threads.update(id, { title, updatedAt: new Date(this.clock.now()).toISOString() })
  }
}

export function asThread(row: Readonly<ThreadRow>): Thread {
  return {
    id: row.id,
    user_id: row.userId,
    peer_id: row.peerId,
    channel_kind: row.channelKind,
    title: row.title,
    created_at: row.createdAt,
    updated_at: row.updatedAt,
  }
}
