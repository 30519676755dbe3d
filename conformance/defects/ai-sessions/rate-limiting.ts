import { parts } from '../../../reference/ai-sessions/server.ts'
import type { AgentSession } from '../../../reference/ai-sessions/session.ts'
import type { User } from '../../../reference/ai-sessions/users.ts'
import { SlidingWindow } from '../../../reference/core/sliding-window.ts'
import type { Defect } from '../defect.ts'
import { outgoing, type Tamper } from '../tamper.ts'
import { otherStatus } from './wires.ts'

const create = /^POST \/v1\/sessions$/
const createProfile = /^POST \/v1\/profiles$/
const fakeSession = { session: { id: 'fake', status: 'running', created_at: '2026-01-01T00:00:00Z' } }

export const rateLimiting: Defect[] = [
  {
    name: 'sessions-without-cap',
    does: 'makes as many sessions as somebody wants',
    breaks: ['ai-sessions/rate-limiting/session-cap-409'],
    wire: otherStatus(create, 409, 201, fakeSession),
  },
  {
    name: 'session-cap-403',
    does: 'answers a session too many with 403',
    breaks: ['ai-sessions/rate-limiting/session-cap-409'],
    wire: otherStatus(create, 409, 403),
  },
  {
    name: 'slots-stay-taken',
    does: 'counts sessions that have ended, once the cap was met',
    breaks: ['ai-sessions/rate-limiting/ended-session-frees-slot'],
    wire: stays(create, 409),
  },
  {
    name: 'profile-cap-400',
    does: 'answers a profile too many with 400',
    breaks: ['ai-sessions/rate-limiting/profile-cap-409'],
    wire: otherStatus(createProfile, 409, 400),
  },
  {
    name: 'rates-503',
    does: 'answers what is above a rate with 503',
    breaks: ['ai-sessions/rate-limiting/rest-rates-429'],
    wire: otherStatus(/^POST /, 429, 503),
  },
  {
    name: 'rates-for-ever',
    does: 'never takes calls again of somebody who was above a rate',
    breaks: ['ai-sessions/rate-limiting/rest-rates-429'],
    wire: stays(/^POST /, 429),
  },
  {
    name: 'frame-rates-untold',
    does: 'drops frames above a rate without a word',
    breaks: ['ai-sessions/rate-limiting/frame-rates-reported'],
    wire: outgoing(frame =>
      frame.type === 'error' && JSON.stringify(frame.payload).includes('rate_limited') ? [] : undefined,
    ),
  },
  {
    name: 'frame-rates-called-slow-down',
    does: 'gives what is above a rate the code slow_down',
    breaks: ['ai-sessions/rate-limiting/frame-rates-reported'],
    wire: { toClient: text => [text.replace('"rate_limited"', '"slow_down"')] },
  },
  {
    name: 'ended-sessions-count',
    does: 'counts sessions that have ended',
    breaks: ['ai-sessions/rate-limiting/ended-session-frees-slot'],
    parts: {
      SessionBook: class extends parts.SessionBook {
        protected override live(user: User): AgentSession[] {
          return this.of(user)
        }
      },
    },
  },
  {
    name: 'session-cap-one-late',
    does: 'lets a user have one session too many',
    breaks: ['ai-sessions/rate-limiting/session-cap-409'],
    parts: {
      SessionBook: class extends parts.SessionBook {
        protected override live(user: User): AgentSession[] {
          return super.live(user).slice(1)
        }
      },
    },
  },
  {
    name: 'cap-checked-late',
    does: 'leaves a session behind that it refuses for the cap',
    breaks: ['ai-sessions/lifecycle/refused-create-leaves-nothing'],
    parts: {
      SessionBook: class extends parts.SessionBook {
        #late = false
        override create(...of: Parameters<InstanceType<typeof parts.SessionBook>['create']>): AgentSession {
          try {
            return super.create(...of)
          } catch (error) {
            this.#late = true
            super.create(...of)
            throw error
          } finally {
            this.#late = false
          }
        }
        protected override live(user: User): AgentSession[] {
          return this.#late ? [] : super.live(user)
        }
      },
    },
  },
  {
    name: 'profiles-without-cap',
    does: 'makes as many profiles as somebody wants',
    breaks: ['ai-sessions/rate-limiting/profile-cap-409'],
    parts: {
      ProfileBook: class extends parts.ProfileBook {
        constructor(options: ConstructorParameters<typeof parts.ProfileBook>[0]) {
          super({ ...options, limits: { ...options.limits, maxProfiles: 1_000 } })
        }
      },
    },
  },
  {
    name: 'rest-rates-unlimited',
    does: 'takes calls as fast as they come',
    breaks: ['ai-sessions/rate-limiting/rest-rates-429'],
    parts: {
      UserBook: class extends parts.UserBook {
        protected override mustBeInTime(): void {}
      },
    },
  },
  {
    name: 'prompts-unlimited',
    does: 'takes prompts as fast as they come',
    breaks: ['ai-sessions/rate-limiting/frame-rates-reported'],
    parts: {
      AgentSession: class extends parts.AgentSession {
        override readonly prompts = new SlidingWindow(1_000, 1)
      },
    },
  },
]

/** Once a user has had this answer, he gets it always. */
function stays(where: RegExp, status: number): Tamper {
  const refused = new Map<string, string>()
  return {
    async fetch(request, pass) {
      const { pathname } = new URL(request.url)
      const line = `${request.method} ${pathname}`
      if (!where.test(line)) return pass(request)
      const who = `${line} ${request.headers.get('authorization')}`
      const before = refused.get(who)
      if (before !== undefined)
        return new Response(before, { status, headers: { 'content-type': 'application/json' } })
      const response = await pass(request)
      if (response?.status === status) refused.set(who, await response.clone().text())
      return response
    },
  }
}
