import { defineProtocol } from '../protocol.ts'
import { closes } from './closes.ts'
import { operations, settings } from './control.ts'
import { endpoints } from './endpoints.ts'
import { formats } from './formats.ts'
import { frames } from './frames.ts'
import { limits } from './limits.ts'

export type { Actor, Settings } from './control.ts'
export type { HistoryItem, LogEntry, Thread, User } from './endpoints.ts'
export { Inbound, Outbound } from './envelope.ts'
export { Claims } from './formats.ts'
export type { Limits } from './limits.ts'
export { AuthDecision, AuthRequest, AuthStatus, MonitorEvent, SystemLog } from './payloads.ts'

/** The `hub` protocol: humans, agents and one butler, joined by routed JSON messages. */
export const hub = defineProtocol({
  name: 'hub',
  title: 'hub',
  summary:
    'Humans, agents and one butler hold WebSockets to a hub, which routes their messages and asks before an agent is commanded.',
  capabilities: {
    ws: 'routed messages over WebSocket; every target has it',
    mint: "the tester knows the hub's secret and issuer, and can make tokens with chosen claims",
    'agent-token': 'agents may connect with opaque API tokens',
    rest: 'the HTTP endpoints',
    threads: 'threads of messages over HTTP',
    'butler-socket': "a connection with the butler's token is accepted and gets the butler's messages",
    'butler-hook': 'the butler is scripted, so that the flow of confirming can be driven',
    restart: 'the hub can be stopped in an orderly manner and started again on what it has stored',
    logs: 'what the hub writes to its log can be read',
    stall: "a user's connection can be treated as if its peer had stopped reading",
  },
  limits,
  frames,
  closes,
  endpoints,
  formats,
  operations,
  settings,
})
