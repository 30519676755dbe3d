import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Page, parsePage } from './parse.ts'

/** A page of `spec/` that states a protocol. */
export interface SpecPage {
  path: string
  markdown: string
  page: Page
}

/** The pages of `spec/` that state a protocol, by profile. */
export function specPages(root: string): SpecPage[] {
  return readdirSync(join(root, 'spec'))
    .filter(file => file.endsWith('.md') && file !== 'README.md' && file !== 'control.md')
    .sort()
    .map(file => {
      const markdown = readFileSync(join(root, 'spec', file), 'utf8')
      return { path: `spec/${file}`, markdown, page: parsePage(file.replace(/\.md$/, ''), markdown) }
    })
}
