import { randomUUID } from 'node:crypto'
import { expect, onTestFinished } from 'vitest'
import type { Inbound } from '../../../schemas/hub/envelope.ts'
import type { JsonObject } from '../../../schemas/json.ts'
import { type Host, listen } from '../../core/node-host.ts'
import { open, type Peer } from '../../testing/serving.ts'
import { createHubServer, type HubServer, type HubServerOptions } from '../server.ts'

/** Signs the tokens of all hubs that are made for tests. */
export const secret = 'a secret of thirty-two characters'

/** Somebody who may connect. */
export interface Person {
  id: number
  role: string
}

/** Somebody who is connected. */
export interface Member extends Person {
  peer: Peer
  send(message: Inbound): void
}

/** A hub without a voice of its own: its log is not written, and its errors are kept. */
export function quietHub(options: Partial<HubServerOptions> = {}): { hub: HubServer; errors: unknown[] } {
  const errors: unknown[] = []
  const hub = createHubServer({ secret, onLog: () => {}, onError: error => errors.push(error), ...options })
  return { hub, errors }
}

/** A hub on a port of its own, with whoever comes. */
export class World {
  readonly hub: HubServer
  /** What went wrong inside of the hub. */
  readonly errors: readonly unknown[]
  readonly #host: Host

  protected constructor(hub: HubServer, host: Host, errors: readonly unknown[]) {
    this.hub = hub
    this.errors = errors
    this.#host = host
  }

  /** Starts a hub that goes with the test. */
  static async start(options?: Partial<HubServerOptions>): Promise<World> {
    const world = await World.listen(options)
    onTestFinished(() => world.close())
    return world
  }

  /** Starts a hub that stays until it is closed. */
  static async listen(options?: Partial<HubServerOptions>): Promise<World> {
    const { hub, errors } = quietHub(options)
    return new World(hub, await listen([hub]), errors)
  }

  get url(): string {
    return this.#host.url
  }

  close(): Promise<void> {
    return this.#host.close()
  }

  /** Makes an account; of the butler there is one already. */
  person(role: string): Person {
    const { accounts } = this.hub
    if (role === 'BUTLER') return accounts.butler
    return accounts.create({ username: `user-${randomUUID()}`, role })
  }

  token(person: Person): Promise<string> {
    return this.hub.tokens.sign(person)
  }

  /** Connects somebody, or a new account with that role. */
  async join(who: Person | string): Promise<Member> {
    const { id, role } = typeof who === 'string' ? this.person(who) : who
    const peer = await this.open(await this.token({ id, role }))
    return { id, role, peer, send: message => peer.send(message) }
  }

  /** Connects with a token as it is. */
  open(token: string): Promise<Peer> {
    return open(`${this.url}/api/ws?token=${encodeURIComponent(token)}`)
  }

  /** Asks an endpoint as somebody. */
  async fetch(path: string, who: Person, body?: unknown): Promise<Response> {
    const headers = { authorization: `Bearer ${await this.token(who)}` }
    const asked = body === undefined ? { headers } : { headers, method: 'POST', body: JSON.stringify(body) }
    return fetch(this.url + path, asked)
  }
}

/**
 * What readers have got so far. A broadcast that follows comes behind all of it; it is sent by somebody whose own
 * messages are to be behind it as well.
 */
export async function heardBy(sender: Member, ...readers: Member[]): Promise<JsonObject[][]> {
  const content = randomUUID()
  sender.send({ type: 'SYSTEM_LOG', payload: { level: 'INFO', content } })
  const isFence = ({ payload }: JsonObject) => (payload as { content?: unknown } | null)?.content === content
  return Promise.all(readers.map(async ({ peer }) => (await peer.until(isFence)).slice(0, -1)))
}

/** Expects that somebody reaches somebody else who is connected, and that neither hears anything beside. */
export async function expectToTalk(human: Member, other: Member): Promise<void> {
  const payload = randomUUID()
  human.send({ type: 'CHAT', target_id: other.id, payload })
  const heard = await heardBy(human, human, other)
  expect(heard.map(frames => frames.map(frame => frame.payload))).toEqual([[payload], [payload]])
}
