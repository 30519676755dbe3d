import { posix } from 'node:path'
import type { Finding } from './finding.ts'

/** Links from one page to a heading or a file that is not there. Pages are given by their paths. */
export function lintLinks(pages: ReadonlyMap<string, string>, exists: (path: string) => boolean): Finding[] {
  const anchors = new Map([...pages].map(([path, markdown]) => [path, anchorsOf(markdown)]))
  return [...pages].flatMap(([path, markdown]) =>
    linksOf(markdown).flatMap(({ href, line }) => {
      const [file = '', anchor] = href.split('#')
      const target = file === '' ? path : posix.join(posix.dirname(path), file)
      const known = anchors.get(target)
      if (!known && !exists(target)) return [{ path, line, message: `${href}: expected a file ${target}` }]
      if (anchor === undefined || !known || known.has(anchor)) return []
      return [{ path, line, message: `${href}: expected a heading in ${target} that makes #${anchor}` }]
    }),
  )
}

/** Targets of the links to places in this repository, outside of code. */
function linksOf(markdown: string): { href: string; line: number }[] {
  return prose(markdown).flatMap(({ text, line }) =>
    [...text.replace(/`[^`]*`/g, '').matchAll(/\[[^\]]*\]\(([^)\s]+)\)/g)]
      .map(([, href = '']) => ({ href, line }))
      .filter(({ href }) => !/^[a-z]+:/.test(href)),
  )
}

/** The anchors that GitHub makes of headings: lower case, without punctuation, hyphens for blanks. */
function anchorsOf(markdown: string): Set<string> {
  const headings = prose(markdown).flatMap(({ text }) => /^#{1,6} (.*)$/.exec(text)?.[1] ?? [])
  return new Set(
    headings.map(title =>
      title
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\s_-]/gu, '')
        .replace(/\s/g, '-'),
    ),
  )
}

/** The lines outside of fenced code. */
function prose(markdown: string): { text: string; line: number }[] {
  let fenced = false
  return markdown.split('\n').flatMap((text, index) => {
    const fence = text.startsWith('```')
    if (fence) fenced = !fenced
    return fenced || fence ? [] : [{ text, line: index + 1 }]
  })
}
