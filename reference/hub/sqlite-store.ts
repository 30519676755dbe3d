import { existsSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { resolve } from 'node:path'
import type { Database, Statement } from 'node-sqlite3-wasm'
import { layout, type Store, type Table, type TableLayout } from './store.ts'

/** Number of the layout. A file with another one belongs to another version of this program. */
const layoutVersion = 1

/** Files that this process has open. */
const openFiles = new Set<string>()

type Value = string | number | null
type Found = Record<string, unknown>

/** Begins a text that is stored as its JSON. */
const asJson = '\u0001'

/** A value as SQLite keeps it. It would cut a text at a zero, and spoil what is no Unicode; their JSON is harmless. */
function stored(value: unknown): Value {
  const isAwkward =
    typeof value === 'string' &&
    (value.includes('\0') || value.startsWith(asJson) || /\p{Surrogate}/u.test(value))
  return isAwkward ? asJson + JSON.stringify(value) : (value as Value)
}

/** The value that was stored. */
function restored(value: unknown): unknown {
  return typeof value === 'string' && value.startsWith(asJson) ? JSON.parse(value.slice(1)) : value
}

/**
 * A store in one file. SQLite runs as WebAssembly, so nothing is compiled or downloaded for it. The file belongs to
 * one process at a time.
 *
 * @throws Error when the file is in use, or is not of this layout
 */
export function openSqliteStore(file: string): Store {
  const path = resolve(file)
  clearStaleLock(path)
  // Loaded only where it is wanted.
  const sqlite: typeof import('node-sqlite3-wasm') = createRequire(import.meta.url)('node-sqlite3-wasm')
  const database = new sqlite.Database(path)
  try {
    prepare(database)
  } catch (error) {
    database.close()
    throw new Error(`${path} cannot be opened: ${error instanceof Error ? error.message : String(error)}`)
  }
  openFiles.add(path)
  writeFileSync(ownerOf(path), String(process.pid))
  const table = <R extends { id: number }>(name: string, its: TableLayout<R>) =>
    new SqliteTable<R>(database, name, its)
  const tables = {
    accounts: table('accounts', layout.accounts),
    messages: table('messages', layout.messages),
    threads: table('threads', layout.threads),
    logEntries: table('logEntries', layout.logEntries),
  }
  return {
    ...tables,
    close() {
      if (!database.isOpen) return
      for (const each of Object.values(tables)) each.finalize()
      database.close()
      openFiles.delete(path)
      rmSync(ownerOf(path), { force: true })
    },
  }
}

/** A write-ahead log that only this process uses: a row costs one write, and none is lost when the process dies. */
function prepare(database: Database): void {
  database.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL')
  const version = Number(database.get('PRAGMA user_version')?.user_version)
  if (version !== 0 && version !== layoutVersion)
    throw new Error(`expected layout ${layoutVersion}, found ${version}`)
  for (const [name, { columns, indexed }] of Object.entries(layout)) {
    const declared = Object.entries(columns).map(([column, type]) => `${column} ${type}`)
    database.exec(
      `CREATE TABLE IF NOT EXISTS ${name} (id INTEGER PRIMARY KEY AUTOINCREMENT, ${declared.join(', ')})`,
    )
    for (const column of indexed)
      database.exec(`CREATE INDEX IF NOT EXISTS ${name}_${column} ON ${name} (${column})`)
  }
  database.exec(`PRAGMA user_version = ${layoutVersion}`)
}

class SqliteTable<R extends { id: number }> implements Table<R> {
  readonly #database: Database
  readonly #name: string
  readonly #columns: readonly string[]
  readonly #statements = new Map<string, Statement>()

  constructor(database: Database, name: string, { columns }: TableLayout<R>) {
    this.#database = database
    this.#name = name
    this.#columns = Object.keys(columns)
  }

  insert(row: Omit<R, 'id'>): R {
    const values = this.#columns.map(column => stored(row[column as keyof typeof row]))
    const places = this.#columns.map(() => '?').join(', ')
    const { lastInsertRowid } = this.#statement(
      `INSERT INTO ${this.#name} (${this.#columns.join(', ')}) VALUES (${places})`,
    ).run(values)
    return { ...row, id: Number(lastInsertRowid) } as R
  }

  update(id: number, change: Partial<Omit<R, 'id'>>): void {
    const columns = Object.keys(change)
    const values = columns.map(column => stored(change[column as keyof typeof change]))
    this.#statement(
      `UPDATE ${this.#name} SET ${columns.map(column => `${column} = ?`).join(', ')} WHERE id = ?`,
    ).run([...values, id])
  }

  get(id: number): R | undefined {
    const found = this.#statement(`SELECT * FROM ${this.#name} WHERE id = ?`).get([id])
    return found ? this.#row(found) : undefined
  }

  find<C extends keyof R>(column: C, value: NonNullable<R[C]>, atMost = -1): R[] {
    const sql = `SELECT * FROM ${this.#name} WHERE ${String(column)} = ? ORDER BY id DESC LIMIT ?`
    const found = this.#statement(sql).all([stored(value), atMost])
    return found.reverse().map(row => this.#row(row))
  }

  *newestFirst(): Iterable<R> {
    // Page by page, since a statement that is left half read would keep the next one from running.
    const sql = `SELECT * FROM ${this.#name} WHERE id < ? ORDER BY id DESC LIMIT 100`
    for (let below = Number.MAX_SAFE_INTEGER; ; ) {
      const page = this.#statement(sql).all([below])
      for (const found of page) yield this.#row(found)
      const last = page.at(-1)
      if (!last) return
      below = Number(last.id)
    }
  }

  /** Gives back what the statements hold. */
  finalize(): void {
    for (const statement of this.#statements.values()) statement.finalize()
  }

  #row(found: Found): R {
    for (const column of this.#columns) found[column] = restored(found[column])
    return found as R
  }

  #statement(sql: string): Statement {
    let statement = this.#statements.get(sql)
    if (!statement) {
      statement = this.#database.prepare(sql)
      this.#statements.set(sql, statement)
    }
    return statement
  }
}

function ownerOf(path: string): string {
  return `${path}.owner`
}

/**
 * SQLite in WebAssembly locks a file by a folder beside it, which a process that was killed leaves behind. The owner
 * file says whose it is; a lock whose owner is dead is nobody's.
 */
function clearStaleLock(path: string): void {
  if (openFiles.has(path)) throw new Error(`${path} is open in this process already`)
  const lock = `${path}.lock`
  if (!existsSync(lock) || !existsSync(ownerOf(path))) return
  const owner = Number(readFileSync(ownerOf(path), 'utf8'))
  if (owner !== process.pid && isAlive(owner)) throw new Error(`${path} is in use by process ${owner}`)
  rmdirSync(lock)
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // It is there, but it is not ours.
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
