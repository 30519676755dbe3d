import { parts } from '../../../reference/llming/server.ts'
import type { Session } from '../../../reference/llming/session.ts'
import type { Limits } from '../../../schemas/llming/index.ts'
import type { Defect } from '../defect.ts'

export const lifecycle: Defect[] = [
  {
    name: 'idle-sessions-kept',
    does: 'never removes a session without a connection',
    breaks: ['llming/lifecycle/idle-session-expires'],
    parts: {
      SessionRegistry: class extends parts.SessionRegistry {
        protected override expired(session: Session, now: number, limits: Limits): boolean {
          return session.connection !== undefined && super.expired(session, now, limits)
        }
      },
    },
  },
  {
    name: 'idle-sessions-removed-early',
    does: 'removes an idle session after half the time',
    breaks: ['llming/lifecycle/idle-session-expires'],
    parts: {
      SessionRegistry: class extends parts.SessionRegistry {
        protected override expired(session: Session, now: number, limits: Limits): boolean {
          return super.expired(session, now, { ...limits, sessionTtlMs: limits.sessionTtlMs / 2 })
        }
      },
    },
  },
  {
    name: 'idle-since-connecting',
    does: 'counts the idle time from the connect',
    breaks: ['llming/lifecycle/ttl-counted-from-disconnect'],
    parts: {
      Connection: class extends parts.Connection {
        protected override left(): void {
          this.session.slot.release(this)
        }
      },
    },
  },
  {
    name: 'failing-hook-blocks-sweep',
    does: 'ends a sweep at the first hook that fails',
    breaks: ['llming/lifecycle/hook-failure-does-not-block-expiry'],
    parts: {
      SessionRegistry: class extends parts.SessionRegistry {
        override sweep(): void {
          const now = this.options.clock.now()
          for (const session of this.all().filter(each => this.options.expired(each, now))) {
            try {
              void this.options.onExpired(session)
            } catch {
              return
            }
            this.remove(session)
          }
        }
      },
    },
  },
  {
    name: 'early-sessions-kept',
    does: 'does not sweep sessions that were there before it ran',
    breaks: ['llming/lifecycle/early-session-swept'],
    parts: {
      SessionRegistry: class extends parts.SessionRegistry {
        protected override expired(session: Session, now: number, limits: Limits): boolean {
          return session.id !== 'boot-session' && super.expired(session, now, limits)
        }
      },
    },
  },
  {
    name: 'ended-with-1001',
    does: 'closes the connection of an ended session with 1001',
    breaks: ['llming/lifecycle/ended-session-gone'],
    wire: { close: close => (close.code === 1000 ? { ...close, code: 1001 } : close) },
  },
  {
    name: 'ended-session-reconnects',
    does: 'keeps an ended session',
    breaks: ['llming/lifecycle/ended-session-gone'],
    parts: {
      SessionRegistry: class extends parts.SessionRegistry {
        override end(session: Session): void {
          super.end(session)
          this.add(session)
        }
      },
    },
  },
  {
    name: 'revoked-socket-left-open',
    does: 'forgets a revoked session without closing its connection',
    breaks: ['llming/lifecycle/revoked-socket-closed'],
    parts: {
      SessionRegistry: class extends parts.SessionRegistry {
        override revoke({ userEmail }: { userEmail?: string }): string[] {
          const matching = this.all().filter(each => userEmail !== undefined && each.userEmail === userEmail)
          for (const session of matching) this.remove(session)
          return matching.map(({ id }) => id)
        }
      },
    },
  },
  {
    name: 'revokes-all',
    does: 'revokes every session when it is given no criterion',
    breaks: ['llming/lifecycle/revoke-needs-criteria'],
    parts: {
      SessionRegistry: class extends parts.SessionRegistry {
        override revoke(criteria: { userEmail?: string }): string[] {
          if (criteria.userEmail !== undefined) return super.revoke(criteria)
          return this.all().map(session => {
            this.end(session)
            return session.id
          })
        }
      },
    },
  },
]
