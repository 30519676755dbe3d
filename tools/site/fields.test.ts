import Type from 'typebox'
import { describe, expect, it } from 'vitest'
import { fieldsOf } from './fields.ts'

const rows = (schema: Parameters<typeof fieldsOf>[0]) =>
  fieldsOf(schema).map(({ path, required, type, constraints }) =>
    [path, required ? '!' : '?', type, ...constraints].join(' '),
  )

describe('the members of a shape', () => {
  it('are told with what each must be, however deep', () => {
    const schema = Type.Object({
      name: Type.String({ minLength: 1, maxLength: 9 }),
      of: Type.Optional(Type.Object({ n: Type.Integer({ minimum: 0 }) }, { additionalProperties: false })),
      list: Type.Array(Type.Object({ id: Type.Literal('a') }), { maxItems: 2 }),
      tags: Type.Array(Type.String()),
    })
    expect(rows(schema)).toEqual([
      'name ! string length ≥ 1 length ≤ 9',
      'of ? object no further members',
      'of.n ! integer ≥ 0',
      'list ! object[] items ≤ 2',
      'list[].id ! "a"',
      'tags ! string[]',
    ])
  })

  it('of a union are those of its branches, each once', () => {
    const schema = Type.Union([
      Type.Object({ a: Type.Null() }),
      Type.Object({ a: Type.Null(), b: Type.Boolean() }),
    ])
    expect(rows(schema)).toEqual(['a ! null', 'b ! boolean'])
  })

  it('of a value without members are the value itself', () => {
    expect(rows(Type.Enum(['x', 'y']))).toEqual([' ! "x" | "y"'])
    expect(rows(Type.Union([Type.Integer({ maximum: 3 }), Type.Null()]))).toEqual([' ! integer | null ≤ 3'])
  })
})
