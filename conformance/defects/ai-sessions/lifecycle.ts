import { type JsonObject, memberOf } from '../../../schemas/json.ts'
import type { Defect } from '../defect.ts'
import { outgoing, type Tamper } from '../tamper.ts'
import { alike, first, otherMembers, otherObjects, otherStatus, pretends } from './wires.ts'

const create = /^POST \/v1\/sessions$/
const one = /^GET \/v1\/sessions\/[^/]+$/
const list = /^GET \/v1\/sessions$/
const terminate = /^DELETE \/v1\/sessions\/[^/]+$/
const deleteRecord = /^DELETE \/v1\/sessions\/[^/]+\/record$/
const both = /^(GET|POST) \/v1\/sessions/

/** Defects of sessions, seen over REST. */
export const lifecycle: Defect[] = [
  {
    name: 'created-200',
    does: 'answers a creation with 200',
    breaks: ['ai-sessions/lifecycle/create-answer'],
    wire: otherStatus(create, 201, 200),
  },
  {
    name: 'created-flat',
    does: 'answers a creation with the bare session',
    breaks: ['ai-sessions/lifecycle/create-answer'],
    wire: otherMembers(create, body => body.session as JsonObject),
  },
  {
    name: 'created-long-ago',
    does: 'gives local time as if it were UTC',
    breaks: ['ai-sessions/lifecycle/create-answer'],
    wire: otherObjects('session', create, session => ({
      ...session,
      created_at: new Date(Date.parse(String(session.created_at)) + 7_200_000).toISOString(),
    })),
  },
  {
    name: 'tools-sorted',
    does: 'sorts the tools of a session',
    breaks: ['ai-sessions/lifecycle/session-tools-kept'],
    wire: otherObjects('session', one, session => ({
      ...session,
      allowed_tools: sorted(session.allowed_tools),
    })),
  },
  {
    name: 'denied-tools-lost',
    does: 'loses the denied tools of a session',
    breaks: ['ai-sessions/lifecycle/session-tools-kept'],
    wire: otherObjects('session', one, ({ denied_tools, ...session }) => session),
  },
  {
    name: 'refused-sessions-stay',
    does: 'leaves a session behind when it refuses one for its body',
    breaks: ['ai-sessions/lifecycle/refused-create-leaves-nothing'],
    wire: {
      async fetch(request, pass) {
        const again = alike(request, 'POST', '/v1/sessions', {})
        const response = await pass(request)
        if (create.test(`${request.method} ${new URL(request.url).pathname}`) && response?.status === 400)
          await pass(again)
        return response
      },
    },
  },
  {
    name: 'never-gets-going',
    does: 'leaves a session pending for ever',
    breaks: ['ai-sessions/lifecycle/session-gets-going'],
    wire: otherObjects('session', one, session =>
      session.status === 'running' ? { ...session, status: 'pending' } : session,
    ),
  },
  {
    name: 'ended-runs-again',
    does: 'calls a session that has ended running, every second time',
    breaks: ['ai-sessions/lifecycle/status-never-goes-back'],
    wire: everySecond(one, session =>
      session.status === 'ended' ? { ...session, status: 'running' } : session,
    ),
  },
  {
    name: 'terminated-at-in-seconds',
    does: 'gives the end of a session in seconds since 1970',
    breaks: ['ai-sessions/lifecycle/times-in-order'],
    wire: ended(session => ({ ...session, terminated_at: String(Date.now() / 1_000) })),
  },
  {
    name: 'no-time-of-end',
    does: 'does not say when a session has ended',
    breaks: ['ai-sessions/lifecycle/times-in-order'],
    wire: ended(session => ({ ...session, terminated_at: null })),
  },
  {
    name: 'ended-before-created',
    does: 'dates the end of a session before its beginning',
    breaks: ['ai-sessions/lifecycle/times-in-order'],
    wire: ended(session => ({ ...session, terminated_at: '2001-01-01T00:00:00Z' })),
  },
  {
    name: 'ended-sessions-unlisted',
    does: 'lists only sessions that have not ended',
    breaks: ['ai-sessions/lifecycle/list-has-own'],
    wire: otherMembers(list, body => ({
      ...body,
      sessions: sessionsOf(body).filter(session => memberOf(session, 'status') !== 'ended'),
    })),
  },
  {
    name: 'one-list-for-all',
    does: 'lists the sessions of all users',
    breaks: ['ai-sessions/lifecycle/list-only-own'],
    wire: oneListForAll(),
  },
  {
    name: 'status-filter-ignored',
    does: 'does not look at the status that is asked for',
    breaks: ['ai-sessions/lifecycle/list-status-filter'],
    wire: otherQuery(list, query => query.delete('status')),
  },
  {
    name: 'pages-without-next',
    does: 'does not say that there is another page',
    breaks: ['ai-sessions/lifecycle/pages-complete'],
    wire: otherMembers(list, ({ next_cursor, ...body }) => body),
  },
  {
    name: 'cursor-ignored',
    does: 'begins at the first page, whatever the cursor says',
    breaks: ['ai-sessions/lifecycle/pages-complete'],
    wire: otherQuery(list, query => query.delete('cursor')),
  },
  {
    name: 'one-more-on-a-page',
    does: 'puts one session more on a page than was asked for',
    breaks: ['ai-sessions/lifecycle/pages-complete'],
    wire: otherQuery(list, query => {
      const limit = Number(query.get('limit'))
      if (limit > 0) query.set('limit', String(limit + 1))
    }),
  },
  {
    name: 'limits-unchecked',
    does: 'takes a limit of zero for none',
    breaks: ['ai-sessions/lifecycle/list-limit-bounds'],
    wire: otherQuery(list, query => {
      if (Number(query.get('limit')) === 0) query.delete('limit')
    }),
  },
  {
    name: 'page-as-large-as-wanted',
    does: 'puts as many sessions on a page as there are',
    breaks: ['ai-sessions/lifecycle/list-limit-bounds'],
    wire: allOnOnePage(),
  },
  {
    name: 'terminates-nothing',
    does: 'says that a session is terminated, and lets it run',
    breaks: ['ai-sessions/lifecycle/terminate-ends-session'],
    wire: pretends(terminate, { terminated: true }),
  },
  {
    name: 'terminated-204',
    does: 'answers a termination with `ok`',
    breaks: ['ai-sessions/lifecycle/terminate-ends-session'],
    wire: otherMembers(terminate, () => ({ ok: true })),
  },
  {
    name: 'end-reason-lost',
    does: 'does not store why a session has ended',
    breaks: ['ai-sessions/lifecycle/end-reason-user-requested'],
    wire: ended(session => ({ ...session, end_reason: null })),
  },
  {
    name: 'end-reason-closed',
    does: 'sends `closed` as the reason of every session_end',
    breaks: ['ai-sessions/lifecycle/end-reason-user-requested'],
    wire: outgoing(frame =>
      frame.type === 'session_end' ? [{ ...frame, payload: { reason: 'closed' } }] : undefined,
    ),
  },
  {
    name: 'terminated-again-404',
    does: 'answers a second termination with 404',
    breaks: ['ai-sessions/lifecycle/terminate-again-harmless'],
    wire: secondTime(terminate, () =>
      Response.json({ error: 'not_found', message: 'no such session' }, { status: 404 }),
    ),
  },
  {
    name: 'running-records-deleted',
    does: 'ends a session whose record is to be deleted',
    breaks: ['ai-sessions/lifecycle/record-kept-before-end'],
    wire: first(deleteRecord, async (request, pass) => {
      const path = new URL(request.url).pathname.replace(/\/record$/, '')
      await pass(alike(request, 'DELETE', path))
    }),
  },
  {
    name: 'records-stay',
    does: 'says that a record is deleted, and keeps it',
    breaks: ['ai-sessions/lifecycle/record-deleted'],
    wire: {
      async fetch(request, pass) {
        const { pathname } = new URL(request.url)
        if (!deleteRecord.test(`${request.method} ${pathname}`)) return pass(request)
        const read = await pass(alike(request, 'GET', pathname.replace(/\/record$/, '')))
        const session = memberOf(await read?.json(), 'session')
        return memberOf(session, 'status') === 'ended' ? Response.json({ deleted: true }) : pass(request)
      },
    },
  },
  {
    name: 'prompts-trimmed-at-separators',
    does: 'takes a line separator for the end of a prompt',
    breaks: ['ai-sessions/lifecycle/prompt-text-unchanged'],
    wire: { toServer: text => [text.replaceAll(/\u2028|\u2029/g, ' ')] },
  },
  {
    name: 'prompts-in-one-plane',
    does: 'loses what is beyond the basic plane',
    breaks: ['ai-sessions/lifecycle/prompt-text-unchanged'],
    wire: { toServer: text => [text.replaceAll(/[\u{10000}-\u{10ffff}]/gu, '?')] },
  },
  {
    name: 'prompts-escaped',
    does: 'escapes prompts as if they were HTML',
    breaks: ['ai-sessions/lifecycle/prompt-text-unchanged'],
    wire: { toServer: text => [text.replaceAll('<', '&lt;')] },
  },
]

/** Changes sessions that have ended, wherever they are answered. */
function ended(change: (session: JsonObject) => JsonObject): Tamper {
  return otherObjects('session', both, session => (session.status === 'ended' ? change(session) : session))
}

function sessionsOf(body: JsonObject): unknown[] {
  return Array.isArray(body.sessions) ? body.sessions : []
}

function sorted(value: unknown): unknown {
  return Array.isArray(value) ? value.toSorted() : value
}

function everySecond(where: RegExp, change: (session: JsonObject) => JsonObject): Tamper {
  const times = new Map<unknown, number>()
  return otherObjects('session', where, session => {
    const seen = (times.get(session.id) ?? 0) + (session.status === 'ended' ? 1 : 0)
    times.set(session.id, seen)
    return seen % 2 === 0 ? change(session) : session
  })
}

/** Every list has what any other list had. */
function oneListForAll(): Tamper {
  const all = new Map<unknown, unknown>()
  const remember = (session: unknown) => all.set(memberOf(session, 'id'), session)
  return {
    async fetch(request, pass) {
      const line = `${request.method} ${new URL(request.url).pathname}`
      const response = await pass(request)
      if (!response?.ok || (!create.test(line) && !list.test(line))) return response
      const body = (await response.json()) as JsonObject
      if (create.test(line)) remember(body.session)
      else for (const session of sessionsOf(body)) remember(session)
      const changed = list.test(line) ? { ...body, sessions: [...all.values()].slice(-40) } : body
      return Response.json(changed, { status: response.status })
    },
  }
}

function otherQuery(where: RegExp, change: (query: URLSearchParams) => void): Tamper {
  return {
    fetch(request, pass) {
      const url = new URL(request.url)
      if (!where.test(`${request.method} ${url.pathname}`)) return pass(request)
      change(url.searchParams)
      return pass(new Request(url, request))
    },
  }
}

/** Follows the cursor itself. */
function allOnOnePage(): Tamper {
  return {
    async fetch(request, pass) {
      const url = new URL(request.url)
      if (!list.test(`${request.method} ${url.pathname}`) || url.searchParams.has('limit'))
        return pass(request)
      const sessions: unknown[] = []
      for (let cursor = ''; ; ) {
        if (cursor !== '') url.searchParams.set('cursor', cursor)
        const response = await pass(new Request(url, request))
        if (!response?.ok) return response
        const body = (await response.json()) as JsonObject
        sessions.push(...sessionsOf(body))
        cursor = String(body.next_cursor ?? '')
        if (cursor === '') return Response.json({ sessions })
      }
    },
  }
}

function secondTime(where: RegExp, answer: () => Response): Tamper {
  const seen = new Set<string>()
  return {
    async fetch(request, pass) {
      const { pathname } = new URL(request.url)
      if (!where.test(`${request.method} ${pathname}`)) return pass(request)
      if (seen.has(pathname)) return answer()
      seen.add(pathname)
      return pass(request)
    },
  }
}
