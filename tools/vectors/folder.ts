import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import type { Protocol } from '../../schemas/protocol.ts'
import { requirements } from '../../spec/registry.ts'
import { folderOf } from '../generate/declared.ts'
import { wireDefinitions } from '../generate/definitions.ts'
import { withPortablePatterns } from '../generate/portable-pattern.ts'
import type { VectorFolder } from './lint.ts'

/** The checked-in vectors of a protocol. */
export function vectorFolder(root: string, protocol: Protocol): VectorFolder {
  const folder = join(root, 'schemas/vectors', folderOf(protocol))
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => relative(folder, join(entry.parentPath, entry.name)))
    .sort()
  return {
    protocol: folderOf(protocol),
    files: new Map(files.map(path => [path, readFileSync(join(folder, path), 'utf8')])),
    schemas: new Map(
      [...wireDefinitions(protocol).values()].map(schema => [idOf(schema), withPortablePatterns(schema)]),
    ),
    requirements: new Set(requirements.map(({ id }) => id)),
  }
}

function idOf(schema: object): string {
  return (schema as { $id: string }).$id
}
