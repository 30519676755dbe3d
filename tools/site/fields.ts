import type { TSchema } from 'typebox'

/** One member of a shape, however deep. */
export interface Field {
  /** `payload.items[].id`; empty for the value itself. */
  path: string
  required: boolean
  type: string
  constraints: string[]
  description: string
}

interface Node {
  type?: string
  const?: unknown
  enum?: readonly unknown[]
  anyOf?: readonly Node[]
  items?: Node
  properties?: Readonly<Record<string, Node>>
  patternProperties?: Readonly<Record<string, Node>>
  additionalProperties?: boolean | Node
  required?: readonly string[]
  description?: string
  default?: unknown
}

/** What says that a value is bounded, in the order of a table's cell. */
const bounds = {
  minLength: 'length ≥',
  maxLength: 'length ≤',
  pattern: 'pattern',
  minimum: '≥',
  maximum: '≤',
  exclusiveMinimum: '>',
  exclusiveMaximum: '<',
  multipleOf: 'multiple of',
  minItems: 'items ≥',
  maxItems: 'items ≤',
  minProperties: 'members ≥',
  maxProperties: 'members ≤',
} as const

/** The members of a schema, each with what it must be. A value that has no members is one field without a path. */
export function fieldsOf(schema: TSchema): Field[] {
  return below(schema as Node, '', true)
}

function below(node: Node, path: string, required: boolean): Field[] {
  const { properties = {}, patternProperties = {}, additionalProperties: further, items, anyOf = [] } = node
  const member = (name: string) => (path === '' ? name : `${path}.${name}`)
  const inner = [
    ...Object.entries(properties).flatMap(([name, each]) =>
      below(each, member(name), node.required?.includes(name) ?? false),
    ),
    ...Object.entries(patternProperties).flatMap(([name, each]) => below(each, member(`/${name}/`), false)),
    ...(typeof further === 'object' ? below(further, member('*'), false) : []),
    ...(items ? below(items, `${path}[]`, true).filter(tells) : []),
    ...anyOf.filter(each => each.properties || each.items).flatMap(each => below(each, path, required)),
  ]
  const self = path !== '' || inner.length === 0 ? [fieldOf(node, path, required)] : []
  return [...self, ...inner].filter((field, index, all) => all.findIndex(same(field)) === index)
}

/** Whether the items of a list have more to tell than their type, which the list has told. */
function tells({ path, constraints, description }: Field): boolean {
  return !path.endsWith('[]') || constraints.length > 0 || description !== ''
}

/** Branches of a union may share members. */
function same(field: Field): (other: Field) => boolean {
  const text = JSON.stringify(field)
  return other => JSON.stringify(other) === text
}

function fieldOf(node: Node, path: string, required: boolean): Field {
  return {
    path,
    required,
    type: typeOf(node),
    constraints: constraintsOf(node),
    description: node.description ?? '',
  }
}

function constraintsOf(node: Node): string[] {
  const values = node as Readonly<Record<string, unknown>>
  return [
    ...Object.entries(bounds).flatMap(([keyword, words]) =>
      values[keyword] === undefined ? [] : [`${words} ${inWords(values[keyword])}`],
    ),
    ...(values.uniqueItems === true ? ['all differ'] : []),
    ...(node.additionalProperties === false ? ['no further members'] : []),
    ...(node.default === undefined ? [] : [`default ${JSON.stringify(node.default)}`]),
    ...(node.anyOf ?? []).flatMap(each => (each.properties || each.items ? [] : constraintsOf(each))),
  ]
}

/** A bound as people write it: an integer that a double holds exactly ends at 2^53. */
function inWords(bound: unknown): string {
  if (bound === Number.MAX_SAFE_INTEGER) return '2^53 - 1'
  return bound === Number.MIN_SAFE_INTEGER ? '-(2^53 - 1)' : String(bound)
}

/** What a schema admits, in the notation of TypeScript. */
function typeOf({ type, const: constant, enum: values, anyOf, items }: Node): string {
  if (constant !== undefined) return JSON.stringify(constant)
  if (values) return values.map(value => JSON.stringify(value)).join(' | ')
  if (anyOf) return [...new Set(anyOf.map(typeOf))].join(' | ')
  if (items === undefined) return type ?? 'any'
  const item = typeOf(items)
  return item.includes(' ') ? `(${item})[]` : `${item}[]`
}
