import { Ajv2020 } from 'ajv/dist/2020.js'
import Type, { type TSchema } from 'typebox'
import { Value } from 'typebox/value'
import { describe, expect, test } from 'vitest'
import { type Boundary, boundaries } from './boundaries.ts'
import { ControlDescription, ControlFailure, sharedOperations } from './control.ts'
import { olderRevisions, protocols } from './index.ts'
import { Baseline, Config } from './kit/config.ts'
import { Event } from './kit/events.ts'
import { Report } from './kit/report.ts'
import { Vector } from './kit/vector.ts'
import type { Operation, Protocol } from './protocol.ts'
import { problem } from './validate.ts'

const ajv = new Ajv2020({ strict: false })

/** One schema for each keyword, and some for how they go together. */
const specimens: Record<string, TSchema> = {
  anything: Type.Unknown(),
  null: Type.Null(),
  boolean: Type.Boolean(),
  literal: Type.Literal('on'),
  'literal number': Type.Literal(3),
  enum: Type.Enum(['GET', 'get-all']),
  text: Type.String({ minLength: 2, maxLength: 3 }),
  pattern: Type.String({ pattern: '^[a-z]+/[0-9]$', minLength: 4 }),
  integer: Type.Integer({ minimum: -2, maximum: 9 }),
  'open interval': Type.Number({ exclusiveMinimum: 1, exclusiveMaximum: 2 }),
  interval: Type.Number({ minimum: 0.1, maximum: 0.1 }),
  'exclusive integer': Type.Integer({ exclusiveMinimum: 3, exclusiveMaximum: 5 }),
  array: Type.Array(Type.Integer({ minimum: 1 }), { minItems: 2, maxItems: 3 }),
  'array of different': Type.Array(Type.Enum(['a', 'b', 'c']), {
    uniqueItems: true,
    minItems: 1,
    maxItems: 2,
  }),
  object: Type.Object({
    a: Type.String({ minLength: 1 }),
    b: Type.Optional(Type.Null()),
    'c/d~': Type.Integer(),
  }),
  'closed object': Type.Object({ extra: Type.Boolean() }, { additionalProperties: false }),
  'typed rest': Type.Object({ a: Type.Null() }, { additionalProperties: Type.Integer({ maximum: 0 }) }),
  record: Type.Record(Type.String({ pattern: '^x-' }), Type.Integer(), { additionalProperties: false }),
  union: Type.Union([Type.String({ maxLength: 1 }), Type.Null(), Type.Object({ a: Type.Integer() })]),
  nested: Type.Object({
    list: Type.Array(Type.Object({ n: Type.Union([Type.Literal(1), Type.Literal(2)]) })),
  }),
}

/** Every schema of this package, by a name for messages. */
const ours: Record<string, TSchema> = {
  ...Object.assign({}, ...[...protocols, ...olderRevisions].map(schemasOf)),
  ...operationsOf('control', sharedOperations),
  'control description': ControlDescription,
  'control failure': ControlFailure,
  'kit report': Report,
  'kit events': Event,
  'kit config': Config,
  'kit baseline': Baseline,
  'kit vector': Vector,
}

function schemasOf(protocol: Protocol): Record<string, TSchema> {
  const found: Record<string, TSchema | null | undefined> = {
    limits: protocol.limits,
    settings: protocol.settings,
    ...protocol.formats,
    ...operationsOf('operation', protocol.operations),
  }
  for (const [name, { schema }] of Object.entries(protocol.frames)) found[`frame ${name}`] = schema
  for (const [name, { headers, query, body, responses }] of Object.entries(protocol.endpoints)) {
    Object.assign(found, { [`${name} headers`]: headers, [`${name} query`]: query, [`${name} body`]: body })
    for (const [status, schema] of Object.entries(responses)) found[`${name} ${status}`] = schema
  }
  const present = Object.entries(found).filter((entry): entry is [string, TSchema] => Boolean(entry[1]))
  return Object.fromEntries(
    present.map(([name, schema]) => [`${protocol.name} ${protocol.revision ?? ''} ${name}`, schema]),
  )
}

function operationsOf(
  name: string,
  operations: Readonly<Record<string, Operation>>,
): Record<string, TSchema> {
  return Object.fromEntries(
    Object.entries(operations).flatMap(([operation, { arguments: args, result }]) => [
      [`${name} ${operation} arguments`, args],
      [`${name} ${operation} result`, result],
    ]),
  )
}

/** The schema without one of its constraints. */
function without(schema: TSchema, pointer: string): object {
  const copy = structuredClone(schema) as object
  const steps = pointer.split('/').slice(1)
  const names = steps.map(step => step.replaceAll('~1', '/').replaceAll('~0', '~'))
  const last = names.pop() ?? ''
  const parent = names.reduce<Record<string, unknown>>(
    (part, name) => part[name] as Record<string, unknown>,
    copy as Record<string, unknown>,
  )
  if (Array.isArray(parent)) parent.splice(Number(last), 1)
  else delete parent[last]
  // A constant says its kind too: neither of the two can be taken out alone.
  if (last === 'type') for (const key of ['const', 'enum']) delete parent[key]
  return copy
}

/** Paths of the constraints that some instance lies outside of. */
function constraintsOf(all: readonly Boundary[]): string[] {
  return [...new Set(all.filter(({ valid }) => !valid).map(({ constraint }) => constraint))]
}

describe.each(Object.entries({ ...specimens, ...ours }))('%s', (_, schema) => {
  const all = boundaries(schema)

  test('validators take what is inside and refuse what is outside', () => {
    const check = ajv.compile(schema)
    for (const { valid, value, constraint, why } of all) {
      const about = `${constraint}: ${why}`
      expect(Value.Check(schema, value), about).toBe(valid)
      expect(problem(schema, value) === undefined, about).toBe(valid)
      expect(check(value), about).toBe(valid)
    }
    expect(all.some(({ valid }) => valid)).toBe(true)
  })

  test('instances are JSON, and always the same', () => {
    expect(JSON.parse(JSON.stringify(all))).toEqual(all)
    expect(boundaries(schema)).toEqual(all)
  })
})

describe.each(Object.entries(specimens))('%s', (_, schema) => {
  test('an instance is outside because of the constraint that it names, and of no other', () => {
    const all = boundaries(schema)
    for (const constraint of constraintsOf(all)) {
      const accepts = ajv.compile(without(schema, constraint))
      const outside = all.filter(each => each.constraint === constraint && !each.valid)
      expect(outside.filter(({ value }) => accepts(value)).length, constraint).toBeGreaterThan(0)
    }
  })

  test('each constraint has an instance on either side', () => {
    const all = boundaries(schema)
    const inside = new Set(all.filter(({ valid }) => valid).map(({ constraint }) => constraint))
    // Nothing can be an example of a member that must not be there.
    for (const constraint of constraintsOf(all))
      if (!constraint.endsWith('additionalProperties') && !constraint.endsWith('uniqueItems'))
        expect(inside, constraint).toContain(constraint)
  })
})

test('every constraint of the specimens is found', () => {
  const constraints = (name: string) => constraintsOf(boundaries(specimens[name] as TSchema)).sort()
  expect(constraints('text')).toEqual(['/maxLength', '/minLength', '/type'])
  expect(constraints('pattern')).toEqual(['/minLength', '/pattern', '/type'])
  expect(constraints('integer')).toEqual(['/maximum', '/minimum', '/type'])
  expect(constraints('open interval')).toEqual(['/exclusiveMaximum', '/exclusiveMinimum', '/type'])
  expect(constraints('enum')).toEqual(['/enum'])
  expect(constraints('array')).toEqual(['/items/minimum', '/items/type', '/maxItems', '/minItems', '/type'])
  expect(constraints('array of different')).toEqual([
    '/items/enum',
    '/maxItems',
    '/minItems',
    '/type',
    '/uniqueItems',
  ])
  expect(constraints('closed object')).toEqual([
    '/additionalProperties',
    '/properties/extra/type',
    '/required/0',
    '/type',
  ])
  expect(constraints('object')).toEqual([
    '/properties/a/minLength',
    '/properties/a/type',
    '/properties/b/type',
    '/properties/c~1d~0/type',
    '/required/0',
    '/required/1',
    '/type',
  ])
  expect(constraints('typed rest')).toContain('/additionalProperties/maximum')
  expect(constraints('record')).toContain('/patternProperties/^x-/type')
  expect(constraints('union')).toContain('/anyOf/0/maxLength')
  expect(constraints('anything')).toEqual([])
})

test('a number is next to its bound', () => {
  const values = boundaries(specimens['open interval'] as TSchema).map(({ value }) => value)
  expect(values).toContain(1 + Number.EPSILON)
  expect(values).toContain(1)
})

test('a keyword that is not known is an error, not an omission', () => {
  expect(() => boundaries(Type.Object({ a: Type.Integer({ multipleOf: 2 }) }))).toThrow(
    '/properties/a/multipleOf is not a keyword that is known',
  )
  expect(() => boundaries(Type.String({ minimum: 1 }))).toThrow('/minimum')
})
