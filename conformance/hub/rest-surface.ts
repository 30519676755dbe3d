import { randomUUID } from 'node:crypto'
import { isJsonObject, type JsonObject } from '../../schemas/json.ts'
import type { HttpOptions } from '../engine/trial.ts'
import type { HttpAnswer } from '../engine/wire/http.ts'
import type { HubTrial } from './driver.ts'
import type { Person } from './person.ts'

/** The HTTP endpoints of a hub, as a trial speaks with them. */
export class RestSurface {
  readonly #trial: HubTrial

  constructor(trial: HubTrial) {
    this.#trial = trial
  }

  /** Asks as somebody, or as nobody. */
  ask(as: Person | null, method: string, path: string, options: HttpOptions = {}): Promise<HttpAnswer> {
    this.#trial.need('rest')
    const credentials: Record<string, string> = as ? { authorization: `Bearer ${as.token}` } : {}
    return this.#trial.ask(method, path, { ...options, headers: { ...credentials, ...options.headers } })
  }

  /** What a person and a peer have said to each other, as the person may see it. */
  async history(of: Person, peerId: number): Promise<JsonObject[]> {
    const { json } = await this.#trial.answers(200, this.ask(of, 'GET', `/api/chat/history/${peerId}`))
    return Array.isArray(json) ? json.filter(isJsonObject) : []
  }

  /** An agent that an administrator makes. Its API token, chosen or made up by the hub, is all that it has. */
  async newAgent(by: Person, chosen: { api_token?: string } = {}): Promise<Person> {
    this.#trial.need('agent-token')
    return this.#trial.arrange('an administrator makes an agent', async () => {
      const body = { username: `agent-${randomUUID()}`, ...chosen }
      const { json } = await this.#trial.answers(201, this.ask(by, 'POST', '/api/users/agents', { body }))
      const agent = isJsonObject(json) ? json : {}
      return this.#trial.acquainted({ ...agent, token: agent.api_token, apiToken: agent.api_token })
    })
  }

  /** Replaces an agent's API token, and returns the new one. */
  async replaceToken(by: Person, { id, username }: Person): Promise<string> {
    const token = `chosen-${randomUUID()}`
    this.#trial.hide(token, `second API token of ${username}`)
    await this.#trial.arrange('an administrator replaces the API token', () => {
      const path = `/api/users/agents/${id}/token`
      return this.#trial.answers(200, this.ask(by, 'PATCH', path, { body: { api_token: token } }))
    })
    return token
  }
}
