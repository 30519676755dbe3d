import type { Meta } from '../../schemas/kit/meta.ts'
import type { Endpoint, Protocol, Side } from '../../schemas/protocol.ts'
import { requirements } from '../../spec/registry.ts'
import { folderOf } from './declared.ts'
import { schemaId } from './definitions.ts'
import { opensSocket } from './openapi.ts'

/** What a protocol consists of, without the shapes themselves. */
export function metaOf(protocol: Protocol): Meta {
  const idOf = (kind: string, name: string) => schemaId(folderOf(protocol), `${kind}/${name}`)
  const framesOf = (from: Side) =>
    Object.entries(protocol.frames)
      .filter(([, frame]) => frame.from === from)
      .map(([name, { summary, requirement }]) => ({
        name,
        summary,
        requirement: [...requirement],
        schema: idOf('frames', name),
      }))
  return {
    format: 'agentwire-meta/1',
    profile: protocol.name,
    ...(protocol.revision === undefined ? {} : { revision: protocol.revision }),
    title: protocol.title,
    summary: protocol.summary,
    discriminator: protocol.discriminator ?? 'type',
    frames: { client: framesOf('client'), server: framesOf('server') },
    endpoints: Object.entries(protocol.endpoints).map(([name, endpoint]) =>
      endpointMeta(name, endpoint, part => idOf('endpoints', `${name}.${part}`)),
    ),
    closes: Object.entries(protocol.closes).map(([cause, close]) => ({
      cause,
      ...close,
      requirement: [...close.requirement],
    })),
    limits: Object.entries(protocol.limits.properties).map(([name, limit]) => {
      const { default: value, description } = limit as { default: unknown; description: string }
      return { name, default: value, description }
    }),
    formats: Object.keys(protocol.formats).map(name => ({ name, schema: idOf('formats', name) })),
    requirements: requirements
      .filter(({ id }) => id.startsWith(`${protocol.name}/`))
      .map(({ id, level, role }) => ({ id, level, role })),
  }
}

function endpointMeta(name: string, endpoint: Endpoint, idOf: (part: string) => string) {
  const { method, path, summary, requirement, headers, query, body, responses } = endpoint
  const parts = Object.entries({ headers, query, body }).filter(([, schema]) => schema)
  return {
    name,
    method,
    path,
    opens: opensSocket(endpoint) ? ('websocket' as const) : ('response' as const),
    summary,
    requirement: [...requirement],
    request: Object.fromEntries(parts.map(([part]) => [part, idOf(`request-${part}`)])),
    responses: Object.fromEntries(
      Object.entries(responses).map(([status, schema]) => [
        status,
        schema ? idOf(`response-${status}`) : null,
      ]),
    ),
  }
}
