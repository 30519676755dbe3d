import Type from 'typebox'
import { describe, expect, it } from 'vitest'
import type { ShapeVector } from '../../schemas/kit/vectors.ts'
import { examplesOf } from './examples.ts'

const schema = Type.Object({
  type: Type.Literal('say'),
  text: Type.Optional(Type.String()),
  n: Type.Integer(),
})

function vector(judgement: ShapeVector['judgement'], value: unknown): ShapeVector {
  return { id: '0123456789ab', judgement, requirement: 'x/y/z', why: 'because', value }
}

describe('examples from vectors', () => {
  it('are the smallest valid instance, and one with every member', () => {
    const vectors = [
      vector('invalid', {}),
      vector('valid', { type: 'say', n: 9007199254740991 }),
      vector('valid', { type: 'say', n: 1 }),
      vector('valid', { type: 'say', n: 1, text: '' }),
      vector('valid', { type: 'say', n: 1, text: 'hello' }),
    ]
    expect(examplesOf(schema, vectors)).toEqual({
      smallest: { type: 'say', n: 1 },
      full: { type: 'say', text: 'hello', n: 1 },
    })
  })

  it('are one where there is nothing to add', () => {
    expect(examplesOf(Type.Integer(), [vector('valid', 3)])).toEqual({ smallest: 3 })
  })

  it('are missed loudly', () => {
    expect(() => examplesOf(schema, [vector('invalid', {})])).toThrow('no vector of the schema is valid')
  })

  it('keep what a parsed value would lose', () => {
    const text: ShapeVector = { ...vector('valid', undefined), text: '{"n": 1, "type": "say"}' }
    expect(examplesOf(schema, [text]).smallest).toEqual({ n: 1, type: 'say' })
  })
})
