import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ShapeVector, ShapeVectors } from '../../schemas/kit/vectors.ts'
import type { Protocol } from '../../schemas/protocol.ts'
import { wireDefinitions } from '../generate/definitions.ts'

/** The published vectors of a protocol by the path of a shape, such as `frames/hello`. Shapes that are alike share them. */
export function vectorsByShape(root: string, protocol: Protocol): Map<string, readonly ShapeVector[]> {
  const vectors = publishedVectors(join(root, 'schemas/vectors', protocol.name))
  return new Map(
    [...wireDefinitions(protocol)].map(([path, schema]) => {
      const found = vectors.get((schema as { $id?: string }).$id ?? '')
      if (!found)
        throw new Error(`${protocol.name}: there are no vectors for ${path}: run "npm run generate"`)
      return [path, found]
    }),
  )
}

/** The vectors in a folder by the ids of the schemas that they are judged by. */
function publishedVectors(folder: string): Map<string, readonly ShapeVector[]> {
  const found = new Map<string, readonly ShapeVector[]>()
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !entry.name.endsWith('.json')) continue
    const content = JSON.parse(readFileSync(join(entry.parentPath, entry.name), 'utf8')) as ShapeVectors
    if (content.format !== 'agentwire-vectors/1') continue
    for (const id of content.schemas) found.set(id, content.vectors)
  }
  return found
}
