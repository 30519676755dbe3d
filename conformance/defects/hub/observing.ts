import type { Connection } from '../../../reference/hub/connection.ts'
import { parts } from '../../../reference/hub/server.ts'
import type { Outbound } from '../../../schemas/hub/envelope.ts'
import type { MonitorEvent } from '../../../schemas/hub/payloads.ts'
import type { Defect } from '../defect.ts'

type Roles = { sender: string; target: string }

/** A hub with its own mind about what is worth an event. */
function watching(
  agentOf: (frame: Outbound, roles: Roles, rightly: number | undefined) => number | undefined,
) {
  return {
    Monitor: class extends parts.Monitor {
      protected override agentOf(frame: Outbound): number | undefined {
        const roles = { sender: frame.sender_role, target: this.options.roleOf(frame.target_id ?? 0) ?? '' }
        return agentOf(frame, roles, super.agentOf(frame))
      }
    },
  }
}

/** A hub that tells others. */
function watchedBy(watchers: (everybody: Connection[], rightly: Connection[]) => Connection[]) {
  return {
    Monitor: class extends parts.Monitor {
      protected override watchers(): Connection[] {
        return watchers([...this.options.roster.all()], super.watchers())
      }
    },
  }
}

/** A hub that tells something else. */
function describing(change: (event: MonitorEvent, frame: Outbound) => Partial<MonitorEvent>) {
  return {
    Monitor: class extends parts.Monitor {
      protected override event(frame: Outbound, agentId: number): MonitorEvent {
        const event = super.event(frame, agentId)
        return { ...event, ...change(event, frame) }
      }
    },
  }
}

const roleOf = ({ identity }: Connection) => identity.role

export const observing: Defect[] = [
  {
    name: 'agents-unwatched',
    does: 'shows what the butler says, but not what agents answer',
    breaks: ['hub/observing/butler-agent-chat-causes-event'],
    parts: watching((_, { sender }, rightly) => (sender === 'AGENT' ? undefined : rightly)),
  },
  {
    name: 'butler-unwatched',
    does: 'shows what agents say, but not the butler',
    breaks: ['hub/observing/butler-agent-chat-causes-event'],
    parts: watching((_, { sender }, rightly) => (sender === 'BUTLER' ? undefined : rightly)),
  },
  {
    name: 'commands-unwatched',
    does: 'does not show what the butler orders by itself',
    breaks: ['hub/observing/butler-agent-chat-causes-event'],
    parts: watching(({ payload }, _, rightly) =>
      String(payload).startsWith('[DIRECTIVE]') ? undefined : rightly,
    ),
  },
  {
    name: 'absent-agents-unwatched',
    does: 'shows nothing that an agent has not got',
    breaks: ['hub/observing/event-when-agent-offline'],
    parts: {
      Monitor: class extends parts.Monitor {
        protected override agentOf(frame: Outbound): number | undefined {
          const agentId = super.agentOf(frame)
          return agentId !== undefined && this.options.roster.of(agentId) ? agentId : undefined
        }
      },
    },
  },
  {
    name: 'one-admin-watches',
    does: 'tells one administrator only',
    breaks: ['hub/observing/event-to-every-admin'],
    parts: watchedBy((_, rightly) => rightly.slice(0, 1)),
  },
  {
    name: 'events-twice',
    does: 'tells administrators twice of what agents say',
    breaks: ['hub/observing/event-to-every-admin'],
    parts: {
      Monitor: class extends parts.Monitor {
        override observe(frame: Outbound): void {
          super.observe(frame)
          if (frame.sender_role === 'AGENT') super.observe(frame)
        }
      },
    },
  },
  {
    name: 'operators-watch',
    does: 'takes operators for administrators',
    breaks: ['hub/observing/event-admins-only'],
    parts: watchedBy((all, rightly) => [...rightly, ...all.filter(each => roleOf(each) === 'OPERATOR')]),
  },
  {
    name: 'butler-watches',
    does: 'tells the butler as well',
    breaks: ['hub/observing/event-admins-only'],
    parts: watchedBy((all, rightly) => [...rightly, ...all.filter(each => roleOf(each) === 'BUTLER')]),
  },
  {
    name: 'agents-watch',
    does: 'tells agents as well',
    breaks: ['hub/observing/event-admins-only'],
    parts: watchedBy((all, rightly) => [...rightly, ...all.filter(each => roleOf(each) === 'AGENT')]),
  },
  {
    name: 'event-names-target',
    does: 'takes the target of a message for the agent',
    breaks: ['hub/observing/event-content'],
    parts: describing((_, { target_id = 0 }) => ({ agent_id: target_id })),
  },
  {
    name: 'event-by-butler',
    does: 'says that the butler has spoken, whoever it was',
    breaks: ['hub/observing/event-content'],
    parts: describing(() => ({ sender_role: 'BUTLER' })),
  },
  {
    name: 'event-payload-as-text',
    does: 'turns the payload of an event into text',
    breaks: ['hub/observing/event-content'],
    parts: describing(({ payload }) => ({
      payload: typeof payload === 'string' ? payload : JSON.stringify(payload),
    })),
  },
  {
    name: 'event-at-another-time',
    does: 'cuts the time of an event to whole seconds',
    breaks: ['hub/observing/event-content'],
    parts: describing(({ timestamp }) => ({ timestamp: timestamp.replace(/\.\d+/, '') })),
  },
  {
    name: 'chunks-watched',
    does: 'shows chunks as well',
    breaks: ['hub/observing/no-event-otherwise'],
    parts: {
      Monitor: class extends parts.Monitor {
        protected override agentOf(frame: Outbound): number | undefined {
          return super.agentOf(frame.type === 'CHAT_STREAM' ? { ...frame, type: 'CHAT' } : frame)
        }
      },
    },
  },
  {
    name: 'people-watched',
    does: 'shows what people say to agents',
    breaks: ['hub/observing/no-event-otherwise'],
    parts: watching(({ type, target_id }, { sender, target }, rightly) =>
      type === 'CHAT' && target === 'AGENT' && !/^(AGENT|BUTLER)$/.test(sender) ? target_id : rightly,
    ),
  },
  {
    name: 'agents-watched-among-themselves',
    does: 'shows what agents say to each other',
    breaks: ['hub/observing/no-event-otherwise'],
    parts: watching(({ type, sender_id }, { sender, target }, rightly) =>
      type === 'CHAT' && sender === 'AGENT' && target === 'AGENT' ? sender_id : rightly,
    ),
  },
  {
    name: 'agents-broadcasts-watched',
    does: 'shows what an agent says to everybody',
    breaks: ['hub/observing/no-event-otherwise'],
    parts: watching(({ type, sender_id, target_id }, { sender }, rightly) =>
      type === 'CHAT' && sender === 'AGENT' && !target_id ? sender_id : rightly,
    ),
  },
]
