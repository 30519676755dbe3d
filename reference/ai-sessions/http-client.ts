import type {
  CreateSession,
  CredentialStatus,
  Profile,
  ProfileChange,
  ProfileInput,
  Session,
} from '../../schemas/ai-sessions/index.ts'
import { memberOf } from '../../schemas/json.ts'
import { type Clock, sleep, waitingClock } from '../core/clock.ts'
import { APIError } from './api-error.ts'

export type CreateSessionRequest = CreateSession
export type CreateProfileRequest = ProfileInput
export type UpdateProfileRequest = ProfileChange
/** `pending` and `starting`: not ready; `running`; `ended`, `terminated` and `failed`: over. */
export type SessionStatus = Session['status']

/** A file that is to be put into a session. */
export interface UploadRequest {
  filename: string
  content_type: string
  /** Bytes of the file. */
  size: number
}

export interface UploadResponse {
  upload_url: string
  upload_id: string
  target_path: string
  expires_at: string
}

export interface DownloadRequest {
  /** A file of the session. */
  path: string
}

export interface DownloadResponse {
  download_url: string
  expires_at: string
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

export interface AISessionsConfig {
  /** Where the service is, with or without a slash at the end. */
  baseUrl: string
  /** The user's JWT. */
  token: string
  /** Milliseconds to wait for the answer to one request, its body included. Default: 30000. */
  timeout?: number
  retry?: RetryOptions
  /** Default: the global one. */
  fetch?: typeof globalThis.fetch
  /** Default: the machine's. */
  clock?: Clock
}

export interface ListSessionsQuery {
  status?: SessionStatus
  /** Sessions on the page. */
  limit?: number
  /** `next_cursor` of the page before. */
  cursor?: string
}

/** The REST side of the service. Every method rejects with an {@link APIError}. */
export interface AISessionsClient {
  register(): Promise<{ registered: true; registered_at: string }>
  /** Ends all sessions and deletes all data. */
  deregister(): Promise<{ deregistered: true }>
  listSessions(query?: ListSessionsQuery): Promise<{ sessions: Session[]; next_cursor?: string | null }>
  createSession(request?: CreateSessionRequest): Promise<{ session: Session }>
  getSession(sessionId: string): Promise<{ session: Session }>
  /**
   * Waits until a session is running: asks while it is `pending` or `starting`.
   *
   * @param intervalMs - pause between two questions
   * @throws Error when the session gets another status than `running`
   */
  waitForSession(sessionId: string, intervalMs?: number): Promise<Session>
  terminateSession(sessionId: string): Promise<{ terminated: true }>
  /** Only after the session has ended. */
  deleteSessionRecord(sessionId: string): Promise<{ deleted: true }>
  storeAPIKey(apiKey: string): Promise<{ success: true; message?: string }>
  getCredentialStatus(): Promise<CredentialStatus>
  deleteCredentials(): Promise<unknown>
  startOAuth(): Promise<{ oauth_session_id: string; expires_in: number; message?: string }>
  /** `url` is there once `status` is `url_ready`, or `ready` as an older service says. */
  pollOAuthURL(oauthSessionId: string): Promise<{ status: string; url?: string; message?: string }>
  submitOAuthCode(
    oauthSessionId: string,
    code: string,
  ): Promise<{ success: boolean; status?: string; error?: string; message?: string }>
  listProfiles(): Promise<{ profiles: Profile[] }>
  createProfile(request: CreateProfileRequest): Promise<{ profile: Profile }>
  getProfile(profileId: string): Promise<{ profile: Profile }>
  /** Changes what is given. */
  updateProfile(profileId: string, change: UpdateProfileRequest): Promise<unknown>
  deleteProfile(profileId: string): Promise<unknown>
  setDefaultProfile(profileId: string): Promise<unknown>
  captureProfile(
    sessionId: string,
    request: { name: string; description?: string },
  ): Promise<{ profile: Profile }>
  requestUploadURL(sessionId: string, request: UploadRequest): Promise<UploadResponse>
  notifyUploadComplete(sessionId: string, uploadId: string): Promise<{ success: true; path: string }>
  requestDownloadURL(sessionId: string, request: DownloadRequest): Promise<DownloadResponse>
  /** The URL of a session's WebSocket, with the token in it: keep it out of logs. */
  getWebSocketURL(sessionId: string): string
  /** The `fetch` that this client uses; file helpers use it too. */
  readonly fetch: typeof globalThis.fetch
}

export const restDefaults = {
  timeout: 30_000,
  maxRetries: 3,
  retryDelay: 1_000,
  retryOn: [429, 502, 503, 504],
} as const
const longestRetryDelayMs = 30_000

/** Makes a client of the service. It asks nothing yet. */
export function createClient(config: AISessionsConfig): AISessionsClient {
  const api = new RestCaller(config)
  const { get, post, put, remove } = {
    get: <T>(path: string) => api.call<T>('GET', path),
    post: <T>(path: string, body?: unknown) => api.call<T>('POST', path, body),
    put: <T>(path: string, body: unknown) => api.call<T>('PUT', path, body),
    remove: <T>(path: string) => api.call<T>('DELETE', path),
  }
  const at = encodeURIComponent
  const client: AISessionsClient = {
    fetch: api.fetch,
    register: () => post('/register'),
    deregister: () => remove('/register'),
    listSessions: ({ status, limit, cursor } = {}) => get(`/sessions${queryOf({ status, limit, cursor })}`),
    createSession: (request = {}) => post('/sessions', request),
    getSession: id => get(`/sessions/${at(id)}`),
    async waitForSession(id, intervalMs = 1_000) {
      for (;;) {
        const { session } = await client.getSession(id)
        if (session.status === 'running') return session
        if (session.status !== 'pending' && session.status !== 'starting')
          throw new Error(`the session did not start: its status is ${session.status}`)
        await sleep(api.clock, intervalMs)
      }
    },
    terminateSession: id => remove(`/sessions/${at(id)}`),
    deleteSessionRecord: id => remove(`/sessions/${at(id)}/record`),
    storeAPIKey: api_key => post('/auth/claude/apikey', { api_key }),
    getCredentialStatus: () => get('/auth/claude/status'),
    deleteCredentials: () => remove('/auth/claude'),
    startOAuth: () => post('/auth/claude/start'),
    pollOAuthURL: session_id => get(`/auth/claude/url${queryOf({ session_id })}`),
    submitOAuthCode: (session_id, code) => post('/auth/claude/code', { session_id, code }),
    listProfiles: () => get('/profiles'),
    createProfile: request => post('/profiles', request),
    getProfile: id => get(`/profiles/${at(id)}`),
    updateProfile: (id, change) => put(`/profiles/${at(id)}`, change),
    deleteProfile: id => remove(`/profiles/${at(id)}`),
    setDefaultProfile: id => post(`/profiles/${at(id)}/default`),
    captureProfile: (id, request) => post(`/sessions/${at(id)}/capture-profile`, request),
    requestUploadURL: (id, request) => post(`/io/sessions/${at(id)}/upload`, request),
    notifyUploadComplete: (id, upload_id) => post(`/io/sessions/${at(id)}/upload/complete`, { upload_id }),
    requestDownloadURL: (id, request) => post(`/io/sessions/${at(id)}/download`, request),
    getWebSocketURL: id =>
      `${api.base.replace(/^http/, 'ws')}/sessions/${at(id)}/ws?token=${at(config.token)}`,
  }
  return client
}

/** Sends requests with the token, in time, and again where that may help. */
class RestCaller {
  readonly base: string
  readonly clock: Clock
  readonly fetch: typeof globalThis.fetch
  readonly #token: string
  readonly #timeoutMs: number
  readonly #retry: Required<RetryOptions>

  constructor({ baseUrl, token, timeout = restDefaults.timeout, retry, fetch, clock }: AISessionsConfig) {
    this.base = `${baseUrl.replace(/\/+$/, '')}/v1`
    this.clock = clock ?? waitingClock
    this.fetch = fetch ?? ((input, init) => globalThis.fetch(input, init))
    this.#token = token
    this.#timeoutMs = timeout
    this.#retry = {
      maxRetries: retry?.maxRetries ?? restDefaults.maxRetries,
      retryDelay: retry?.retryDelay ?? restDefaults.retryDelay,
      retryOn: retry?.retryOn ?? restDefaults.retryOn,
    }
  }

  /** @throws APIError */
  async call<T>(method: string, path: string, body?: unknown): Promise<T> {
    const { maxRetries, retryDelay, retryOn } = this.#retry
    for (let sent = 1; ; sent++) {
      const { status, retryAfterS, text } = await this.#send(method, path, body)
      if (status >= 200 && status < 300) return successOf(status, text) as T
      if (sent > maxRetries || !retryOn.includes(status)) throw failureOf(status, text)
      const delay = Math.max(retryDelay * 2 ** (sent - 1), retryAfterS * 1_000)
      await sleep(this.clock, Math.max(retryDelay, Math.min(delay, longestRetryDelayMs)))
    }
  }

  /** One request, and its whole answer. */
  async #send(method: string, path: string, body: unknown) {
    const aborter = new AbortController()
    const cancel = this.clock.after(this.#timeoutMs, () => aborter.abort())
    const headers: Record<string, string> = { Authorization: `Bearer ${this.#token}` }
    if (body !== undefined) headers['Content-Type'] = 'application/json'
    try {
      const response = await this.fetch(`${this.base}${path}`, {
        method,
        headers,
        body: body === undefined ? undefined : JSON.stringify(body),
        signal: aborter.signal,
      })
      const text = await response.text()
      return { status: response.status, retryAfterS: Number(response.headers.get('retry-after')) || 0, text }
    } catch (error) {
      if (aborter.signal.aborted)
        throw new APIError('timeout', `${method} ${path} was not answered within ${this.#timeoutMs} ms`, 0)
      const why = error instanceof Error ? error.message : String(error)
      throw new APIError('network_error', `${method} ${path} failed: ${why}`, 0, { cause: error })
    } finally {
      cancel()
    }
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function successOf(status: number, text: string): unknown {
  if (text === '') return undefined
  const value = parsed(text)
  if (value !== undefined) return value
  throw new APIError('invalid_response', `the ${status} answer is no JSON: ${text.slice(0, 100)}`, status)
}

function failureOf(status: number, text: string): APIError {
  const body = parsed(text)
  const [error, message] = [memberOf(body, 'error'), memberOf(body, 'message')]
  return new APIError(
    typeof error === 'string' ? error : 'http_error',
    typeof message === 'string' ? message : `the service answered ${status}`,
    status,
  )
}

/** A query of the parameters that are given. */
function queryOf(parameters: Record<string, string | number | undefined>): string {
  const given = Object.entries(parameters).filter(([, value]) => value !== undefined)
  const query = given.map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`).join('&')
  return query === '' ? '' : `?${query}`
}
