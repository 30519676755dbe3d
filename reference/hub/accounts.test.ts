import { beforeEach, expect, test } from 'vitest'
import { AdjustableClock } from '../core/clock.ts'
import { AccountBook, Taken } from './accounts.ts'
import { createMemoryStore } from './memory-store.ts'
import { hashPassword } from './passwords.ts'
import type { Store } from './store.ts'

let store: Store
let clock: AdjustableClock
let accounts: AccountBook

beforeEach(() => {
  store = createMemoryStore()
  clock = new AdjustableClock()
  clock.freeze()
  accounts = new AccountBook(store, clock)
})

test('there is one butler, in whatever way somebody tries to make another', () => {
  expect(accounts.butler).toMatchObject({ username: 'Butler', role: 'BUTLER' })
  for (const role of ['BUTLER', 'butler', ' Butler '])
    expect(() => accounts.create({ username: 'b', role })).toThrow(Taken)
  expect(() => accounts.create({ username: 'Butler' })).toThrow('username already exists')
  expect(new AccountBook(store, clock).butler).toEqual(accounts.butler)
})

test('roles are kept in upper case, and a person without one is a member', () => {
  expect(accounts.create({ username: 'a' }).role).toBe('MEMBER')
  expect(accounts.create({ username: 'b', role: ' operator ' }).role).toBe('OPERATOR')
  expect(accounts.create({ username: 'c', role: 'admin' }).role).toBe('ADMIN')
  expect(accounts.withRole('OPERATOR').map(({ username }) => username)).toEqual(['b'])
})

test('names are given once, to people and agents alike', () => {
  accounts.create({ username: 'ann' })
  expect(() => accounts.createAgent({ username: 'ann' })).toThrow(Taken)
  accounts.createAgent({ username: 'bot' })
  expect(() => accounts.create({ username: 'bot' })).toThrow(Taken)
  expect(() => accounts.createAgent({ username: 'bot' })).toThrow(Taken)
})

test('a token opens its agent until it is replaced, and belongs to nobody else', async () => {
  const { account, apiToken } = accounts.createAgent({ username: 'one' })
  expect(apiToken).toMatch(/^agt_[\w-]{43}$/)
  expect(accounts.agentOf(apiToken)?.id).toBe(account.id)
  const other = accounts.createAgent({ username: 'two', apiToken: 'chosen by an administrator' })
  expect(accounts.agentOf('chosen by an administrator')?.id).toBe(other.account.id)
  for (const taken of [apiToken, other.apiToken]) {
    expect(() => accounts.createAgent({ username: 'three', apiToken: taken })).toThrow(
      'api_token already in use',
    )
    expect(() => accounts.replaceToken(account.id, taken)).toThrow(Taken)
  }
  // A refused agent has not been made.
  expect(accounts.withRole('AGENT')).toHaveLength(2)

  const madeAt = account.tokenUpdatedAt
  await clock.advance(1_000)
  accounts.replaceToken(account.id, 'the next one')
  expect(accounts.agentOf(apiToken)).toBeUndefined()
  expect(accounts.agentOf('the next one')?.id).toBe(account.id)
  expect(Date.parse(accounts.get(account.id)?.tokenUpdatedAt ?? '') - Date.parse(madeAt ?? '')).toBe(1_000)
  // The old token is free again.
  expect(accounts.createAgent({ username: 'three', apiToken }).apiToken).toBe(apiToken)
})

test('only the token of an agent opens anything, and no token opens nothing', () => {
  for (const account of [accounts.butler, accounts.create({ username: 'ann' })]) {
    accounts.replaceToken(account.id, `of ${account.username}`)
    expect(accounts.agentOf(`of ${account.username}`)).toBeUndefined()
  }
  accounts.create({ username: 'silent', role: 'AGENT' })
  for (const nothing of ['', 'null', 'undefined']) expect(accounts.agentOf(nothing)).toBeUndefined()
})

test('neither tokens nor passwords are kept, and the hint does not give a token away', async () => {
  const apiToken = 'a-token-of-some-length'
  const { account } = accounts.createAgent({ username: 'one', apiToken })
  accounts.createAgent({ username: 'two', apiToken: 'short' })
  accounts.create({ username: 'ann', passwordHash: await hashPassword('open sesame') })
  const kept = JSON.stringify([...store.accounts.newestFirst()])
  for (const secret of [apiToken, 'short', 'open sesame']) expect(kept).not.toContain(secret)
  expect(account.tokenHint).toBe('…ngth')
  expect(store.accounts.find('username', 'two')[0]?.tokenHint).toBe('…')
})

test('a password opens its account, and an account without one cannot be opened', async () => {
  const [first, second] = await Promise.all([hashPassword('open sesame'), hashPassword('open sesame')])
  expect(first).not.toBe(second)
  const ann = accounts.create({ username: 'ann', passwordHash: first })
  accounts.create({ username: 'bob' })
  accounts.create({ username: 'odd', passwordHash: 'no hash at all' })
  expect(await accounts.login('ann', 'open sesame')).toEqual(ann)
  const guesses = [
    ['ann', 'Open sesame'],
    ['ann', ''],
    ['bob', ''],
    ['bob', 'null'],
    ['odd', ''],
    ['carol', ''],
  ]
  for (const [name = '', password = ''] of guesses)
    expect(await accounts.login(name, password), `${name} ${password}`).toBeUndefined()
})
