import { parts } from '../../../reference/ai-sessions/server.ts'
import type { ServerSocket, SocketHandler } from '../../../reference/core/service.ts'
import type { Defect } from '../defect.ts'
import { outgoing } from '../tamper.ts'
import { payloads } from './framing.ts'
import { changedSocket, otherSocket } from './wires.ts'

/** Defects of turns, and of the end of a session as its socket sees it. */
export const turns: Defect[] = [
  {
    name: 'results-twice',
    does: 'ends a turn twice',
    breaks: ['ai-sessions/lifecycle/turn-ends-with-result'],
    wire: outgoing(frame => (frame.type === 'result' ? [frame, frame] : undefined)),
  },
  {
    name: 'no-results',
    does: 'does not say that a turn has ended',
    breaks: ['ai-sessions/lifecycle/turn-ends-with-result'],
    wire: outgoing(frame => (frame.type === 'result' ? [] : undefined)),
  },
  {
    name: 'result-first',
    does: 'sends the result of a turn before what comes last in it',
    breaks: ['ai-sessions/lifecycle/turn-ends-with-result'],
    wire: otherSocket(socket => {
      let held: string | undefined
      return {
        send(text) {
          const before = held
          held = text.includes('"type":"assistant"') ? text : undefined
          if (held !== undefined) return before === undefined ? undefined : socket.send(before)
          if (text.includes('"type":"result"')) socket.send(text)
          if (before !== undefined) socket.send(before)
          if (!text.includes('"type":"result"')) socket.send(text)
        },
      }
    }),
  },
  {
    name: 'tool-ids-alike',
    does: 'gives every use of a tool the same id',
    breaks: ['ai-sessions/lifecycle/tool-result-matches-use'],
    wire: outgoing(({ payload, ...frame }) => {
      if (frame.type === 'tool_use') return [{ ...frame, payload: { ...(payload as object), id: 'tool' } }]
      if (frame.type !== 'tool_result') return undefined
      return [{ ...frame, payload: { ...(payload as object), tool_use_id: 'tool' } }]
    }),
  },
  {
    name: 'tool-results-lost-ids',
    does: 'gives the result of a tool an id of its own',
    breaks: ['ai-sessions/lifecycle/tool-result-matches-use'],
    wire: payloads('tool_result', payload => ({
      ...payload,
      tool_use_id: `r-${String(payload.tool_use_id)}`,
    })),
  },
  {
    name: 'answers-one-late',
    does: 'handles a prompt when the next one comes',
    breaks: ['ai-sessions/lifecycle/turns-in-order'],
    wire: { handler: handler => oneLate(handler) },
  },
  {
    name: 'interrupts-ignored',
    does: 'does not listen to interrupts',
    breaks: ['ai-sessions/lifecycle/interrupt-ends-turn'],
    wire: { toServer: text => (text.includes('"interrupt"') ? [] : [text]) },
  },
  {
    name: 'interrupts-close',
    does: 'closes the connection at an interrupt',
    breaks: ['ai-sessions/lifecycle/interrupt-keeps-session'],
    wire: {
      handler: (handler, socket) => ({
        text(data) {
          handler.text(data)
          if (isInterrupt(data)) socket()?.close(1000, 'interrupted')
        },
      }),
    },
  },
  {
    name: 'prompt-after-interrupt-lost',
    does: 'does not listen to the prompt after an interrupt',
    breaks: ['ai-sessions/lifecycle/interrupt-keeps-session'],
    wire: { handler: handler => losesNextPrompt(handler) },
  },
  {
    name: 'crashes-untold',
    does: 'takes no notice of a crash of the agent',
    breaks: ['ai-sessions/lifecycle/crash-ends-session'],
    wire: { toServer: text => [text.replace('"text":"crash"', '"text":"sleep 1"')] },
  },
  {
    name: 'prompts-after-the-end',
    does: 'goes on with a prompt that comes with the end of a session',
    breaks: ['ai-sessions/lifecycle/ended-session-takes-no-prompt'],
    wire: { handler: handler => answersAfterEnd(handler) },
  },
  {
    name: 'session-end-twice',
    does: 'sends session_end twice',
    breaks: ['ai-sessions/lifecycle/one-session-end', 'ai-sessions/lifecycle/session-end-is-last'],
    wire: outgoing(frame => (frame.type === 'session_end' ? [frame, frame] : undefined)),
  },
  {
    name: 'no-session-end',
    does: 'closes without session_end',
    breaks: ['ai-sessions/lifecycle/one-session-end'],
    wire: outgoing(frame => (frame.type === 'session_end' ? [] : undefined)),
  },
  {
    name: 'session-end-without-reason',
    does: 'does not say why a session has ended',
    breaks: ['ai-sessions/lifecycle/one-session-end'],
    wire: payloads('session_end', ({ reason, ...payload }) => payload),
  },
  {
    name: 'status-after-the-end',
    does: 'sends another frame after session_end',
    breaks: ['ai-sessions/lifecycle/session-end-is-last'],
    wire: outgoing(frame =>
      frame.type === 'session_end'
        ? [frame, { ...frame, type: 'session_status', payload: { status: 'ended' } }]
        : undefined,
    ),
  },
  {
    name: 'open-after-the-end',
    does: 'leaves the connection open after session_end',
    breaks: ['ai-sessions/lifecycle/session-end-is-last'],
    wire: otherSocket(socket => ({
      close(code, reason) {
        if (code !== 4100) socket.close(code, reason)
      },
    })),
  },
  {
    name: 'end-closed-with-1000',
    does: 'closes with 1000 after session_end',
    breaks: ['ai-sessions/lifecycle/close-code-tells-cause'],
    wire: { close: ({ code, reason }) => ({ code: code === 4100 ? 1000 : code, reason }) },
  },
  {
    name: 'silence-closed-with-1008',
    does: 'closes with 1008 for silence',
    breaks: ['ai-sessions/lifecycle/close-code-tells-cause'],
    wire: { close: ({ code, reason }) => ({ code: code === 4101 ? 1008 : code, reason }) },
  },
  {
    name: 'interrupt-ends-session',
    does: 'ends the session at an interrupt',
    breaks: ['ai-sessions/lifecycle/interrupt-keeps-session'],
    parts: {
      AgentSession: class extends parts.AgentSession {
        override interrupt(): void {
          super.interrupt()
          this.end('interrupted')
        }
      },
    },
  },
  {
    name: 'agent-goes-on-after-interrupt',
    does: 'ends a turn at an interrupt, and lets the agent go on',
    breaks: ['ai-sessions/lifecycle/interrupt-ends-turn'],
    parts: {
      AgentSession: class extends parts.AgentSession {
        protected override async turn(text: string) {
          const result = await super.turn(text)
          const [, said] = /say (\S+)$/.exec(text) ?? []
          const late = () => this.emit('assistant', { content: [{ type: 'text', text: said }] })
          if (result?.summary === 'interrupted' && said !== undefined) this.options.clock.after(1_000, late)
          return result
        }
      },
    },
  },
]

function oneLate(handler: SocketHandler): Partial<SocketHandler> {
  let waiting: string | undefined
  return {
    text(data) {
      if (!data.includes('"prompt"')) return handler.text(data)
      const before = waiting
      waiting = data
      if (before !== undefined) handler.text(before)
    },
  }
}

function isInterrupt(text: string): boolean {
  return text.includes('"interrupt"')
}

function losesNextPrompt(handler: SocketHandler): Partial<SocketHandler> {
  let interrupted = false
  return {
    text(data) {
      const lost = interrupted && data.includes('"prompt"')
      interrupted = isInterrupt(data)
      if (!lost) handler.text(data)
    },
  }
}

/** The connection stays open, and whoever asks for it hears what he wants to hear. */
function answersAfterEnd(handler: SocketHandler): Partial<SocketHandler> {
  let open: ServerSocket | undefined
  let ended = false
  return {
    opened(socket) {
      open = socket
      handler.opened(
        changedSocket(socket, {
          send(text) {
            if (text.includes('"session_end"')) ended = true
            socket.send(text)
          },
          close(code, reason) {
            if (code !== 4100) socket.close(code, reason)
          },
        }),
      )
    },
    text(data) {
      const said = /"text":"say ([^"]+)"/.exec(data)?.[1]
      if (!ended || said === undefined) return handler.text(data)
      const payload = { content: [{ type: 'text', text: said }] }
      open?.send(JSON.stringify({ type: 'assistant', timestamp: new Date().toISOString(), payload }))
    },
  }
}
