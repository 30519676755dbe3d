import { expect } from 'vitest'
import type { JsonObject } from '../../../schemas/json.ts'
import { AdjustableClock } from '../../core/clock.ts'
import { MockSocket } from '../../testing/mock-socket.ts'
import { HubAgent } from '../agent.ts'
import { type ClientOptions, HubClient } from '../client.ts'
import type { LinkOptions } from '../link.ts'

/** A token that says who holds it, as the hub's do. */
export function tokenOf(userId: number): string {
  return `e30.${Buffer.from(JSON.stringify({ user_id: userId })).toString('base64url')}.c2ln`
}

/** Answers what a client asks over HTTP; by default nobody is there. */
type Answer = (path: string, init: RequestInit) => Response | Promise<Response>

/** What a client of the hub lives in: its sockets, its time, what it asks over HTTP and what it complains of. */
export class Surroundings {
  readonly clock = new AdjustableClock()
  readonly sockets: MockSocket[] = []
  /** When each socket was made. */
  readonly openedAt: number[] = []
  readonly errors: unknown[] = []
  readonly asked: { url: string; init: RequestInit }[] = []
  answer: Answer = () => {
    throw new TypeError('fetch failed')
  }

  constructor() {
    this.clock.freeze()
  }

  /** The newest socket. */
  get socket(): MockSocket {
    return this.sockets.at(-1) ?? expect.fail('no socket')
  }

  /** What was sent on the newest socket. */
  get sent(): JsonObject[] {
    return this.socket.sent as JsonObject[]
  }

  options(userId = 1): LinkOptions & { userId?: number } {
    const made = (socket: MockSocket) => {
      this.sockets.push(socket)
      this.openedAt.push(this.clock.now())
    }
    return {
      url: 'http://hub.example',
      token: tokenOf(userId),
      clock: this.clock,
      onError: error => this.errors.push(error),
      fetch: async (url, init = {}) => {
        this.asked.push({ url: String(url), init })
        return this.answer(new URL(String(url)).pathname, init)
      },
      WebSocket: class extends MockSocket {
        constructor(url: string) {
          super(url)
          made(this)
        }
      },
    }
  }

  /** Lets happen what waits for nothing outside. */
  settle(): Promise<void> {
    return new Promise(setImmediate)
  }
}

/** Both kinds of client, for what holds for both. */
export const clients = {
  'an agent': (options: LinkOptions & Callbacks) => new HubAgent({ ...options, answer: () => ['a'] }),
  'a user interface': (options: LinkOptions & Callbacks) => new HubClient(options),
}

interface Callbacks {
  onOpen?(): void
  onEnd?(reason: string): void
}

/** A CHAT as the hub delivers it to user 1; by default from a member with the id 7. */
export function chat(members: JsonObject = {}): JsonObject {
  const sender = { sender_id: 7, sender_name: 'seven', sender_role: 'MEMBER' }
  return {
    type: 'CHAT',
    ...sender,
    target_id: 1,
    payload: 'hello',
    timestamp: new Date(0).toISOString(),
    ...members,
  }
}

/** The user interface of user 1, connected. */
export function startClient(options: Partial<ClientOptions> = {}) {
  const it = new Surroundings()
  let changes = 0
  let keys = 0
  const client = new HubClient({
    ...it.options(),
    newLocalId: () => `key-${++keys}`,
    onChange: () => {
      changes++
    },
    ...options,
  })
  client.connect()
  it.socket.accept()
  const hear = (...frames: JsonObject[]) => it.socket.receive(...frames)
  /** The texts of a conversation. */
  const texts = (partner = 7) => client.conversations.with(partner).map(({ payload }) => payload)
  return { it, client, hear, texts, changes: () => changes }
}

/** An answer over HTTP. */
export function json(value: unknown, status = 200): Response {
  return new Response(JSON.stringify(value), { status })
}
