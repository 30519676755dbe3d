import Type from 'typebox'
import { expect, test } from 'vitest'
import { lintSpecification, type Specification, tally } from './lint.ts'
import { parsePage } from './parse.ts'

const protocol: Specification['protocol'] = {
  limits: Type.Object({ maxBytes: Type.Integer() }),
  frames: {
    hello: { from: 'client', summary: '', requirement: ['p/access/one'], schema: Type.Object({}) },
  },
  endpoints: { list: { method: 'GET', path: '/', summary: '', requirement: [], responses: {} } },
  closes: { gone: { code: 4004, reason: '', when: '', clientWill: 'give up', requirement: [] } },
}

const sound = `## access

### p/access/one (MUST, server)

It MUST keep to [maxBytes](#limits), [hello](#frames), [list](#endpoints) and [4004](#close-codes).

### p/access/two (SHOULD, server, untestable: nobody sees it)

It SHOULD.

### p/access/three (MUST, client, not yet checked)

It MUST.
`

/** A specification that is sound but for what is given. */
function specification(markdown = sound, other: Partial<Specification> = {}): Specification {
  return {
    path: 'spec/p.md',
    page: parsePage('p', markdown),
    protocol,
    checks: [{ id: 'p/access/one' }],
    defects: [{ name: 'broken', breaks: ['p/access/one'] }],
    locate: (folder, text) => ({ path: `${folder}/found.ts`, line: text.length }),
    ...other,
  }
}

const lines = (given: Specification) =>
  lintSpecification(given).map(({ path, line, message }) => `${path}:${line}: ${message}`)

test('nothing is said of a sound specification', () => {
  expect(lines(specification())).toEqual([])
})

test('the states of requirements are counted', () => {
  expect(tally(specification())).toBe(
    'p: 3 requirements, 1 checked, 1 of clients not yet checked, 1 untestable',
  )
})

test('a fault of the page is passed on', () => {
  expect(lines(specification(`${sound}\n### p/access/four (MUST, nobody)\n\nIt MUST.`))).toEqual([
    'spec/p.md:15: p/access/four: "nobody" is not server or client',
  ])
})

test('a duplicate is found', () => {
  const again = '\n### p/access/one (MUST, server)\n\nIt MUST.\n'
  expect(lines(specification(sound + again))).toEqual(['spec/p.md:15: p/access/one stands on line 3 already'])
})

test('an id of a server needs a check or a reason', () => {
  const more = '\n### p/access/four (SHOULD, server)\n\nIt SHOULD.\n'
  const expected =
    'p/access/four: expected a check in conformance/p/access.ts, or the mark "untestable: <reason>"'
  expect(lines(specification(sound + more))).toEqual([`spec/p.md:15: ${expected}`])
  const marked = '\n### p/access/four (SHOULD, server, not yet checked)\n\nIt SHOULD.\n'
  expect(lines(specification(sound + marked))).toEqual([`spec/p.md:15: ${expected}`])
  const checks = [{ id: 'p/access/one' }, { id: 'p/access/four' }]
  expect(lines(specification(sound + more, { checks }))).toEqual([])
})

test('an id of a client needs a check or the mark that it has none yet', () => {
  const markdown = sound.replace(', not yet checked', '')
  expect(lines(specification(markdown))).toEqual([
    'spec/p.md:11: p/access/three: expected a check, or the mark "not yet checked"',
  ])
})

test('a mark that a check has made untrue is found', () => {
  const checks = [{ id: 'p/access/one' }, { id: 'p/access/two' }, { id: 'p/access/three' }]
  expect(lines(specification(sound, { checks }))).toEqual([
    'spec/p.md:7: p/access/two: it has a check; expected none for what is untestable',
    'spec/p.md:11: p/access/three: it has a check; expected no mark "not yet checked"',
  ])
})

test('a check needs an id', () => {
  const checks = [{ id: 'p/access/one' }, { id: 'p/access/gone' }]
  expect(lines(specification(sound, { checks }))).toEqual([
    'conformance/p/found.ts:13: a check judges p/access/gone; expected a requirement of that id in spec/p.md',
  ])
})

test('a MUST of a server needs a defect, a SHOULD does not', () => {
  const markdown = sound.replace('(SHOULD, server, untestable: nobody sees it)', '(SHOULD, server)')
  const checks = [{ id: 'p/access/one' }, { id: 'p/access/two' }]
  expect(lines(specification(markdown, { checks, defects: [] }))).toEqual([
    'spec/p.md:3: p/access/one: expected a defect in conformance/defects/p.ts that breaks it',
  ])
})

test('a MUST that is untestable needs no defect', () => {
  const markdown = sound.replace('(MUST, server)', '(MUST, server, untestable: no)')
  expect(lines(specification(markdown, { checks: [], defects: [] }))).toEqual([])
})

test('a defect needs an aim that exists', () => {
  const defects = [
    { name: 'broken', breaks: ['p/access/one', 'p/access/gone'] },
    { name: 'idle', breaks: [] },
  ]
  expect(lines(specification(sound, { defects }))).toEqual([
    'conformance/defects/found.ts:6: defect idle: expected at least one requirement that it breaks',
    'conformance/defects/found.ts:8: defect broken: it breaks p/access/gone; expected a requirement of that id in spec/p.md',
  ])
})

test.each([
  ['limits', 'maxBytes', 'maxBits', 'maxBytes'],
  ['frames', 'hello', 'hallo', 'hello'],
  ['endpoints', 'list', 'lists', 'list'],
  ['close-codes', '4004', '4005', '4004'],
])('a name that no schema has is found among the %s', (kind, name, wrong, known) => {
  const markdown = sound.replace(`[${name}](#${kind})`, `[\`${wrong}\`](#${kind})`)
  expect(lines(specification(markdown))).toEqual([
    `spec/p.md:5: "${wrong}" is linked to #${kind}; expected one of ${known}`,
  ])
})

test.each(['frames', 'endpoints', 'closes'] as const)('a schema among the %s may name no other id', kind => {
  const [[name, shape] = ['', undefined]] = Object.entries(protocol[kind])
  const wrong = { ...protocol, [kind]: { [name]: { ...shape, requirement: ['p/access/gone'] } } }
  expect(lines(specification(sound, { protocol: wrong }))).toEqual([
    `schemas/p/found.ts:13: the schema of ${name} names p/access/gone; expected a requirement of that id in spec/p.md`,
  ])
})
