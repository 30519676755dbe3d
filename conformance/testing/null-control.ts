import { text } from 'node:stream/consumers'
import { sharedOperations } from '../../schemas/control.ts'
import { parseJsonObject } from '../../schemas/json.ts'
import type { Protocol } from '../../schemas/protocol.ts'
import { httpServer, type TestServer } from './test-server.ts'

const account = { id: 1, username: 'u', role: 'ADMIN', token: 's.1.0', apiToken: 's' }

/** What every operation is answered with: it has something for each of them. */
const yes = {
  ...account,
  ...Object.fromEntries(
    ['admin1', 'admin2', 'member', 'custom', 'agent1', 'agent2', 'butler'].map(name => [name, account]),
  ),
  user: 'u',
  stalled: true,
  lines: [],
  sessionId: 's',
  token: 's.1.0',
  cookieName: 'c_auth',
  sent: true,
  revoked: ['s'],
  auth: 's',
  session: 's',
  identity: 's',
  resolved: 's',
}

/**
 * A control API on a port of its own, without a target behind it. It claims to offer everything, and then says yes to
 * every call, repeating what it was given, or no.
 */
export function nullControl(protocol: Protocol, answer: 'yes' | 'no'): Promise<TestServer> {
  const description = {
    format: 'agentwire-control/1',
    profile: protocol.name,
    operations: [...Object.keys(sharedOperations), ...Object.keys(protocol.operations)],
    settings: Object.keys(protocol.settings.properties),
    capabilities: Object.keys(protocol.capabilities),
  }
  return httpServer(
    async (request, response) => {
      const reply = (status: number, body: object) =>
        response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body))
      if (request.url === controlPath) return reply(200, description)
      if (answer === 'no') return reply(422, { error: 'no' })
      return reply(200, { ...yes, ...parseJsonObject(await text(request)) })
    },
    (_, socket) => socket.destroy(),
  )
}

export const controlPath = '/control'
