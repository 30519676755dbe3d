import { isJsonObject, type JsonObject } from '../../../schemas/json.ts'
import type { Defect } from '../defect.ts'
import type { Tamper } from '../tamper.ts'
import { alike, otherBody, otherMembers, otherObjects, otherStatus, pretends } from './wires.ts'

const create = /^POST \/v1\/profiles$/
const read = /^GET \/v1\/profiles\/[^/]+$/
const list = /^GET \/v1\/profiles$/
const update = /^PUT \/v1\/profiles\/[^/]+$/
const remove = /^DELETE \/v1\/profiles\/[^/]+$/
const choose = /^POST \/v1\/profiles\/[^/]+\/default$/
const capture = /^POST \/v1\/sessions\/[^/]+\/capture-profile$/
const createSession = /^POST \/v1\/sessions$/
const storeKey = /^POST \/v1\/auth\/claude\/apikey$/

/** Defects of profiles, and of how bodies are looked at. */
export const profiles: Defect[] = [
  {
    name: 'profiles-unlisted',
    does: 'lists the default profile only',
    breaks: ['ai-sessions/lifecycle/profile-created'],
    wire: otherMembers(list, body => ({
      ...body,
      profiles: profilesOf(body).filter(({ is_default }) => is_default === true),
    })),
  },
  {
    name: 'profile-created-200',
    does: 'answers the creation of a profile with 200',
    breaks: ['ai-sessions/lifecycle/profile-created'],
    wire: otherStatus(create, 201, 200),
  },
  {
    name: 'profile-without-shell',
    does: 'answers a profile without `profile` around it',
    breaks: ['ai-sessions/lifecycle/profile-created'],
    wire: otherMembers(read, body => body.profile as JsonObject),
  },
  ...(
    [
      'description',
      'allowed_tools',
      'denied_tools',
      'max_turns',
      'max_budget_usd',
      'model',
      'environment',
    ] as const
  ).map(member => ({
    name: `profile-loses-${member.replaceAll('_', '-')}`,
    does: `does not store the ${member} of a profile`,
    breaks: ['ai-sessions/lifecycle/profile-members-kept'],
    wire: otherObjects('profile', read, ({ [member]: _, ...profile }) => profile),
  })),
  {
    name: 'budget-rounded',
    does: 'rounds the budget of a profile to whole dollars',
    breaks: ['ai-sessions/lifecycle/profile-members-kept'],
    wire: otherObjects('profile', read, profile =>
      typeof profile.max_budget_usd === 'number'
        ? { ...profile, max_budget_usd: Math.round(profile.max_budget_usd) }
        : profile,
    ),
  },
  {
    name: 'update-ignored',
    does: 'says that a profile is changed, and leaves it as it was',
    breaks: ['ai-sessions/lifecycle/profile-members-kept'],
    wire: pretends(update, { success: true }),
  },
  {
    name: 'update-replaces',
    does: 'takes a change for the whole profile',
    breaks: ['ai-sessions/lifecycle/update-keeps-omitted'],
    wire: otherBody(update, body => ({ description: '', allowed_tools: [], denied_tools: [], ...body })),
  },
  {
    name: 'two-defaults',
    does: 'leaves the mark of the default where it was, too',
    breaks: ['ai-sessions/lifecycle/one-default'],
    wire: marksStay(),
  },
  {
    name: 'default-not-set',
    does: 'says that a profile is the default, and leaves it as it was',
    breaks: ['ai-sessions/lifecycle/one-default'],
    wire: pretends(choose, { success: true }),
  },
  {
    name: 'default-can-go',
    does: 'says that the default profile is deleted',
    breaks: ['ai-sessions/lifecycle/default-profile-kept'],
    wire: otherStatus(remove, 409, 200, { deleted: true }),
  },
  {
    name: 'profiles-stay',
    does: 'says that a profile is deleted, and keeps it',
    breaks: ['ai-sessions/lifecycle/profile-deleted'],
    wire: {
      async fetch(request, pass) {
        const { pathname } = new URL(request.url)
        if (!remove.test(`${request.method} ${pathname}`)) return pass(request)
        const read = await pass(alike(request, 'GET', pathname))
        const body = read?.ok ? ((await read.json()) as JsonObject) : {}
        const isOther = isJsonObject(body.profile) && body.profile.is_default !== true
        return isOther ? Response.json({ deleted: true }) : pass(request)
      },
    },
  },
  {
    name: 'capture-called-captured',
    does: 'gives a captured profile a name of its own',
    breaks: ['ai-sessions/lifecycle/capture-keeps-settings'],
    wire: otherBody(capture, body => ({ ...body, name: 'Captured' })),
  },
  {
    name: 'capture-without-tools',
    does: 'forgets the tools of a session that it captures',
    breaks: ['ai-sessions/lifecycle/capture-keeps-settings'],
    wire: capturesWithoutTools(),
  },
  ...(
    [
      [
        'session-malformed',
        createSession,
        201,
        { session: { id: 'x', status: 'pending', created_at: '2026-01-01T00:00:00Z' } },
      ],
      ['key-unchecked', storeKey, 200, { success: true, message: 'stored' }],
    ] as const
  ).map(([name, where, status, body]) => ({
    name,
    does: `takes what it should answer with 400 at ${where.source}`,
    breaks: ['ai-sessions/lifecycle/bad-body-400'],
    wire: otherStatus(where, 400, status, body),
  })),
  {
    name: 'bad-bodies-422',
    does: 'answers a bad body with 422',
    breaks: ['ai-sessions/lifecycle/bad-body-400'],
    wire: otherStatus(/^POST /, 400, 422),
  },
  {
    name: 'long-names-cut',
    does: 'cuts a name that is too long',
    breaks: ['ai-sessions/lifecycle/bad-body-400'],
    wire: otherBody(create, body => ({
      ...body,
      name: typeof body.name === 'string' ? body.name.slice(0, 100) : body.name,
    })),
  },
  {
    name: 'long-lives-cut',
    does: 'cuts a ttl_seconds that is too large',
    breaks: ['ai-sessions/lifecycle/bad-body-400'],
    wire: otherBody(create, body =>
      typeof body.ttl_seconds === 'number' ? { ...body, ttl_seconds: Math.min(body.ttl_seconds, 60) } : body,
    ),
  },
  {
    name: 'mcp-servers-lost',
    does: 'does not store the MCP servers of a profile',
    breaks: ['ai-sessions/mcp/servers-kept'],
    wire: otherObjects('profile', read, ({ mcp_servers, ...profile }) => profile),
  },
  {
    name: 'mcp-args-joined',
    does: 'joins the arguments of an MCP server',
    breaks: ['ai-sessions/mcp/servers-kept'],
    wire: otherObjects('profile', read, profile =>
      changeServers(profile, server =>
        Array.isArray(server.args) ? { ...server, args: [server.args.join(' ')] } : server,
      ),
    ),
  },
  {
    name: 'mcp-urls-without-query',
    does: 'drops the query of the URL of an MCP server',
    breaks: ['ai-sessions/mcp/servers-kept'],
    wire: otherObjects('profile', read, profile =>
      changeServers(profile, server =>
        typeof server.url === 'string' ? { ...server, url: server.url.replace(/\?.*/, '') } : server,
      ),
    ),
  },
]

function profilesOf(body: JsonObject): JsonObject[] {
  return Array.isArray(body.profiles) ? body.profiles.filter(isJsonObject) : []
}

function changeServers(profile: JsonObject, change: (server: JsonObject) => JsonObject): JsonObject {
  if (!isJsonObject(profile.mcp_servers)) return profile
  const changed = Object.entries(profile.mcp_servers).map(([name, server]) => [
    name,
    isJsonObject(server) ? change(server) : server,
  ])
  return { ...profile, mcp_servers: Object.fromEntries(changed) }
}

/** Whatever has been the default is still called so. */
function marksStay(): Tamper {
  const marked = new Set<unknown>()
  return otherObjects('profile', /^GET \/v1\/profiles/, profile => {
    if (profile.is_default === true) marked.add(profile.id)
    return { ...profile, is_default: marked.has(profile.id) }
  })
}

/** A profile of that name is made, but not of that session. */
function capturesWithoutTools(): Tamper {
  return {
    async fetch(request, pass) {
      if (!capture.test(`${request.method} ${new URL(request.url).pathname}`)) return pass(request)
      return pass(alike(request, 'POST', '/v1/profiles', (await request.json()) as JsonObject))
    },
  }
}
