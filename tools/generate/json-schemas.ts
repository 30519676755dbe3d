import type { TSchema } from 'typebox'
import { ControlDescription, ControlFailure, sharedOperations } from '../../schemas/control.ts'
import { protocols } from '../../schemas/index.ts'
import { Baseline, Config } from '../../schemas/kit/config.ts'
import { Event } from '../../schemas/kit/events.ts'
import { Report } from '../../schemas/kit/report.ts'
import { Vector } from '../../schemas/kit/vector.ts'
import type { Operation, Protocol } from '../../schemas/protocol.ts'

const dialect = 'https://json-schema.org/draft/2020-12/schema'

/** What the kit itself reads and writes. */
const kitFormats: Readonly<Record<string, readonly [title: string, schema: TSchema]>> = {
  baseline: ['list of known failures', Baseline],
  config: ['agentwire.config', Config],
  events: ['agentwire-events/1: one line of the stream', Event],
  report: ['agentwire-report/1', Report],
  vector: ['agentwire-vector/1', Vector],
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

function definitionsOf(protocol: Protocol): Map<string, TSchema> {
  const definitions = new Map<string, TSchema>()
  const add = (path: string, schema: TSchema, extra: object) =>
    definitions.set(path, { ...identify(protocol.name, path, schema), ...extra })
  for (const [name, frame] of Object.entries(protocol.frames))
    add(`frames/${name}`, frame.schema, {
      title: name,
      description: frame.summary,
      'x-direction': frame.from === 'client' ? 'client-to-server' : 'server-to-client',
      'x-requirement': frame.requirement,
    })
  for (const [name, endpoint] of Object.entries(protocol.endpoints)) {
    const about = {
      'x-method': endpoint.method,
      'x-path': endpoint.path,
      'x-requirement': endpoint.requirement,
    }
    const requests = { headers: endpoint.headers, query: endpoint.query, body: endpoint.body }
    for (const [part, schema] of Object.entries(requests))
      if (schema)
        add(`endpoints/${name}.request-${part}`, schema, {
          title: `${name}: ${part} of the request`,
          ...about,
        })
    for (const [status, schema] of Object.entries(endpoint.responses))
      if (schema)
        add(`endpoints/${name}.response-${status}`, schema, {
          title: `${name}: body of the ${status} response`,
          ...about,
          ...('x-requirement' in schema ? { 'x-requirement': schema['x-requirement'] } : {}),
        })
  }
  for (const [name, schema] of Object.entries(protocol.formats))
    add(`formats/${name}`, schema, { title: name })
  add('limits', protocol.limits, { title: 'limits' })
  add('control/settings', protocol.settings, { title: 'settings of a launch' })
  for (const [name, schema] of operationDefinitions(protocol.operations))
    add(`control/${name}`, schema, { title: name })
  return definitions
}

function controlDefinitions(): Map<string, TSchema> {
  const definitions = operationDefinitions(sharedOperations)
  definitions.set('description', ControlDescription)
  definitions.set('failure', ControlFailure)
  return definitions
}

function operationDefinitions(operations: Readonly<Record<string, Operation>>): Map<string, TSchema> {
  const entries = Object.entries(operations).flatMap(([name, operation]) => [
    [`${name}.arguments`, { ...operation.arguments, description: operation.summary }] as const,
    [`${name}.result`, operation.result] as const,
  ])
  return new Map<string, TSchema>(entries)
}

function identify(profile: string, path: string, schema: TSchema): TSchema {
  return { $id: `urn:agentwire:${profile}:${path.replaceAll('/', ':')}`, ...schema }
}

function print(schema: object): string {
  return `${JSON.stringify(schema, null, 2)}\n`
}
