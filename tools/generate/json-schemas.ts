import type { TSchema } from 'typebox'
import { ControlDescription, ControlFailure, sharedOperations } from '../../schemas/control.ts'
import { protocols } from '../../schemas/index.ts'
import { Baseline, Config } from '../../schemas/kit/config.ts'
import { Event } from '../../schemas/kit/events.ts'
import { Report } from '../../schemas/kit/report.ts'
import { Vector } from '../../schemas/kit/vector.ts'
import { Computations, ShapeVectors, VectorIndex } from '../../schemas/kit/vectors.ts'
import { definitionsOf, identify, operationDefinitions } from './definitions.ts'
import { withPortablePatterns } from './portable-pattern.ts'

const dialect = 'https://json-schema.org/draft/2020-12/schema'

/** What the kit itself reads and writes. */
const kitFormats: Readonly<Record<string, readonly [title: string, schema: TSchema]>> = {
  baseline: ['list of known failures', Baseline],
  config: ['agentwire.config', Config],
  events: ['agentwire-events/1: one line of the stream', Event],
  report: ['agentwire-report/1', Report],
  computations: ['agentwire-computations/1', Computations],
  vector: ['agentwire-vector/1', Vector],
  'vector-index': ['agentwire-vector-index/1', VectorIndex],
  vectors: ['agentwire-vectors/1', ShapeVectors],
}

/**
 * JSON Schema 2020-12 for every protocol: one bundle, and one file for each thing in it. Beside them the control API
 * and the formats of the kit.
 */
export function jsonSchemas(): Map<string, string> {
  const files = new Map<string, string>()
  const add = (path: string, schema: TSchema) =>
    files.set(`schemas/json/${path}.json`, print({ $schema: dialect, ...schema }))
  for (const protocol of protocols) {
    const definitions = definitionsOf(protocol)
    for (const [path, schema] of definitions) add(`${protocol.name}/${path}`, schema)
    const bundle = {
      $id: `urn:agentwire:${protocol.name}`,
      title: protocol.title,
      description: protocol.summary,
      'x-close-codes': Object.values(protocol.closes),
      $defs: Object.fromEntries(
        [...definitions].map(([path, schema]) => [path.replaceAll('/', '.'), schema]),
      ),
    }
    add(`${protocol.name}/${protocol.name}`, bundle)
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
  return `${JSON.stringify(withPortablePatterns(schema), null, 2)}\n`
}
