import type { TSchema } from 'typebox'
import { isJsonObject } from '../../schemas/json.ts'
import type { ShapeVector } from '../../schemas/kit/vectors.ts'
import { problem } from '../../schemas/validate.ts'

/** Instances of one schema that a page shows first. */
export interface Examples {
  /** With nothing in it that need not be. */
  smallest: unknown
  /** With every member that is declared; absent where that is the same, or cannot be put together. */
  full?: unknown
}

/**
 * Takes examples from the vectors of a schema.
 *
 * @throws Error when none of them is valid
 */
export function examplesOf(schema: TSchema, vectors: readonly ShapeVector[]): Examples {
  const valid = vectors.flatMap(vector => (vector.judgement === 'valid' ? [instanceOf(vector)] : []))
  if (valid.length === 0) throw new Error('no vector of the schema is valid')
  const [smallest] = valid.map(value => ({ value, size: sizeOf(value) })).sort((a, b) => a.size - b.size)
  const full = withEveryMember(schema, smallest?.value, valid)
  return {
    smallest: smallest?.value,
    ...(full === undefined || sizeOf(full) === smallest?.size ? {} : { full }),
  }
}

/** What a vector says something about. Its text has what a parsed value would lose. */
export function instanceOf({ value, text }: ShapeVector): unknown {
  return text === undefined ? value : JSON.parse(text)
}

/** Puts the members of many valid instances into one; `undefined` where that is not valid itself. */
function withEveryMember(schema: TSchema, smallest: unknown, valid: readonly unknown[]): unknown {
  const { properties } = schema as { properties?: Readonly<Record<string, TSchema>> }
  if (!properties || !isJsonObject(smallest)) return undefined
  const members = Object.keys(properties).flatMap(name => {
    const values = valid.flatMap(value => (isJsonObject(value) && name in value ? [value[name]] : []))
    const value = values.find(isTelling) ?? values[0]
    return value === undefined ? [] : [[name, value]]
  })
  const full = Object.fromEntries(members)
  return problem(schema, full) === undefined ? full : undefined
}

/** Neither nothing, nor at the end of all numbers, nor a wall of text: what one would like to read. */
function isTelling(value: unknown): boolean {
  const text = JSON.stringify(value)
  return !['null', '""'].includes(text) && !/\d{10}/.test(text) && text.length < 200
}

function sizeOf(value: unknown): number {
  return JSON.stringify(value).length
}
