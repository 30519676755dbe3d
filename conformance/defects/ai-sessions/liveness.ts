import { parts } from '../../../reference/ai-sessions/server.ts'
import type { KeepAliveOptions } from '../../../reference/core/keep-alive.ts'
import type { Defect } from '../defect.ts'
import { otherSocket } from './wires.ts'

export const liveness: Defect[] = [
  {
    name: 'no-pings',
    does: 'sends no pings',
    breaks: ['ai-sessions/liveness/server-pings'],
    wire: otherSocket(() => ({ ping() {} })),
  },
  {
    name: 'pings-once',
    does: 'sends one ping only',
    breaks: ['ai-sessions/liveness/server-pings'],
    wire: otherSocket(socket => {
      let sent = 0
      return {
        ping() {
          if (++sent === 1) socket.ping()
        },
      }
    }),
  },
  {
    name: 'silent-clients-kept',
    does: 'keeps a client that does not say anything',
    breaks: ['ai-sessions/liveness/silent-client-closed'],
    wire: otherSocket(socket => ({
      close(code, reason) {
        if (code !== 4101) socket.close(code, reason)
      },
    })),
  },
  {
    name: 'heartbeats-unknown',
    does: 'does not know heartbeats',
    breaks: ['ai-sessions/liveness/heartbeats-keep-open'],
    wire: { toServer: text => [text.replace('"heartbeat"', '"heart"')] },
  },
  {
    name: 'prompts-only',
    does: 'takes nothing but prompts for a sign of life',
    breaks: ['ai-sessions/liveness/heartbeats-keep-open', 'ai-sessions/liveness/pongs-keep-open'],
    wire: {
      handler: handler => ({
        text(data) {
          if (!data.includes('"heartbeat"')) handler.text(data)
        },
        beat() {},
      }),
    },
  },
  {
    name: 'pongs-do-not-count',
    does: 'does not take pongs for a sign of life',
    breaks: ['ai-sessions/liveness/pongs-keep-open'],
    wire: { handler: () => ({ beat() {} }) },
  },
  {
    name: 'silent-clients-closed-early',
    does: 'closes a silent client after half of the time',
    breaks: ['ai-sessions/liveness/silent-client-closed'],
    parts: keepAlive(({ silenceMs, ...options }) => ({ ...options, silenceMs: silenceMs / 2 })),
  },
  {
    name: 'silent-clients-closed-late',
    does: 'closes a silent client after twice the time',
    breaks: ['ai-sessions/liveness/silent-client-closed'],
    parts: keepAlive(({ silenceMs, ...options }) => ({ ...options, silenceMs: silenceMs * 2 })),
  },
  {
    name: 'pings-rare',
    does: 'pings half as often as it says',
    breaks: ['ai-sessions/liveness/server-pings'],
    parts: keepAlive(({ pingIntervalMs, ...options }) => ({
      ...options,
      pingIntervalMs: pingIntervalMs * 2,
    })),
  },
]

function keepAlive(change: (options: KeepAliveOptions) => KeepAliveOptions): object {
  return {
    KeepAlive: class extends parts.KeepAlive {
      constructor(options: KeepAliveOptions) {
        super(change(options))
      }
    },
  }
}
