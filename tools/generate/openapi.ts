import { STATUS_CODES } from 'node:http'
import type { TObject, TSchema } from 'typebox'
import type { Endpoint, Protocol } from '../../schemas/protocol.ts'
import { requirements } from '../../spec/registry.ts'
import { wireDefinitions } from './definitions.ts'
import { withPortablePatterns } from './portable-pattern.ts'
import { Shapes } from './shapes.ts'

/** Whether an endpoint opens a WebSocket; then it is a channel of AsyncAPI and no operation of OpenAPI. */
export function opensSocket({ responses }: Endpoint): boolean {
  return 101 in responses
}

/** The HTTP endpoints of a protocol as OpenAPI 3.1; `undefined` if it has none. */
export function openApi(protocol: Protocol, version: string): object | undefined {
  const endpoints = Object.entries(protocol.endpoints).filter(([, endpoint]) => !opensSocket(endpoint))
  if (endpoints.length === 0) return undefined
  const shapes = new Shapes(wireDefinitions(protocol), '#/components/schemas/')
  const securitySchemes: Record<string, object> = {}
  const paths: Record<string, Record<string, object>> = {}
  for (const [name, endpoint] of endpoints) {
    const item = paths[endpoint.path] ?? {}
    item[endpoint.method.toLowerCase()] = operation(name, endpoint, shapes, securitySchemes)
    paths[endpoint.path] = item
  }
  return {
    openapi: '3.1.0',
    info: {
      title: protocol.title,
      summary: `The HTTP endpoints of the protocol ${protocol.name}`,
      description: protocol.summary,
      version,
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/', description: 'wherever the server listens' }],
    paths,
    components: { schemas: shapes.used(), securitySchemes },
  }
}

function operation(
  name: string,
  endpoint: Endpoint,
  shapes: Shapes,
  securitySchemes: Record<string, object>,
): object {
  const { path, summary, requirement, headers, query, body, responses } = endpoint
  const { parameters, security } = credentials(headers, securitySchemes)
  const all = [...pathParameters(path), ...members('query', query), ...parameters]
  return {
    operationId: name,
    summary,
    description: texts(requirement).join('\n\n'),
    'x-requirement': requirement,
    security,
    ...(all.length > 0 ? { parameters: all } : {}),
    ...(body ? { requestBody: { required: true, ...json(shapes, `endpoints/${name}.request-body`) } } : {}),
    responses: Object.fromEntries(
      Object.entries(responses).map(([status, schema]) => [
        status,
        {
          description: STATUS_CODES[status] ?? status,
          ...(schema ? json(shapes, `endpoints/${name}.response-${status}`) : {}),
        },
      ]),
    ),
  }
}

function json(shapes: Shapes, path: string): object {
  return { content: { 'application/json': { schema: shapes.reference(path) } } }
}

function pathParameters(path: string): object[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }))
}

function members(place: 'query' | 'header', schema: TObject | undefined): object[] {
  return Object.entries(schema?.properties ?? {}).map(([name, member]) => {
    const { description, ...rest } = withPortablePatterns(member) as TSchema & { description?: string }
    const required = isRequired(schema, name)
    return { name, in: place, required, ...(description ? { description } : {}), schema: rest }
  })
}

function isRequired(schema: TObject | undefined, name: string): boolean {
  return ((schema?.required ?? []) as readonly string[]).includes(name)
}

/** Headers that carry a secret are security schemes in OpenAPI; it says nothing of `authorization` as a parameter. */
function credentials(headers: TObject | undefined, schemes: Record<string, object>) {
  const security: Record<string, []>[] = []
  const others: object[] = []
  for (const parameter of members('header', headers)) {
    const { name, description, required } = parameter as {
      name: string
      description?: string
      required: boolean
    }
    const about = description ? { description } : {}
    if (name.toLowerCase() === 'authorization') schemes[name] = { type: 'http', scheme: 'bearer', ...about }
    else if (name.endsWith('-key')) schemes[name] = { type: 'apiKey', in: 'header', name, ...about }
    else {
      others.push(parameter)
      continue
    }
    security.push({ [name]: [] })
    if (!required) security.push({})
  }
  return { parameters: others, security }
}

/** The sentences of requirements. */
function texts(ids: readonly string[]): string[] {
  return ids.flatMap(id => requirements.find(each => each.id === id)?.text ?? [])
}
