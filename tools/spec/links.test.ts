import { expect, test } from 'vitest'
import { lintLinks } from './links.ts'

const other = '# Other\n\n## How to read, a page\n\n```\n## not a heading\n```\n'

const lint = (markdown: string) =>
  lintLinks(
    new Map([
      ['spec/p.md', markdown],
      ['spec/other.md', other],
    ]),
    path => path === 'schemas/json',
  ).map(({ path, line, message }) => `${path}:${line}: ${message}`)

test('links that lead somewhere are left alone', () => {
  const markdown = [
    '# Page',
    '[a](#page) [b](other.md) [c](other.md#how-to-read-a-page) [`d`](../schemas/json) [e](https://example.org/x#y)',
    '`[f](#nowhere)`',
    '```',
    '[g](#nowhere)',
    '```',
  ]
  expect(lint(markdown.join('\n'))).toEqual([])
})

test('a link to a heading that is not there is found', () => {
  expect(lint('# Page\n\n[`a`](#pages)\n[b](other.md#not-a-heading)')).toEqual([
    'spec/p.md:3: #pages: expected a heading in spec/p.md that makes #pages',
    'spec/p.md:4: other.md#not-a-heading: expected a heading in spec/other.md that makes #not-a-heading',
  ])
})

test('a link to a file that is not there is found', () => {
  expect(lint('[a](gone.md)')).toEqual(['spec/p.md:1: gone.md: expected a file spec/gone.md'])
})
