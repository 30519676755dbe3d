import type { TSchema } from 'typebox'
import { type Boundary, distinct, inside, type Node, outside, show } from './boundaries/boundary.ts'
import { ofNumber, smallestNumber } from './boundaries/number.ts'
import { exampleOf, matches, ofText } from './boundaries/text.ts'
import { problem } from './validate.ts'

export type { Boundary }

/** One value of each kind. */
const samples = {
  null: null,
  boolean: true,
  integer: 0,
  number: 0.5,
  string: 'text',
  array: [] as unknown[],
  object: {} as Record<string, unknown>,
}

type Kind = keyof typeof samples

const numeric = ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum']
const understood: Readonly<Record<string, readonly string[]>> = {
  string: ['minLength', 'maxLength', 'pattern'],
  integer: numeric,
  number: numeric,
  array: ['items', 'minItems', 'maxItems', 'uniqueItems'],
  object: ['properties', 'required', 'patternProperties', 'additionalProperties'],
}
const everywhere = ['type', 'const', 'enum', 'anyOf']
const annotations = ['$id', '$schema', 'title', 'description', 'default']

/**
 * The boundaries of a schema: for each constraint in it the instances just inside, which must be accepted, and the
 * ones just outside, which must be refused. Each differs from a valid instance in one thing. They are worked out from
 * the keywords and not tried on a validator, so that validators and servers can be judged by them.
 *
 * @throws Error on a keyword that it does not know: what it cannot judge it must not pass over
 */
export function boundaries(schema: TSchema): Boundary[] {
  return ofNode(schema as Node, '')
}

function ofNode(node: Node, at: string): Boundary[] {
  mustBeUnderstood(node, at)
  if ('anyOf' in node) return ofUnion(node.anyOf as Node[], `${at}/anyOf`)
  if ('const' in node) return [...ofKind(node, at), ...ofValues([node.const], `${at}/const`)]
  if ('enum' in node) return [...ofKind(node, at), ...ofValues(node.enum as unknown[], `${at}/enum`)]
  if (node.type === undefined)
    return Object.entries(samples).map(([kind, value]) => inside(value, at, `${kind}, as any value will do`))
  return [...ofKind(node, at), ...ofConstraints(node, at)]
}

function ofConstraints(node: Node, at: string): Boundary[] {
  switch (node.type) {
    case 'string':
      return ofText(node, at)
    case 'integer':
    case 'number':
      return ofNumber(node, at)
    case 'array':
      return ofArray(node, at)
    case 'object':
      return ofObject(node, at)
    case 'boolean':
      return [inside(false, `${at}/type`, 'false')]
    default:
      return []
  }
}

function mustBeUnderstood(node: Node, at: string): void {
  const known = [...everywhere, ...annotations, ...(understood[String(node.type)] ?? [])]
  const strange = Object.keys(node).find(key => !known.includes(key) && !key.startsWith('x-'))
  if (strange !== undefined) throw new Error(`boundaries: ${at}/${strange} is not a keyword that is known`)
}

/** A value of the right kind, and one of each other. */
function ofKind(node: Node, at: string): Boundary[] {
  const { type } = node
  if (type === undefined) return []
  const others = (Object.keys(samples) as Kind[]).filter(
    kind => kind !== type && !(kind === 'integer' && type === 'number'),
  )
  return [
    inside(smallest(node), `${at}/type`, `the smallest ${type}`),
    ...others.map(kind => outside(samples[kind], `${at}/type`, `${kind} in place of ${type}`)),
  ]
}

/** Each of the values, and others that resemble them. */
function ofValues(values: readonly unknown[], at: string): Boundary[] {
  const alike = values.flatMap<unknown>(value => {
    if (typeof value === 'number') return [value - 1, value + 1]
    if (typeof value !== 'string') return []
    const cases = [value.toUpperCase(), value.toLowerCase()]
    return ['', ` ${value}`, `${value} `, `${value}x`, value.slice(0, -1), ...cases]
  })
  return [
    ...values.map(value => inside(value, at, `${show(value)}, just so`)),
    ...distinct([...alike, true, false, null])
      .filter(value => !values.includes(value))
      .map(value => outside(value, at, `${show(value)}, which is another value`)),
  ]
}

/** What is inside of one branch is inside; what is outside of one may be inside of another. */
function ofUnion(branches: readonly Node[], at: string): Boundary[] {
  return branches.flatMap((branch, index) => {
    const others = branches.filter(other => other !== branch)
    return ofNode(branch, `${at}/${index}`).filter(
      ({ valid, value }) => valid || others.every(other => problem(other as TSchema, value) !== undefined),
    )
  })
}

interface ArrayConstraints {
  items?: Node
  minItems?: number
  maxItems?: number
  uniqueItems?: boolean
}

function ofArray(node: Node, at: string): Boundary[] {
  const { items = {}, minItems = 0, maxItems, uniqueItems } = node as ArrayConstraints
  const length = Math.max(minItems, 1)
  const several = (count: number) => severalOf(node, count)
  /** So many items, of which the first is given and the others are valid. */
  const led = (...leading: unknown[]) => {
    const rest = several(length).filter(item => !uniqueItems || show(item) !== show(leading[0]))
    return [...leading, ...rest].slice(0, Math.max(length, leading.length))
  }
  const found = ofNode(items, `${at}/items`).map(
    ({ valid, value, constraint, why }): Boundary => ({
      valid,
      value: led(value),
      constraint,
      why: `an item: ${why}`,
    }),
  )
  if (minItems > 0) {
    found.push(inside(several(minItems), `${at}/minItems`, `${minItems} items`))
    found.push(outside(several(minItems - 1), `${at}/minItems`, `${minItems - 1} items, one too few`))
  }
  if (maxItems !== undefined) {
    found.push(inside(several(maxItems), `${at}/maxItems`, `${maxItems} items`))
    found.push(outside(several(maxItems + 1), `${at}/maxItems`, `${maxItems + 1} items, one too many`))
  }
  if (uniqueItems) {
    const item = smallest(items)
    found.push(outside(led(item, item), `${at}/uniqueItems`, 'the same item twice'))
  }
  return found
}

/** So many valid items of an array. */
function severalOf(node: Node, count: number): unknown[] {
  const { items = {}, uniqueItems } = node as ArrayConstraints
  if (!uniqueItems) return Array.from({ length: count }, () => smallest(items))
  const valid = ofNode(items, '').filter(boundary => boundary.valid)
  const different = [...new Map(valid.map(({ value }) => [show(value), value])).values()]
  if (different.length < count) throw new Error(`boundaries: found no ${count} items that differ`)
  return different.slice(0, count)
}

interface ObjectConstraints {
  properties?: Readonly<Record<string, Node>>
  required?: readonly string[]
  patternProperties?: Readonly<Record<string, Node>>
  additionalProperties?: boolean | Node
}

function ofObject(node: Node, at: string): Boundary[] {
  const { properties = {}, required = [], patternProperties: patterns = {} } = node as ObjectConstraints
  const base = smallest(node) as Record<string, unknown>
  const found: Boundary[] = []
  for (const [index, name] of required.entries()) {
    const { [name]: _, ...rest } = base
    found.push(inside(base, `${at}/required/${index}`, `with ${name}, which is required`))
    found.push(outside(rest, `${at}/required/${index}`, `without ${name}, which is required`))
  }
  for (const [name, member] of Object.entries(properties))
    found.push(...ofMember(base, name, member, `${at}/properties/${escaped(name)}`))
  for (const [pattern, member] of Object.entries(patterns))
    found.push(
      ...ofMember(base, exampleOf(pattern, {}), member, `${at}/patternProperties/${escaped(pattern)}`),
    )
  return [...found, ...ofFurtherMembers(node, base, at)]
}

/** An object with one member at its boundaries. */
function ofMember(base: Record<string, unknown>, name: string, member: Node, at: string): Boundary[] {
  return ofNode(member, at).map(({ valid, value, constraint, why }) => ({
    valid,
    value: { ...base, [name]: value },
    constraint,
    why: `${name}: ${why}`,
  }))
}

/** An object with a member that is not declared. */
function ofFurtherMembers(node: Node, base: Record<string, unknown>, at: string): Boundary[] {
  const { properties = {}, patternProperties = {}, additionalProperties } = node as ObjectConstraints
  const isDeclared = (name: string) =>
    name in properties || Object.keys(patternProperties).some(pattern => matches(pattern, name))
  const name = ['extra', '#', ' '].find(each => !isDeclared(each))
  if (name === undefined) return []
  const path = `${at}/additionalProperties`
  if (typeof additionalProperties === 'object') return ofMember(base, name, additionalProperties, path)
  const value = { ...base, [name]: null }
  return additionalProperties === false
    ? [outside(value, path, `with ${show(name)}, which is not declared`)]
    : [inside(value, at, `with ${show(name)}, since further members are allowed`)]
}

/** A valid instance with nothing in it that need not be. */
function smallest(node: Node): unknown {
  if ('anyOf' in node) return smallest((node.anyOf as Node[])[0] ?? {})
  if ('const' in node) return node.const
  if ('enum' in node) return (node.enum as unknown[])[0]
  switch (node.type) {
    case 'string': {
      const { pattern, minLength = 0 } = node as { pattern?: string; minLength?: number }
      return pattern === undefined ? 'a'.repeat(minLength) : exampleOf(pattern, node)
    }
    case 'integer':
    case 'number':
      return smallestNumber(node)
    case 'array':
      return severalOf(node, (node as ArrayConstraints).minItems ?? 0)
    case 'object': {
      const { properties = {}, required = [] } = node as ObjectConstraints
      return Object.fromEntries(required.map(name => [name, smallest(properties[name] ?? {})]))
    }
    default:
      return samples[(node.type as Kind | undefined) ?? 'null']
  }
}

/** A name as a step of a JSON pointer. */
function escaped(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1')
}
