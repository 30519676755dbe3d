import type { TSchema } from 'typebox'
import type { Endpoint, Operation, Protocol } from '../../schemas/protocol.ts'
import { folderOf } from './declared.ts'

/**
 * Everything of a protocol that has a shape, by its path in the folder of the protocol: frames, parts of requests and
 * responses, formats, limits and what its control API takes. Each says what it is, and how it is called.
 */
export function definitionsOf(protocol: Protocol): Map<string, TSchema> {
  return new Map([...wireDefinitions(protocol), ...testerDefinitions(protocol)])
}

/** What crosses the wire. */
export function wireDefinitions(protocol: Protocol): Map<string, TSchema> {
  const definitions = new Map<string, TSchema>()
  for (const [name, frame] of Object.entries(protocol.frames))
    definitions.set(`frames/${name}`, {
      ...frame.schema,
      title: name,
      description: frame.summary,
      'x-direction': frame.from === 'client' ? 'client-to-server' : 'server-to-client',
      'x-requirement': frame.requirement,
    })
  for (const [name, endpoint] of Object.entries(protocol.endpoints))
    for (const [part, schema] of partsOf(name, endpoint)) definitions.set(`endpoints/${name}.${part}`, schema)
  const users = [...definitions.values()]
  for (const [name, schema] of Object.entries(protocol.formats))
    definitions.set(`formats/${name}`, { title: name, ...ofUser(users, schema), ...schema })
  return identified(folderOf(protocol), definitions)
}

/** What is said of a form that says nothing of itself: what it is part of, and what states that. */
function ofUser(users: readonly TSchema[], schema: TSchema): object {
  const text = JSON.stringify(schema)
  const user = users.find(each => JSON.stringify(each).includes(text)) as Annotated | undefined
  return user ? { description: `part of ${user.title}`, 'x-requirement': user['x-requirement'] } : {}
}

type Annotated = TSchema & { title: string; 'x-requirement': readonly string[] }

/** What a tester needs besides. */
function testerDefinitions(protocol: Protocol): Map<string, TSchema> {
  const definitions = new Map<string, TSchema>()
  definitions.set('limits', {
    title: 'limits',
    description: 'The numbers that the protocol leaves to an implementation, with their defaults.',
    ...protocol.limits,
  })
  definitions.set('control/settings', {
    title: 'settings of a launch',
    description: 'What a target can be launched with.',
    ...protocol.settings,
  })
  for (const [name, schema] of operationDefinitions(protocol.operations))
    definitions.set(`control/${name}`, schema)
  return identified(folderOf(protocol), definitions)
}

/** The arguments and the result of every operation of a control API. */
export function operationDefinitions(operations: Readonly<Record<string, Operation>>): Map<string, TSchema> {
  const entries = Object.entries(operations).flatMap(([name, { arguments: args, result, summary }]) => [
    [`${name}.arguments`, { title: `${name}: arguments`, description: summary, ...args }] as const,
    [`${name}.result`, { title: `${name}: result`, description: summary, ...result }] as const,
  ])
  return new Map<string, TSchema>(entries)
}

function partsOf(name: string, endpoint: Endpoint): Map<string, TSchema> {
  const { method, path, summary, requirement, headers, query, body, responses } = endpoint
  const about = { description: summary, 'x-method': method, 'x-path': path, 'x-requirement': requirement }
  const parts = new Map<string, TSchema>()
  for (const [part, schema] of Object.entries({ headers, query, body }))
    if (schema)
      parts.set(`request-${part}`, {
        title: `${name}: ${part} of the request`,
        ...about,
        ...schema,
        'x-direction': 'client-to-server',
      })
  for (const [status, schema] of Object.entries(responses))
    if (schema)
      parts.set(`response-${status}`, {
        title: `${name}: body of the ${status} response`,
        ...about,
        ...schema,
        'x-direction': 'server-to-client',
      })
  return parts
}

function identified(folder: string, definitions: ReadonlyMap<string, TSchema>): Map<string, TSchema> {
  return new Map([...definitions].map(([path, schema]) => [path, identify(folder, path, schema)]))
}

/** A shape under the id that the place of its file gives it. */
export function identify(folder: string, path: string, schema: TSchema): TSchema {
  return { $id: schemaId(folder, path), ...schema }
}

/**
 * The id of a schema: the address of its file, if the folder of the generated schemas stood there. It names a schema
 * and serves none, so it is of a domain that belongs to nobody.
 */
export function schemaId(folder: string, path: string): string {
  return `https://agentwire.example/schemas/${folder}/${path}.json`
}
