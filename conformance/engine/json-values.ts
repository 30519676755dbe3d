import fc from 'fast-check'
import type { JsonObject } from '../../schemas/json.ts'

/** Code points of several scripts, combining marks and astral planes; no surrogates. */
const codePoint = fc.oneof(
  fc.integer({ min: 0x20, max: 0x7e }),
  fc.integer({ min: 0xa0, max: 0x36f }),
  fc.integer({ min: 0x370, max: 0xd7ff }),
  fc.integer({ min: 0xe000, max: 0x10ffff }),
)

const blanks = fc.constantFrom('', '', '', ' ', '\n')

/** Any text without lone surrogates. Some have blanks around them, since many a server trims what it should not. */
export const anyUnicode = fc
  .tuple(blanks, fc.array(codePoint, { maxLength: 20 }), blanks)
  .map(([before, points, after]) => before + String.fromCodePoint(...points) + after)

/** A member name that no implementation mistakes for something else. */
const memberName = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 6 })
  .filter(name => name !== '__proto__')

const leaf = fc.oneof(
  fc.constant(null),
  fc.boolean(),
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e15, max: 1e15 }).map(number => number + 0),
  anyUnicode,
)

/** A JSON value with a little nesting. Its numbers fit a double exactly. */
export const jsonValue = fc.letrec<{ value: unknown }>(tie => ({
  value: fc.oneof(
    { maxDepth: 2, withCrossShrink: true },
    leaf,
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(memberName, tie('value'), { maxKeys: 3, noNullPrototype: true }),
  ),
})).value

/** A JSON object of such values. */
export const jsonObject: fc.Arbitrary<JsonObject> = fc.dictionary(memberName, jsonValue, {
  maxKeys: 4,
  noNullPrototype: true,
})
