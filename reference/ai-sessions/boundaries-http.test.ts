import { beforeEach, expect, test } from 'vitest'
import { endpoints } from '../../schemas/ai-sessions/endpoints.ts'
import { memberOf } from '../../schemas/json.ts'
import { endpointCases, type Request, tryEndpoint } from '../testing/endpoint-cases.ts'
import { type Person, World } from './testing/world.ts'

type EndpointName = keyof typeof endpoints

const generous = { maxProfiles: 1_000, maxSessions: 1_000, createPerMinute: 1_000, uploadsPerMinute: 1_000 }
const upload = { filename: 'a', content_type: 'text/plain', size: 1 }

let world: World
let person: Person

beforeEach(async () => {
  // A file of any size that is a number may be announced here.
  world = await World.start({
    limits: { ...generous, maxFileBytes: Number.MAX_SAFE_INTEGER },
    maxWorkspaceBytes: 2 ** 20,
  })
  person = await world.person()
})

/** For each endpoint the rest of a request that it accepts. */
const accepted: Partial<Record<EndpointName, () => Promise<Partial<Request>>>> = {
  getSession: async () => ({ path: `/v1/sessions/${await person.session()}` }),
  terminateSession: async () => ({ path: `/v1/sessions/${await person.session()}` }),
  async deleteSessionRecord() {
    const id = await person.session()
    await person.ask('DELETE', `/v1/sessions/${id}`)
    return { path: `/v1/sessions/${id}/record` }
  },
  sessionHistory: async () => ({ path: `/v1/sessions/${await person.session()}/history` }),
  captureProfile: async () => ({ path: `/v1/sessions/${await person.session()}/capture-profile` }),
  getProfile: async () => ({ path: `/v1/profiles/${await profile()}` }),
  updateProfile: async () => ({ path: `/v1/profiles/${await profile()}` }),
  deleteProfile: async () => ({ path: `/v1/profiles/${await profile()}` }),
  setDefaultProfile: async () => ({ path: `/v1/profiles/${await profile()}/default` }),
  pollOAuthURL: async () => ({ query: { session_id: await oauth() } }),
  requestUploadURL: async () => ({ path: `/v1/io/sessions/${await person.session()}/upload` }),
}

async function profile(): Promise<string> {
  const { body } = await person.ask('POST', '/v1/profiles', { name: 'p' })
  return String(memberOf(body.profile, 'id'))
}

async function oauth(): Promise<string> {
  return String((await person.ask('POST', '/v1/auth/claude/start')).body.oauth_session_id)
}

/** Where what is named has to exist, hardly any text with the right shape is a name. */
const namesSomething = /^(submitOAuthCode|notifyUploadComplete|requestDownloadURL|pollOAuthURL)$/
/** What a schema takes and the service does not: a folder in a name, a cursor that no page has given. */
const refusedAnyway = (name: EndpointName, constraint: string, value: unknown) =>
  (name === 'listSessions' && constraint.includes('/cursor/')) ||
  (name === 'requestUploadURL' && /[/\\\p{Cc}]/u.test(String(memberOf(value, 'filename'))))

const tried = endpointCases(endpoints).filter(([name, part, , { constraint, valid, value }]) => {
  if (name === 'attach') return false
  if (valid && (refusedAnyway(name, constraint, value) || (namesSomething.test(name) && part !== 'headers')))
    return false
  // Of all texts with the form of a token hardly any is one.
  return !(part === 'headers' && valid && constraint.startsWith('/properties/'))
})

test.each(tried)('%s, %s: %s', async (name, part, _, boundary) => {
  const rest = (await accepted[name]?.()) ?? {}
  const body = part !== 'body' && name === 'requestUploadURL' ? upload : undefined
  const fill = part !== 'body' && 'body' in endpoints[name] ? (body ?? bodies[name]) : undefined
  const id = namesSomething.test(name) && part === 'headers' ? await named(name) : {}
  await tryEndpoint(world.url, endpoints[name], part, boundary, {
    headers: person.headers,
    ...(fill === undefined ? {} : { body: fill }),
    ...rest,
    ...id,
  })
  expect(world.errors).toEqual([])
})

/** Bodies that are accepted. */
const bodies: Partial<Record<EndpointName, object>> = {
  createSession: {},
  captureProfile: { name: 'p' },
  createProfile: { name: 'p' },
  updateProfile: {},
  storeAPIKey: { api_key: 'sk-ant-1' },
}

/** A request about something that exists. */
async function named(name: EndpointName): Promise<Partial<Request>> {
  if (name === 'submitOAuthCode') return { body: { session_id: await oauth(), code: 'c' } }
  if (name === 'pollOAuthURL') return { query: { session_id: await oauth() } }
  const id = await person.session()
  if (name === 'requestDownloadURL') {
    await world.server.sessions.get(id)?.workspace.write('/workspace/a', 'a')
    return { path: `/v1/io/sessions/${id}/download`, body: { path: '/workspace/a' } }
  }
  const { body } = await person.ask('POST', `/v1/io/sessions/${id}/upload`, upload)
  await fetch(String(body.upload_url), {
    method: 'PUT',
    headers: { 'content-type': 'text/plain' },
    body: 'x',
  })
  return { path: `/v1/io/sessions/${id}/upload/complete`, body: { upload_id: body.upload_id } }
}
