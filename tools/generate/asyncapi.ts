import type { Endpoint, Frame, Protocol, Side } from '../../schemas/protocol.ts'
import { wireDefinitions } from './definitions.ts'
import { opensSocket } from './openapi.ts'
import { withPortablePatterns } from './portable-pattern.ts'
import { nameOf, Shapes } from './shapes.ts'

/** The WebSockets of a protocol as AsyncAPI 3.0, seen from the server; `undefined` if it has none. */
export function asyncApi(protocol: Protocol, version: string): object | undefined {
  const sockets = Object.entries(protocol.endpoints).filter(([, endpoint]) => opensSocket(endpoint))
  const frames = Object.entries(protocol.frames)
  if (sockets.length === 0) {
    if (frames.length > 0) throw new Error(`${protocol.name} has frames, but no endpoint that answers 101`)
    return undefined
  }
  const shapes = new Shapes(wireDefinitions(protocol), '#/components/schemas/')
  const messages = Object.fromEntries(
    frames.map(([name, frame]) => [nameOf(name), message(name, frame, shapes)]),
  )
  const channels = Object.fromEntries(
    sockets.map(([name, endpoint]) => [name, channel(name, endpoint, protocol, shapes)]),
  )
  return {
    asyncapi: '3.0.0',
    info: {
      title: protocol.title,
      version,
      description: protocol.summary,
      license: { name: 'MIT', url: 'https://opensource.org/license/mit' },
    },
    defaultContentType: 'application/json',
    channels,
    operations: Object.fromEntries(
      sockets.flatMap(([name]) => [
        [`${name}.receive`, operation(name, 'receive', 'client', protocol)],
        [`${name}.send`, operation(name, 'send', 'server', protocol)],
      ]),
    ),
    components: { schemas: shapes.used(), messages },
  }
}

function message(name: string, { summary, from, requirement }: Frame, shapes: Shapes): object {
  return {
    name,
    title: name,
    summary,
    contentType: 'application/json',
    payload: shapes.reference(`frames/${name}`),
    'x-direction': from === 'client' ? 'client-to-server' : 'server-to-client',
    'x-requirement': requirement,
  }
}

function channel(name: string, endpoint: Endpoint, protocol: Protocol, shapes: Shapes): object {
  const { path, summary, requirement, query, headers, responses } = endpoint
  const parameters = [...path.matchAll(/\{(\w+)\}/g)].map(([, parameter]) => [parameter, {}])
  const refusals = Object.entries(responses).filter(([status]) => status !== '101')
  const handshake = { ...(query && { query }), ...(headers && { headers }) }
  return {
    address: path,
    title: name,
    summary,
    ...(parameters.length > 0 ? { parameters: Object.fromEntries(parameters) } : {}),
    messages: Object.fromEntries(
      Object.keys(protocol.frames).map(frame => [
        nameOf(frame),
        { $ref: `#/components/messages/${nameOf(frame)}` },
      ]),
    ),
    bindings: {
      ws: { method: 'GET', ...withPortablePatterns(handshake), bindingVersion: '0.1.0' },
    },
    'x-requirement': requirement,
    'x-close-codes': Object.entries(protocol.closes).map(([cause, close]) => ({ cause, ...close })),
    'x-refusals': Object.fromEntries(
      refusals.map(([status, schema]) => [
        status,
        schema ? shapes.reference(`endpoints/${name}.response-${status}`) : null,
      ]),
    ),
  }
}

function operation(channelName: string, action: 'send' | 'receive', from: Side, protocol: Protocol): object {
  const names = Object.keys(protocol.frames).filter(name => protocol.frames[name]?.from === from)
  return {
    action,
    channel: { $ref: `#/channels/${channelName}` },
    summary: `What the ${from} sends.`,
    messages: names.map(name => ({ $ref: `#/channels/${channelName}/messages/${nameOf(name)}` })),
  }
}
