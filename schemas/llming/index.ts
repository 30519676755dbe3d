import { defineProtocol } from '../protocol.ts'
import { closes } from './closes.ts'
import { operations, settings } from './control.ts'
import { endpoints } from './endpoints.ts'
import { formats } from './formats.ts'
import { frames } from './frames.ts'
import { limits } from './limits.ts'

export type { Settings } from './control.ts'
export type { Limits } from './limits.ts'

/** The `llming` protocol: sessions over one WebSocket, with a debug surface for agents and tools. */
export const llming = defineProtocol({
  name: 'llming',
  title: 'llming',
  summary:
    'A browser and a backend talk over one WebSocket per session; tools inspect and command it over HTTP and MCP.',
  capabilities: {
    ws: 'sessions over WebSocket; every target has it',
    tokens: 'signed session and identity tokens',
    'static-client': 'serves the browser client',
    debug: 'the HTTP surface for inspection and injection',
    commands: 'declared commands over HTTP',
    'mcp-http': 'commands as MCP tools over HTTP/SSE',
    'mcp-stdio': 'commands as MCP tools over standard input and output',
    replay: 'delivers messages that were pushed while no connection was open',
    'handshake-token': "demands the session's own cookie on the WebSocket handshake",
  },
  limits,
  frames,
  closes,
  endpoints,
  formats,
  operations,
  settings,
})
