import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { systemClock } from '../core/clock.ts'
import { type Host, listen } from '../core/node-host.ts'
import { computations, pickedVectors } from '../testing/vectors.ts'
import { AuthManager } from './auth.ts'
import { WSRouter } from './router.ts'
import { createLlmingServer, type LlmingServer } from './server.ts'

interface Given {
  secret: string
  nowS: number
  maxAgeS?: number
  futureSkewS?: number
  id: string
  token: string
}

/** What each operation is in the reference. `null`, or an exception, is a refusal. */
const operations: Record<string, (auth: AuthManager, given: Given) => string | null> = {
  'sign-session-token': (auth, { id }) => auth.signAuthToken(id),
  'sign-identity-token': (auth, { id }) => auth.signIdentityToken(id),
  'verify-session-token': (auth, { token }) => auth.verify('auth', token),
  'verify-identity-token': (auth, { token }) => auth.verify('identity', token),
}

test.each(computations('llming'))('%s', (_, { operation, judgement, given, result }) => {
  const { secret, nowS, maxAgeS, futureSkewS } = given as unknown as Given
  const auth = new AuthManager({
    secret,
    authTokenMaxAgeS: maxAgeS,
    identityTokenMaxAgeS: maxAgeS,
    tokenFutureSkewS: futureSkewS,
    clock: { ...systemClock, now: () => nowS * 1_000 },
  })
  const outcome = () => operations[operation]?.(auth, given as unknown as Given)
  if (judgement === 'valid') return expect(outcome()).toBe(result)
  try {
    expect(outcome()).toBeNull()
  } catch (error) {
    expect((error as Error).message).toContain('a dot separates the parts')
  }
})

describe('a server', () => {
  let server: LlmingServer
  let host: Host
  let socket: WebSocket

  beforeAll(async () => {
    const router = new WSRouter().handler('add', {}, () => ({})).handler('fence', {}, () => ({}))
    server = createLlmingServer({ router })
    host = await listen([server])
    socket = new WebSocket(`${host.url}/ws/${server.createSession().id}`.replace('http', 'ws'))
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject))
  })

  afterAll(async () => {
    socket.terminate()
    await host.close()
  })

  test.each(pickedVectors('llming', 'frames/request'))('%s', async (_, { judgement, value, text }) => {
    const answered: string[] = []
    await new Promise<void>((resolve, reject) => {
      socket.once('close', reject)
      const read = (data: unknown) => {
        answered.push((JSON.parse(String(data)) as { type: string }).type)
        if (answered.at(-1) !== 'fence') return
        socket.off('close', reject).off('message', read)
        resolve()
      }
      socket.on('message', read)
      socket.send(text ?? JSON.stringify(value))
      socket.send('{"type":"fence"}')
    })
    // Whatever it makes of the others, it goes on to serve.
    if (judgement === 'valid') expect(answered).toEqual(['add', 'fence'])
    if (judgement === 'invalid') expect(answered).toEqual(['fence'])
  })

  test.each(pickedVectors('llming', 'formats/sessionId'))('as a session id %s', (_, { judgement, value }) => {
    const create = () => server.createSession({ id: String(value) }).id
    if (judgement === 'valid') expect(create()).toBe(value)
    else expect(create).toThrow('cannot be a session id')
  })
})

test('the vectors of a session token are judged as schemas judge them', () => {
  const auth = new AuthManager({
    secret: 'a secret of agentwire, for tests only',
    clock: { ...systemClock, now: () => 1_700_000_000_000 },
  })
  for (const [title, { judgement, value }] of pickedVectors('llming', 'formats/sessionToken'))
    expect(auth.verify('auth', String(value)), title).toBe(judgement === 'valid' ? 's-1' : null)
})
