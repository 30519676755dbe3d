import { Ajv2020 } from 'ajv/dist/2020.js'
import standaloneCode from 'ajv/dist/standalone/index.js'
import { build } from 'esbuild'
import type { TSchema } from 'typebox'
import type { Protocol } from '../../schemas/protocol.ts'
import { vocabulary } from '../../schemas/vocabulary.ts'
import { wireDefinitions } from '../generate/definitions.ts'

/** A module in JavaScript that needs no other, and its types. */
export interface ValidatorModule {
  code: string
  types: string
}

/** The validators of what crosses the wire of a protocol, as code: whoever imports them compiles no schema, and needs neither TypeBox nor Ajv. */
export async function validatorModule(protocol: Protocol): Promise<ValidatorModule> {
  const names = new Map<string, string>()
  const distinct = new Map<string, string>()
  const ajv = new Ajv2020({ strict: true, code: { source: true, esm: true, lines: false, optimize: 2 } })
  ajv.addVocabulary(Object.keys(vocabulary))
  for (const [path, schema] of wireDefinitions(protocol)) {
    const bare = withoutAnnotations(schema)
    const key = JSON.stringify(bare)
    const known = distinct.get(key)
    const name = known ?? `v${distinct.size}`
    if (known === undefined) ajv.addSchema(bare as TSchema, name)
    distinct.set(key, name)
    names.set(path, name)
  }
  const generated = standaloneCode.default(
    ajv,
    Object.fromEntries([...distinct.values()].map(name => [name, name])),
  )
  const members = [...names].map(([path, name]) => `  ${JSON.stringify(path)}: ${name},\n`)
  return {
    code: await bundled(`${generated}\nexport const validators = {\n${members.join('')}}\n`),
    types: typesOf(protocol.title, [...names.keys()]),
  }
}

const annotations = ['$id', 'title', 'description', 'default']

/** A schema with what judges only: shapes that differ in the rest alone then share their code. */
function withoutAnnotations(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(withoutAnnotations)
  if (typeof schema !== 'object' || schema === null) return schema
  const entries = Object.entries(schema).flatMap(([key, value]) => {
    if (key === 'properties' || key === 'patternProperties') return [[key, membersOf(value)]]
    if (key === 'const' || key === 'enum') return [[key, value]]
    return annotations.includes(key) || key.startsWith('x-') ? [] : [[key, withoutAnnotations(value)]]
  })
  return Object.fromEntries(entries)
}

function membersOf(members: object): object {
  return Object.fromEntries(
    Object.entries(members).map(([name, member]) => [name, withoutAnnotations(member)]),
  )
}

/** One module, with the few functions of Ajv that the code calls. */
async function bundled(source: string): Promise<string> {
  const { outputFiles } = await build({
    stdin: {
      contents: source.replace(/\bexport const (v\d+ = )/g, 'const $1'),
      resolveDir: import.meta.dirname,
    },
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'neutral',
    mainFields: ['main'],
    target: 'es2022',
    minify: true,
    legalComments: 'none',
    logLevel: 'warning',
  })
  return outputFiles[0]?.text ?? ''
}

function typesOf(title: string, paths: readonly string[]): string {
  return `/** What is wrong with a value. */
export interface ValidationError {
  instancePath: string
  schemaPath: string
  keyword: string
  message?: string
}

/** Whether a value has a shape. If not, \`errors\` says why, until the next call. */
export interface ShapeValidator {
  (value: unknown): boolean
  errors?: readonly ValidationError[] | null
}

/** Paths of the shapes of \`${title}\`, as their files are called in \`schemas/json\`. */
export type ShapePath =
${paths.map(path => `  | ${JSON.stringify(path)}`).join('\n')}

/** A validator for each shape of \`${title}\`. */
export declare const validators: Readonly<Record<ShapePath, ShapeValidator>>
`
}
