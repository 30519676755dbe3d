import { isJsonObject, type JsonObject, memberOf } from '../../schemas/json.ts'
import { Unreached } from '../engine/evidence.ts'
import { oneOf, show } from '../engine/match.ts'
import type { HttpOptions } from '../engine/trial.ts'
import type { HttpAnswer } from '../engine/wire/http.ts'
import type { AiTrial } from './driver.ts'
import { AgentSession } from './session.ts'

export type UserDetails = Pick<User, 'id' | 'name' | 'token' | 'key'>

/** Somebody with a token. The service may know him or not. */
export class User {
  readonly id: string
  /** What he is called in reports. */
  readonly name: string
  readonly token: string
  /** The API key that he stores. */
  readonly key: string
  readonly #trial: AiTrial

  constructor(trial: AiTrial, { id, name, token, key }: UserDetails) {
    this.#trial = trial
    this.id = id
    this.name = name
    this.token = token
    this.key = key
    trial.hide(token, `token of ${name}`)
    trial.keepSecret(key, `API key of ${name}`)
  }

  /** Asks with his token. */
  ask(method: string, path: string, options: HttpOptions = {}): Promise<HttpAnswer> {
    const headers = { authorization: `Bearer ${this.token}`, ...options.headers }
    return this.#trial.ask(method, path, { ...options, headers })
  }

  /** Asks, expects that status, and gives the object that is answered. */
  async gets(status: number, method: string, path: string, body?: unknown): Promise<JsonObject> {
    const { json } = await this.#trial.answers(status, this.ask(method, path, { body }))
    return isJsonObject(json) ? json : {}
  }

  /** Registers, if that has not been done before. */
  register(): Promise<JsonObject> {
    return this.#trial.arrange('the user is registered', async () => {
      const { json } = await this.#trial.answers(oneOf(200, 409), this.ask('POST', '/v1/register'))
      return isJsonObject(json) ? json : {}
    })
  }

  storeKey(key = this.key): Promise<unknown> {
    return this.#trial.arrange('a key is stored', () =>
      this.gets(200, 'POST', '/v1/auth/claude/apikey', { api_key: key }),
    )
  }

  /** What the service says about his credentials. */
  async credentials(): Promise<JsonObject> {
    return this.gets(200, 'GET', '/v1/auth/claude/status')
  }

  /** A new session, which may not be running yet. */
  create(body: JsonObject = {}): Promise<AgentSession> {
    return this.#trial.arrange('a session is created', async () => {
      const { session } = await this.gets(201, 'POST', '/v1/sessions', body)
      return this.owns(session)
    })
  }

  /** The session that an answer describes. @throws Unreached when it has no id */
  owns(session: unknown): AgentSession {
    const id = memberOf(session, 'id')
    if (typeof id === 'string' && id !== '') return new AgentSession(this.#trial, this, id)
    throw new Unreached(`the service named no session with an id, but ${show(session)}`)
  }

  /** A running session. */
  async session(body: JsonObject = {}): Promise<AgentSession> {
    const session = await this.create(body)
    await this.#trial.arrange('the session is running', () => session.isRunning())
    return session
  }

  /** One page of his sessions. */
  async page(query = ''): Promise<JsonObject> {
    return this.gets(200, 'GET', `/v1/sessions${query}`)
  }

  /** The ids of the sessions on the first page. */
  async sessionIds(query = ''): Promise<unknown[]> {
    return listOf(await this.page(query), 'sessions').map(each => memberOf(each, 'id'))
  }

  /** A new profile, as it is answered. */
  newProfile(members: JsonObject): Promise<JsonObject> {
    return this.#trial.arrange('a profile is made', async () => {
      const { profile } = await this.gets(201, 'POST', '/v1/profiles', members)
      if (isJsonObject(profile) && typeof profile.id === 'string') return profile
      throw new Unreached(`the service named no profile with an id, but ${show(profile)}`)
    })
  }

  async profile(id: unknown): Promise<JsonObject> {
    const { profile } = await this.gets(200, 'GET', profilePath(id))
    return isJsonObject(profile) ? profile : {}
  }

  async profiles(): Promise<JsonObject[]> {
    return listOf(await this.gets(200, 'GET', '/v1/profiles'), 'profiles')
  }
}

export function profilePath(id: unknown): string {
  return `/v1/profiles/${encodeURIComponent(String(id))}`
}

/** The objects of a list in an answer. */
export function listOf(answer: JsonObject, member: string): JsonObject[] {
  const list = answer[member]
  return Array.isArray(list) ? list.filter(isJsonObject) : []
}
