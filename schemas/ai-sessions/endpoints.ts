import Type from 'typebox'
import type { Endpoint } from '../protocol.ts'
import { Timestamp } from '../timestamp.ts'
import {
  anything,
  CreateSession,
  CredentialStatus,
  filled,
  maybe,
  Profile,
  ProfileChange,
  ProfileInput,
  Session,
  text,
} from './values.ts'

/** The body of every answer that is no success. */
export const Failure = Type.Object(
  {
    error: filled(
      'code for programs: `unauthorized`, `not_found`, `invalid_request`, `rate_limited` and others',
    ),
    message: text('for people'),
  },
  { 'x-requirement': ['ai-sessions/framing/error-body'] },
)

const bearer = Type.Object({
  authorization: Type.String({
    pattern: '^[Bb][Ee][Aa][Rr][Ee][Rr] \\S+$',
    description: '`Bearer` and the token of the user',
    'x-requirement': ['ai-sessions/access/token-required', 'ai-sessions/access/bad-token-refused'],
  }),
})

type Refused = 400 | 403 | 404 | 409 | 413 | 429
type Open = Omit<Endpoint, 'headers' | 'responses'> & {
  refused?: readonly Refused[]
  answers: Endpoint['responses']
}

/** An endpoint that knows its user by a token. */
function guarded<E extends Open>({ refused = [], answers, ...endpoint }: E) {
  const failures = Object.fromEntries([401, ...refused].map(status => [status, Failure]))
  return { ...endpoint, headers: bearer, responses: { ...answers, ...failures } } satisfies Endpoint
}

const done = <Name extends string>(name: Name, requirement: string) =>
  Type.Object({ [name]: Type.Literal(true) }, { 'x-requirement': [requirement] })
const message = { message: Type.Optional(Type.String()) }
const success = Type.Object({ success: Type.Literal(true), ...message })
const session = Type.Object({ session: Session })
const profile = Type.Object({ profile: Profile })
const digits = (description: string) =>
  Type.Optional(Type.String({ pattern: '^0*[1-9]\\d*$', maxLength: 15, description }))
const transfer = ['ai-sessions/transferring/tickets']
const start = ['ai-sessions/access/oauth-yields-url']

const registration = {
  register: guarded({
    method: 'POST',
    path: '/v1/register',
    summary: 'Makes the caller a user of the service. A second time it changes nothing.',
    requirement: ['ai-sessions/access/register-succeeds', 'ai-sessions/access/register-again-keeps-data'],
    refused: [403, 409, 429],
    answers: { 200: Type.Object({ registered: Type.Literal(true), registered_at: Timestamp }) },
  }),
  deregister: guarded({
    method: 'DELETE',
    path: '/v1/register',
    summary: "Ends all of the user's sessions and deletes all that is stored of him.",
    requirement: [
      'ai-sessions/access/deregister-deletes-data',
      'ai-sessions/access/deregister-ends-sessions',
    ],
    refused: [403],
    answers: { 200: done('deregistered', 'ai-sessions/access/deregister-deletes-data') },
  }),
} as const

const sessions = {
  listSessions: guarded({
    method: 'GET',
    path: '/v1/sessions',
    summary: "A page of the caller's sessions, the newest first.",
    requirement: ['ai-sessions/lifecycle/list-has-own', 'ai-sessions/lifecycle/pages-complete'],
    query: Type.Object({
      status: Type.Optional(Type.String({ description: 'only those with this status' })),
      limit: digits('sessions on the page; more than `listMax` count as `listMax`'),
      cursor: Type.Optional(Type.String({ description: '`next_cursor` of the page before' })),
    }),
    refused: [400, 403],
    answers: {
      200: Type.Object({
        sessions: Type.Array(Session),
        next_cursor: maybe(Type.String({ description: 'absent, null or empty: this is the last page' })),
      }),
    },
  }),
  createSession: guarded({
    method: 'POST',
    path: '/v1/sessions',
    summary: 'Makes a session. It is not running yet.',
    requirement: ['ai-sessions/lifecycle/create-answer'],
    body: CreateSession,
    refused: [400, 403, 409, 413, 429],
    answers: { 201: session },
  }),
  getSession: guarded({
    method: 'GET',
    path: '/v1/sessions/{id}',
    summary: 'One session.',
    requirement: ['ai-sessions/lifecycle/create-answer'],
    refused: [403, 404],
    answers: { 200: session },
  }),
  terminateSession: guarded({
    method: 'DELETE',
    path: '/v1/sessions/{id}',
    summary: 'Ends a session.',
    requirement: ['ai-sessions/lifecycle/terminate-ends-session'],
    refused: [403, 404, 409],
    answers: { 200: done('terminated', 'ai-sessions/lifecycle/terminate-ends-session') },
  }),
  deleteSessionRecord: guarded({
    method: 'DELETE',
    path: '/v1/sessions/{id}/record',
    summary: 'Deletes what is stored of a session that has ended.',
    requirement: ['ai-sessions/lifecycle/record-deleted', 'ai-sessions/lifecycle/record-kept-before-end'],
    refused: [403, 404, 409],
    answers: { 200: done('deleted', 'ai-sessions/lifecycle/record-deleted') },
  }),
  sessionHistory: guarded({
    method: 'GET',
    path: '/v1/sessions/{id}/history',
    summary: 'All frames of a session so far.',
    requirement: ['ai-sessions/access/foreign-session-protected'],
    refused: [403, 404],
    answers: { 200: Type.Object({ messages: Type.Array(Type.Unknown()) }) },
  }),
  captureProfile: guarded({
    method: 'POST',
    path: '/v1/sessions/{id}/capture-profile',
    summary: 'Stores how a session is set up as a profile.',
    requirement: ['ai-sessions/lifecycle/capture-keeps-settings'],
    body: Type.Object({
      name: ProfileInput.properties.name,
      description: ProfileInput.properties.description,
    }),
    refused: [400, 403, 404, 409, 413],
    answers: { 200: anything('the profile, in any form'), 201: profile },
  }),
  attach: {
    method: 'GET',
    path: '/v1/sessions/{id}/ws',
    summary:
      'Opens the WebSocket of a running session, with the token in the query or in a header. `/v1/ws/sessions/{id}` is the same.',
    requirement: ['ai-sessions/connecting/query-token-opens', 'ai-sessions/connecting/header-token-opens'],
    query: Type.Object({ token: Type.Optional(Type.String({ description: 'the token of the user' })) }),
    responses: { 101: null, 401: null, 403: null, 404: null, 409: null, 410: null, 426: Failure },
  },
} as const

const profiles = {
  listProfiles: guarded({
    method: 'GET',
    path: '/v1/profiles',
    summary: "All of the caller's profiles.",
    requirement: ['ai-sessions/lifecycle/profile-created'],
    refused: [403],
    answers: { 200: Type.Object({ profiles: Type.Array(Profile) }) },
  }),
  createProfile: guarded({
    method: 'POST',
    path: '/v1/profiles',
    summary: 'Makes a profile.',
    requirement: ['ai-sessions/lifecycle/profile-created'],
    body: ProfileInput,
    refused: [400, 403, 409, 413],
    answers: { 201: profile },
  }),
  getProfile: guarded({
    method: 'GET',
    path: '/v1/profiles/{id}',
    summary: 'One profile.',
    requirement: ['ai-sessions/lifecycle/profile-created'],
    refused: [403, 404],
    answers: { 200: profile },
  }),
  updateProfile: guarded({
    method: 'PUT',
    path: '/v1/profiles/{id}',
    summary: 'Changes the members that are given. The others stay.',
    requirement: ['ai-sessions/lifecycle/update-keeps-omitted'],
    body: ProfileChange,
    refused: [400, 403, 404, 413],
    answers: { 200: anything('the profile, as a rule') },
  }),
  deleteProfile: guarded({
    method: 'DELETE',
    path: '/v1/profiles/{id}',
    summary: 'Deletes a profile that is not the default.',
    requirement: ['ai-sessions/lifecycle/profile-deleted', 'ai-sessions/lifecycle/default-profile-kept'],
    refused: [403, 404, 409],
    answers: { 200: done('deleted', 'ai-sessions/lifecycle/profile-deleted'), 204: null },
  }),
  setDefaultProfile: guarded({
    method: 'POST',
    path: '/v1/profiles/{id}/default',
    summary: 'Makes a profile the only default.',
    requirement: ['ai-sessions/lifecycle/one-default'],
    refused: [403, 404],
    answers: { 200: anything('the profile, as a rule'), 204: null },
  }),
} as const

const credentials = {
  storeAPIKey: guarded({
    method: 'POST',
    path: '/v1/auth/claude/apikey',
    summary: 'Stores an API key in place of any other credential.',
    requirement: ['ai-sessions/access/key-stored'],
    body: Type.Object({
      api_key: Type.String({ pattern: '^sk-ant-', maxLength: 1_000, description: 'it is never returned' }),
    }),
    refused: [400, 403, 413],
    answers: { 200: success },
  }),
  getCredentialStatus: guarded({
    method: 'GET',
    path: '/v1/auth/claude/status',
    summary: 'Whether a credential is stored.',
    requirement: ['ai-sessions/access/key-stored', 'ai-sessions/access/unregistered-403'],
    refused: [403],
    answers: { 200: CredentialStatus },
  }),
  deleteCredentials: guarded({
    method: 'DELETE',
    path: '/v1/auth/claude',
    summary: 'Forgets the credential.',
    requirement: ['ai-sessions/access/credentials-deleted'],
    refused: [403],
    answers: { 200: anything('as a rule `{"success": true}`') },
  }),
  startOAuth: guarded({
    method: 'POST',
    path: '/v1/auth/claude/start',
    summary: 'Begins to get a credential by OAuth.',
    requirement: start,
    refused: [403],
    answers: {
      200: Type.Object({
        oauth_session_id: filled('names the OAuth session'),
        expires_in: Type.Number({ exclusiveMinimum: 0, description: 'seconds' }),
        ...message,
      }),
    },
  }),
  pollOAuthURL: guarded({
    method: 'GET',
    path: '/v1/auth/claude/url',
    summary: 'Where the user can agree, once that is known.',
    requirement: [...start, 'ai-sessions/access/oauth-session-private'],
    query: Type.Object({ session_id: filled('the `oauth_session_id`') }),
    refused: [400, 403, 404],
    answers: {
      200: Type.Object({
        status: Type.String({ description: '`pending`, `url_ready` or `failed`; `ready` is an older name' }),
        url: Type.Optional(Type.String({ description: 'with `url_ready`' })),
        ...message,
      }),
    },
  }),
  submitOAuthCode: guarded({
    method: 'POST',
    path: '/v1/auth/claude/code',
    summary: 'Hands over the code that the user has got.',
    requirement: ['ai-sessions/access/oauth-code-completes', 'ai-sessions/access/oauth-dead-session-refused'],
    body: Type.Object({
      session_id: filled('the `oauth_session_id`'),
      code: filled('what the user has got'),
    }),
    refused: [400, 403, 404, 413],
    answers: {
      200: Type.Object({
        success: Type.Boolean({ description: 'whether the code was good' }),
        status: Type.Optional(Type.String({ description: '`completed`' })),
        error: Type.Optional(Type.String()),
        ...message,
      }),
    },
  }),
} as const

const transfers = {
  requestUploadURL: guarded({
    method: 'POST',
    path: '/v1/io/sessions/{id}/upload',
    summary: 'Where a file can be put.',
    requirement: transfer,
    body: Type.Object({
      filename: filled('name of the file; a folder in it is ignored or refused'),
      content_type: filled('media type of the file'),
      size: Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER, description: 'bytes of the file' }),
    }),
    refused: [400, 403, 404, 409, 413, 429],
    answers: {
      200: Type.Object({
        upload_url: filled('the bytes are PUT there; it carries its own signature'),
        upload_id: filled('names the upload'),
        target_path: filled('where the file will be'),
        expires_at: Timestamp,
      }),
    },
  }),
  notifyUploadComplete: guarded({
    method: 'POST',
    path: '/v1/io/sessions/{id}/upload/complete',
    summary: 'Says that the bytes have been put.',
    requirement: ['ai-sessions/transferring/upload-accepted'],
    body: Type.Object({ upload_id: filled('of the answer to the request') }),
    refused: [400, 403, 404, 409, 413],
    answers: { 200: Type.Object({ success: Type.Literal(true), path: filled('the `target_path`') }) },
  }),
  requestDownloadURL: guarded({
    method: 'POST',
    path: '/v1/io/sessions/{id}/download',
    summary: 'Where a file can be got.',
    requirement: transfer,
    body: Type.Object({ path: filled('a file of the session') }),
    refused: [400, 403, 404, 409, 413],
    answers: {
      200: Type.Object({ download_url: filled('it carries its own signature'), expires_at: Timestamp }),
    },
  }),
} as const

/** Every HTTP endpoint. Where bytes are put and got, the URL of the answer alone says. */
export const endpoints = { ...registration, ...sessions, ...profiles, ...credentials, ...transfers }
