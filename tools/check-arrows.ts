import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { protocols } from '../schemas/index.ts'
import { forbiddenImports } from './arrows/check.ts'
import { wings } from './arrows/rules.ts'

/** Goes through the imports of all wings and says which ones the house does not allow. */
const root = fileURLToPath(new URL('..', import.meta.url))
const files = new Map(wings.flatMap(sourcesIn).map(path => [path, readFileSync(join(root, path), 'utf8')]))
const forbidden = forbiddenImports(
  files,
  protocols.map(({ name }) => name),
)

for (const { path, line, message } of forbidden) console.error(`${path}:${line}: ${message}`)
if (forbidden.length > 0) process.exitCode = 1
else console.log(`${files.size} files import what they may`)

function sourcesIn(wing: string): string[] {
  return readdirSync(join(root, wing), { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile() && /\.[cm]?ts$/.test(entry.name))
    .map(entry => relative(root, join(entry.parentPath, entry.name)))
    .filter(path => !path.split('/').includes('node_modules'))
}
