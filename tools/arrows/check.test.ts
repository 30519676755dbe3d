import { expect, test } from 'vitest'
import { forbiddenImports } from './check.ts'

const profiles = ['llming', 'lap']

/** What is said of a file that imports another one. */
function judge(path: string, specifier: string, statement = `import '${specifier}'`) {
  return forbiddenImports(new Map([[path, `// a first line\n${statement}\n`]]), profiles)
}

test.each([
  ['reference/core/a.ts', '../../schemas/json.ts'],
  ['reference/llming/a.ts', '../core/clock.ts'],
  ['reference/llming/a.ts', '../../schemas/llming/index.ts'],
  ['reference/llming/a.ts', 'node:fs'],
  ['reference/core/a.test.ts', '../llming/fixture.ts'],
  ['conformance/llming/a.ts', '../engine/check.ts'],
  ['conformance/llming/a.ts', '../../spec/registry.ts'],
  ['conformance/embedded/a.ts', '../../reference/llming/fixture.ts'],
  ['conformance/defects/llming.ts', '../../reference/llming/auth.ts'],
  ['conformance/self-proof.ts', '../reference/core/clock.ts'],
  ['conformance/engine/a.test.ts', '../../reference/llming/fixture.ts'],
  ['conformance/engine/a.test.ts', '../llming/index.ts'],
  ['conformance/profiles.ts', './llming/index.ts'],
  ['conformance/testing/a.ts', '../llming/index.ts'],
  ['conformance/engine/a.test.ts', '../testing/a.ts'],
  ['schemas/index.ts', './llming/index.ts'],
  ['tools/generate/a.ts', '../../conformance/llming/index.ts'],
])('%s may import %s', (path, specifier) => {
  expect(judge(path, specifier)).toEqual([])
})

test.each([
  ['spec/registry.ts', '../schemas/json.ts', 'spec/ may import only spec/'],
  ['schemas/json.ts', '../reference/core/clock.ts', 'schemas/ may import only schemas/'],
  ['reference/core/a.ts', '../../conformance/version.ts', 'reference/ may import only reference/, schemas/'],
  ['reference/llming/a.ts', '../../spec/registry.ts', 'reference/ may import only reference/, schemas/'],
  ['reference/a.test.ts', '../conformance/version.ts', 'reference/ may import only reference/, schemas/'],
  [
    'conformance/llming/a.ts',
    '../../reference/llming/auth.ts',
    'it meets reference/ only in conformance/emb',
  ],
  ['conformance/cli.ts', '../reference/core/clock.ts', 'it meets reference/ only in conformance/embedded/'],
  [
    'conformance/cli.ts',
    '../tools/generate.ts',
    'conformance/ may import only conformance/, schemas/, spec/',
  ],
  ['conformance/a.test.ts', '../tools/generate.ts', 'conformance/ may import only'],
  ['conformance/engine/a.ts', '../llming/index.ts', 'it belongs to the profile llming'],
  ['conformance/engine/a.ts', '../../schemas/llming/index.ts', 'it belongs to the profile llming'],
  ['reference/core/a.ts', '../llming/auth.ts', 'it belongs to the profile llming'],
  ['schemas/protocol.ts', './lap/index.ts', 'it belongs to the profile lap'],
  ['conformance/lap/a.ts', '../llming/session.ts', 'the profile lap may import no other profile'],
  ['conformance/defects/lap.ts', '../../reference/llming/auth.ts', 'the profile lap may import no other'],
  ['schemas/lap/a.ts', '../../schemas/llming/frames.ts', 'the profile lap may import no other profile'],
  ['conformance/engine/a.ts', '../testing/a.ts', 'it belongs to the tests'],
  ['conformance/engine/a.ts', './b.test.ts', 'it belongs to the tests'],
  ['conformance/testing/a.ts', '../../tools/generate.ts', 'conformance/ may import only'],
  ['reference/llming/a.ts', '../../package.json', 'it is in none of'],
  ['reference/llming/a.ts', '../../../elsewhere.ts', 'it is in none of'],
  ['reference/llming/a.ts', 'agentwire/conformance', 'reference/ may import only'],
])('%s may not import %s', (path, specifier, expected) => {
  const [found, ...more] = judge(path, specifier)
  expect(more).toEqual([])
  expect(found).toMatchObject({ path, line: 2 })
  expect(found?.message).toContain(expected)
})

test.each([
  "import type { A } from '../../conformance/version.ts'",
  "export { a } from '../../conformance/version.ts'",
  "export * from '../../conformance/version.ts'",
  "const a = await import('../../conformance/version.ts')",
  "let a: import('../../conformance/version.ts').A",
  "const a = require('../../conformance/version.ts')",
  "import {\n  a,\n} from '../../conformance/version.ts'",
])('sees every way to import: %s', statement => {
  expect(judge('reference/core/a.ts', '', statement)).toHaveLength(1)
})

test('does not mind what only looks like an import', () => {
  for (const statement of [
    "// import '../../conformance/version.ts'",
    `const text = "import '../../conformance/version.ts'"`,
  ])
    expect(judge('reference/core/a.ts', '', statement)).toEqual([])
})
