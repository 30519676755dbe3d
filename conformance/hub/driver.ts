import { randomUUID } from 'node:crypto'
import { isJsonObject, type JsonObject } from '../../schemas/json.ts'
import type { IdOf } from '../../spec/registry.ts'
import { checksFor } from '../engine/check.ts'
import { Unreached } from '../engine/evidence.ts'
import { show } from '../engine/match.ts'
import { Trial } from '../engine/trial.ts'
import { takeTurn } from '../engine/turns.ts'
import { type HubSocket, Person } from './person.ts'
import { RestSurface } from './rest-surface.ts'
import { TokenSurface } from './token-surface.ts'

/** The accounts that a target has when it cannot make others. */
const fixedNames = { ADMIN: ['admin1', 'admin2'], MEMBER: ['member'], AGENT: ['agent1', 'agent2'] } as const

/** One run against a hub: who takes part, and what they say to each other. */
export class HubTrial extends Trial {
  readonly rest = new RestSurface(this)
  readonly tokens = new TokenSurface(this)
  readonly #people = new Map<number, Person>()
  #fixed: Promise<Record<string, Person>> | undefined
  #taken = new Set<string>()
  #markers = 0

  /** An account that no other run uses. */
  async person(role: string, details: JsonObject = {}): Promise<Person> {
    if (this.instance.operations.has('createActor'))
      return this.acquainted(await this.control('createActor', { role, ...details }))
    if (Object.keys(details).length > 0) this.leaveOut("the target's control API cannot make accounts")
    return this.#fixedPerson(role)
  }

  /** A connection of a new account for each role. */
  async connected<R extends readonly string[]>(...roles: R): Promise<{ [Index in keyof R]: HubSocket }> {
    const sockets = roles.map(async role => (await this.person(role)).connect())
    return (await Promise.all(sockets)) as never
  }

  /** The butler's account. There is one, so only a case that is alone with the target may connect as it. */
  async butler(): Promise<Person> {
    this.#fixed ??= this.#loadFixed()
    return (await this.#fixed).butler ?? this.leaveOut('the target does not name its butler')
  }

  /** An account that the target has told of takes part in this run. */
  acquainted(account: JsonObject): Person {
    const { id, username, role, token, apiToken } = account
    if (!Number.isSafeInteger(id) || typeof token !== 'string')
      throw new Unreached(`the target named no account with a token, but ${show(account)}`)
    const person = new Person(this, {
      id: Number(id),
      username: String(username),
      role: String(role),
      token,
      apiToken: apiToken === undefined ? undefined : String(apiToken),
    })
    this.#people.set(person.id, person)
    return person
  }

  /** A connection of the butler, for a case that is alone. */
  async butlerSocket(): Promise<HubSocket> {
    this.need('butler-socket')
    return (await this.butler()).connect()
  }

  /** A text that nothing else in this run contains. */
  newMarker(): string {
    return `m${++this.#markers}-${randomUUID().slice(0, 8)}`
  }

  /**
   * Whether a frame concerns this run: others share the hub, and their broadcasts, monitor events and requests for
   * approval may reach any connection.
   */
  concerns(frame: unknown): boolean {
    const { type, sender_id, target_id, payload } = (frame ?? {}) as JsonObject
    if (typeof sender_id !== 'number') return true
    const { agent_id, target_agent_id } = (payload ?? {}) as JsonObject
    if (type === 'BUTLER_AGENT_MESSAGE') return this.#people.has(Number(agent_id))
    if (type === 'AUTH_REQUEST') return this.#people.has(Number(target_agent_id))
    const isBroadcast = target_id === undefined || target_id === 0
    return !isBroadcast || this.#people.has(sender_id)
  }

  override unsolicited(frame: unknown): string {
    const { type } = (frame ?? {}) as JsonObject
    if (type === 'BUTLER_AGENT_MESSAGE') return 'hub/observing/no-event-otherwise'
    if (type === 'AUTH_REQUEST') return 'hub/confirming/request-to-admins-only'
    return 'hub/routing/target-only'
  }

  async #fixedPerson(role: string): Promise<Person> {
    this.#fixed ??= this.#loadFixed()
    const people = await this.#fixed
    const names = (fixedNames as Record<string, readonly string[]>)[role] ?? ['custom']
    const name = names.find(each => people[each] && !this.#taken.has(each))
    if (name === undefined) return this.leaveOut(`the target has too few accounts with role ${role}`)
    this.#taken.add(name)
    return people[name] as Person
  }

  async #loadFixed(): Promise<Record<string, Person>> {
    const { operations, settings } = this.instance
    const made = operations.has('createActor')
    if (!made) await takeTurn(this)
    const found = operations.has('actors') ? await this.control('actors') : settings.actors
    if (!isJsonObject(found))
      return this.leaveOut('the target names no accounts: neither its control API nor "settings.actors"')
    return Object.fromEntries(
      Object.entries(found).map(([name, actor]) => [name, this.acquainted(actor as JsonObject)]),
    )
  }
}

/** The words that this profile's checks are written with. */
export const { check, when } = checksFor<HubTrial, IdOf<'hub', 'server'>>()
