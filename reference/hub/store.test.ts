import { fork } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { describe, expect, onTestFinished, test } from 'vitest'
import { folder } from '../testing/folder.ts'
import { createMemoryStore } from './memory-store.ts'
import { openSqliteStore } from './sqlite-store.ts'
import type { MessageRow, Store } from './store.ts'

const inFolder = () => join(folder(), 'hub.sqlite')

function sqliteStore(file = inFolder()): Store {
  const store = openSqliteStore(file)
  onTestFinished(() => store.close())
  return store
}

const kinds = { 'in memory': () => createMemoryStore(), 'in a SQLite file': () => sqliteStore() }

/** A message in which everything that is not given means nothing. */
function message(columns: Partial<MessageRow> = {}): Omit<MessageRow, 'id'> {
  const nothing = { requesterPair: null, threadId: null, localId: null, localKey: null, actionId: null }
  const plain = { senderId: 1, receiverId: 2, pair: '1:2', status: null, payload: '', timestamp: '' }
  return { type: 'CHAT', ...nothing, ...plain, ...columns }
}

const texts = fc.string({ unit: 'binary', maxLength: 5 })
const few = fc.constantFrom('a', 'b', 'c\0', null)

describe.each(Object.entries(kinds))('a store %s', (_, open) => {
  test('does what an array of rows would do, whatever is asked of it', () => {
    const change = fc.record({ status: few, localKey: few, payload: texts }, { requiredKeys: ['payload'] })
    const id = fc.integer({ min: 0, max: 12 })
    const step = fc.oneof(
      fc.record({ insert: change }),
      fc.record({ update: change, id }),
      fc.record({ find: fc.constantFrom('status' as const, 'localKey' as const), value: few, atMost: id }),
    )
    fc.assert(
      fc.property(fc.array(step, { maxLength: 25 }), steps => {
        const { messages } = open()
        const rows: MessageRow[] = []
        for (const taken of steps) {
          if ('insert' in taken) {
            const row = { ...message(taken.insert), id: rows.length + 1 }
            expect(messages.insert(message(taken.insert))).toEqual(row)
            rows.push(row)
          } else if ('update' in taken) {
            messages.update(taken.id, taken.update)
            Object.assign(rows[taken.id - 1] ?? {}, taken.update)
          } else if (taken.value !== null) {
            const { find, value, atMost } = taken
            const fitting = rows.filter(row => row[find] === value)
            expect(messages.find(find, value)).toEqual(fitting)
            expect(messages.find(find, value, atMost)).toEqual(atMost === 0 ? [] : fitting.slice(-atMost))
          }
        }
        for (const number of [0, 1, rows.length, rows.length + 1])
          expect(messages.get(number)).toEqual(rows[number - 1])
        expect([...messages.newestFirst()]).toEqual(rows.toReversed())
      }),
      { numRuns: 200 },
    )
  })

  test('gives back every text and number as it was, and finds rows by them', () => {
    const { messages } = open()
    fc.assert(
      fc.property(texts, fc.maxSafeInteger(), (text, number) => {
        const { id } = messages.insert(message({ payload: text, actionId: text, threadId: number }))
        const row = messages.get(id)
        expect(row).toEqual({ ...message({ payload: text, actionId: text, threadId: number }), id })
        expect(messages.find('actionId', text).at(-1)).toEqual(row)
        expect(messages.find('threadId', number).at(-1)).toEqual(row)
      }),
    )
  })

  test('is read as far as somebody reads, and may change meanwhile', () => {
    const { logEntries } = open()
    const add = (content: string) => logEntries.insert({ agentId: 1, level: 'INFO', content, timestamp: '' })
    for (let n = 1; n <= 250; n++) add(String(n))
    const read: string[] = []
    for (const { content } of logEntries.newestFirst()) {
      if (read.push(content) === 150) break
      add(`while ${content} was read`)
    }
    expect(read).toEqual(Array.from({ length: 150 }, (_, index) => String(250 - index)))
    expect([...logEntries.newestFirst()]).toHaveLength(250 + 149)
  })
})

test('a store in memory forgets the oldest messages and log entries, and no accounts', () => {
  const store = createMemoryStore(3)
  for (let n = 1; n <= 5; n++) store.messages.insert(message({ payload: String(n), status: 'PENDING' }))
  store.messages.update(4, { status: 'APPROVED' })
  expect([...store.messages.newestFirst()].map(({ payload }) => payload)).toEqual(['5', '4', '3'])
  expect(store.messages.find('status', 'PENDING').map(({ id }) => id)).toEqual([3, 5])
  expect(store.messages.get(2)).toBeUndefined()
  expect(store.messages.insert(message()).id).toBe(6)
})

describe('a SQLite file', () => {
  test('keeps its rows and goes on counting when it is opened again', () => {
    const file = inFolder()
    const first = openSqliteStore(file)
    first.messages.insert(message({ payload: 'kept' }))
    first.close()
    const { messages } = sqliteStore(file)
    expect(messages.get(1)?.payload).toBe('kept')
    expect(messages.insert(message()).id).toBe(2)
  })

  test('is closed once, however often that is asked for', () => {
    const file = inFolder()
    const store = openSqliteStore(file)
    store.close()
    const again = sqliteStore(file)
    store.close()
    expect(() => openSqliteStore(file)).toThrow('is open in this process already')
    expect(again.messages.insert(message()).id).toBe(1)
  })

  test('of another layout is left alone', () => {
    const file = inFolder()
    const { Database } = createRequire(import.meta.url)('node-sqlite3-wasm')
    const database = new Database(file)
    database.exec('PRAGMA user_version = 99')
    database.close()
    expect(() => openSqliteStore(file)).toThrow('expected layout 1, found 99')
    // The attempt has locked nothing.
    expect(() => openSqliteStore(file)).toThrow('expected layout 1, found 99')
  })

  test('that is no database is left alone', () => {
    const file = inFolder()
    writeFileSync(file, 'a letter to somebody, and not at all a database'.repeat(50))
    expect(() => openSqliteStore(file)).toThrow('cannot be opened')
  })

  test('belongs to one process, and loses nothing when that is killed', async () => {
    const file = inFolder()
    const child = fork(fileURLToPath(new URL('testing/store-process.ts', import.meta.url)), [file])
    onTestFinished(() => void child.kill('SIGKILL'))
    const ended = once(child, 'exit')
    expect(await once(child, 'message')).toEqual(['stored', undefined])
    expect(() => openSqliteStore(file)).toThrow(`is in use by process ${child.pid}`)
    child.kill('SIGKILL')
    await ended
    expect(existsSync(`${file}.lock`)).toBe(true)
    expect([...sqliteStore(file).logEntries.newestFirst()]).toMatchObject([{ content: 'of another process' }])
  })

  test('that somebody else has locked is not taken away from them', () => {
    const file = inFolder()
    mkdirSync(`${file}.lock`)
    expect(() => openSqliteStore(file)).toThrow('cannot be opened')
    expect(existsSync(`${file}.lock`)).toBe(true)
  })
})
