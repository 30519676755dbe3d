import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { InputData, JSONSchemaInput, quicktypeMultiFile } from 'quicktype-core'
import type { TSchema } from 'typebox'
import type { Protocol } from '../../schemas/protocol.ts'
import { folderOf } from '../generate/declared.ts'
import { wireDefinitions } from '../generate/definitions.ts'
import { withPortablePatterns } from '../generate/portable-pattern.ts'
import { nameOf } from '../generate/shapes.ts'

type Schema = TSchema & { $id: string; title: string }

/** How types in a language are made, and what shows that they are types in it. */
export interface Language {
  /** As quicktype calls it. */
  name: 'python' | 'go' | 'rust' | 'java'
  /** Options of quicktype for the types of a protocol, which is called by a word of letters. */
  options(word: string): Readonly<Record<string, string>>
  /** Where a file goes. Most languages have one file a protocol, to which quicktype gives no name. */
  place(word: string, file: string): string
  /** What stands beside the types of these protocols. */
  beside(words: readonly string[]): Readonly<Record<string, string>>
  /** Changes what the generator gets wrong. */
  mend?(source: string): string
  /** Compiles or imports all types at once. */
  accept(words: readonly string[]): readonly [program: string, ...args: string[]]
  env?: Readonly<Record<string, string>>
}

const jackson = ['core', 'databind', 'annotations'].map(part => `/usr/share/java/jackson-${part}.jar`)
const manifest = `[package]
name = "wire"
version = "0.0.0"
edition = "2021"

[dependencies]
serde = { version = "1", features = ["derive"] }
serde_json = "1"
`
/** Where Debian puts the crates that it packages. */
const debianCrates = `[source.crates-io]
replace-with = "debian"

[source.debian]
directory = "/usr/share/cargo/registry"
`

export const languages: readonly Language[] = [
  {
    name: 'python',
    options: () => ({ 'python-version': '3.7' }),
    place: word => `${word}.py`,
    beside: () => ({}),
    accept: words => ['python3', '-B', '-c', `import ${words.join(', ')}`],
  },
  {
    name: 'go',
    options: word => ({ package: word }),
    place: word => `${word}/wire.go`,
    beside: () => ({ 'go.mod': 'module wire\n' }),
    accept: () => ['go', 'vet', './...'],
    env: { GOFLAGS: '-mod=mod', GOPROXY: 'off' },
  },
  {
    name: 'rust',
    options: () => ({ visibility: 'public', 'leading-comments': 'false' }),
    place: word => `src/${word}.rs`,
    beside: words => ({
      'Cargo.toml': manifest,
      '.cargo/config.toml': debianCrates,
      'src/lib.rs': words.map(word => `pub mod ${word};\n`).join(''),
    }),
    accept: () => ['cargo', 'check', '--offline', '--quiet'],
    env: { RUSTFLAGS: '-A warnings' },
  },
  {
    name: 'java',
    options: word => ({ package: word, 'array-type': 'list' }),
    place: (word, file) => `${word}/${file}`,
    beside: () => ({}),
    // Debian's Jackson may throw the more general one of the two.
    mend: source => source.replaceAll('throws JsonProcessingException', 'throws IOException'),
    accept: () => ['sh', '-c', `javac -d classes -cp ${jackson.join(':')} */*.java`],
  },
]

/** Writes the types of all shapes of these protocols in a language, and gives the words that they go by. */
export async function writeTypes(
  folder: string,
  protocols: readonly Protocol[],
  language: Language,
): Promise<string[]> {
  const words = protocols.map(protocol => folderOf(protocol).replaceAll(/[^a-z0-9]/g, ''))
  for (const [index, protocol] of protocols.entries()) {
    const word = words[index] ?? ''
    for (const [name, { lines }] of await typesOf(protocol, language.name, language.options(word))) {
      const source = lines.join('\n')
      write(join(folder, language.place(word, name)), language.mend?.(source) ?? source)
    }
  }
  for (const [name, text] of Object.entries(language.beside(words))) write(join(folder, name), text)
  return words
}

async function typesOf(protocol: Protocol, lang: Language['name'], rendererOptions: Record<string, string>) {
  const input = new JSONSchemaInput(undefined)
  for (const [path, schema] of wireDefinitions(protocol)) {
    if (!hasType(schema)) continue
    const { $id, title, ...shape } = withPortablePatterns(schema) as Schema
    await input.addSource({ name: nameOf(path), schema: JSON.stringify(shape) })
  }
  const inputData = new InputData()
  inputData.addInput(input)
  return quicktypeMultiFile({ inputData, lang, rendererOptions })
}

/** What may be any JSON value is no type of its own. */
function hasType(schema: object): boolean {
  return ['type', 'anyOf', 'enum', 'const'].some(keyword => keyword in schema)
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
}
