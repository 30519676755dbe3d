import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Actor, hub, type Settings } from '../../schemas/hub/index.ts'
import type { AdjustableClock } from '../core/clock.ts'
import { type ControlledService, type Fixture, withControl } from '../core/control.ts'
import type { Service } from '../core/service.ts'
import { createMemoryStore } from './memory-store.ts'
import { hashPassword } from './passwords.ts'
import { plainRole } from './roles.ts'
import { scriptedButler } from './scripted-butler.ts'
import { createHubServer, type HubServer, type Parts } from './server.ts'
import { openSqliteStore } from './sqlite-store.ts'
import { Stalls } from './stalls.ts'
import type { AccountRow, Store } from './store.ts'

const secretForTests = 'agentwire-hub-secret-for-tests-only'

/** The application that testers of this protocol know by heart, with its control API. */
export function createFixture(settings: Settings = {}, parts: Partial<Parts> = {}): ControlledService {
  return withControl({
    protocol: hub,
    capabilities: Object.keys(hub.capabilities),
    settings,
    launch: (settings: Settings, clock) => launchFixture(settings, clock, parts),
  })
}

/** The same application without its control API. */
export function launchFixture(
  settings: Settings,
  clock: AdjustableClock,
  parts: Partial<Parts> = {},
): Fixture<typeof hub.operations> {
  const storage = settings.storage === 'sqlite' ? fileStorage() : memoryStorage()
  const log: string[] = []
  const start = (store: Store) =>
    createHubServer({
      secret: settings.secret ?? secretForTests,
      issuer: settings.issuer,
      allowedOrigins: settings.allowedOrigins,
      limits: settings.limits,
      store,
      butler: settings.butler === 'none' ? undefined : scriptedButler,
      clock,
      parts,
      onLog: entry => log.push(JSON.stringify(entry)),
      onError: () => {},
    })
  const fixture = new HubFixture(start, storage)
  return { service: fixture.service, operations: fixture.operations(log) }
}

/** A hub that can be stopped and started again, with the accounts that every launch makes. */
class HubFixture {
  readonly service: Service
  readonly #start: (store: Store) => HubServer
  readonly #storage: Storage
  readonly #stalls = new Stalls()
  /** API tokens that were given out, by account. The hub itself keeps only their hashes. */
  readonly #apiTokens = new Map<number, string>()
  readonly #cast: Readonly<Record<keyof typeof cast | 'butler', Readonly<AccountRow>>>
  #hub: HubServer

  constructor(start: (store: Store) => HubServer, storage: Storage) {
    this.#start = start
    this.#storage = storage
    this.#hub = start(storage.open())
    const people = Object.entries(cast).map(([name, role]) => [name, this.#add(name, role)])
    this.#cast = { ...Object.fromEntries(people), butler: this.#hub.accounts.butler }
    const hub = () => this.#hub
    this.service = {
      get maxPayloadBytes() {
        return hub().maxPayloadBytes
      },
      fetch: (request, peer) => this.#hub.fetch(request, peer),
      upgrade: (request, peer) => this.#stalls.watch(this.#hub.upgrade(request, peer)),
      close: async () => {
        await this.#hub.close()
        this.#storage.close()
        this.#storage.remove()
      },
    }
  }

  operations(log: readonly string[]): Fixture<typeof hub.operations>['operations'] {
    return {
      actors: async () => {
        const actors = Object.entries(this.#cast).map(async ([name, account]) => [
          name,
          await this.#actor(account),
        ])
        return Object.fromEntries(await Promise.all(actors))
      },
      createActor: async ({ role = 'MEMBER', username = `user-${randomUUID()}`, password }) =>
        this.#actor(this.#add(username, role, password && (await hashPassword(password)))),
      stall: ({ userId }) => ({ stalled: this.#stalls.stall(this.#hub.roster.of(userId)) }),
      unstall: ({ userId }) => ({ sent: this.#stalls.unstall(this.#hub.roster.of(userId)) }),
      reboot: async () => {
        await this.#hub.close()
        this.#storage.close()
        this.#hub = this.#start(this.#storage.open())
        return {}
      },
      logs: () => ({ lines: [...log] }),
    }
  }

  #add(username: string, role: string, passwordHash?: string): Readonly<AccountRow> {
    const { accounts } = this.#hub
    if (plainRole(role) !== 'AGENT') return accounts.create({ username, role, passwordHash })
    const { account, apiToken } = accounts.createAgent({ username })
    this.#apiTokens.set(account.id, apiToken)
    return account
  }

  async #actor({ id, username, role }: Readonly<AccountRow>): Promise<Actor> {
    const apiToken = this.#apiTokens.get(id)
    const token = await this.#hub.tokens.sign({ id, role })
    return { id, username, role, token, ...(apiToken === undefined ? {} : { apiToken }) }
  }
}

/** The accounts beside the butler's, by role. */
const cast = {
  admin1: 'ADMIN',
  admin2: 'ADMIN',
  member: 'MEMBER',
  custom: 'OPERATOR',
  agent1: 'AGENT',
  agent2: 'AGENT',
} as const

/** What outlives a reboot, but not the fixture. */
interface Storage {
  open(): Store
  close(): void
  remove(): void
}

function memoryStorage(): Storage {
  const store = createMemoryStore()
  return { open: () => store, close() {}, remove() {} }
}

function fileStorage(): Storage {
  const folder = mkdtempSync(join(tmpdir(), 'agentwire-hub-'))
  let store: Store | undefined
  return {
    open() {
      store = openSqliteStore(join(folder, 'hub.sqlite'))
      return store
    },
    close: () => store?.close(),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}
