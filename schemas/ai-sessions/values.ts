import Type, { type Static, type TSchema } from 'typebox'
import { defaultLimits } from '../protocol.ts'
import { Timestamp } from '../timestamp.ts'
import { type Limits, limits } from './limits.ts'

/** What is left open may be there, and is not looked at. */
export const anything = (description: string) => Type.Unknown({ description })
/** A member that may be absent, or null, which means the same. */
export const maybe = <T extends TSchema>(schema: T) => Type.Optional(Type.Union([schema, Type.Null()]))
export const text = (description: string) => Type.String({ description })
export const filled = (description: string) => Type.String({ minLength: 1, description })
const names = (description: string) => Type.Array(Type.String({ minLength: 1 }), { description })

/** What a session can be in. A session goes from one set to the next, and never back. */
export const statusSets = {
  notReady: ['pending', 'starting'],
  ready: ['running'],
  final: ['ended', 'terminated', 'failed'],
} as const

export const Status = Type.String({
  minLength: 1,
  description:
    'not ready: `pending`, `starting`; ready: `running`; final: `ended`, `terminated`, `failed`. Another value is none of these',
  'x-requirement': ['ai-sessions/lifecycle/status-never-goes-back'],
})

/** One run of an agent, as its user sees it. */
export const Session = Type.Object(
  {
    id: filled('names the session'),
    status: Status,
    created_at: Timestamp,
    started_at: maybe(Timestamp),
    terminated_at: maybe(Timestamp),
    end_reason: maybe(text('why it has ended')),
    termination_reason: maybe(text('an older name of `end_reason`')),
    exit_code: maybe(Type.Integer({ description: "exit status of the agent's process" })),
    error_message: maybe(Type.String()),
    region: maybe(Type.String()),
    name: maybe(Type.String()),
    model: maybe(Type.String()),
    initial_prompt: maybe(Type.String()),
    lc_auth_type: maybe(Type.String({ description: 'kind of the platform credentials, `jwt` for example' })),
    forked_from_session_id: maybe(Type.String()),
    allowed_tools: maybe(names('tools that the agent may use')),
    denied_tools: maybe(names('tools that the agent may not use')),
  },
  { description: 'a session, as its user sees it', 'x-requirement': ['ai-sessions/lifecycle/create-answer'] },
)
export type Session = Static<typeof Session>

/** Credentials of the platform that the agent works with. Other kinds are not known. */
export const LCCredentials = Type.Object(
  {
    type: Type.Literal('org_api_key'),
    org_api_key: filled('an API key of the organisation; it is never returned'),
  },
  { description: 'credentials of the platform that the agent works with' },
)
export type LCCredentials = Static<typeof LCCredentials>

export const PermissionMode = Type.Enum(['acceptEdits', 'plan', 'bypassPermissions'], {
  description: 'absent: acceptEdits',
})
const turns = Type.Integer({ minimum: 1, maximum: 2_147_483_647, description: 'turns at most' })
const budget = Type.Number({ minimum: 0, description: 'cost at most' })

/** How a session is to be. Nothing of it is required. */
export const CreateSession = Type.Object(
  {
    allowed_tools: Type.Optional(names('tools that the agent may use')),
    denied_tools: Type.Optional(names('tools that the agent may not use')),
    lc_credentials: Type.Optional(LCCredentials),
    provider: Type.Optional(Type.Enum(['anthropic', 'openai', 'google', 'openrouter'])),
    name: Type.Optional(Type.String({ maxLength: 200 })),
    idempotent_key: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
    model: Type.Optional(Type.String({ minLength: 1 })),
    max_turns: Type.Optional(turns),
    max_budget_usd: Type.Optional(budget),
    task_budget_tokens: Type.Optional(Type.Integer({ minimum: 1, description: 'tokens at most' })),
    one_shot: Type.Optional(Type.Boolean({ description: 'the session ends with its first turn' })),
    permission_mode: Type.Optional(PermissionMode),
    plugins: Type.Optional(Type.Array(Type.String())),
  },
  { 'x-requirement': ['ai-sessions/lifecycle/session-tools-kept', 'ai-sessions/lifecycle/bad-body-400'] },
)
export type CreateSession = Static<typeof CreateSession>

const texts = (description: string) => Type.Record(Type.String(), Type.String(), { description })

/** How the agent reaches a server of the Model Context Protocol. */
export const MCPServerConfig = Type.Union(
  [
    Type.Object({
      type: Type.Literal('http'),
      url: filled('where the server answers'),
      headers: Type.Optional(texts('sent with each request')),
    }),
    Type.Object({
      type: Type.Literal('stdio'),
      command: filled('program to start'),
      args: Type.Optional(Type.Array(Type.String())),
      env: Type.Optional(texts('environment of the program')),
    }),
  ],
  { description: 'how the agent reaches a server of the Model Context Protocol' },
)
export type MCPServerConfig = Static<typeof MCPServerConfig>

/** The limits that a service may set for profiles. */
type ProfileLimits = Pick<Limits, 'nameMaxChars' | 'descriptionMaxChars' | 'ttlMaxSeconds'>
const defaults = defaultLimits(limits)

const profileMembersOf = ({ descriptionMaxChars, ttlMaxSeconds }: ProfileLimits) => ({
  description: Type.Optional(Type.String({ maxLength: descriptionMaxChars })),
  allowed_tools: Type.Optional(names('tools that the agent may use')),
  denied_tools: Type.Optional(names('tools that the agent may not use')),
  permission_mode: Type.Optional(PermissionMode),
  model: Type.Optional(Type.String({ minLength: 1 })),
  max_turns: Type.Optional(turns),
  max_budget_usd: Type.Optional(budget),
  one_shot: Type.Optional(Type.Boolean()),
  ttl_seconds: Type.Optional(
    Type.Integer({ minimum: 1, maximum: ttlMaxSeconds, description: 'life of a session' }),
  ),
  environment: Type.Optional(texts('environment of the agent')),
  mcp_servers: Type.Optional(Type.Record(Type.String(), MCPServerConfig, { description: 'by name' })),
  provider: CreateSession.properties.provider,
})
const profileMembers = profileMembersOf(defaults)
const stated = {
  'x-requirement': ['ai-sessions/lifecycle/profile-members-kept', 'ai-sessions/lifecycle/bad-body-400'],
}

/** What a new profile is made of, where a service sets these limits. */
export function profileInputOf(itsLimits: ProfileLimits) {
  const name = Type.String({ minLength: 1, maxLength: itsLimits.nameMaxChars })
  return Type.Object({ name, ...profileMembersOf(itsLimits) }, stated)
}

/** What a new profile is made of. */
export const ProfileInput = profileInputOf(defaults)
export type ProfileInput = Static<typeof ProfileInput>
/** What is to change of a profile. The rest stays. */
export const ProfileChange = Type.Partial(ProfileInput, stated)
export type ProfileChange = Static<typeof ProfileChange>

/**
 * In an answer these members have their types, and no bounds: a service may declare other limits than the defaults,
 * know kinds that are not listed, and give null or an empty value for what it was not given.
 */
const answered = {
  ...Object.fromEntries(Object.entries(profileMembers).map(([name, member]) => [name, maybe(member)])),
  description: maybe(Type.String()),
  permission_mode: maybe(Type.String()),
  model: maybe(Type.String()),
  max_turns: maybe(Type.Integer()),
  max_budget_usd: maybe(Type.Number()),
  ttl_seconds: maybe(Type.Integer()),
  provider: maybe(Type.String()),
}

/** A stored way to set up sessions. One of a user's profiles is the default. */
export const Profile = Type.Object(
  {
    id: filled('names the profile'),
    name: Type.String(),
    is_default: Type.Boolean({ 'x-requirement': ['ai-sessions/lifecycle/one-default'] }),
    created_at: Timestamp,
    updated_at: Timestamp,
    ...answered,
  },
  {
    description: 'a stored way to set up sessions',
    'x-requirement': ['ai-sessions/lifecycle/profile-created'],
  },
)
/** A profile as the service gives it: what was put in, and what the service adds. */
export type Profile = ProfileInput & {
  id: string
  is_default: boolean
  created_at: string
  updated_at: string
}

/** Whether a user has stored a credential, and of which kind. */
export const CredentialStatus = Type.Object({
  has_credentials: Type.Boolean(),
  credential_type: maybe(
    Type.String({ description: '`api_key` or `oauth_token`; `apikey` and `oauth` are older names' }),
  ),
  created_at: maybe(Timestamp),
})
export type CredentialStatus = Static<typeof CredentialStatus>
