import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { TSchema } from 'typebox'
import { ControlDescription, ControlFailure, sharedOperations } from '../../schemas/control.ts'
import { Baseline, Config } from '../../schemas/kit/config.ts'
import { Event } from '../../schemas/kit/events.ts'
import { Meta } from '../../schemas/kit/meta.ts'
import { Report } from '../../schemas/kit/report.ts'
import { Vector } from '../../schemas/kit/vector.ts'
import { Computations, ShapeVectors, VectorIndex } from '../../schemas/kit/vectors.ts'
import { asyncApi } from './asyncapi.ts'
import { declared, folderOf } from './declared.ts'
import { definitionsOf, identify, operationDefinitions, schemaId } from './definitions.ts'
import { metaOf } from './meta.ts'
import { openApi } from './openapi.ts'
import { withPortablePatterns } from './portable-pattern.ts'

const dialect = 'https://json-schema.org/draft/2020-12/schema'

/** What the kit itself reads and writes. */
const kitFormats: Readonly<Record<string, readonly [title: string, schema: TSchema]>> = {
  baseline: ['list of known failures', Baseline],
  config: ['agentwire.config', Config],
  events: ['agentwire-events/1: one line of the stream', Event],
  meta: ['agentwire-meta/1', Meta],
  report: ['agentwire-report/1', Report],
  computations: ['agentwire-computations/1', Computations],
  vector: ['agentwire-vector/1', Vector],
  'vector-index': ['agentwire-vector-index/1', VectorIndex],
  vectors: ['agentwire-vectors/1', ShapeVectors],
}

/**
 * JSON Schema 2020-12 for every protocol: one bundle, and one file for each thing in it, next to OpenAPI, AsyncAPI and
 * a list of its parts. Beside them the control API and the formats of the kit.
 */
export function jsonSchemas(root: string): Map<string, string> {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }
  const files = new Map<string, string>()
  const add = (path: string, schema: TSchema) =>
    files.set(`schemas/json/${path}.json`, print({ $schema: dialect, ...withPortablePatterns(schema) }))
  for (const protocol of declared) {
    const folder = folderOf(protocol)
    const definitions = definitionsOf(protocol)
    for (const [path, schema] of definitions) add(`${folder}/${path}`, schema)
    const bundle = {
      $id: schemaId(folder, folder),
      title: protocol.title,
      description: protocol.summary,
      'x-close-codes': Object.values(protocol.closes),
      $defs: Object.fromEntries(
        [...definitions].map(([path, schema]) => [path.replaceAll('/', '.'), schema]),
      ),
    }
    add(`${folder}/${folder}`, bundle)
    const documents = {
      meta: metaOf(protocol),
      openapi: openApi(protocol, version),
      asyncapi: asyncApi(protocol, version),
    }
    for (const [name, document] of Object.entries(documents))
      if (document) files.set(`schemas/json/${folder}/${name}.json`, print(document))
  }
  for (const [name, schema] of controlDefinitions()) add(`control/${name}`, identify('control', name, schema))
  for (const [name, [title, schema]] of Object.entries(kitFormats))
    add(`kit/${name}`, identify('kit', name, { title, ...schema }))
  return files
}

function controlDefinitions(): Map<string, TSchema> {
  const definitions = operationDefinitions(sharedOperations)
  definitions.set('description', {
    title: 'description of a control API',
    description: 'What `GET` on the base of the control API answers.',
    ...ControlDescription,
  })
  definitions.set('failure', {
    title: 'failure of an operation',
    description: 'What is answered when an operation could not be carried out.',
    ...ControlFailure,
  })
  return definitions
}

function print(schema: object): string {
  return `${JSON.stringify(schema, null, 2)}\n`
}
