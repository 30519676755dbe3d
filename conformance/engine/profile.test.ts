import { expect, test } from 'vitest'
import { check, toyProfile, toyProtocol } from '../testing/toy.ts'
import { defineProfile, inRevision, isProfile } from './profile.ts'

const holds = check('toy/a/b', { run: async t => t.holds() })
const sound = { ids: ['toy/a/b', 'toy/framing/shape'], checks: [holds] }

test('what defineProfile returns is a profile, and nothing else is', () => {
  const profile = toyProfile([holds])
  expect(isProfile(profile)).toBe(true)
  for (const other of [{ ...profile }, null, undefined, 'toy']) expect(isProfile(other)).toBe(false)
})

test.each<[string, Partial<typeof sound>, string]>([
  [
    'an id of another protocol',
    { ids: ['llming/a/b'] },
    '"llming/a/b" is no id: expected toy/<behaviour>/<slug>',
  ],
  ['an id without a behaviour', { ids: ['toy/b'] }, '"toy/b" is no id'],
  [
    'an id that is stated twice',
    { ids: ['toy/a/b', 'toy/framing/shape', 'toy/a/b'] },
    '"toy/a/b" is stated twice',
  ],
  ['a check of nothing', { ids: ['toy/framing/shape'] }, 'a check names "toy/a/b", which toy does not state'],
  ['two checks of the same', { checks: [holds, holds] }, 'two checks judge "toy/a/b"'],
  [
    'a shape that names nothing',
    { ids: ['toy/a/b'] },
    'frames.double names "toy/framing/shape", which toy does not',
  ],
])('%s', (_, part, told) => {
  const { ids, checks } = { ...sound, ...part }
  const requirements = ids.map(id => ({ id, level: 'MUST', role: 'server', text: '' }) as const)
  const declare = () => defineProfile({ ...toyProfile([]), protocol: toyProtocol, requirements, checks })
  expect(declare).toThrow(told)
})

test('a profile is taken in the revision that is asked for, or in the newest', () => {
  const [first, second] = [1, 2].map(revision => ({ ...toyProtocol, revision }))
  const profile = {
    ...toyProfile([], {}),
    protocol: second as typeof toyProtocol,
    olderRevisions: [first as typeof toyProtocol],
  }
  expect(inRevision(profile, undefined)).toBe(profile)
  expect(inRevision(profile, 2)).toBe(profile)
  expect(inRevision(profile, 1).protocol).toBe(first)
  expect(() => inRevision(profile, 3)).toThrow('revision: toy has no revision 3. Known: 1, 2')
  expect(() => inRevision(toyProfile([], {}), 1)).toThrow('revision: toy has no revisions')
})
