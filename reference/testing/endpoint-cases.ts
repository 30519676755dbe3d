import type { TObject, TSchema } from 'typebox'
import { expect } from 'vitest'
import type { Boundary } from '../../schemas/boundaries.ts'
import type { Endpoint } from '../../schemas/protocol.ts'
import { casesOf } from './boundary-cases.ts'

const parts = ['headers', 'query', 'body'] as const

/** What a client puts into a request. */
export type Part = (typeof parts)[number]

export interface Request {
  path: string
  headers: Record<string, string>
  query: Record<string, string>
  body?: unknown
}

/** The boundaries of everything that a client puts into a request, as far as a request can carry them. */
export function endpointCases<Name extends string>(endpoints: Readonly<Record<Name, Endpoint>>) {
  return (Object.keys(endpoints) as Name[]).flatMap(name =>
    parts.flatMap(part =>
      rowsOf(endpoints[name][part])
        .filter(([, boundary]) => part === 'body' || isText(boundary, part))
        .map(([title, boundary]) => [name, part, title, boundary] as const),
    ),
  )
}

function rowsOf(schema: TSchema | undefined) {
  return schema ? casesOf(schema) : []
}

/** Headers and a query hold nothing but text: what can be tried are texts, and the absence of what is required. */
function isText({ constraint, value }: Boundary, part: 'headers' | 'query'): boolean {
  const [, keyword, name = ''] = constraint.split('/')
  if (keyword !== 'properties') return keyword === 'required'
  const text = (value as Record<string, unknown>)[name]
  return typeof text === 'string' && (part === 'query' || arrivesInHeader.test(text))
}

/** Other texts are changed on their way, or cannot be sent. */
const arrivesInHeader = /^[!-~]+( [!-~]+)*$/

/** Headers or a query that are accepted, with the member that the boundary is about at its boundary. */
function atBoundary(
  accepted: Record<string, string>,
  schema: TObject,
  { constraint, value, valid }: Boundary,
) {
  const [, keyword, name = ''] = constraint.split('/')
  if (keyword === 'properties') return { ...accepted, [name]: (value as Record<string, string>)[name] ?? '' }
  const { [(schema.required as string[])[Number(name)] ?? '']: _, ...rest } = accepted
  return valid ? accepted : rest
}

/** Sends a request with one part at a boundary, and expects that it is taken or refused accordingly. */
export async function tryEndpoint(
  base: string,
  { method, path, headers, query }: Endpoint,
  part: Part,
  boundary: Boundary,
  accepted: Partial<Request>,
): Promise<void> {
  const request: Request = { path, headers: {}, query: {}, ...accepted }
  const schema = { headers, query, body: undefined }[part]
  if (part === 'body') request.body = boundary.value
  else if (schema) request[part] = atBoundary(request[part], schema, boundary)
  const response = await fetch(`${base}${request.path}?${new URLSearchParams(request.query)}`, {
    method,
    headers: request.headers,
    body: request.body === undefined ? undefined : JSON.stringify(request.body),
  })
  await response.body?.cancel()
  const [from, to] = boundary.valid ? [200, 299] : [400, 499]
  expect(response.status).toBeGreaterThanOrEqual(from)
  expect(response.status).toBeLessThanOrEqual(to)
}
