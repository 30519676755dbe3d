import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Page, parsePage } from './parse.ts'

/** The pages of `spec/` that state a protocol, by profile. */
export function specPages(root: string): { path: string; markdown: string; page: Page }[] {
  return readdirSync(join(root, 'spec'))
    .filter(file => file.endsWith('.md') && file !== 'README.md' && file !== 'control.md')
    .sort()
    .map(file => {
      const markdown = readFileSync(join(root, 'spec', file), 'utf8')
      return { path: `spec/${file}`, markdown, page: parsePage(file.replace(/\.md$/, ''), markdown) }
    })
}
