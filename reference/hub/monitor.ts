import type { Outbound } from '../../schemas/hub/envelope.ts'
import type { MonitorEvent } from '../../schemas/hub/payloads.ts'
import type { Connection } from './connection.ts'
import type { Exchange } from './exchange.ts'
import type { Gate } from './gate.ts'
import { plainRole } from './roles.ts'
import type { Roster } from './roster.ts'

export interface MonitorOptions {
  exchange: Exchange
  gate: Gate
  roster: Roster<Connection>
  /** Role of an account or of somebody who is connected. */
  roleOf(userId: number): string | undefined
}

/** Shows administrators what the butler and an agent say to each other. */
export class Monitor {
  protected readonly options: MonitorOptions

  constructor(options: MonitorOptions) {
    this.options = options
  }

  /** Tells every connected administrator of a frame, if it is one to be told of. */
  observe(frame: Outbound): void {
    const agentId = this.agentOf(frame)
    if (agentId === undefined) return
    const event = this.event(frame, agentId)
    for (const { identity } of this.watchers())
      this.options.exchange.publish({
        type: 'BUTLER_AGENT_MESSAGE',
        sender_id: frame.sender_id,
        sender_name: frame.sender_name,
        sender_role: frame.sender_role,
        target_id: identity.userId,
        payload: event,
        timestamp: frame.timestamp,
      })
  }

  /** The agent of a CHAT between the butler and an agent. */
  protected agentOf({ type, sender_id, sender_role, target_id = 0 }: Outbound): number | undefined {
    if (type !== 'CHAT' || target_id === 0) return undefined
    const [sender, target] = [plainRole(sender_role), plainRole(this.options.roleOf(target_id) ?? '')]
    if (sender === 'BUTLER' && target === 'AGENT') return target_id
    return sender === 'AGENT' && target === 'BUTLER' ? sender_id : undefined
  }

  protected event(frame: Outbound, agentId: number): MonitorEvent {
    return {
      agent_id: agentId,
      sender_role: plainRole(frame.sender_role) as MonitorEvent['sender_role'],
      payload: frame.payload,
      timestamp: frame.timestamp,
      type: 'CHAT',
      id: frame.id,
      sender_id: frame.sender_id,
      sender_name: frame.sender_name,
    }
  }

  protected watchers(): Connection[] {
    const { roster, gate } = this.options
    return [...roster.all()].filter(({ identity }) => gate.isAdmin(identity))
  }
}
