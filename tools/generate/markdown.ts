import type { TSchema } from 'typebox'

/** A table whose columns line up in the source as well. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [head, ...rows].map(cells => cells.map(cell => cell.replaceAll('|', '\\|')))
  const widths = head.map((_, column) => Math.max(3, ...all.map(cells => cells[column]?.length ?? 0)))
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`
  const [first = [], ...rest] = all
  return [first, widths.map(width => '-'.repeat(width)), ...rest].map(line).join('\n')
}

/** A member of an object schema, as a row of a table needs it. */
export interface Member {
  name: string
  optional: boolean
  type: string
  /** As JSON; empty where there is none. */
  default: string
  description: string
}

/** The members of an object schema, in the order of their declaration. */
export function membersOf(schema: TSchema): Member[] {
  const { properties = {}, required = [] } = schema as {
    properties?: Record<string, TSchema & { default?: unknown; description?: string }>
    required?: string[]
  }
  return Object.entries(properties).map(([name, member]) => ({
    name,
    optional: !required.includes(name),
    type: typeOf(member),
    default: member.default === undefined ? '' : JSON.stringify(member.default),
    description: member.description ?? '',
  }))
}

/** The members of an object schema in one line, optional ones with a question mark. */
export function memberList(schema: TSchema): string {
  return membersOf(schema)
    .map(({ name, optional, type }) => `\`${name}${optional ? '?' : ''}: ${type}\``)
    .join(', ')
}

/** What a schema admits, in the notation of TypeScript. */
function typeOf(schema: TSchema): string {
  const {
    const: constant,
    enum: values,
    anyOf,
    items,
    type,
  } = schema as {
    const?: unknown
    enum?: unknown[]
    anyOf?: TSchema[]
    items?: TSchema
    type?: string
  }
  if (constant !== undefined) return JSON.stringify(constant)
  if (values) return values.map(value => JSON.stringify(value)).join(' | ')
  if (anyOf) return anyOf.map(typeOf).join(' | ')
  return items ? `${typeOf(items)}[]` : (type ?? 'any')
}
