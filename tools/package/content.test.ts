import { expect, test } from 'vitest'
import { faultsOf } from './content.ts'

const paths = [
  'LICENSE',
  'dist/bin/cli.js',
  'dist/validators/ai-sessions.js',
  'dist/schemas/index.d.ts',
  'dist/reference/hub/index.js',
  'schemas/json/hub/openapi.json',
  'schemas/vectors/hub/index.json',
  'spec/hub.md',
]
const packed = { filename: 'x.tgz', size: 1_500_000, files: paths.map(path => ({ path })) }

test('a package with what belongs in it is good', () => {
  expect(faultsOf(packed)).toEqual([])
})

test.each(paths)('a package without %s is not', missing => {
  const files = packed.files.filter(({ path }) => path !== missing)
  expect(faultsOf({ ...packed, files })).toHaveLength(1)
})

test.each(['dist/schemas/x.test.js', 'dist/reference/testing/x.js', 'tools/x.ts'])(
  'a package with %s is not',
  path => {
    expect(faultsOf({ ...packed, files: [...packed.files, { path }] })).toEqual([`${path} is in the package`])
  },
)

test('a package that is too large is not', () => {
  expect(faultsOf({ ...packed, size: 1_500_001 })).toEqual([
    'the package has 1500001 bytes, more than 1500000',
  ])
})
