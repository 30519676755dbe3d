import type { SocketHandler } from '../../../reference/core/service.ts'
import type { Identity } from '../../../reference/hub/gate.ts'
import { parts } from '../../../reference/hub/server.ts'
import type { Defect } from '../defect.ts'

/** The roles that somebody may have thought of. */
const knownRoles = ['ADMIN', 'MEMBER', 'AGENT', 'BUTLER']
/** The first byte of a close frame. */
const closeFrame = 0x88

export const connecting: Defect[] = [
  {
    name: 'known-roles-only',
    does: 'refuses people with a role that it does not know',
    breaks: ['hub/connecting/valid-token-upgrades'],
    parts: {
      Gate: class extends parts.Gate {
        override async identify(token: string): Promise<Identity | undefined> {
          const identity = await super.identify(token)
          return identity && knownRoles.includes(identity.role) ? identity : undefined
        }
      },
    },
  },
  {
    name: 'no-subprotocols',
    does: 'refuses whoever offers a subprotocol',
    breaks: ['hub/connecting/valid-token-upgrades'],
    wire: {
      upgrade: (request, pass) =>
        request.headers.get('sec-websocket-protocol') === null
          ? pass(request)
          : new Response('{"error":"no such subprotocol"}', { status: 400 }),
    },
  },
  {
    name: 'no-place-for-the-butler',
    does: 'does not let the butler connect, though it says that it does',
    breaks: ['hub/connecting/valid-token-upgrades'],
    parts: {
      Gate: class extends parts.Gate {
        override async identify(token: string): Promise<Identity | undefined> {
          const identity = await super.identify(token)
          return identity?.role === 'BUTLER' ? undefined : identity
        }
      },
    },
  },
  {
    name: 'listens-later',
    does: 'loses what a client sends at once',
    breaks: ['hub/connecting/early-frame-handled'],
    wire: { handler: handler => deafAtFirst(handler) },
  },
  {
    name: 'plain-get-is-fine',
    does: 'answers a plain GET on the path of the WebSocket with 200',
    breaks: ['hub/connecting/non-upgrade-refused'],
    wire: {
      fetch: async (request, pass) =>
        request.method === 'GET' && new URL(request.url).pathname === '/api/ws'
          ? new Response('{"message":"use a WebSocket"}')
          : pass(request),
    },
  },
  {
    name: 'short-path-too',
    does: 'opens the WebSocket on /ws, too',
    breaks: ['hub/connecting/non-upgrade-refused'],
    wire: {
      upgrade: ({ url, headers }, pass) =>
        pass({ url: url.replace('localhost/ws?', 'localhost/api/ws?'), headers }),
    },
  },
  {
    name: 'answers-twice',
    does: 'answers a plain GET on the path of the WebSocket twice',
    breaks: ['hub/connecting/plain-get-one-answer'],
    bytes: {
      toClient: bytes =>
        bytes.toString('latin1').startsWith('HTTP/1.1 400') ? Buffer.concat([bytes, bytes]) : bytes,
    },
  },
  {
    name: 'answers-too-little',
    does: 'promises more of a body than it sends',
    breaks: ['hub/connecting/plain-get-one-answer'],
    bytes: {
      toClient: bytes => {
        const text = bytes.toString('latin1')
        return text.startsWith('HTTP/1.1 401') ? Buffer.from(text.slice(0, -1), 'latin1') : bytes
      },
    },
  },
  {
    name: 'close-not-answered',
    does: 'ends the TCP connection at a close frame',
    breaks: ['hub/connecting/close-answered'],
    bytes: { toServer: bytes => (bytes[0] === closeFrame ? 'cut' : bytes) },
  },
  {
    name: 'shutdown-without-a-word',
    does: 'cuts its connections when it is stopped',
    breaks: ['hub/connecting/shutdown-close-1001'],
    wire: { close: close => (close.code === 1001 ? 'cut' : close) },
  },
]

function deafAtFirst(handler: SocketHandler): Partial<SocketHandler> {
  let listening = false
  return {
    opened(socket) {
      handler.opened(socket)
      setImmediate(() => {
        listening = true
      })
    },
    text(data) {
      if (listening) handler.text(data)
    },
  }
}
