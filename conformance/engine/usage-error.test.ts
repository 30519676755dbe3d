import { expect, test } from 'vitest'
import { didYouMean } from './usage-error.ts'

test.each([
  ['lling', ['llming', 'lap'], ' Did you mean "llming"?'],
  ['limts', ['limits', 'settings'], ' Did you mean "limits"?'],
  ['limits', ['limits', 'limit'], ' Did you mean "limits"?'],
  ['xyzzy', ['limits', 'settings'], ''],
  ['', ['limits'], ''],
  ['limits', [], ''],
])('"%s" of %j', (word, known, advice) => {
  expect(didYouMean(word, known)).toBe(advice)
})
