import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { defectsPage } from './defects-page.ts'
import { entryPage } from './entry-page.ts'
import type { Facts } from './facts.ts'
import { type Page, places } from './pages.ts'
import { behaviourPages } from './requirement-pages.ts'
import { endpointPages, framePages } from './shape-pages.ts'
import { rewriteLinks, type SiteOf, specPage } from './spec-page.ts'

/** Pages of the repository that stand on the site as they are, by path. One that does not exist is left out. */
const texts: Readonly<Record<string, string>> = {
  'spec/README.md': 'specification',
  'spec/control.md': 'control-api',
  'schemas/README.md': 'schemas-elsewhere',
  'conformance/README.md': 'own-profile',
}

/** All pages of the site: the entry, and the others in the order of the navigation. */
export function sitePages(root: string, all: readonly Facts[]): { entry: Page; others: Page[] } {
  const read = (path: string) => readFileSync(join(root, path), 'utf8')
  const present = Object.entries(texts).filter(([path]) => existsSync(join(root, path)))
  const siteOf: SiteOf = new Map([
    ['README.md', places.entry],
    ...present.map(([path, name]) => [path, `${name}.md`] as const),
    ...all.map(({ name }) => [`spec/${name}.md`, places.profile(name)] as const),
  ])
  const readme = rewriteLinks(read('README.md'), { repository: 'README.md', site: places.entry }, siteOf)
  const ofRepository = present.map(
    ([path, name]): Page => ({
      path: `${name}.md`,
      name,
      markdown: rewriteLinks(read(path), { repository: path, site: `${name}.md` }, siteOf),
    }),
  )
  const [first, ...further] = ofRepository
  return {
    entry: { path: places.entry, name: 'index', markdown: entryPage(all, readme) },
    others: [
      ...(first ? [first] : []),
      ...all.map(facts => profilePage(facts, specPage(facts, siteOf), read)),
      ...further,
    ],
  }
}

function profilePage(facts: Facts, markdown: string, read: (path: string) => string): Page {
  const { name, protocol } = facts
  return {
    path: places.profile(name),
    name,
    markdown,
    children: [
      ...(Object.keys(protocol.frames).length > 0 ? [framePages(facts)] : []),
      ...(Object.keys(protocol.endpoints).length > 0 ? [endpointPages(facts)] : []),
      defectsPage(facts),
      ...behaviourPages(facts, read),
    ],
  }
}
