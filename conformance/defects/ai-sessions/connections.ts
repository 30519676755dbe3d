import { parts } from '../../../reference/ai-sessions/server.ts'
import type { Listener, ServerFrame } from '../../../reference/ai-sessions/session.ts'
import type { ServerSocket } from '../../../reference/core/service.ts'
import type { Defect } from '../defect.ts'
import type { Tamper } from '../tamper.ts'
import { alike, bySession, changedSocket, type Line, otherSocket } from './wires.ts'

const isPrompt = (text: string) => text.includes('"prompt"')
const isAssistant = (text: string) => text.includes('"type":"assistant"')

/** Defects of routing, superseding and reconnecting: of connections that concern each other. */
export const connections: Defect[] = [
  {
    name: 'neighbours-listen',
    does: 'sends what an agent says to the connection that was opened before, too',
    breaks: ['ai-sessions/routing/frames-stay-in-session'],
    wire: neighboursListen(),
  },
  {
    name: 'neighbours-answer',
    does: 'has the agent of another session answer a prompt now and then',
    breaks: ['ai-sessions/routing/frames-stay-in-session'],
    wire: neighboursAnswer(),
  },
  {
    name: 'second-socket-refused',
    does: 'refuses a second connection to a session',
    breaks: ['ai-sessions/superseding/second-socket-served'],
    wire: bySession(
      () => ({}),
      (_, lines) =>
        lines.length > 0
          ? Response.json({ error: 'conflict', message: 'attached' }, { status: 409 })
          : undefined,
    ),
  },
  {
    name: 'second-socket-deaf',
    does: 'does not listen to a second connection of a session',
    breaks: ['ai-sessions/superseding/second-socket-served'],
    wire: bySession((line, lines) => ({
      text(data) {
        if (lines[0] === line) line.handler.text(data)
      },
    })),
  },
  {
    name: 'second-socket-ends-session',
    does: 'ends a session to which a second connection is opened',
    breaks: ['ai-sessions/superseding/second-socket-served'],
    wire: endsSession(({ length }, moment) => moment === 'opened' && length > 1),
  },
  {
    name: 'old-end-cuts-new',
    does: 'cuts all connections of a session when one has ended',
    breaks: ['ai-sessions/superseding/old-end-keeps-new'],
    wire: bySession((line, lines) => ({
      closed(code) {
        line.handler.closed(code)
        for (const other of [...lines]) other.socket?.cut()
      },
    })),
  },
  {
    name: 'old-end-silences-new',
    does: 'sends nothing more to a session when an older connection of it has ended',
    breaks: ['ai-sessions/superseding/old-end-keeps-new'],
    wire: oldEndSilencesNew(),
  },
  {
    name: 'session-ends-with-socket',
    does: 'ends a session when its connection is lost',
    breaks: ['ai-sessions/reconnecting/session-outlives-socket'],
    wire: endsSession(({ length }, moment) => moment === 'closed' && length === 0),
  },
  {
    name: 'nothing-buffered',
    does: 'loses what is made while nobody is attached',
    breaks: ['ai-sessions/reconnecting/buffered-frames-delivered'],
    wire: replayed(() => []),
  },
  {
    name: 'first-buffered-lost',
    does: 'loses the first frame that is made while nobody is attached',
    breaks: ['ai-sessions/reconnecting/buffered-frames-delivered'],
    wire: replayed(texts => texts.slice(1)),
  },
  {
    name: 'buffer-reversed',
    does: 'delivers what is newest first',
    breaks: ['ai-sessions/reconnecting/buffered-frames-in-order'],
    wire: replayed(texts => texts.toReversed()),
  },
  {
    name: 'buffer-delivered-twice',
    does: 'delivers what was missed at every reconnect',
    breaks: ['ai-sessions/reconnecting/buffered-frames-once'],
    wire: replaysAgain(),
  },
  {
    name: 'buffer-for-ever',
    does: 'keeps what was missed, however old it is',
    breaks: ['ai-sessions/reconnecting/old-buffer-dropped'],
    parts: {
      ReplayBuffer: class extends parts.ReplayBuffer {
        protected override drop(): void {}
      },
    },
  },
  {
    name: 'buffer-too-short',
    does: 'keeps what was missed for half of the window',
    breaks: ['ai-sessions/reconnecting/buffered-frames-delivered'],
    parts: {
      ReplayBuffer: class extends parts.ReplayBuffer {
        constructor(windowMs: number) {
          super(windowMs / 2)
        }
      },
    },
  },
  {
    name: 'buffer-of-one',
    does: 'keeps only the last frame that was missed',
    breaks: ['ai-sessions/reconnecting/buffered-frames-delivered'],
    parts: {
      ReplayBuffer: class extends parts.ReplayBuffer {
        override add(item: ServerFrame, madeAt: number): void {
          this.entries.length = 0
          super.add(item, madeAt)
        }
      },
    },
  },
  {
    name: 'buffer-stamped-anew',
    does: 'gives a frame that has waited the time of its delivery',
    breaks: ['ai-sessions/framing/frame-has-time'],
    parts: {
      ReplayBuffer: class extends parts.ReplayBuffer {
        override take(now: number): ServerFrame[] {
          return super.take(now).map(frame => ({ ...frame, timestamp: new Date(now).toISOString() }))
        }
      },
    },
  },
  {
    name: 'old-end-detaches-all',
    does: 'takes the end of an older connection for that of the newer one',
    breaks: ['ai-sessions/superseding/old-end-keeps-new'],
    parts: {
      AgentSession: class extends parts.AgentSession {
        override detach(): void {
          this.listeners.clear()
        }
      },
    },
  },
  {
    name: 'agent-stops-when-alone',
    does: 'interrupts the agent when nobody is attached',
    breaks: ['ai-sessions/reconnecting/buffered-frames-delivered'],
    parts: {
      AgentSession: class extends parts.AgentSession {
        override detach(listener: Listener): void {
          super.detach(listener)
          if (this.listeners.size === 0) this.interrupt()
        }
      },
    },
  },
]

/** The connection that was opened before another one. */
function neighboursListen(): Tamper {
  let newest: ServerSocket | undefined
  return otherSocket(socket => {
    const neighbour = newest
    newest = socket
    return {
      send(text) {
        socket.send(text)
        if (isAssistant(text) && neighbour?.open) neighbour.send(text)
      },
    }
  })
}

function neighboursAnswer(): Tamper {
  let newest: { text(data: string): void; open: boolean } | undefined
  return {
    handler(handler) {
      const before = newest
      const own = { text: (data: string) => handler.text(data), open: true }
      newest = own
      let prompts = 0
      return {
        text(data) {
          if (isPrompt(data) && ++prompts % 3 === 1 && before?.open) before.text(data)
          else handler.text(data)
        },
        closed(code) {
          own.open = false
          handler.closed(code)
        },
      }
    },
  }
}

/** Ends a session at an event of one of its connections. `lines` are those that are open after it. */
function endsSession(ends: (lines: Line[], moment: 'opened' | 'closed') => boolean): Tamper {
  const asking = new Map<string, (path: string) => void>()
  const act = ({ session, token }: Line) => asking.get(token)?.(session.replace(/\/ws$/, ''))
  const connections = bySession((line, lines) => ({
    opened(socket) {
      line.handler.opened(socket)
      if (ends(lines, 'opened')) act(line)
    },
    closed(code) {
      line.handler.closed(code)
      if (ends(lines, 'closed')) act(line)
    },
  }))
  return {
    ...connections,
    fetch(request, pass) {
      const token = request.headers.get('authorization')?.replace(/^Bearer /i, '')
      const same = alike(request, 'GET', '/')
      if (token !== undefined && !asking.has(token))
        asking.set(token, path => void pass(alike(same, 'DELETE', path)))
      return pass(request)
    },
  }
}

function oldEndSilencesNew(): Tamper {
  const silent = new Set<string>()
  return bySession((line, lines) => ({
    opened(socket) {
      line.handler.opened(
        changedSocket(socket, {
          send(text) {
            if (!silent.has(line.session)) socket.send(text)
          },
        }),
      )
    },
    closed(code) {
      line.handler.closed(code)
      if (lines.length > 0) silent.add(line.session)
    },
  }))
}

/** Changes what is sent at once to a client that comes back. */
function replayed(change: (texts: string[]) => string[]): Tamper {
  const known = new Set<string>()
  return bySession(line => ({
    opened(socket) {
      const isBack = known.has(line.session)
      known.add(line.session)
      if (!isBack) return line.handler.opened(socket)
      let waiting: string[] | undefined = []
      line.handler.opened(
        changedSocket(socket, {
          send(text) {
            if (waiting) waiting.push(text)
            else socket.send(text)
          },
        }),
      )
      setImmediate(() => {
        for (const text of change(waiting ?? [])) socket.send(text)
        waiting = undefined
      })
    },
  }))
}

/** Sends again what was sent at once to a client that came back before. */
function replaysAgain(): Tamper {
  const kept = new Map<string, string[]>()
  return bySession(line => ({
    opened(socket) {
      const before = kept.get(line.session) ?? []
      for (const text of before) socket.send(text)
      let waiting = true
      line.handler.opened(
        changedSocket(socket, {
          send(text) {
            if (waiting && isAssistant(text))
              kept.set(line.session, [...(kept.get(line.session) ?? []), text])
            socket.send(text)
          },
        }),
      )
      setImmediate(() => {
        waiting = false
      })
    },
  }))
}
