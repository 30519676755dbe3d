import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gatherFacts } from './site/facts.ts'
import { writePages } from './site/pages.ts'
import { sitePages } from './site/site-pages.ts'
import { makeSite } from './site/typedoc.ts'

/** Makes the site of the protocols in `docs/`, which opens from the disk. */
const root = fileURLToPath(new URL('..', import.meta.url))
const out = join(root, 'docs')
const pages = mkdtempSync(join(tmpdir(), 'agentwire-pages-'))
try {
  const { entry, others } = sitePages(root, await gatherFacts(root))
  writePages(pages, [entry, ...others])
  await makeSite({ root, pages, entry: entry.path, documents: others.map(({ path }) => path), out })
} finally {
  rmSync(pages, { recursive: true })
}
