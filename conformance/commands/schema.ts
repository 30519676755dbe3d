import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { UsageError } from '../engine/usage-error.ts'
import { packageRoot } from '../package-root.ts'
import { loadProfile, profileNames } from '../profiles.ts'

export const schemaFormats = ['json-schema', 'openapi', 'asyncapi'] as const
export type SchemaFormat = (typeof schemaFormats)[number]

export interface SchemaOptions {
  profile?: string[]
  format: SchemaFormat
  out?: string
}

/** `agentwire schema`: prints the document of a profile in a format, or writes those of all profiles to a folder. */
export async function schema({ profile, format, out }: SchemaOptions): Promise<number> {
  const names = [...new Set(profile ?? profileNames)]
  await Promise.all(names.map(name => loadProfile(name)))
  if (out !== undefined) {
    write(out, names.flatMap(foldersOf), format)
    return 0
  }
  const [name = '', ...more] = names
  if (more.length > 0)
    throw new UsageError(
      `say with --profile whose document to print: ${profileNames.join(', ')}; or use --out`,
    )
  process.stdout.write(readFileSync(join(generated(), name, mainFile(name, format)), 'utf8'))
  return 0
}

function generated(): string {
  return join(packageRoot(), 'schemas/json')
}

/** The folders of a profile: that of its newest revision, and those of the ones before. */
function foldersOf(name: string): string[] {
  const folders = readdirSync(generated())
  return folders.filter(folder => folder === name || folder.startsWith(`${name}-revision-`))
}

/** @throws UsageError when the profile has nothing that the format could describe */
function mainFile(name: string, format: SchemaFormat): string {
  if (format === 'json-schema') return `${name}.json`
  const file = `${format}.json`
  if (existsSync(join(generated(), name, file))) return file
  const lacks = format === 'openapi' ? 'HTTP endpoints' : 'WebSocket'
  throw new UsageError(`${name} has no ${lacks}, so there is no ${format} document of it`)
}

/** All or nothing: what is half-written stands under another name until it is whole. */
function write(out: string, names: readonly string[], format: SchemaFormat): void {
  const files = names.map(name => ({ name, file: mainFile(name, format) }))
  let partial: string | undefined
  let made: string | undefined
  try {
    if (existsSync(out) && readdirSync(out).length > 0) throw new Error('it is not empty')
    made = mkdirSync(out, { recursive: true })
    partial = mkdtempSync(join(out, '.partial-'))
    for (const { name, file } of files) {
      const [from, to] = [join(generated(), name), join(partial, name)]
      mkdirSync(to)
      if (format === 'json-schema') cpSync(from, to, { recursive: true, filter: isJsonSchema })
      else cpSync(join(from, file), join(to, file))
    }
    for (const { name } of files) renameSync(join(partial, name), join(out, name))
    rmdirSync(partial)
  } catch (error) {
    // Only in a folder that was empty has anything been begun.
    const begun = partial === undefined ? [] : [partial, ...names.map(name => join(out, name))]
    for (const path of begun) rmSync(path, { recursive: true, force: true })
    if (made !== undefined) rmSync(made, { recursive: true, force: true })
    throw new UsageError(`--out ${out}: ${(error as Error).message}`)
  }
}

function isJsonSchema(path: string): boolean {
  const others = schemaFormats.slice(1).map(format => `${format}.json`)
  return !(others.includes(basename(path)) && dirname(dirname(path)) === generated())
}
