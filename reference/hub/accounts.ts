import type { Clock } from '../core/clock.ts'
import { equalInConstantTime } from '../core/signing.ts'
import { passwordFits } from './passwords.ts'
import { plainRole } from './roles.ts'
import type { AccountRow, Store } from './store.ts'
import { generateApiToken, hashOfToken } from './tokens.ts'

/** Something that an account already has. */
export class Taken extends Error {}

/** What an account is made of. */
export interface NewAccount {
  /** Nobody else may have it. */
  username: string
  /** Default: MEMBER. */
  role?: string
  /** Absent: nobody can log in. See {@link hashPassword}. */
  passwordHash?: string
}

/** What the account of an agent is made of. */
export interface NewAgent {
  /** Nobody else may have it. */
  username: string
  /** Default: generated. */
  apiToken?: string
  /** What sort of agent it is, in words of its owner. */
  agentKind?: string
  /** What it runs on, in words of its owner. */
  runtimeKind?: string
  /** What it can do, for people. */
  description?: string
}

/** Who may take part: the accounts of a hub. */
export class AccountBook {
  /** The account of the butler, which is always there. */
  readonly butler: Readonly<AccountRow>
  /** Where the accounts are kept. */
  protected readonly store: Store['accounts']
  /** Tells when an account was made. */
  protected readonly clock: Clock

  /** Opens the book. The butler's account is made if it is missing. */
  constructor(store: Store, clock: Clock) {
    this.store = store.accounts
    this.clock = clock
    this.butler = this.store.find('role', 'BUTLER')[0] ?? this.#add({ username: 'Butler', role: 'BUTLER' })
  }

  /** @throws Taken when the name is in use, or the role is that of the butler */
  create({ username, role = 'MEMBER', passwordHash }: NewAccount): Readonly<AccountRow> {
    this.#checkFree(username)
    if (plainRole(role) === 'BUTLER') throw new Taken('there is a butler already')
    return this.#add({ username, role: plainRole(role), passwordHash: passwordHash ?? null })
  }

  /** Makes an agent. Its token is told here and never again. @throws Taken when the name or the token is in use */
  createAgent(agent: NewAgent): { account: Readonly<AccountRow>; apiToken: string } {
    const { apiToken = generateApiToken(), agentKind = '', runtimeKind = '', description } = agent
    this.#checkFree(agent.username)
    const token = this.#tokenColumns(apiToken)
    const account = this.#add({
      username: agent.username,
      role: 'AGENT',
      agentKind,
      runtimeKind,
      description: description ?? null,
      ...token,
    })
    return { account, apiToken }
  }

  /** Gives an account another token. @throws Taken when the token is in use */
  replaceToken(id: number, apiToken: string): void {
    this.store.update(id, this.#tokenColumns(apiToken))
  }

  /** An account by its id. */
  get(id: number): Readonly<AccountRow> | undefined {
    return this.store.get(id)
  }

  /** The account that name and password open. */
  async login(username: string, password: string): Promise<Readonly<AccountRow> | undefined> {
    const [account] = this.store.find('username', username)
    return (await passwordFits(password, account?.passwordHash)) ? account : undefined
  }

  /** The agent that an API token belongs to. Tokens open the accounts of agents only, whoever else may have one. */
  agentOf(apiToken: string): Readonly<AccountRow> | undefined {
    const hash = hashOfToken(apiToken)
    const [account] = this.store.find('tokenHash', hash)
    const fits = equalInConstantTime(account?.tokenHash ?? '', hash)
    return fits && account?.role === 'AGENT' ? account : undefined
  }

  /** All accounts of a role. */
  withRole(role: string): Readonly<AccountRow>[] {
    return this.store.find('role', role)
  }

  #add(columns: Partial<AccountRow> & { username: string; role: string }): Readonly<AccountRow> {
    return this.store.insert({
      passwordHash: null,
      tokenHash: null,
      tokenHint: null,
      tokenUpdatedAt: null,
      agentKind: '',
      runtimeKind: '',
      description: null,
      createdAt: new Date(this.clock.now()).toISOString(),
      ...columns,
    })
  }

  #checkFree(username: string): void {
    if (this.store.find('username', username).length > 0) throw new Taken('username already exists')
  }

  #tokenColumns(apiToken: string) {
    const tokenHash = hashOfToken(apiToken)
    if (this.store.find('tokenHash', tokenHash).length > 0) throw new Taken('api_token already in use')
    return {
      tokenHash,
      // Of a short token even a part would be too much.
      tokenHint: apiToken.length >= 16 ? `…${apiToken.slice(-4)}` : '…',
      tokenUpdatedAt: new Date(this.clock.now()).toISOString(),
    }
  }
}
