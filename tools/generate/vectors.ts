import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { PickedVectors } from '../../schemas/kit/vectors.ts'
import { noPickedVectors, vectorsOf } from '../vectors/make.ts'
import { declared, folderOf } from './declared.ts'

/** Instances of every shape that crosses a wire, and of what has to be worked out. Dialogues are kept as they are. */
export async function vectors(root: string): Promise<Map<string, string>> {
  const files = new Map<string, string>()
  for (const protocol of declared) {
    const folder = `schemas/vectors/${folderOf(protocol)}`
    const dialogues = dialoguesOf(root, folder)
    const made = vectorsOf(protocol, await pickedVectors(root, folderOf(protocol)), dialogues)
    for (const [path, shape] of made.shapes) files.set(`${folder}/${path}`, print(shape))
    if (made.computations) files.set(`${folder}/computations.json`, print(made.computations))
    files.set(`${folder}/index.json`, `${JSON.stringify(made.index, null, 2)}\n`)
    for (const path of dialogues)
      files.set(`${folder}/${path}`, readFileSync(join(root, folder, path), 'utf8'))
  }
  return files
}

/** What stands in `vectors.ts` beside the shapes of a protocol, if that is there. They are those of its newest revision. */
export async function pickedVectors(root: string, folder: string): Promise<PickedVectors> {
  const path = join(root, 'schemas', folder, 'vectors.ts')
  if (!existsSync(path)) return noPickedVectors
  return ((await import(pathToFileURL(path).href)) as { vectors: PickedVectors }).vectors
}

function dialoguesOf(root: string, folder: string): string[] {
  const path = join(root, folder, 'dialogues')
  if (!existsSync(path)) return []
  return readdirSync(path)
    .sort()
    .map(name => `dialogues/${name}`)
}

/** One vector a line: it is then found by its id, and a change of one is a change of one line. */
function print({ vectors, ...about }: { vectors: readonly object[] }): string {
  const head = JSON.stringify(about, null, 2).replace(/\n}$/, '')
  return `${head},\n  "vectors": [\n${vectors.map(each => `    ${JSON.stringify(each)}`).join(',\n')}\n  ]\n}\n`
}
