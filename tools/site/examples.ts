import type { TSchema } from 'typebox'
import { type Boundary, boundaries } from '../../schemas/boundaries.ts'
import { isJsonObject } from '../../schemas/json.ts'
import { problem } from '../../schemas/validate.ts'

/** Instances of one schema that a page can show. */
export interface Examples {
  /** With nothing in it that need not be. */
  smallest: unknown
  /** With every member that is declared; absent where that is the same. */
  full?: unknown
  boundaries: readonly Boundary[]
}

/**
 * Takes instances from the boundaries of a schema.
 *
 * @throws Error when none of them is valid
 */
export function examplesOf(schema: TSchema): Examples {
  const found = boundaries(schema)
  const valid = found.filter(each => each.valid)
  const sizes = new Map(valid.map(({ value }) => [value, JSON.stringify(value).length]))
  const [first, ...rest] = valid.map(({ value }) => value)
  if (valid.length === 0) throw new Error('no boundary of the schema is a valid instance')
  const smallest = rest.reduce((least, value) => (size(value) < size(least) ? value : least), first)
  const full = withEveryMember(schema, smallest, valid)
  return {
    smallest,
    boundaries: found,
    ...(full !== undefined && JSON.stringify(full) !== JSON.stringify(smallest) ? { full } : {}),
  }
  function size(value: unknown): number {
    return sizes.get(value) ?? Number.POSITIVE_INFINITY
  }
}

/** Puts the members of many valid instances into one; `undefined` where that is not valid itself. */
function withEveryMember(schema: TSchema, smallest: unknown, valid: readonly Boundary[]): unknown {
  const { properties } = schema as { properties?: Readonly<Record<string, TSchema>> }
  if (!properties || !isJsonObject(smallest)) return undefined
  const members = new Map<string, unknown>()
  for (const name of Object.keys(properties)) {
    const values = valid.flatMap(({ value }) => (isJsonObject(value) && name in value ? [value[name]] : []))
    const telling = values.filter(value => value !== null && value !== '' && tidy(value))
    const value = telling[0] ?? values[0]
    if (value !== undefined) members.set(name, value)
  }
  const full = Object.fromEntries(members)
  return problem(schema, full) === undefined ? full : undefined
}

/** Neither at the end of all numbers nor a wall of text: what one would like to read. */
function tidy(value: unknown): boolean {
  return !/\d{10}/.test(JSON.stringify(value)) && JSON.stringify(value).length < 200
}
