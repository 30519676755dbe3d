import { parseJsonObject } from '../../schemas/json.ts'
import { each } from '../engine/check.ts'
import type { RawExchange } from '../engine/wire/raw-exchange.ts'
import { upgradeHeaders } from '../engine/wire/wire-socket.ts'
import { check, type HubTrial, when } from './driver.ts'
import { humanRoles } from './given.ts'
import { type HubSocket, type Person, pathWith } from './person.ts'

/** The upgrade, the close handshake and what else the endpoint answers. */
export const connecting = [
  check(
    'hub/connecting/valid-token-upgrades',
    when('for every account', {
      given: { role: each(...humanRoles, 'AGENT'), subprotocol: each('', 'x-of-nobody') },
      async run(t, { role, subprotocol }) {
        await upgrades(t, await t.person(role), subprotocol)
      },
    }),
    when('for the butler', {
      alone: true,
      given: { subprotocol: each('', 'x-of-nobody') },
      async run(t, { subprotocol }) {
        t.need('butler-socket')
        await upgrades(t, await t.butler(), subprotocol)
      },
    }),
  ),

  check('hub/connecting/early-frame-handled', {
    given: { moment: each('with the request', 'with the answer'), type: each('CHAT', 'SYSTEM_LOG') },
    async run(t, { moment, type }) {
      const person = await t.person('MEMBER')
      for (let i = 0; i < 3; i++) {
        const message = { type, target_id: person.id, payload: t.newMarker() }
        const early = moment === 'with the request' ? JSON.stringify(message) : undefined
        const socket = await person.knock(pathWith(person.token), {}, early)
        await t.arrange('a good token opens', async () => t.equal(socket.fate, 'open', 'the connection'))
        if (early === undefined) socket.send(message)
        await socket.gets({ ...message, sender_id: person.id })
      }
    },
  }),

  check('hub/connecting/non-upgrade-refused', {
    given: { how: each('GET without upgrade', 'POST', 'upgrade on /ws') },
    async run(t, { how }) {
      const person = await t.person('MEMBER')
      const path = pathWith(person.token)
      const status = {
        'GET without upgrade': async () => (await t.ask('GET', path, { bad: true })).status,
        POST: async () => (await t.ask('POST', path, { body: {}, bad: true })).status,
        'upgrade on /ws': async () =>
          (await person.knock(path.replace('/api', ''))).wire.handshake?.status ?? 0,
      }[how]
      await t.refusing(async () => {
        const received = await status()
        t.that(received >= 400 && received < 500, 'a status from 400 to 499', received)
      })
      await t.twin('an upgrade opens', async () => (await person.dial()).isServed())
    },
  }),

  check('hub/connecting/plain-get-one-answer', {
    given: {
      upgrade: each(false, true),
      token: each('good', 'bad', 'none'),
    },
    async run(t, { upgrade, token }) {
      const person = await t.person('MEMBER')
      const path = {
        // With the headers of an upgrade it would open.
        good: upgrade ? '/api/ws?token=' : pathWith(person.token),
        bad: pathWith(t.tokens.withChangedSignature(person.token)),
        none: '/api/ws',
      }[token]
      const headers = upgrade ? upgradeHeaders() : { Connection: 'close' }
      await t.refusing(async () => isOneAnswer(t, await t.askRaw('GET', path, headers)))
      await t.twin('an upgrade opens', async () => (await person.dial()).isServed())
    },
  }),

  check('hub/connecting/close-answered', {
    given: { code: each(1000, 1001, 3000, 4999, null), reason: each('', 'that is all') },
    async run(t, { code, reason }) {
      const [socket] = await t.connected('MEMBER')
      await t.arrange('the connection works', () => socket.isServed())
      if (code === null) socket.wire.close()
      else socket.wire.close(code, reason)
      const closed = await socket.ends()
      t.that(closed.code !== 1006, 'a close frame with a legal code or none', closed)
      if (closed.code !== (code ?? 1005))
        t.note(`close ${code ?? 'without a code'} is answered by ${closed.code}`)
      const gone = await socket.wire.until(() => socket.wire.gone || undefined, t.tolerance.closeWithinMs)
      t.that(gone === true, 'the end of the TCP connection', 'it stays open')
    },
  }),

  check('hub/connecting/shutdown-close-1001', {
    alone: true,
    async run(t) {
      t.need('restart')
      const sockets: readonly HubSocket[] = await t.connected('ADMIN', 'MEMBER', 'AGENT')
      for (const socket of sockets) await t.arrange('the connection works', () => socket.isServed())
      await t.control('reboot')
      for (const socket of sockets) await socket.closes(1001)
    },
  }),
]

/** @param subprotocol what the client offers; empty: nothing */
async function upgrades(t: HubTrial, person: Person, subprotocol: string): Promise<void> {
  const offered: Record<string, string> = subprotocol ? { 'Sec-WebSocket-Protocol': subprotocol } : {}
  const socket = await person.dial(person.token, offered)
  t.equal(socket.fate, 'open', `the connection of ${person.role}`)
  const { headers } = socket.wire.handshake ?? { headers: new Map() }
  const selected = headers.get('sec-websocket-protocol')
  t.that(selected === undefined || selected === subprotocol, 'no subprotocol that was not offered', selected)
  t.equal(headers.get('sec-websocket-extensions'), undefined, 'the extensions that were not offered')
  await socket.isServed()
}

/** Expects one well-formed answer, and nothing after it. */
async function isOneAnswer(t: HubTrial, exchange: RawExchange): Promise<void> {
  const { response = { fault: 'nothing in time' } } = exchange
  if ('fault' in response)
    return t.violated({
      message: `the answer is not well-formed: ${response.fault}`,
      expected: 'one HTTP response',
      received: response.fault,
    })
  const { headers, body } = response
  if (headers.get('content-type')?.includes('json'))
    t.that(parseJsonObject(body) !== undefined, 'a body of the declared type', body)
  // A server that keeps the connection may have more to say.
  if (!exchange.ended) await exchange.until(() => exchange.ended || undefined, t.tolerance.settleMs)
  const whole = exchange.response
  t.equal(whole && 'excess' in whole && whole.excess, 0, 'the number of bytes after the answer')
}
