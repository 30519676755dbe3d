import { cpSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { UsageError } from '../engine/usage-error.ts'
import { packageRoot } from '../package-root.ts'
import { loadProfile, profileNames } from '../profiles.ts'

export interface SchemaOptions {
  profile?: string[]
  out?: string
}

/** `agentwire schema`: prints the bundle of a profile, or copies all of its schemas to a folder. */
export async function schema({ profile, out }: SchemaOptions): Promise<number> {
  const names = profile ?? profileNames
  await Promise.all(names.map(name => loadProfile(name)))
  const generated = join(packageRoot(), 'schemas/json')
  if (out === undefined && names.length > 1)
    throw new UsageError(`say with --profile whose bundle to print: ${profileNames.join(', ')}; or use --out`)
  if (out !== undefined) {
    checkFolder(out)
    for (const name of names) cpSync(join(generated, name), join(out, name), { recursive: true })
    return 0
  }
  const [name = ''] = names
  process.stdout.write(readFileSync(join(generated, name, `${name}.json`), 'utf8'))
  return 0
}

/** @throws UsageError unless the folder can be made or is empty: nothing of the user's is overwritten */
function checkFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true })
    if (readdirSync(folder).length > 0) throw new Error('it is not empty')
  } catch (error) {
    throw new UsageError(`--out ${folder}: ${(error as Error).message}`)
  }
}
