import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { InputData, JSONSchemaInput, quicktypeMultiFile } from 'quicktype-core'
import type { TSchema } from 'typebox'
import type { Protocol } from '../../schemas/protocol.ts'
import { wireDefinitions } from '../generate/definitions.ts'
import { withPortablePatterns } from '../generate/portable-pattern.ts'
import { nameOf } from '../generate/shapes.ts'

type Schema = TSchema & { $id: string; title: string }

/** How types in a language are made, and what shows that they are types in it. */
export interface Language {
  /** As quicktype calls it. */
  name: 'python' | 'go' | 'rust' | 'java'
  options: Readonly<Record<string, string>>
  /** Where a file goes that quicktype gives no name. */
  file: string
  /** What stands beside the types. */
  beside: Readonly<Record<string, string>>
  /** Changes what the generator gets wrong. */
  mend?(source: string): string
  /** The programs that compile or import the types, run in their folder one after the other. */
  accept: readonly (readonly [program: string, ...args: string[]])[]
  env?: Readonly<Record<string, string>>
}

const jackson = ['core', 'databind', 'annotations'].map(part => `/usr/share/java/jackson-${part}.jar`)

export const languages: readonly Language[] = [
  {
    name: 'python',
    options: { 'python-version': '3.7' },
    file: 'wire.py',
    beside: {},
    accept: [['python3', '-B', '-c', 'import wire']],
  },
  {
    name: 'go',
    options: { package: 'wire' },
    file: 'wire.go',
    beside: { 'go.mod': 'module wire\n' },
    accept: [['go', 'vet', '.']],
    env: { GOFLAGS: '-mod=mod', GOPROXY: 'off' },
  },
  {
    name: 'rust',
    options: { visibility: 'public', 'leading-comments': 'false' },
    file: 'src/lib.rs',
    beside: {
      'Cargo.toml':
        '[package]\nname = "wire"\nversion = "0.0.0"\nedition = "2021"\n\n[dependencies]\nserde = { version = "1", features = ["derive"] }\nserde_json = "1"\n',
      // Where Debian puts the crates that it packages.
      '.cargo/config.toml':
        '[source.crates-io]\nreplace-with = "debian"\n\n[source.debian]\ndirectory = "/usr/share/cargo/registry"\n',
    },
    accept: [['cargo', 'check', '--offline', '--quiet']],
    env: { RUSTFLAGS: '-A warnings' },
  },
  {
    name: 'java',
    options: { package: 'wire', 'array-type': 'list' },
    file: 'Wire.java',
    beside: {},
    // Debian's Jackson may throw the more general one of the two.
    mend: source => source.replaceAll('throws JsonProcessingException', 'throws IOException'),
    accept: [['sh', '-c', `javac -d classes -cp ${jackson.join(':')} *.java`]],
  },
]

/** Writes the types of all shapes of a protocol in a language. */
export async function writeTypes(folder: string, protocol: Protocol, language: Language): Promise<void> {
  const input = new JSONSchemaInput(undefined)
  for (const [path, schema] of wireDefinitions(protocol)) {
    if (!hasType(schema)) continue
    const { $id, title, ...shape } = withPortablePatterns(schema) as Schema
    await input.addSource({ name: nameOf(path), schema: JSON.stringify(shape) })
  }
  const inputData = new InputData()
  inputData.addInput(input)
  const { name: lang, options: rendererOptions } = language
  const files = await quicktypeMultiFile({ inputData, lang, rendererOptions })
  for (const [name, { lines }] of files) {
    const source = lines.join('\n')
    write(join(folder, name === 'stdout' ? language.file : name), language.mend?.(source) ?? source)
  }
  for (const [name, text] of Object.entries(language.beside)) write(join(folder, name), text)
}

/** What may be any JSON value is no type of its own. */
function hasType(schema: object): boolean {
  return ['type', 'anyOf', 'enum', 'const'].some(keyword => keyword in schema)
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
}
