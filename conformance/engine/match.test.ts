import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  anyBoolean,
  anything,
  anyWholeNumber,
  difference,
  including,
  nonEmptyText,
  oneOf,
  show,
  textMatching,
} from './match.ts'

describe('difference', () => {
  test('a JSON value equals itself, and its copy', () => {
    fc.assert(
      fc.property(fc.jsonValue(), value => {
        expect(difference(value, JSON.parse(JSON.stringify(value)))).toBeUndefined()
      }),
    )
  })

  test('two values are told apart if and only if their JSON is', () => {
    const member = fc.constantFrom('a', 'b')
    const small = fc.letrec(tie => ({
      value: fc.oneof(
        { maxDepth: 3 },
        fc.constantFrom<unknown>(0, 1, '', '0', true, false, null),
        fc.array(tie('value'), { maxLength: 2 }),
        fc.dictionary(member, tie('value'), { maxKeys: 2, noNullPrototype: true }),
      ),
    })).value
    const sorted = (value: unknown) =>
      JSON.stringify(value, (_, part) =>
        typeof part === 'object' && part !== null && !Array.isArray(part)
          ? Object.fromEntries(Object.entries(part).sort())
          : part,
      )
    fc.assert(
      fc.property(small, small, (a, b) => {
        expect(difference(a, b) === undefined).toBe(sorted(a) === sorted(b))
      }),
      { numRuns: 500 },
    )
  })

  test.each<[expected: unknown, received: unknown, told: string]>([
    [{ a: { b: [1, 2] } }, { a: { b: [1, 3] } }, 'at .a.b[1]: expected 2, received 3'],
    [{ a: 1 }, {}, 'at .a: expected 1, but it is absent'],
    [{}, { a: 1 }, 'at .a: expected nothing, received 1'],
    [{ a: undefined }, {}, 'at .a: expected nothing, but it is absent'],
    [[1], [1, 2], 'expected [1], received [1,2]'],
    [{}, [], 'expected {}, received []'],
    [null, {}, 'expected null, received {}'],
    [{ n: anyWholeNumber }, { n: 1.5 }, 'at .n: expected a whole number, received 1.5'],
    [1, undefined, 'expected 1, received nothing'],
  ])('%j, but %j came', (expected, received, told) => {
    expect(difference(expected, received)).toBe(told)
  })

  test('members that every object inherits are not taken for its own', () => {
    expect(difference({ constructor: anything }, {})).toContain('it is absent')
    expect(difference({}, JSON.parse('{"__proto__":1}'))).toContain('expected nothing')
    expect(difference(including({ toString: anything }), {})).toBeDefined()
  })

  test('negative zero is zero, as it is in JSON', () => {
    expect(difference(0, -0)).toBeUndefined()
  })
})

describe('matchers', () => {
  test.each([
    [oneOf(1, { a: 2 }), { a: 2 }, { a: 3 }],
    [including({ a: anyBoolean }), { a: true, b: 1 }, { b: 1 }],
    [including({}), {}, 'text'],
    [nonEmptyText, 'x', ''],
    [anyWholeNumber, 3, '3'],
    [anyBoolean, false, 0],
    [textMatching(/^a+$/, 'some a'), 'aa', ['aa']],
  ])('%s', (matcher, right, wrong) => {
    expect(difference(matcher, right)).toBeUndefined()
    expect(difference(matcher, wrong)).toContain(matcher.description)
  })
})

describe('show', () => {
  test('names matchers wherever they stand', () => {
    expect(show(anyBoolean)).toBe('true or false')
    expect(show({ a: [anyBoolean] })).toBe('{"a":["<true or false>"]}')
  })

  test('cuts what is long, and keeps both ends', () => {
    const shown = show(`begin${'x'.repeat(5_000)}end`)
    expect(shown.length).toBeLessThan(300)
    expect(shown).toMatch(/^"begin.* more .*end"$/)
  })

  test('says so where a value is deeper than the stack', () => {
    expect(show(JSON.parse('['.repeat(50_000) + ']'.repeat(50_000)))).toBe(
      'a value nested too deeply to be shown',
    )
  })
})
