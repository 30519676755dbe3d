import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join, posix } from 'node:path'

/** A page of the site, before it becomes HTML. */
export interface Page {
  /** Below the folder of all pages; see {@link places}. */
  path: string
  /** What the navigation calls it. It is also the last part of its address. */
  name: string
  markdown: string
  children?: readonly Page[]
}

/** Where each page is. The address of a requirement is its id. */
export const places = {
  entry: 'index.md',
  profile: (profile: string) => `${profile}.md`,
  behaviour: (profile: string, behaviour: string) => `${profile}/${behaviour}.md`,
  requirement: (id: string) => `${id}.md`,
  frames: (profile: string) => `${profile}/frames.md`,
  frame: (profile: string, name: string) => `${profile}/frames/${inAddress(name)}.md`,
  endpoints: (profile: string) => `${profile}/endpoints.md`,
  endpoint: (profile: string, name: string) => `${profile}/endpoints/${inAddress(name)}.md`,
  defects: (profile: string) => `${profile}/defects.md`,
}

/** A name without what means something in an address or in a link. */
export function inAddress(name: string): string {
  return name.replace(/[^\w./-]/g, '_')
}

/** The anchor that a heading gets. */
export function anchor(heading: string): string {
  return heading
    .toLowerCase()
    .trim()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replace(/\s/g, '-')
}

/** A link from one page to another, or to a heading of it. */
export function link(from: string, label: string, to: string, heading?: string): string {
  const path = posix.relative(posix.dirname(from), to)
  return `[${label}](${path}${heading === undefined ? '' : `#${anchor(heading)}`})`
}

/** Text of a schema or a defect as Markdown: code stays code, and nothing else is taken for markup. */
export function prose(text: string): string {
  return text
    .split(/(`[^`]*`)/)
    .map((part, index) => (index % 2 === 1 ? part : part.replace(/[<>*_[\]]/g, '\\$&')))
    .join('')
}

/** A value as code, whatever is in it. It can stand in a cell of a table. */
export function code(text: string): string {
  const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length))
  const fence = '`'.repeat(longest + 1)
  const pad = longest > 0 ? ' ' : ''
  return `${fence}${pad}${text}${pad}${fence}`
}

/** What is folded away at first. */
export function details(summary: string, markdown: string): string {
  return `<details>\n<summary>${summary}</summary>\n\n${markdown}\n\n</details>`
}

/** Writes a page and all below it, with the front matter that typedoc makes the tree of. */
export function writePages(folder: string, pages: readonly Page[]): void {
  for (const { path, markdown, children = [] } of pages) {
    // Without braces, which typedoc would take for a tag of its own.
    const below = children.map(
      child => `  ${JSON.stringify(child.name)}: ${posix.relative(posix.dirname(path), child.path)}\n`,
    )
    const matter = below.length > 0 ? `---\nchildren:\n${below.join('')}---\n\n` : ''
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), `${matter}${markdown}\n`)
    writePages(folder, children)
  }
}
