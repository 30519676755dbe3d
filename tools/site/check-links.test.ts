import { describe, expect, it } from 'vitest'
import { checkLinks } from './check-links.ts'

function check(pages: Record<string, string>, files: readonly string[] = []) {
  return checkLinks(new Map(Object.entries(pages)), new Set([...Object.keys(pages), ...files]))
}

describe('links of a site', () => {
  it('are whole when they lead to pages, anchors and files', () => {
    const report = check(
      {
        'index.html': '<a href="hub.html#a-b">x</a> <a href="#top">y</a> <h1 id="top"></h1>',
        'hub.html': '<h2 id="a-b"></h2> <script src="assets/main.js"></script>',
        'hub/frame.html':
          '<a href="../hub.html">up</a> <a class="x" href="https://x.org">web</a> <use href="#icon-1"></use>',
      },
      ['assets/main.js'],
    )
    expect(report).toEqual({ followed: 5, broken: [] })
  })

  it.each([
    ['to no page', '<a href="none.html">x</a>', 'index.html: none.html leads to no file'],
    ['to no anchor', '<a href="index.html#none">x</a>', 'index.html: index.html#none leads to no anchor'],
    ['to no anchor here', '<a href="#none">x</a>', 'index.html: #none leads to no anchor'],
    ['to no script', '<script src="none.js"></script>', 'index.html: none.js leads to no file'],
    ['out of the folder', '<a href="../x.html">x</a>', 'index.html: ../x.html leads to no file'],
    ['to the network', '<img src="https://x.org/y">', 'index.html: https://x.org/y is outside of the site'],
    [
      'to the web unsafely',
      '<a href="http://x.org">x</a>',
      'index.html: http://x.org is outside of the site',
    ],
    ['to the root', '<a href="/x.html">x</a>', 'index.html: /x.html is outside of the site'],
  ])('are broken when they lead %s', (_, html, line) => {
    expect(check({ 'index.html': html }).broken).toEqual([line])
  })
})
