/** What a vector has to show about a constraint. */
export interface Constraint {
  pointer: string
  /** Whether something can lie just inside of it: nothing shows what must not be there. */
  inside: boolean
  /** Whether something can lie just outside of it: what breaks one branch of a union may keep another. */
  outside: boolean
}

const judging = [
  ...['type', 'const', 'enum', 'minLength', 'maxLength', 'pattern', 'minItems', 'maxItems'],
  ...['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum'],
]

export type Schema = Readonly<Record<string, unknown>>

/** Every constraint of a schema, found by going through its keywords. */
export function constraintsOf(schema: Schema, pointer = '', inUnion = false): Constraint[] {
  const both = (path: string): Constraint => ({
    pointer: `${pointer}/${path}`,
    inside: true,
    outside: !inUnion,
  })
  const found = Object.keys(schema)
    .filter(keyword => judging.includes(keyword))
    .map(both)
  const {
    required = [],
    properties,
    patternProperties,
    additionalProperties,
    items,
    uniqueItems,
    anyOf,
  } = schema
  found.push(...(required as string[]).map((_, index) => both(`required/${index}`)))
  if (additionalProperties === false) found.push({ ...both('additionalProperties'), inside: false })
  if (uniqueItems === true) found.push({ ...both('uniqueItems'), inside: false })
  for (const [keyword, members] of Object.entries({ properties, patternProperties }))
    for (const [name, member] of Object.entries((members ?? {}) as Record<string, Schema>))
      found.push(...constraintsOf(member, `${pointer}/${keyword}/${escaped(name)}`, inUnion))
  if (typeof additionalProperties === 'object')
    found.push(...constraintsOf(additionalProperties as Schema, `${pointer}/additionalProperties`, inUnion))
  if (items) found.push(...constraintsOf(items as Schema, `${pointer}/items`, inUnion))
  for (const [index, branch] of ((anyOf ?? []) as Schema[]).entries())
    found.push(...constraintsOf(branch, `${pointer}/anyOf/${index}`, true))
  return found
}

function escaped(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1')
}
