import { expect, test } from 'vitest'
import { lintMarkers } from './markers.ts'

const lint = (markdown: string) =>
  lintMarkers({ path: 'spec/p.md', markdown, tables: { limits: '', frames: '' } }).map(
    ({ path, line, message }) => `${path}:${line}: ${message}`,
  )
const block = (name: string) => `<!-- generated: ${name} -->\n\nanything\n\n<!-- /generated -->\n`

test('all blocks are there', () => {
  expect(lint(`# p\n${block('frames')}\n${block('limits')}`)).toEqual([])
})

test('a missing block is found', () => {
  expect(lint(block('frames'))).toEqual([
    'spec/p.md:1: expected <!-- generated: limits --> and <!-- /generated -->',
  ])
})

test('a block that nothing fills is found', () => {
  expect(lint(`${block('frames')}${block('limit')}${block('limits')}`)).toEqual([
    'spec/p.md:6: nothing is generated for "limit"; expected one of limits, frames',
  ])
})

test('a block that is never closed is found, before another one and at the end', () => {
  const open = (name: string) => `<!-- generated: ${name} -->\n`
  expect(lint(open('frames') + block('limits'))).toEqual([
    'spec/p.md:1: "frames" is open; expected <!-- /generated -->',
  ])
  expect(lint(block('limits') + open('frames'))).toEqual([
    'spec/p.md:6: "frames" is open; expected <!-- /generated -->',
  ])
})

test('an end without a beginning is found', () => {
  expect(lint(`${block('frames')}${block('limits')}<!-- /generated -->`)).toEqual([
    'spec/p.md:11: expected <!-- generated: <name> --> before this line',
  ])
})
