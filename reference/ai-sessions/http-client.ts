import type {
  CreateSession,
  CredentialStatus,
  Profile,
  ProfileChange,
  ProfileInput,
  Session,
} from '../../schemas/ai-sessions/values.ts'
import { type Clock, sleep } from '../core/clock.ts'
import { checkMs } from './client-options.ts'
import { RestCaller, restDefaults, type Transport } from './rest-caller.ts'

/** How a session is to be. Nothing of it is required. */
export type CreateSessionRequest = CreateSession
/** What a new profile is made of. */
export type CreateProfileRequest = ProfileInput
/** What is to change of a profile. */
export type UpdateProfileRequest = ProfileChange
/** `pending` and `starting`: not ready; `running`; `ended`, `terminated` and `failed`: over. */
export type SessionStatus = Session['status']

/** A file that is to be put into a session. */
export interface UploadRequest {
  /** Its name, without a folder. */
  filename: string
  /** Its media type. */
  content_type: string
  /** Bytes of the file. */
  size: number
}

/** Where a file can be put. */
export interface UploadResponse {
  /** The bytes are PUT there; it carries its own signature. */
  upload_url: string
  /** Names the upload. */
  upload_id: string
  /** Where the file will be. */
  target_path: string
  /** Until then it works, in the form of RFC 3339. */ expires_at: string
}

/** A file that is to be got. */
export interface DownloadRequest {
  /** A file of the session. */
  path: string
}

/** Where a file can be got. */
export interface DownloadResponse {
  /** It carries its own signature. */
  download_url: string
  /** Until then it works, in the form of RFC 3339. */ expires_at: string
}

/** When a request is sent again. What is left out has its default. */
export interface RetryOptions {
  /** Default: 3. */
  maxRetries?: number
  /** Milliseconds before the first repetition; each further one waits twice as long, 30 s at most. Default: 1000. */
  retryDelay?: number
  /** Statuses after which it is. Default: 429, 502, 503, 504. */
  retryOn?: readonly number[]
}

/** How a client is made. */
export interface AISessionsConfig {
  /** Where the service is, with or without a slash at the end. */
  baseUrl: string
  /** The user's JWT. */
  token: string
  /** Milliseconds to wait for the answer to one request, its body included. Default: 30000. */
  timeout?: number
  /** When a request is sent again. */
  retry?: RetryOptions
  /** Default: the global one. */
  fetch?: typeof globalThis.fetch
  /** Default: the machine's. */
  clock?: Clock
}

/** Which sessions are to be listed. */
export interface ListSessionsQuery {
  /** Only those with this status. */
  status?: SessionStatus
  /** Sessions on the page. */
  limit?: number
  /** `next_cursor` of the page before. */
  cursor?: string
}

/**
 * The REST side of the service. A method rejects with an `APIError` when the call fails, and with a `TypeError`,
 * having asked nothing, when an id or a body cannot be sent.
 */
export interface AISessionsClient {
  /** Makes the caller a user of the service. Does no harm a second time. */
  register(): Promise<{ registered: true; registered_at: string }>
  /** Ends all sessions and deletes all data. */
  deregister(): Promise<{ deregistered: true }>
  /** A page of the sessions, the newest first. */
  listSessions(query?: ListSessionsQuery): Promise<{ sessions: Session[]; next_cursor?: string | null }>
  /** Makes a session, which is not running yet. */
  createSession(request?: CreateSessionRequest): Promise<{ session: Session }>
  /** One session, as it is now. */
  getSession(sessionId: string): Promise<{ session: Session }>
  /**
   * Waits until a session is running: asks while it is `pending` or `starting`.
   *
   * @param intervalMs - pause between two questions; default: 1000
   * @param timeoutMs - longest wait; default: 120000
   * @throws Error when the session gets another status than `running`, or gets none of these in time
   */
  waitForSession(sessionId: string, intervalMs?: number, timeoutMs?: number): Promise<Session>
  /** Ends a session. */
  terminateSession(sessionId: string): Promise<{ terminated: true }>
  /** Only after the session has ended. */
  deleteSessionRecord(sessionId: string): Promise<{ deleted: true }>
  /** Stores an API key in place of any other credential. */
  storeAPIKey(apiKey: string): Promise<{ success: true; message?: string }>
  /** Whether a credential is stored. Rejects with 403 for somebody who has not registered. */
  getCredentialStatus(): Promise<CredentialStatus>
  /** Forgets the credential. */
  deleteCredentials(): Promise<unknown>
  /** Begins to get a credential by OAuth. */
  startOAuth(): Promise<{ oauth_session_id: string; expires_in: number; message?: string }>
  /** `url` is there once `status` is `url_ready`, or `ready` as an older service says. */
  pollOAuthURL(oauthSessionId: string): Promise<{ status: string; url?: string; message?: string }>
  /** Hands over the code that the user has got. */
  submitOAuthCode(
    oauthSessionId: string,
    code: string,
  ): Promise<{ success: boolean; status?: string; error?: string; message?: string }>
  /** All profiles. */
  listProfiles(): Promise<{ profiles: Profile[] }>
  /** Makes a profile. */
  createProfile(request: CreateProfileRequest): Promise<{ profile: Profile }>
  /** One profile. */
  getProfile(profileId: string): Promise<{ profile: Profile }>
  /** Changes what is given. */
  updateProfile(profileId: string, change: UpdateProfileRequest): Promise<unknown>
  /** Deletes a profile that is not the default. */
  deleteProfile(profileId: string): Promise<unknown>
  /** Makes a profile the only default. */
  setDefaultProfile(profileId: string): Promise<unknown>
  /** Stores how a session is set up as a profile. */
  captureProfile(
    sessionId: string,
    request: { name: string; description?: string },
  ): Promise<{ profile: Profile }>
  /** Where a file can be put. */
  requestUploadURL(sessionId: string, request: UploadRequest): Promise<UploadResponse>
  /** Says that the file has been put. */
  notifyUploadComplete(sessionId: string, uploadId: string): Promise<{ success: true; path: string }>
  /** Where a file can be got. */
  requestDownloadURL(sessionId: string, request: DownloadRequest): Promise<DownloadResponse>
  /** The URL of a session's WebSocket, with the token in it: keep it out of logs. @throws TypeError */
  getWebSocketURL(sessionId: string): string
  /** How this client asks over HTTP; file helpers ask in the same way. */
  readonly transport: Transport
}

/** Makes a client of the service. It asks nothing yet. @throws TypeError or RangeError when the config makes no sense */
export function createClient(config: AISessionsConfig): AISessionsClient {
  const api = new RestCaller(config)
  const { transport } = api
  const client: AISessionsClient = {
    transport,
    register: () => api.ask('POST', ['register']),
    deregister: () => api.ask('DELETE', ['register']),
    listSessions: ({ status, limit, cursor } = {}) =>
      api.ask('GET', ['sessions'], { query: { status, limit, cursor } }),
    createSession: (body = {}) => api.ask('POST', ['sessions'], { body }),
    getSession: id => api.ask('GET', ['sessions', id]),
    async waitForSession(id, intervalMs = 1_000, timeoutMs = restDefaults.startTimeoutMs) {
      checkMs('intervalMs', intervalMs, 0)
      checkMs('timeoutMs', timeoutMs)
      const { clock } = transport
      const endsAt = clock.now() + timeoutMs
      for (;;) {
        const { session } = await client.getSession(id)
        if (session.status === 'running') return session
        const isStarting = session.status === 'pending' || session.status === 'starting'
        if (!isStarting || clock.now() >= endsAt)
          throw new Error(`the session did not start: its status is ${session.status}`)
        await sleep(clock, Math.min(intervalMs, endsAt - clock.now()))
      }
    },
    terminateSession: id => api.ask('DELETE', ['sessions', id]),
    deleteSessionRecord: id => api.ask('DELETE', ['sessions', id, 'record']),
    storeAPIKey: api_key => api.ask('POST', ['auth', 'claude', 'apikey'], { body: { api_key } }),
    getCredentialStatus: () => api.ask('GET', ['auth', 'claude', 'status']),
    deleteCredentials: () => api.call('DELETE', ['auth', 'claude']),
    startOAuth: () => api.ask('POST', ['auth', 'claude', 'start']),
    pollOAuthURL: session_id => api.ask('GET', ['auth', 'claude', 'url'], { query: { session_id } }),
    submitOAuthCode: (session_id, code) =>
      api.ask('POST', ['auth', 'claude', 'code'], { body: { session_id, code } }),
    listProfiles: () => api.ask('GET', ['profiles']),
    createProfile: body => api.ask('POST', ['profiles'], { body }),
    getProfile: id => api.ask('GET', ['profiles', id]),
    updateProfile: (id, body) => api.call('PUT', ['profiles', id], { body }),
    deleteProfile: id => api.call('DELETE', ['profiles', id]),
    setDefaultProfile: id => api.call('POST', ['profiles', id, 'default']),
    captureProfile: (id, body) => api.ask('POST', ['sessions', id, 'capture-profile'], { body }),
    requestUploadURL: (id, body) => api.ask('POST', ['io', 'sessions', id, 'upload'], { body }),
    notifyUploadComplete: (id, upload_id) =>
      api.ask('POST', ['io', 'sessions', id, 'upload', 'complete'], { body: { upload_id } }),
    requestDownloadURL: (id, body) => api.ask('POST', ['io', 'sessions', id, 'download'], { body }),
    getWebSocketURL: id => api.urlOf(['sessions', id, 'ws'], { token: config.token }).replace(/^http/, 'ws'),
  }
  return client
}
