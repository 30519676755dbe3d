import { connect } from 'node:net'
import { describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { closes } from '../../schemas/ai-sessions/closes.ts'
import { endpoints } from '../../schemas/ai-sessions/endpoints.ts'
import type { JsonObject } from '../../schemas/json.ts'
import type { Peer } from '../testing/serving.ts'
import { type Person, turn, World } from './testing/world.ts'

/** Whoever is there gets an answer: nothing that somebody else does disturbs that. */
async function expectToServe(world: World, peer: Peer): Promise<void> {
  const frames = await turn(peer, 'say still here')
  expect(frames.filter(({ type }) => type === 'assistant')).toHaveLength(1)
  expect(world.errors).toEqual([])
}

/** The text that is announced as a file of this many bytes. */
async function ticket(person: Person, id: string, size: number, filename = 'a.txt') {
  return person.ask('POST', `/v1/io/sessions/${id}/upload`, { filename, content_type: 'text/plain', size })
}

const put = (url: unknown, body: string | Blob | undefined, type = 'text/plain') =>
  fetch(String(url), { method: 'PUT', body, headers: { 'content-type': type } })

describe('tokens', () => {
  const routes = Object.values(endpoints).map(
    ({ method, path }) => [method, path.replace('{id}', 'x')] as const,
  )

  test.each(routes)('%s %s: wrong, foreign and expired ones get nothing', async (method, path) => {
    const world = await World.start()
    const person = await world.person()
    const expired = await world.server.gate.sign({ id: person.id }, -1)
    const changed = person.token.replace(
      /\.(.)([^.]*)$/,
      (_, first, rest) => `.${first === 'A' ? 'B' : 'A'}${rest}`,
    )
    const unsigned = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${person.token.split('.')[1]}.`
    for (const token of [undefined, '', 'x', expired, changed, unsigned]) {
      const headers = token === undefined ? undefined : { authorization: `Bearer ${token}` }
      const response = await fetch(`${world.url}${path}`, { method, headers })
      expect(response.status).toBe(401)
      expect(await response.json()).toEqual({ error: 'unauthorized', message: expect.any(String) })
    }
  })

  test('nor do they open the WebSocket, and what is sent on it is not taken', async () => {
    const world = await World.start()
    const person = await world.person()
    const id = await person.session()
    const owner = await person.connect(id)
    const other = await world.person()
    const expired = await world.server.gate.sign({ id: person.id }, -1)
    for (const [token, { code }] of [
      [undefined, closes.unauthorized],
      [expired, closes.unauthorized],
      [other.token, closes.forbidden],
    ] as const) {
      const socket = new WebSocket(`${world.url.replace('http', 'ws')}/v1/sessions/${id}/ws?token=${token}`)
      socket.on('open', () =>
        socket.send(JSON.stringify({ type: 'prompt', payload: { text: 'say stolen' } })),
      )
      const heard: unknown[] = []
      socket.on('message', data => heard.push(String(data)))
      expect(await new Promise(resolve => socket.once('close', resolve))).toBe(code)
      expect(heard).toEqual([])
    }
    const said = JSON.stringify(await turn(owner, 'say mine'))
    expect(said).toContain('mine')
    expect(said).not.toContain('stolen')
  })
})

describe('bodies', () => {
  test('one that is too large is refused, whether its length is declared or not', async () => {
    const world = await World.start({ limits: { maxMessageBytes: 1_000 } })
    const person = await world.person()
    const large = JSON.stringify({ api_key: `sk-ant-${'x'.repeat(1_000)}` })
    const stream = new Blob([large]).stream()
    for (const body of [large, stream]) {
      const response = await fetch(`${world.url}/v1/auth/claude/apikey`, {
        method: 'POST',
        headers: person.headers,
        body,
        ...(body === stream ? { duplex: 'half' } : {}),
      } as RequestInit)
      expect(response.status).toBe(413)
    }
    await expectToServe(world, await person.attached())
  })

  test('one that breaks off harms nobody', async () => {
    const world = await World.start()
    const person = await world.person()
    const { hostname, port } = new URL(world.url)
    const socket = connect(Number(port), hostname)
    socket.on('error', () => {})
    socket.resume()
    socket.end(
      `POST /v1/sessions HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${person.token}\r\nContent-Length: 100\r\n\r\n{"na`,
    )
    await new Promise(resolve => socket.once('close', resolve))
    expect((await person.ask('GET', '/v1/sessions')).body.sessions).toEqual([])
    await expectToServe(world, await person.attached())
  })
})

describe('files', () => {
  test.each(['../../etc/x', '/etc/x', 'a/b', 'a\\b', '..', '.', 'a\0b', ''])(
    'the name %j leads nowhere',
    async name => {
      const world = await World.start()
      const person = await world.person()
      const { status, body } = await ticket(person, await person.session(), 1, name)
      expect(status).toBe(400)
      expect(body.error).toBe('invalid_request')
    },
  )

  test.each(['..%2f', '%2e%2e', '日本語', 'a b', '__proto__'])('the name %j is a name', async name => {
    const world = await World.start()
    const person = await world.person()
    const id = await person.session()
    const { body } = await ticket(person, id, 2, name)
    expect(body.target_path).toBe(`/workspace/uploads/${name}`)
    expect((await put(body.upload_url, 'ab')).status).toBe(200)
    await person.ask('POST', `/v1/io/sessions/${id}/upload/complete`, { upload_id: body.upload_id })
    const { body: found } = await person.ask('POST', `/v1/io/sessions/${id}/download`, {
      path: body.target_path,
    })
    expect(await (await fetch(String(found.download_url))).text()).toBe('ab')
  })

  test.each([
    ['more bytes than announced', 2, 'abc', 413],
    ['fewer bytes than announced', 4, 'abc', 400],
    ['none at all', 1, undefined, 400],
    ['another type than announced', 3, new Blob(['abc'], { type: 'text/html' }), 400],
  ] as const)('%s', async (_, size, bytes, status) => {
    const world = await World.start()
    const person = await world.person()
    const id = await person.session()
    const { body } = await ticket(person, id, size)
    const type = bytes instanceof Blob ? bytes.type : 'text/plain'
    expect((await put(body.upload_url, bytes, type)).status).toBe(status)
    const done = await person.ask('POST', `/v1/io/sessions/${id}/upload/complete`, {
      upload_id: body.upload_id,
    })
    expect(done.status).toBe(409)
    expect(world.errors).toEqual([])
  })

  test('a URL works for what it was signed for alone', async () => {
    const world = await World.start()
    const person = await world.person()
    const { body } = await ticket(person, await person.session(), 1)
    const url = new URL(String(body.upload_url))
    url.searchParams.set('expires', String(Number(url.searchParams.get('expires')) + 1))
    expect((await put(url, 'a')).status).toBe(403)
    expect((await fetch(String(body.upload_url))).status).toBe(403)
    expect((await put(`${world.url}/ai-sessions/files/x?expires=x`, 'a')).status).toBe(403)
    expect((await put(body.upload_url, 'a')).status).toBe(200)
  })
})

describe('frames', () => {
  test('a flood is told so, and spares the session', async () => {
    const world = await World.start({ limits: { messagesPerSecond: 100 } })
    world.clock.freeze()
    const peer = await (await world.person()).attached()
    for (let i = 0; i < 150; i++) peer.send({ type: 'heartbeat' })
    const told = await peer.take(50)
    expect(new Set(told.map(({ payload }) => (payload as JsonObject).code))).toEqual(
      new Set(['rate_limited']),
    )
    await world.clock.advance(1_000)
    await expectToServe(world, peer)
  })

  test('a message of a megabyte is taken, and a larger one ends its connection alone', async () => {
    const world = await World.start()
    const person = await world.person()
    const id = await person.session()
    const peer = await person.connect(id)
    const other = await (await world.person()).attached()
    const around = JSON.stringify({ type: 'prompt', payload: { text: '' } }).length
    const text = (bytes: number) => ({ type: 'prompt', payload: { text: 'x'.repeat(bytes - around) } })
    peer.send(text(1_048_576))
    await peer.until(({ type }) => type === 'result')
    peer.send(text(1_048_577))
    expect(await peer.ended).toBe(1009)
    await expectToServe(world, other)
    await expectToServe(world, await person.connect(id))
  })

  test('one that is never answered by pongs is let go of, and its session goes on', async () => {
    const world = await World.start()
    world.clock.freeze()
    const person = await world.person()
    const id = await person.session()
    const silent = await person.connect(id)
    silent.socket.pong = () => {}
    ;(silent.socket as unknown as { _autoPong: boolean })._autoPong = false
    await world.clock.advance(60_000)
    expect(await silent.ended).toBe(closes.reset.code)
    await expectToServe(world, await person.connect(id))
  })

  test.each([
    '{nope',
    '[]',
    'null',
    '5',
    '""',
    '{"type":5}',
    '{"type":"__proto__"}',
    '{"type":"prompt","payload":{"text":5}}',
  ])('%s is complained of, and no more', async text => {
    const world = await World.start()
    const peer = await (await world.person()).attached()
    peer.socket.send(text)
    const [{ type, payload }] = (await peer.take(1)) as [JsonObject]
    expect([type, (payload as JsonObject).code]).toEqual(['error', 'invalid_message'])
    await expectToServe(world, peer)
  })

  test('one that takes up nothing is cut, and what it missed waits for it', async () => {
    const world = await World.start({ limits: { bufferWindowMs: 60_000 } })
    const person = await world.person()
    const id = await person.session()
    const stalled = await person.connect(id)
    stalled.socket.pause()
    const other = await (await world.person()).attached()
    stalled.send({ type: 'prompt', payload: { text: `say ${'y'.repeat(1_000)}\n`.repeat(900) } })
    await expectToServe(world, other)
    const session = world.server.sessions.get(id)
    expect(session?.running).toBe(true)
  })
})
