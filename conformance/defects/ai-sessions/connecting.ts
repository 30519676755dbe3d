import { parts } from '../../../reference/ai-sessions/server.ts'
import type { Defect } from '../defect.ts'
import type { Tamper } from '../tamper.ts'
import { asOwner } from './wires.ts'

export const connecting: Defect[] = [
  {
    name: 'header-tokens-only',
    does: 'does not look for a token in the query',
    breaks: ['ai-sessions/connecting/query-token-opens'],
    wire: {
      upgrade: ({ url, headers }, pass) => pass({ url: url.replace(/\?.*/, ''), headers }),
    },
  },
  {
    name: 'query-tokens-only',
    does: 'does not look for a token in the header',
    breaks: ['ai-sessions/connecting/header-token-opens'],
    wire: { upgrade: ({ url }, pass) => pass({ url, headers: new Headers() }) },
  },
  {
    name: 'no-token-1008',
    does: 'closes with 1008 where there is no good token',
    breaks: ['ai-sessions/connecting/bad-token-refused'],
    wire: otherCode(4001, 1008),
  },
  {
    name: 'no-token-opens',
    does: 'opens a session without a token',
    breaks: ['ai-sessions/connecting/bad-token-refused'],
    wire: opensWithoutToken(),
  },
  {
    name: 'sessions-open-to-all',
    does: 'opens a session to whoever has any token',
    breaks: ['ai-sessions/connecting/foreign-session-refused'],
    wire: asOwner(/^UPGRADE /),
  },
  {
    name: 'foreign-session-1008',
    does: "closes with 1008 where the session is somebody else's",
    breaks: ['ai-sessions/connecting/foreign-session-refused'],
    wire: otherCode(4003, 1008),
  },
  {
    name: 'unknown-session-4003',
    does: 'closes with 4003 where there is no such session',
    breaks: ['ai-sessions/connecting/unknown-session-refused'],
    wire: otherCode(4004, 4003),
  },
  {
    name: 'unknown-session-cut',
    does: 'cuts a connection to a session that there is not',
    breaks: ['ai-sessions/connecting/unknown-session-refused'],
    wire: { close: close => (close.code === 4004 ? 'cut' : close) },
  },
  {
    name: 'starting-session-1011',
    does: 'closes with 1011 where the session is not running yet',
    breaks: ['ai-sessions/connecting/starting-session-refused'],
    wire: otherCode(4009, 1011),
  },
  {
    name: 'ended-session-unknown',
    does: 'closes with 4004 where the session has ended, without a word',
    breaks: ['ai-sessions/connecting/ended-session-answer'],
    wire: endsWithoutWord(),
  },
  {
    name: 'starting-sessions-open',
    does: 'opens a session that is not running yet',
    breaks: ['ai-sessions/connecting/starting-session-refused'],
    parts: {
      AgentSession: class extends parts.AgentSession {
        override get running(): boolean {
          return !this.over
        }
      },
    },
  },
]

function otherCode(from: number, to: number): Tamper {
  return { close: ({ code, reason }) => ({ code: code === from ? to : code, reason }) }
}

/** Whoever has opened a session before opens it for those who have no token. */
function opensWithoutToken(): Tamper {
  const known = new Map<string, string>()
  return {
    async fetch(request, pass) {
      const { pathname } = new URL(request.url)
      const token = request.headers.get('authorization')?.replace(/^Bearer /i, '')
      const response = await pass(request)
      if (token && response?.ok && /^\/v1\/sessions\/[^/]+$/.test(pathname))
        known.set(`${pathname}/ws`, token)
      return response
    },
    upgrade(request, pass) {
      const url = new URL(request.url)
      const own = url.searchParams.get('token') ?? request.headers.get('authorization')
      if (!own) url.searchParams.set('token', known.get(url.pathname) ?? '')
      return pass({ url: url.href, headers: request.headers })
    },
  }
}

/** Neither session_end nor the code that says why. */
function endsWithoutWord(): Tamper {
  return {
    toClient: text => (text.includes('"session_end"') ? [] : [text]),
    close: ({ code, reason }) => ({ code: code === 4100 ? 4004 : code, reason }),
  }
}
