import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { defectsOf } from '../conformance/defects/index.ts'
import { loadProfile } from '../conformance/profiles.ts'
import { generatedPages } from './generate/spec-tables.ts'
import { type Finding, lineAt } from './spec/finding.ts'
import { lintLinks } from './spec/links.ts'
import { lintSpecification, tally } from './spec/lint.ts'
import { lintMarkers } from './spec/markers.ts'
import { type SpecPage, specPages } from './spec/pages.ts'

/** Goes through the pages of the specification and says where they, the schemas, the checks and the defects disagree. */
const root = fileURLToPath(new URL('..', import.meta.url))
const findings: Finding[] = []

for (const page of specPages(root)) findings.push(...(await lintPage(page)))
const pages = generatedPages(root)
for (const page of pages) findings.push(...lintMarkers(page))
const texts = new Map(pages.map(({ path, markdown }) => [path, markdown]))
findings.push(...lintLinks(texts, path => existsSync(join(root, path))))

for (const { path, line, message } of findings) console.error(`${path}:${line}: ${message}`)
if (findings.length > 0) process.exitCode = 1

async function lintPage({ path, page }: SpecPage): Promise<Finding[]> {
  try {
    const { protocol, checks } = await loadProfile(page.name)
    const defects = await defectsOf(page.name)
    console.log(`${tally({ page, checks })}, ${defects.length} defects`)
    return lintSpecification({ path, page, protocol, checks, defects, locate })
  } catch (error) {
    // A profile that contradicts itself cannot be loaded; what it says then names the id.
    const message = error instanceof Error ? error.message : String(error)
    return [{ ...locate(`conformance/${page.name}`, /"([^"]+)"/.exec(message)?.[1] ?? ''), message }]
  }
}

function locate(folder: string, text: string): { path: string; line: number } {
  const files = existsSync(join(root, folder)) ? readdirSync(join(root, folder)) : []
  for (const file of files.filter(name => name.endsWith('.ts')).sort()) {
    const source = readFileSync(join(root, folder, file), 'utf8')
    const offset = text === '' ? -1 : source.indexOf(text)
    if (offset >= 0) return { path: `${folder}/${file}`, line: lineAt(source, offset) }
  }
  return { path: folder, line: 1 }
}
