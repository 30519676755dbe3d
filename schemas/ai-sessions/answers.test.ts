import type { TSchema } from 'typebox'
import { describe, expect, test } from 'vitest'
import type { Endpoint } from '../protocol.ts'
import { problem } from '../validate.ts'
import { aiSessions } from './index.ts'
import { CredentialStatus, Profile, ProfileInput, Session } from './values.ts'

const { endpoints, frames, limits } = aiSessions
const success = ({ responses }: Endpoint) => responses[200] as TSchema
const deletion = success(endpoints.deleteProfile)
const poll = success(endpoints.pollOAuthURL)
const page = success(endpoints.listSessions)

const at = '2026-01-05T09:00:00Z'
const session = { id: 's1', status: 'pending', created_at: at }
const profile = { id: 'p1', name: 'x', is_default: false, created_at: at, updated_at: at }
const text = (length: number) => 'x'.repeat(length)

/** Names, a schema, and what it has to take and to refuse. */
type Row = [what: string, schema: TSchema, taken: unknown[], refused: unknown[]]

const answers: Row[] = [
  [
    'sessions of an older and of a present service',
    Session,
    [
      session,
      { ...session, status: 'starting', started_at: null, terminated_at: null, end_reason: null },
      { ...session, status: 'terminated', termination_reason: 'process_crashed', terminated_at: at },
      { ...session, status: 'ended', end_reason: 'heartbeat_stale', exit_code: 137, usage: { tokens: 3 } },
    ],
    [
      { ...session, id: '' },
      { ...session, status: '' },
      { ...session, created_at: null },
      { ...session, allowed_tools: 'Bash' },
    ],
  ],
  [
    'times with microseconds and an offset, and with nanoseconds',
    Session,
    ['2026-01-05T09:00:00.123456+00:00', '2026-01-05T09:00:00.123456789Z', '2026-01-05T10:00:00+01:00'].map(
      created_at => ({ ...session, created_at }),
    ),
    ['2026-01-05 09:00:00Z', '2026-01-05T09:00:00', '2026-13-05T09:00:00Z', 1_767_603_600].map(
      created_at => ({
        ...session,
        created_at,
      }),
    ),
  ],
  [
    'the end of the last page, three ways',
    page,
    [{ sessions: [] }, { sessions: [], next_cursor: null }, { sessions: [session], next_cursor: '' }],
    [{}, { sessions: null }, { sessions: [], next_cursor: 2 }],
  ],
  [
    'profiles of a service whose limits are wider',
    Profile,
    [
      { ...profile, name: text(101) },
      { ...profile, description: text(501) },
      { ...profile, ttl_seconds: 86_401 },
    ],
    [
      { ...profile, name: null },
      { ...profile, description: 5 },
      { ...profile, ttl_seconds: '86401' },
    ],
  ],
  [
    'profiles with empty values for what was not given, or with kinds that are not listed',
    Profile,
    [
      { ...profile, description: '', model: '', max_turns: 0, ttl_seconds: 0, allowed_tools: null },
      { ...profile, permission_mode: 'default', provider: 'azure' },
      {
        ...profile,
        mcp_servers: { a: { type: 'http', url: 'https://mcp.example/', headers: { key: '***' } } },
      },
    ],
    [
      { ...profile, is_default: 'yes' },
      { ...profile, max_turns: 1.5 },
      { ...profile, mcp_servers: { a: { type: 'http' } } },
    ],
  ],
  ['any answer to the deletion of a profile', deletion, [{ deleted: true }, { success: true }, ''], []],
  [
    'the names of kinds of credentials, old and new',
    CredentialStatus,
    [
      { has_credentials: false },
      { has_credentials: false, credential_type: null, created_at: null },
      { has_credentials: true, credential_type: 'oauth', created_at: at },
    ],
    [{}, { has_credentials: 'true' }],
  ],
  [
    'the states of an OAuth URL, old and new',
    poll,
    [
      { status: 'pending' },
      { status: 'ready', url: 'https://a.example/' },
      { status: 'failed', message: 'no' },
    ],
    [{ url: 'https://a.example/' }, { status: 'url_ready', url: null }],
  ],
]

const messages: Row[] = [
  [
    'what is said, as blocks of any type or as a text',
    frames['server/assistant'].schema,
    [{ content: [{ type: 'text', text: 'a' }, { type: 'thinking' }] }, { content: 'a', model: null }],
    [{}, { content: [{ text: 'a' }] }, { content: { type: 'text', text: 'a' } }],
  ],
  [
    'what a tool has given, as a text, a list or an object',
    frames['server/tool_result'].schema,
    ['', [], {}].map(content => ({ tool_use_id: 't1', content })),
    [{ tool_use_id: 't1' }, { tool_use_id: 't1', content: null }, { tool_use_id: '', content: 'a' }],
  ],
  [
    'a prompt that is echoed, either way',
    frames['server/user'].schema,
    [{ text: 'a' }, { content: [{ type: 'text', text: 'a' }] }],
    [{ text: 5 }],
  ],
  [
    'the end of a turn, either way',
    frames['server/result'].schema,
    [
      { success: true, summary: 'a' },
      { subtype: 'success', num_turns: 1 },
    ],
    [{ success: 'true' }],
  ],
].map(([what, schema, taken, refused]) => {
  const { type } = (schema as { properties: { type: { const: string } } }).properties
  const framed = (payload: unknown) => ({ type: type.const, timestamp: at, payload })
  return [what, schema, (taken as unknown[]).map(framed), (refused as unknown[]).map(framed)] as Row
})

describe('what the public sources show of one thing is taken', () => {
  test.each([...answers, ...messages])('%s', (_what, schema, taken, refused) => {
    for (const value of taken) expect(problem(schema, value), JSON.stringify(value)).toBeUndefined()
    for (const value of refused) expect(problem(schema, value), JSON.stringify(value)).toBeDefined()
  })
})

test('data does not stand beside its payload', () => {
  const { schema } = frames['server/session_end']
  expect(problem(schema, { type: 'session_end', payload: { reason: 'a' } })).toBeUndefined()
  expect(problem(schema, { type: 'session_end', data: { reason: 'a' } })).toBeDefined()
  expect(problem(schema, { type: 'session_end', reason: 'a' })).toBeDefined()
})

test('a new profile is bounded by the defaults of the limits', () => {
  const defaultOf = (name: 'nameMaxChars' | 'descriptionMaxChars' | 'ttlMaxSeconds') =>
    (limits.properties[name] as { default?: number }).default ?? Number.NaN
  const bounds: [member: string, limit: number, value: (size: number) => unknown][] = [
    ['name', defaultOf('nameMaxChars'), text],
    ['description', defaultOf('descriptionMaxChars'), text],
    ['ttl_seconds', defaultOf('ttlMaxSeconds'), size => size],
  ]
  for (const [member, limit, value] of bounds) {
    expect(problem(ProfileInput, { name: 'x', [member]: value(limit) }), member).toBeUndefined()
    expect(problem(ProfileInput, { name: 'x', [member]: value(limit + 1) }), member).toBeDefined()
  }
})
