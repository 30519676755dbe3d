import { describe, expect, it } from 'vitest'
import { rewriteLinks } from './spec-page.ts'

const siteOf = new Map([
  ['README.md', 'index.md'],
  ['spec/hub.md', 'hub.md'],
])
const rewritten = (markdown: string) =>
  rewriteLinks(markdown, { repository: 'spec/control.md', site: 'deep/control.md' }, siteOf)

describe('links of a page of the repository', () => {
  it.each([
    ['to another page', '[hub](hub.md)', '[hub](../hub.md)'],
    ['to a heading of it', '[a](hub.md#access)', '[a](../hub.md#access)'],
    ['to the README', '[r](../README.md)', '[r](../index.md)'],
    ['to what the site has not', '[the files](../schemas/json)', 'the files'],
    ['to the same page', '[a](#limits)', '[a](#limits)'],
    ['to the network', '[x](https://example.org)', '[x](https://example.org)'],
  ])('%s', (_, before, after) => {
    expect(rewritten(before)).toBe(after)
  })

  it('are left alone in code', () => {
    const code = '```ts\nrows[0](hub.md)\n```'
    expect(rewritten(code)).toBe(code)
  })
})
