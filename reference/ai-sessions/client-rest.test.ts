import { expect, test } from 'vitest'
import { APIError } from './api-error.ts'
import type { AISessionsClient } from './http-client.ts'
import { FakeService, json } from './testing/fake-service.ts'

const upload = { filename: 'a.csv', content_type: 'text/csv', size: 3 }
/** Each method, what it asks for, and the body that it sends. */
const methods: [string, (client: AISessionsClient) => Promise<unknown>, string, unknown?][] = [
  ['register', c => c.register(), 'POST /register'],
  ['deregister', c => c.deregister(), 'DELETE /register'],
  ['listSessions', c => c.listSessions(), 'GET /sessions'],
  [
    'createSession',
    c => c.createSession({ allowed_tools: ['Read'] }),
    'POST /sessions',
    { allowed_tools: ['Read'] },
  ],
  ['createSession', c => c.createSession(), 'POST /sessions', {}],
  ['getSession', c => c.getSession('s'), 'GET /sessions/s'],
  ['terminateSession', c => c.terminateSession('s'), 'DELETE /sessions/s'],
  ['deleteSessionRecord', c => c.deleteSessionRecord('s'), 'DELETE /sessions/s/record'],
  ['storeAPIKey', c => c.storeAPIKey('sk-ant-1'), 'POST /auth/claude/apikey', { api_key: 'sk-ant-1' }],
  ['getCredentialStatus', c => c.getCredentialStatus(), 'GET /auth/claude/status'],
  ['deleteCredentials', c => c.deleteCredentials(), 'DELETE /auth/claude'],
  ['startOAuth', c => c.startOAuth(), 'POST /auth/claude/start'],
  ['pollOAuthURL', c => c.pollOAuthURL('o'), 'GET /auth/claude/url?session_id=o'],
  [
    'submitOAuthCode',
    c => c.submitOAuthCode('o', 'c'),
    'POST /auth/claude/code',
    { session_id: 'o', code: 'c' },
  ],
  ['listProfiles', c => c.listProfiles(), 'GET /profiles'],
  ['createProfile', c => c.createProfile({ name: 'p' }), 'POST /profiles', { name: 'p' }],
  ['getProfile', c => c.getProfile('p'), 'GET /profiles/p'],
  ['updateProfile', c => c.updateProfile('p', { max_turns: 2 }), 'PUT /profiles/p', { max_turns: 2 }],
  ['deleteProfile', c => c.deleteProfile('p'), 'DELETE /profiles/p'],
  ['setDefaultProfile', c => c.setDefaultProfile('p'), 'POST /profiles/p/default'],
  [
    'captureProfile',
    c => c.captureProfile('s', { name: 'n' }),
    'POST /sessions/s/capture-profile',
    { name: 'n' },
  ],
  ['requestUploadURL', c => c.requestUploadURL('s', upload), 'POST /io/sessions/s/upload', upload],
  [
    'notifyUploadComplete',
    c => c.notifyUploadComplete('s', 'u'),
    'POST /io/sessions/s/upload/complete',
    { upload_id: 'u' },
  ],
  [
    'requestDownloadURL',
    c => c.requestDownloadURL('s', { path: '/p' }),
    'POST /io/sessions/s/download',
    { path: '/p' },
  ],
]

/** What was asked for, without what all have in common. */
const routes = ({ asked }: FakeService) =>
  asked.map(({ method, url }) => `${method} ${url.replace('https://service.example/v1', '')}`)

test('ai-sessions/access/client-sends-bearer', async () => {
  const service = new FakeService()
  for (const [, call] of methods) await call(service.client())
  for (const { headers } of service.asked) expect(headers.get('authorization')).toBe('Bearer t+/=&')
  expect(service.asked).toHaveLength(methods.length)
})

test('ai-sessions/routing/client-method-paths', async () => {
  const service = new FakeService()
  for (const [, call] of methods) await call(service.client())
  expect(routes(service)).toEqual(methods.map(([, , route]) => route))
})

test('ai-sessions/framing/client-request-bodies', async () => {
  const service = new FakeService()
  for (const [, call] of methods) await call(service.client())
  const bodies = service.asked.map(({ body }) => (body === undefined ? undefined : JSON.parse(body)))
  expect(bodies).toEqual(methods.map(([, , , body]) => body))
  for (const { headers, body } of service.asked)
    expect(headers.get('content-type')).toBe(body === undefined ? null : 'application/json')
})

test('ai-sessions/connecting/client-custom-fetch-used', async () => {
  const service = new FakeService()
  for (const [, call] of methods) await call(service.client())
  expect(service.asked).toHaveLength(methods.length)
})

test('ai-sessions/routing/client-query-parameters', async () => {
  const service = new FakeService()
  await service.client().listSessions({ status: 'running', limit: 2, cursor: 'a+/=' })
  await service.client().listSessions()
  await service.client().pollOAuthURL('o&x')
  expect(routes(service)).toEqual([
    'GET /sessions?status=running&limit=2&cursor=a%2B%2F%3D',
    'GET /sessions',
    'GET /auth/claude/url?session_id=o%26x',
  ])
})

test('ai-sessions/routing/client-base-url-slash', async () => {
  const service = new FakeService()
  await service.client({ baseUrl: 'https://service.example/' }).register()
  await service.client({ baseUrl: 'https://service.example' }).register()
  expect(routes(service)).toEqual(['POST /register', 'POST /register'])
})

test('ai-sessions/routing/client-ids-encoded', async () => {
  const service = new FakeService()
  await service.client().getSession('a/b c?d')
  const segments = new URL(service.asked[0]?.url ?? '').pathname.split('/')
  expect(segments.map(decodeURIComponent)).toEqual(['', 'v1', 'sessions', 'a/b c?d'])
})

test('ai-sessions/connecting/client-websocket-url', () => {
  const service = new FakeService()
  const urlOf = (baseUrl: string) => new URL(service.client({ baseUrl }).getWebSocketURL('a/b'))
  expect(urlOf('http://127.0.0.1:1234').origin).toBe('ws://127.0.0.1:1234')
  const url = urlOf('https://example.test')
  expect(url.protocol).toBe('wss:')
  expect(url.pathname).toBe('/v1/sessions/a%2Fb/ws')
  expect(url.searchParams.get('token')).toBe('t+/=&')
})

test('ai-sessions/framing/client-result-shape', async () => {
  const session = { id: 's', status: 'running', created_at: 'x', extra: { deep: [1] } }
  const service = new FakeService(() => json({ session, more: true }))
  expect(await service.client().getSession('s')).toEqual({ session, more: true })
  service.answer = () => json({ has_credentials: true, credential_type: 'api_key' })
  expect((await service.client().getCredentialStatus()).has_credentials).toBe(true)
  service.answer = () => new Response(null, { status: 204 })
  expect(await service.client().deleteProfile('p')).toBeUndefined()
})

test.for([400, 401, 403, 404, 409])('ai-sessions/framing/client-error-fields: %s', async status => {
  const service = new FakeService(() => json({ error: `code_${status}`, message: 'why' }, status))
  const error = await service
    .client()
    .register()
    .catch(error => error)
  expect(error).toBeInstanceOf(APIError)
  expect(error).toMatchObject({ error: `code_${status}`, message: 'why', status })
  service.answer = () => json({ registered: true })
  await service.client().register()
})

test('ai-sessions/framing/client-non-json-error', async () => {
  const service = new FakeService(() => new Response('<html>', { status: 404 }))
  await expect(service.client().getSession('s')).rejects.toMatchObject({ status: 404, error: 'http_error' })
  service.answer = () => new Response('<html>', { status: 200 })
  await expect(service.client().getSession('s')).rejects.toMatchObject({
    status: 200,
    error: 'invalid_response',
  })
})

test('a service that cannot be reached rejects, and is not asked again', async () => {
  const service = new FakeService(() => {
    throw new TypeError('fetch failed')
  })
  await expect(service.client().register()).rejects.toMatchObject({ status: 0, error: 'network_error' })
  expect(service.asked).toHaveLength(1)
})

/** Calls, and lets so much time pass that whatever is repeated has been. */
async function outcome(service: FakeService, client: AISessionsClient): Promise<unknown> {
  const settled = client.createSession({ name: 'n' }).catch(error => error)
  for (let i = 0; i < 12; i++) await service.pass(40_000)
  return settled
}

test.for([429, 502, 503, 504])(
  'ai-sessions/rate-limiting/client-retries-listed-statuses: %s',
  async status => {
    const service = new FakeService((_, index) => (index < 2 ? json({}, status) : json({ session: 1 }, 201)))
    expect(await outcome(service, service.client({ retry: { retryDelay: 10 } }))).toEqual({ session: 1 })
    expect(service.asked).toHaveLength(3)
  },
)

test.for([400, 401, 403, 404, 409, 500])(
  'ai-sessions/rate-limiting/client-other-statuses-not-repeated: %s',
  async status => {
    const service = new FakeService(() => json({}, status))
    expect(await outcome(service, service.client())).toMatchObject({ status })
    expect(service.asked).toHaveLength(1)
  },
)

test('ai-sessions/rate-limiting/client-repeats-whole-request', async () => {
  const service = new FakeService((_, index) => (index === 0 ? json({}, 503) : json({ session: 1 }, 201)))
  await outcome(service, service.client())
  const [first, second] = service.asked.map(({ method, url, body, headers }) => ({
    method,
    url,
    body,
    headers: Object.fromEntries(headers),
  }))
  expect(second).toEqual(first)
  expect(second?.body).toBe('{"name":"n"}')
})

test('ai-sessions/rate-limiting/client-gives-up', async () => {
  const service = new FakeService(() => json({}, 503))
  expect(await outcome(service, service.client({ retry: { retryDelay: 10 } }))).toMatchObject({ status: 503 })
  expect(service.asked).toHaveLength(4)
  const mixed = new FakeService((_, index) => json({}, [503, 503, 502, 504][index] ?? 200))
  expect(await outcome(mixed, mixed.client())).toMatchObject({ status: 504 })
})

test('ai-sessions/rate-limiting/client-custom-retry-on', async () => {
  const retry = { retryOn: [418], maxRetries: 1 }
  const service = new FakeService(() => json({}, 418))
  await outcome(service, service.client({ retry }))
  expect(service.asked).toHaveLength(2)
  const other = new FakeService(() => json({}, 503))
  await outcome(other, other.client({ retry }))
  expect(other.asked).toHaveLength(1)
})

test('ai-sessions/rate-limiting/client-retry-delay', async () => {
  const service = new FakeService(() => json({}, 503))
  const call = service
    .client({ retry: { retryDelay: 50, maxRetries: 1 } })
    .register()
    .catch(() => {})
  await service.pass(49)
  expect(service.asked).toHaveLength(1)
  await service.pass(1)
  expect(service.asked).toHaveLength(2)
  await call
})

test('a service that says how long to wait is waited for, but not for ever', async () => {
  const service = new FakeService(() => json({}, 429, { 'Retry-After': '5' }))
  const call = service
    .client({ retry: { maxRetries: 2 } })
    .register()
    .catch(() => {})
  await service.pass(4_999)
  expect(service.asked).toHaveLength(1)
  service.answer = () => json({}, 429, { 'Retry-After': '86400' })
  await service.pass(1)
  expect(service.asked).toHaveLength(2)
  await service.pass(30_000)
  expect(service.asked).toHaveLength(3)
  await call
})

test('ai-sessions/rate-limiting/client-rest-defaults', async () => {
  for (const status of [429, 502, 503, 504]) {
    const service = new FakeService(() => json({}, status))
    const call = service
      .client()
      .register()
      .catch(() => {})
    await service.pass(999)
    expect(service.asked).toHaveLength(1)
    await service.pass(1)
    expect(service.asked).toHaveLength(2)
    for (let i = 0; i < 4; i++) await service.pass(30_000)
    expect(service.asked).toHaveLength(4)
    await call
  }
})

const silent = (service: FakeService) => {
  service.answer = ({ signal }) =>
    new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason)))
}

test('ai-sessions/liveness/client-timeout-rejects', async () => {
  const service = new FakeService()
  silent(service)
  const failed = service
    .client()
    .register()
    .catch(error => error)
  await service.pass(29_999)
  expect(service.asked[0]?.signal?.aborted).toBe(false)
  await service.pass(1)
  expect(await failed).toMatchObject({ error: 'timeout', status: 0 })
  service.answer = () => json({ registered: true })
  await service.client().register()
})

test('ai-sessions/liveness/client-timeout-aborts', async () => {
  const service = new FakeService()
  silent(service)
  const failed = service
    .client({ timeout: 50 })
    .register()
    .catch(error => error)
  await service.pass(50)
  await failed
  expect(service.asked[0]?.signal?.aborted).toBe(true)
})

test.for([[['pending', 'pending', 'running']], [['starting', 'starting', 'running']]])(
  'ai-sessions/lifecycle/client-waits-while-starting: %s',
  async ([statuses = []]) => {
    const service = new FakeService((_, index) => json({ session: { id: 's', status: statuses[index] } }))
    const waiting = service.client().waitForSession('s')
    for (let i = 0; i < 3; i++) await service.pass(1_000)
    expect((await waiting).status).toBe('running')
    expect(service.asked).toHaveLength(3)
  },
)

test.for(['failed', 'terminated', 'ended', 'brand_new'])(
  'ai-sessions/lifecycle/client-fails-on-other-status: %s',
  async status => {
    const service = new FakeService(() => json({ session: { id: 's', status } }))
    await expect(service.client().waitForSession('s')).rejects.toThrow(status)
  },
)
