import fc from 'fast-check'
import { expect, test } from 'vitest'
import { portablePattern, withPortablePatterns } from './portable-pattern.ts'

test('classes are spelled out', () => {
  expect(portablePattern('^\\d+$')).toBe('^[0-9]+$')
  expect(portablePattern('^[\\w-]+\\.\\D$')).toBe('^[A-Za-z0-9_-]+\\.[^0-9]$')
  expect(portablePattern('[^/\\d]')).toBe('[^/0-9]')
  expect(portablePattern('^.[.]$')).toBe('^[^\\n\\r\u2028\u2029][.]$')
})

test('what means the same everywhere stays', () => {
  for (const pattern of ['^(a|b)\\.[^./?#]{2,}$', '^(?:x)\\[\\]\\\\$', '\\n', ''])
    expect(portablePattern(pattern)).toBe(pattern)
})

test('what does not is refused', () => {
  for (const pattern of [
    '(?=a)',
    '(?<!a)',
    '(?<name>a)',
    '\\bword',
    '\\p{L}',
    '(a)\\1',
    '[\\S]',
    '[[a]',
    '(?i:a)',
    '\\u00e4',
  ])
    expect(() => portablePattern(pattern), pattern).toThrow('does not mean the same in every language')
})

test('patterns are found wherever they stand in a schema', () => {
  const schema = {
    properties: { pattern: { anyOf: [{ type: 'string', pattern: '^\\d$' }, { type: 'null' }] } },
  }
  const portable = {
    properties: { pattern: { anyOf: [{ type: 'string', pattern: '^[0-9]$' }, { type: 'null' }] } },
  }
  expect(withPortablePatterns(schema)).toEqual(portable)
})

test('to JavaScript nothing changes', () => {
  const patterns = ['^\\s\\S\\w\\W\\d\\D$', '^[^./?#\\s]+$', '^[\\s\\w]*$', '^[\\d\\s-]\\d$', '^.*$']
  fc.assert(
    fc.property(
      fc.constantFrom(...patterns),
      fc.string({ unit: 'binary', maxLength: 6 }),
      (pattern, text) => {
        expect(new RegExp(portablePattern(pattern), 'u').test(text)).toBe(new RegExp(pattern, 'u').test(text))
      },
    ),
    { numRuns: 2_000 },
  )
  for (let code = 0; code <= 0xffff; code++) {
    const character = String.fromCharCode(code)
    for (const pattern of ['\\s', '.'])
      if (
        new RegExp(pattern, 'u').test(character) !== new RegExp(portablePattern(pattern), 'u').test(character)
      )
        throw new Error(`${pattern} and U+${code.toString(16)}`)
  }
})
