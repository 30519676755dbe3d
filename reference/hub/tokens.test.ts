import { once } from 'node:events'
import fc from 'fast-check'
import { CompactSign, generateKeyPair, type JWTPayload, SignJWT, UnsecuredJWT } from 'jose'
import { beforeEach, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { AdjustableClock } from '../core/clock.ts'
import { heardBy, type Member, type Person, secret, World } from './testing/world.ts'
import { TokenAuthority } from './tokens.ts'

let clock: AdjustableClock
let world: World
let ann: Member
let victim: Person

beforeEach(async () => {
  clock = new AdjustableClock()
  clock.freeze()
  world = await World.start({ clock })
  ann = await world.join('MEMBER')
  victim = world.person('ADMIN')
})

/** Claims that are good for an hour, with others in their place. */
function claims(others: JWTPayload = {}): JWTPayload {
  const now = Math.floor(clock.now() / 1000)
  return { user_id: victim.id, role: victim.role, iss: 'echocenter', iat: now, exp: now + 3_600, ...others }
}

function signed(payload: JWTPayload, alg = 'HS256', key = secret): Promise<string> {
  return new SignJWT(payload).setProtectedHeader({ alg }).sign(Buffer.from(key))
}

/** How the hub answers a connection with a token: 101, or with what it refuses it. */
async function answerTo(token: string): Promise<{ status: number | undefined; body?: unknown }> {
  const socket = new WebSocket(`${world.url.replace('http', 'ws')}/api/ws?token=${encodeURIComponent(token)}`)
  const opened = once(socket, 'open').then(() => ({ status: 101 }))
  const refused = new Promise<{ status: number | undefined; body: unknown }>(resolve =>
    socket.on('unexpected-response', async (_, response) => {
      const chunks = await response.toArray()
      resolve({ status: response.statusCode, body: JSON.parse(Buffer.concat(chunks).toString()) })
    }),
  )
  try {
    return await Promise.race([opened, refused])
  } finally {
    socket.on('error', () => {})
    socket.terminate()
  }
}

const invalid = { status: 401, body: { error: 'invalid credentials' } }

/** Expects that a token opens nothing, connects nobody and is no fault of the hub. */
async function expectRefused(token: string): Promise<void> {
  expect(await answerTo(token)).toEqual(
    token === '' ? { status: 401, body: { error: 'token is required' } } : invalid,
  )
  expect(world.hub.roster.of(victim.id)).toBeUndefined()
  const headers = { authorization: `Bearer ${token}` }
  if (/^[!-~]+$/.test(token))
    expect((await fetch(`${world.url}/api/users/butler`, { headers })).status).toBe(401)
  expect(world.errors).toEqual([])
}

test('a token that the hub has signed opens a connection, with each algorithm of the family', async () => {
  for (const alg of ['HS256', 'HS384', 'HS512'])
    expect(await answerTo(await signed(claims(), alg)), alg).toEqual({ status: 101 })
  expect(await answerTo(await signed(claims({ further: { claims: true } })))).toEqual({ status: 101 })
})

describe('a token is refused', () => {
  test('that nobody has signed', async () => {
    const unsecured = new UnsecuredJWT(claims()).encode()
    const [header, payload, signature] = (await signed(claims())).split('.')
    for (const alg of ['none', 'None', 'NONE', '']) {
      const other = Buffer.from(JSON.stringify({ alg })).toString('base64url')
      await expectRefused(`${other}.${payload}.`)
      await expectRefused(`${other}.${payload}.${signature}`)
    }
    for (const token of [unsecured, `${header}.${payload}.`, `${header}.${payload}`, `${payload}`])
      await expectRefused(token)
  })

  test('that somebody else has signed', async () => {
    const { privateKey } = await generateKeyPair('RS256')
    await expectRefused(await signed(claims(), 'HS256', `${secret}.`))
    await expectRefused(await new SignJWT(claims()).setProtectedHeader({ alg: 'RS256' }).sign(privateKey))
  })

  test('that is not valid yet, or not any more', async () => {
    const now = Math.floor(clock.now() / 1000)
    await expectRefused(await signed(claims({ exp: now })))
    await expectRefused(await signed(claims({ exp: now - 10 })))
    await expectRefused(await signed(claims({ nbf: now + 99 })))
    const [short, long] = [await signed(claims({ exp: now + 60 })), await signed(claims({ nbf: now - 99 }))]
    expect([await answerTo(short), await answerTo(long)]).toEqual([{ status: 101 }, { status: 101 }])
    await clock.advance(60_000)
    await expectRefused(short)
    expect(await answerTo(long)).toEqual({ status: 101 })
  })

  test('that lacks a claim, or names another hub', async () => {
    for (const name of ['exp', 'user_id', 'role', 'iss'])
      await expectRefused(await signed(claims({ [name]: undefined })))
    for (const iss of ['echocente', 'echocenters', 'Echocenter', ''])
      await expectRefused(await signed(claims({ iss })))
  })

  test('that is anything else, whatever it is', async () => {
    const good = await signed(claims())
    const base64 = (text: string) => Buffer.from(text).toString('base64url')
    const odd = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 300 }),
      fc.array(fc.base64String({ maxLength: 40 }), { maxLength: 5 }).map(parts => parts.join('.')),
      // One character of a good token in the place of another.
      fc
        .tuple(fc.nat(good.length - 5), fc.constantFrom(...'Aa0-_.=+ '))
        .map(([place, character]) => good.slice(0, place) + character + good.slice(place + 1)),
      // Whatever JSON as a header or as claims.
      fc.tuple(fc.json(), fc.json()).map(([header, payload]) => `${base64(header)}.${base64(payload)}.c2ln`),
    )
    await fc.assert(
      fc.asyncProperty(
        odd.filter(token => token !== good),
        expectRefused,
      ),
      { numRuns: 100, examples: [[''], ['.'], ['..'], ['a'.repeat(10_000)], ['undefined'], ['null']] },
    )
  })

  test('whose header or claims are strange, though its signature is right', async () => {
    const sign = (payload: string, header: object = {}) =>
      new CompactSign(Buffer.from(payload))
        .setProtectedHeader({ alg: 'HS256', ...header } as { alg: string })
        .sign(Buffer.from(secret))
    for (const payload of ['', 'null', '[]', '5', 'no JSON', '\uffff', '{"exp":"soon"}'])
      await expectRefused(await sign(payload))
    const good = JSON.stringify(claims())
    for (const user_id of ['1', 0, -1, 1.5, 2 ** 60, null, [1]])
      await expectRefused(await sign(JSON.stringify({ ...claims(), user_id })))
    for (const exp of ['soon', null, -1])
      await expectRefused(await sign(JSON.stringify({ ...claims(), exp })))
    expect(await answerTo(await sign(good, { typ: 'at+jwt', kid: '../../etc/passwd' }))).toEqual({
      status: 101,
    })
  })
})

test('a connection ends with its token, and nobody else notices', async () => {
  const short = await world.open(await world.hub.tokens.sign(victim, 30))
  await clock.advance(29_000)
  expect(world.hub.roster.of(victim.id)).toBeDefined()
  await clock.advance(2_000)
  expect(await short.ended).toBe(4001)
  expect(world.hub.roster.of(victim.id)).toBeUndefined()
  expect(await heardBy(ann, ann)).toEqual([[]])
})

test('with its API token an agent is itself, until the token is replaced', async () => {
  const admin = world.person('ADMIN')
  const { account, apiToken } = world.hub.accounts.createAgent({ username: 'bot' })
  const [first, other] = [await world.open(apiToken), await world.join('AGENT')]
  first.send({ type: 'CHAT', target_id: ann.id, payload: 'hello' })
  expect((await ann.peer.take(1))[0]).toMatchObject({
    sender_id: account.id,
    sender_role: 'AGENT',
    sender_name: 'bot',
  })
  const headers = { authorization: `Bearer ${apiToken}` }
  expect((await fetch(`${world.url}/api/users/butler`, { headers })).status).toBe(401)
  const replaced = await fetch(`${world.url}/api/users/agents/${account.id}/token`, {
    ...{ method: 'PATCH', body: '{"api_token":"the next one"}' },
    headers: { authorization: `Bearer ${await world.token(admin)}` },
  })
  expect(replaced.status).toBe(200)
  expect(await first.ended).toBe(4001)
  expect(await answerTo(apiToken)).toEqual(invalid)
  expect(await answerTo('the next one')).toEqual({ status: 101 })
  expect(await heardBy(ann, other)).toEqual([[]])
})

test('a secret that is too short starts no hub', () => {
  const authority = (length: number) =>
    new TokenAuthority({ secret: 'x'.repeat(length), issuer: 'echocenter', lifetimeS: 60, clock })
  expect(() => authority(31)).toThrow('at least 32 characters, not 31')
  expect(() => authority(32)).not.toThrow()
})

test('the log names no token, however the query spells it', async () => {
  const lines: string[] = []
  const logged = await World.start({ onLog: entry => lines.push(JSON.stringify(entry)) })
  const good = await logged.token(logged.person('MEMBER'))
  for (const token of [good, 'no-token-at-all'])
    for (const query of [
      `token=${token}`,
      `%74oken=${token}`,
      `a=b&t%6Fken=${token}`,
      `token=${token}&token=${token}`,
    ]) {
      // A foreign origin is looked at after the token.
      const socket = new WebSocket(`${logged.url.replace('http', 'ws')}/api/ws?${query}`, {
        origin: 'http://evil.example',
      })
      await once(socket, 'error')
    }
  expect(lines).toHaveLength(8)
  for (const line of lines) {
    expect(line).not.toContain(good)
    expect(line).not.toContain('no-token-at-all')
  }
  expect(lines[2]).toContain('/api/ws?a=b')
})
