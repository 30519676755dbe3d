import { layout, type Store, type Table, type TableLayout } from './store.ts'

/** A store that is gone with the process. Of messages and log entries it keeps the newest `maxRows`. */
export function createMemoryStore(maxRows = 100_000): Store {
  return {
    accounts: new MemoryTable(layout.accounts),
    messages: new MemoryTable(layout.messages, maxRows),
    threads: new MemoryTable(layout.threads),
    logEntries: new MemoryTable(layout.logEntries, maxRows),
    close() {},
  }
}

class MemoryTable<R extends { id: number }> implements Table<R> {
  readonly #maxRows: number
  readonly #rows = new Map<number, R>()
  readonly #indexes: Map<keyof R, Map<unknown, R[]>>
  #oldestId = 1
  #newestId = 0

  constructor({ indexed }: TableLayout<R>, maxRows = Number.POSITIVE_INFINITY) {
    this.#indexes = new Map(indexed.map(column => [column, new Map()]))
    this.#maxRows = maxRows
  }

  insert(row: Omit<R, 'id'>): R {
    const whole = row as R
    whole.id = ++this.#newestId
    this.#rows.set(whole.id, whole)
    for (const [column, rows] of this.#indexes) if (whole[column] !== null) add(rows, whole[column], whole)
    if (this.#rows.size > this.#maxRows) this.#forgetOldest()
    return whole
  }

  update(id: number, change: Partial<Omit<R, 'id'>>): void {
    const row = this.#rows.get(id)
    if (!row) return
    for (const column of Object.keys(change) as (keyof R)[]) {
      const value = change[column as Exclude<keyof R, 'id'>] as R[typeof column]
      const rows = this.#indexes.get(column)
      if (rows && value !== row[column]) {
        if (row[column] !== null) remove(rows, row[column], row)
        if (value !== null) add(rows, value, row)
      }
      row[column] = value
    }
  }

  get(id: number): R | undefined {
    return this.#rows.get(id)
  }

  find<C extends keyof R>(
    column: C,
    value: NonNullable<R[C]>,
    atMost = Number.POSITIVE_INFINITY,
  ): Readonly<R>[] {
    const rows = this.#indexes.get(column)?.get(value) ?? []
    return rows.slice(Math.max(0, rows.length - atMost))
  }

  *newestFirst(): Iterable<R> {
    for (let id = this.#newestId; id >= this.#oldestId; id--) {
      const row = this.#rows.get(id)
      if (row) yield row
    }
  }

  #forgetOldest(): void {
    const oldest = this.#rows.get(this.#oldestId)
    this.#rows.delete(this.#oldestId++)
    if (!oldest) return
    for (const [column, rows] of this.#indexes)
      if (oldest[column] !== null) remove(rows, oldest[column], oldest)
  }
}

/** Adds a row to those with its value, in the order of their numbers. It is nearly always the last. */
function add<R extends { id: number }>(rows: Map<unknown, R[]>, value: unknown, row: R): void {
  const list = rows.get(value)
  if (!list) rows.set(value, [row])
  else {
    const before = list.findLastIndex(({ id }) => id < row.id)
    if (before === list.length - 1) list.push(row)
    else list.splice(before + 1, 0, row)
  }
}

function remove<R>(rows: Map<unknown, R[]>, value: unknown, row: R): void {
  const list = rows.get(value) ?? []
  if (list.length <= 1) rows.delete(value)
  else if (list[0] === row) list.shift()
  else list.splice(list.indexOf(row), 1)
}
