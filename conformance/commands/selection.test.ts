import { describe, expect, test } from 'vitest'
import { UsageError } from '../engine/usage-error.ts'
import { toyProfile } from '../testing/toy.ts'
import { selection } from './selection.ts'

const ids = ['toy/access/key', 'toy/access/no-key', 'toy/superseding/newest-wins']
const profile = toyProfile([], Object.fromEntries(ids.map(id => [id, {}])))
const selected = (...globs: string[]) => ids.filter(selection(globs, [profile]))

describe('--only', () => {
  test.each<[globs: string[], expected: string[]]>([
    [[], ids],
    [['toy/access/key'], ['toy/access/key']],
    [['toy/access/*'], ['toy/access/key', 'toy/access/no-key']],
    [['toy/*/newest-wins'], ['toy/superseding/newest-wins']],
    [['**/*key'], ['toy/access/key', 'toy/access/no-key']],
    [['**'], ids],
    [
      ['toy/access/key', 'toy/super**'],
      ['toy/access/key', 'toy/superseding/newest-wins'],
    ],
  ])('%j', (globs, expected) => {
    expect(selected(...globs)).toEqual(expected)
  })

  test.each(['toy/*', 'toy/acess/key', 'toy.access.key', 'oy/access/key', ''])(
    '"%s" matches nothing, which is an error that names it',
    glob => {
      expect(() => selected(glob)).toThrow(UsageError)
      expect(() => selected(glob)).toThrow(`--only ${glob} matches no requirement`)
      expect(() => selected('**', glob)).toThrow(UsageError)
    },
  )

  test('the nearest id is offered', () => {
    expect(() => selected('toy/acess/key')).toThrow('Did you mean "toy/access/key"?')
  })
})
