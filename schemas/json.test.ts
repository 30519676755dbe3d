import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, test } from 'vitest'
import { olderRevisions, protocols } from './index.ts'
import { isJsonObject, type JsonObject, parseJsonObject } from './json.ts'
import { vocabulary } from './vocabulary.ts'

const folder = fileURLToPath(new URL('json', import.meta.url))
/** What describes a protocol in other languages than that of JSON Schema. */
const documents = ['openapi.json', 'asyncapi.json', 'meta.json']
const paths = readdirSync(folder, { recursive: true, withFileTypes: true })
  .filter(entry => entry.isFile())
  .map(entry => relative(folder, join(entry.parentPath, entry.name)))
  .filter(path => !documents.includes(path.split('/')[1] ?? '') || path.startsWith('kit/'))
const schemas = new Map(paths.map(path => [path, read(path)]))
const folders = [
  ...protocols.map(({ name }) => name),
  ...olderRevisions.map(({ name, revision }) => `${name}-revision-${revision}`),
]
const bundles = new Set(folders.map(name => `${name}/${name}.json`))

function read(path: string): JsonObject {
  const schema = parseJsonObject(readFileSync(join(folder, path), 'utf8'))
  if (!schema) throw new Error(`${path} is not a JSON object`)
  return schema
}

function strict(): Ajv2020 {
  return new Ajv2020({ strict: true, allErrors: true }).addVocabulary(Object.keys(vocabulary))
}

describe('the generated JSON Schemas', () => {
  test('are there for every protocol, the control API and the kit', () => {
    const found = new Set(paths.map(path => path.split('/')[0]))
    expect([...found].sort()).toEqual(['control', 'kit', ...folders].sort())
    expect(paths.filter(path => path.startsWith('kit/')).sort()).toEqual(
      [
        'baseline',
        'computations',
        'config',
        'events',
        'meta',
        'report',
        'vector-index',
        'vector',
        'vectors',
      ].map(name => `kit/${name}.json`),
    )
  })

  test('are named by where they stand', () => {
    for (const [path, schema] of schemas) {
      expect(schema.$id, path).toBe(`https://agentwire.example/schemas/${path}`)
      expect(schema.$schema, path).toBe('https://json-schema.org/draft/2020-12/schema')
    }
  })

  test('say what they are', () => {
    for (const [path, schema] of schemas) {
      expect(schema.title, path).toBeTypeOf('string')
      if (!path.startsWith('kit/')) expect(schema.description, path).toBeTypeOf('string')
    }
  })

  test('say of everything that crosses the wire who sends it, and what states it', () => {
    for (const [path, schema] of schemas) {
      if (/\/(frames|endpoints)\//.test(path))
        expect(schema['x-direction'], path).toMatch(/^(client-to-server|server-to-client)$/)
      if (/\/(frames|endpoints|formats)\//.test(path))
        expect(schema['x-requirement'], path).not.toHaveLength(0)
    }
  })

  test.each(paths)('%s compiles in strict mode', path => {
    expect(() => strict().compile(schemas.get(path) as JsonObject)).not.toThrow()
  })

  test('compile in one validator and are found by their ids', () => {
    const ajv = strict()
    for (const [path, schema] of schemas) if (!bundles.has(path)) ajv.addSchema(schema)
    for (const [path, schema] of schemas)
      if (!bundles.has(path)) expect(ajv.getSchema(String(schema.$id)), path).toBeTypeOf('function')
  })

  test.each([...bundles])('%s holds the files beside it', bundle => {
    const ajv = strict()
    ajv.addSchema(schemas.get(bundle) as JsonObject)
    const [folder] = bundle.split('/')
    const parts = paths.filter(path => path.startsWith(`${folder}/`) && path !== bundle)
    const { $defs } = schemas.get(bundle) as { $defs: JsonObject }
    expect(Object.keys($defs)).toHaveLength(parts.length)
    for (const path of parts) {
      const { $schema, ...schema } = schemas.get(path) as JsonObject
      expect(ajv.getSchema(String(schema.$id))?.schema, path).toEqual(schema)
    }
  })

  test('use no keyword of their own beside the declared ones, and each of those', () => {
    const used = new Set([...schemas.values()].flatMap(customKeywords))
    expect([...used].sort()).toEqual(Object.keys(vocabulary).sort())
  })
})

function customKeywords(schema: unknown): string[] {
  if (Array.isArray(schema)) return schema.flatMap(customKeywords)
  if (!isJsonObject(schema)) return []
  return Object.entries(schema).flatMap(([key, value]) => {
    // Members of an instance may be called like a keyword: `x-debug-key` is a header.
    if (key === 'properties' && isJsonObject(value)) return Object.values(value).flatMap(customKeywords)
    return [...(key.startsWith('x-') ? [key] : []), ...customKeywords(value)]
  })
}
