import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { clientScript } from './generate/client-script.ts'
import { jsonSchemas } from './generate/json-schemas.ts'
import { registry } from './generate/registry.ts'
import { specTables } from './generate/spec-tables.ts'
import { vectors } from './generate/vectors.ts'

/**
 * Writes everything that is made from something else, or with `--check` says what is not up to date.
 * A generator returns texts by path; folders that are generated as a whole lose what no generator returns.
 */
const root = fileURLToPath(new URL('..', import.meta.url))
const generated = new Map([
  ...registry(root),
  ...specTables(root),
  ...jsonSchemas(root),
  ...clientScript(root),
  ...(await vectors(root)),
])
const wholeFolders = ['schemas/json', 'schemas/vectors']

const stale = [...generated].filter(([path, text]) => read(path) !== text).map(([path]) => path)
const orphans = wholeFolders.flatMap(filesIn).filter(path => !generated.has(path))

if (process.argv.includes('--check')) {
  for (const path of stale) console.error(`${path} is not what its sources say: run "npm run generate"`)
  for (const path of orphans) console.error(`${path} is not generated any more: run "npm run generate"`)
  if (stale.length + orphans.length > 0) process.exit(1)
  console.log(`${generated.size} generated files are up to date`)
} else {
  for (const path of stale) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), generated.get(path) ?? '')
  }
  for (const path of orphans) rmSync(join(root, path))
  console.log(`${stale.length} written, ${orphans.length} removed, ${generated.size} in all`)
}

function read(path: string): string | undefined {
  try {
    return readFileSync(join(root, path), 'utf8')
  } catch {
    return undefined
  }
}

function filesIn(folder: string): string[] {
  try {
    return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter(entry => entry.isFile())
      .map(entry => relative(root, join(entry.parentPath, entry.name)))
  } catch {
    return []
  }
}
