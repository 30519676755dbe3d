import { randomUUID } from 'node:crypto'
import { onTestFinished } from 'vitest'
import type { JsonObject } from '../../../schemas/json.ts'
import { AdjustableClock } from '../../core/clock.ts'
import { type Host, listen } from '../../core/node-host.ts'
import { open, type Peer } from '../../testing/serving.ts'
import { scriptedAgent } from '../scripted-agent.ts'
import { createSessionServer, type SessionServer, type SessionServerOptions } from '../server.ts'

/** Answer of a request: its status and what it says. */
export interface Answer {
  status: number
  body: JsonObject
}

/** A running service, and those who use it. */
export class World {
  readonly clock = new AdjustableClock()
  readonly errors: unknown[] = []
  readonly server: SessionServer
  #host: Host | undefined

  private constructor(options: Partial<SessionServerOptions>) {
    this.server = createSessionServer({
      secret: 'a secret for tests of ai-sessions only',
      agent: scriptedAgent,
      oauth: { authorizeUrl: async id => `https://oauth.example/${id}`, exchange: async code => code },
      clock: this.clock,
      onError: error => this.errors.push(error),
      ...options,
    })
  }

  /** A service that goes with the test. */
  static async start(options: Partial<SessionServerOptions> = {}): Promise<World> {
    const world = await World.listen(options)
    onTestFinished(() => world.close())
    return world
  }

  /** A service that whoever has started it must close. */
  static async listen(options: Partial<SessionServerOptions> = {}): Promise<World> {
    const world = new World(options)
    world.#host = await listen([world.server])
    return world
  }

  get url(): string {
    return this.#host?.url ?? ''
  }

  async close(): Promise<void> {
    await this.#host?.close()
  }

  /** Somebody whom the service has never seen. */
  async stranger(): Promise<Person> {
    const id = randomUUID()
    return new Person(this, id, await this.server.gate.sign({ id }))
  }

  /** Somebody who may create sessions. */
  async person(): Promise<Person> {
    const person = await this.stranger()
    await person.ask('POST', '/v1/register')
    await person.ask('POST', '/v1/auth/claude/apikey', { api_key: 'sk-ant-test' })
    return person
  }
}

/** A user of the service. */
export class Person {
  readonly id: string
  readonly token: string
  readonly #world: World

  constructor(world: World, id: string, token: string) {
    this.#world = world
    this.id = id
    this.token = token
  }

  get headers(): Record<string, string> {
    return { authorization: `Bearer ${this.token}` }
  }

  async ask(method: string, path: string, body?: unknown): Promise<Answer> {
    const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body)
    const response = await fetch(`${this.#world.url}${path}`, { method, headers: this.headers, body: text })
    return { status: response.status, body: (await response.json()) as JsonObject }
  }

  /** The id of a new session, which runs. */
  async session(): Promise<string> {
    const { body } = await this.ask('POST', '/v1/sessions', {})
    return (body.session as { id: string }).id
  }

  connect(sessionId: string): Promise<Peer> {
    return open(`${this.#world.url}/v1/sessions/${sessionId}/ws?token=${this.token}`)
  }

  /** A connection to a new session. */
  async attached(): Promise<Peer> {
    return this.connect(await this.session())
  }
}

/** Lets the agent do something, and takes all frames of the turn. */
export async function turn(peer: Peer, ...lines: string[]): Promise<JsonObject[]> {
  peer.send({ type: 'prompt', payload: { text: lines.join('\n') } })
  return peer.until(({ type }) => type === 'result')
}
