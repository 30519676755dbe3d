import type { ShapeVector } from '../../schemas/kit/vectors.ts'
import type { Endpoint, Frame, Side } from '../../schemas/protocol.ts'
import { table } from '../generate/markdown.ts'
import type { Facts } from './facts.ts'
import { code, link, type Page, places, prose } from './pages.ts'
import { shape } from './shape.ts'

/** The table of a protocol's frames, and below it a page for each. */
export function framePages({ name, protocol, vectors }: Facts): Page {
  const path = places.frames(name)
  const frames = Object.entries(protocol.frames)
  return {
    path,
    name: 'frames',
    markdown: `# Frames of ${name}\n\n${frameTable(path, name, frames)}`,
    children: frames.map(([frame, declared]) => ({
      path: places.frame(name, frame),
      name: frame,
      markdown: framePage(name, frame, declared, vectors.get(`frames/${frame}`) ?? []),
    })),
  }
}

/** Which frames there are, with links from a page to theirs. */
export function frameTable(
  path: string,
  profile: string,
  frames: readonly (readonly [string, Frame])[],
): string {
  const rows = frames.map(([name, { from, summary }]) => [
    link(path, code(name), places.frame(profile, name)),
    direction(from),
    prose(summary),
  ])
  return table(['frame', 'direction', 'meaning'], rows)
}

/** The table of a protocol's endpoints, and below it a page for each. */
export function endpointPages({ name, protocol, vectors }: Facts): Page {
  const path = places.endpoints(name)
  const endpoints = Object.entries(protocol.endpoints)
  return {
    path,
    name: 'endpoints',
    markdown: `# Endpoints of ${name}\n\n${endpointTable(path, name, endpoints)}`,
    children: endpoints.map(([endpoint, declared]) => ({
      path: places.endpoint(name, endpoint),
      name: endpoint,
      markdown: endpointPage(
        name,
        endpoint,
        declared,
        part => vectors.get(`endpoints/${endpoint}.${part}`) ?? [],
      ),
    })),
  }
}

/** Which endpoints there are, with links from a page to theirs. */
export function endpointTable(
  path: string,
  profile: string,
  endpoints: readonly (readonly [string, Endpoint])[],
): string {
  const rows = endpoints.map(([name, endpoint]) => [
    link(path, code(name), places.endpoint(profile, name)),
    code(`${endpoint.method} ${endpoint.path}`),
    Object.keys(endpoint.responses).join(', '),
    prose(endpoint.summary),
  ])
  return table(['endpoint', 'request', 'statuses', 'meaning'], rows)
}

/** Who speaks to whom. */
export function direction(from: Side): string {
  return from === 'client' ? 'client → server' : 'server → client'
}

function framePage(
  profile: string,
  name: string,
  { from, summary, requirement, schema }: Frame,
  vectors: readonly ShapeVector[],
): string {
  const path = places.frame(profile, name)
  return [
    `# ${prose(name)}`,
    `A frame of ${link(path, profile, places.profile(profile))}, **${direction(from)}**.`,
    prose(summary),
    stated(path, requirement),
    shape(schema, vectors, '##'),
  ].join('\n\n')
}

function endpointPage(
  profile: string,
  name: string,
  endpoint: Endpoint,
  vectors: (part: string) => readonly ShapeVector[],
): string {
  const path = places.endpoint(profile, name)
  const { method, path: route, summary, requirement, headers, query, body, responses } = endpoint
  const parts = [
    ['Headers of the request', 'request-headers', headers],
    ['Query of the request', 'request-query', query],
    ['Body of the request', 'request-body', body],
    ...Object.entries(responses).map(
      ([status, schema]) => [`Response ${status}`, `response-${status}`, schema] as const,
    ),
  ] as const
  return [
    `# ${prose(name)}`,
    `An endpoint of ${link(path, profile, places.profile(profile))}: **${code(`${method} ${route}`)}**.`,
    prose(summary),
    stated(path, requirement),
    ...parts.flatMap(([title, part, schema]) => {
      if (schema === undefined) return []
      return [`## ${title}`, schema === null ? 'The body is not JSON.' : shape(schema, vectors(part), '###')]
    }),
  ].join('\n\n')
}

function stated(path: string, requirement: readonly string[]): string {
  const links = requirement.map(id => `- ${link(path, id, places.requirement(id))}`)
  return `Its shape is stated by\n\n${links.join('\n')}`
}
