import type { Connection } from '../../../reference/llming/connection.ts'
import type { Outcome } from '../../../reference/llming/controller.ts'
import { parts } from '../../../reference/llming/server.ts'
import type { Session } from '../../../reference/llming/session.ts'
import type { JsonObject } from '../../../schemas/json.ts'
import type { Limits } from '../../../schemas/llming/index.ts'
import type { Defect } from '../defect.ts'

export const liveness: Defect[] = [
  {
    name: 'ack-with-id',
    does: 'echoes the id of a heartbeat in its ack',
    breaks: ['llming/liveness/heartbeat-acked'],
    parts: {
      Controller: class extends parts.Controller {
        override async handleMessage(message: JsonObject, origin: Connection | undefined): Promise<Outcome> {
          if (message.type !== 'heartbeat' || !('_req_id' in message))
            return super.handleMessage(message, origin)
          this.sendOn(origin, { type: 'heartbeat_ack', _req_id: message._req_id })
          return 'handled'
        }
      },
    },
  },
  {
    name: 'silent-sessions-kept',
    does: 'never removes a session that has a connection',
    breaks: ['llming/liveness/silent-session-removed', 'llming/liveness/silent-socket-closed'],
    parts: {
      SessionRegistry: class extends parts.SessionRegistry {
        protected override expired(session: Session, now: number, limits: Limits): boolean {
          return !session.connection && super.expired(session, now, limits)
        }
      },
    },
  },
  {
    name: 'silent-sessions-removed-early',
    does: 'removes a silent session after half the time',
    breaks: ['llming/liveness/silent-session-removed'],
    parts: {
      SessionRegistry: class extends parts.SessionRegistry {
        protected override expired(session: Session, now: number, limits: Limits): boolean {
          return super.expired(session, now, { ...limits, heartbeatTtlMs: limits.heartbeatTtlMs / 2 })
        }
      },
    },
  },
  {
    name: 'silence-closed-with-1001',
    does: 'closes a silent connection with 1001',
    breaks: ['llming/liveness/silent-socket-closed'],
    wire: {
      close: close => (close.reason === 'Heartbeat timeout' ? { ...close, code: 1001 } : close),
    },
  },
]
