/** An instance that lies just inside or just outside of one constraint of a schema. */
export interface Boundary {
  valid: boolean
  /** A JSON value. */
  value: unknown
  /** JSON pointer to the constraint in the schema. */
  constraint: string
  /** What the instance is, in words. */
  why: string
}

/** A schema as plain JSON. */
export type Node = Readonly<Record<string, unknown>>

export function inside(value: unknown, constraint: string, why: string): Boundary {
  return { valid: true, value, constraint, why }
}

export function outside(value: unknown, constraint: string, why: string): Boundary {
  return { valid: false, value, constraint, why }
}

export function distinct<T>(values: readonly T[]): T[] {
  return [...new Set(values)]
}

export function show(value: unknown): string {
  return JSON.stringify(value)
}
