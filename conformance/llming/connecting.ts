import fc from 'fast-check'
import { each } from '../engine/check.ts'
import { check, type LlmingTrial, when } from './driver.ts'
import { jsonObject, sessionIdText } from './given.ts'
import { LlmingSocket } from './session.ts'

/** The WebSocket handshake, and the refusal of what is no registered session. */
export const connecting = [
  check('llming/connecting/registered-session-opens', {
    given: {
      query: each('', '?', '?token=abc', '?session_id=other&x=1'),
      protocols: each('', 'chat, x', 'mqtt'),
    },
    async run(t, { query, protocols }) {
      const session = await t.session()
      const offer: Record<string, string> = protocols === '' ? {} : { 'Sec-WebSocket-Protocol': protocols }
      const socket = await session.dial(offer, query)
      t.equal(socket.fate, 'open', 'a connection to a registered session')
      t.equal(
        socket.wire.handshake?.headers.get('sec-websocket-protocol'),
        undefined,
        'the selected subprotocol',
      )
      await socket.isServed()
      await t.twin('an unregistered session is not served', async () => (await t.stranger()).ends())
    },
  }),

  check('llming/connecting/unknown-session-4004', {
    given: { id: sessionIdText },
    async run(t, { id }) {
      const socket = await t.stranger(id)
      const { reason } = await t.refusing(() => socket.closes(4004))
      t.note(`close reason for an unknown session: "${reason}"`)
      await t.twin('a registered session stays open', async () =>
        (await (await t.session()).connect()).isServed(),
      )
    },
  }),

  check(
    'llming/connecting/refused-connection-no-effect',
    when('a session id that nobody knows', {
      given: { id: sessionIdText },
      async run(t, { id }) {
        for (const socket of [await t.stranger(id), await t.stranger(id)]) {
          await t.refusing(async () => {
            await socket.ends()
            socket.nothingElse('an unknown session is sent a frame')
          })
        }
        const session = await t.session({ greeting: true })
        const socket = await session.connect()
        await t.twin('a registered session is greeted', () =>
          socket.receives({ type: 'connected', user_id: 'u' }),
        )
        if (!t.has('debug')) return
        await t.refusing(async () =>
          t.equal(await t.debug.knows(id), false, 'whether the session is registered'),
        )
        await t.twin('a registered one is', async () =>
          t.equal(await t.debug.knows(session.id), true, 'registered'),
        )
      },
    }),
    when('a path that is no session URL', {
      given: {
        form: each<'empty' | 'longer' | 'encoded slash'>('empty', 'longer', 'encoded slash'),
      },
      async run(t, { form }) {
        const session = await t.session()
        const path = { empty: '/ws/', longer: `/ws/${session.id}/b`, 'encoded slash': '/ws/a%2Fb' }[form]
        const socket = t.watch(await t.dial(path), LlmingSocket)
        await t.refusing(async () =>
          t.that(!socket.wire.open, `${form} path: no connection opens`, socket.fate),
        )
        await t.twin('the session URL itself opens', async () => (await session.connect()).isServed())
      },
    }),
    when('a plain request on the session URL', {
      given: { method: each('GET', 'POST') },
      async run(t, { method }) {
        const session = await t.session()
        const { status } = await t.ask(method, `/ws/${session.id}`, { bad: true })
        await t.refusing(async () => t.that(status >= 400 && status < 500, 'a 4xx status', status))
        await t.twin('an upgrade on it opens', async () => (await session.connect()).isServed())
      },
    }),
  ),

  check('llming/connecting/sessions-isolated', {
    given: {
      messages: fc.array(jsonObject, { minLength: 1, maxLength: 3 }),
      rounds: fc.integer({ min: 1, max: 4 }),
    },
    async run(t, { messages, rounds }) {
      const sessions = await t.severalSessions(2)
      const sockets = await Promise.all(sessions.map(session => session.connect()))
      const requests = Array.from({ length: rounds }, (_, round) =>
        sockets.map(socket => ({ socket, round, id: socket.request('windows.focus', { window_id: round }) })),
      ).flat()
      for (const [index, session] of sessions.entries())
        for (const message of messages)
          await pushedTo(t, session.id, { type: 'note', to: index, message }, sockets[index])
      for (const { socket, round, id } of requests)
        await socket.replied(id, { type: 'windows.focus', ok: true, got: round })
      for (const socket of sockets) {
        await socket.fence()
        socket.nothingElse('a frame came that was meant for nobody, or for another session')
      }
    },
  }),

  check('llming/connecting/no-controller-survives', {
    given: { frames: fc.integer({ min: 1, max: 3 }) },
    async run(t, { frames }) {
      const socket = await (await t.session({ controller: false })).connect()
      for (let i = 0; i < frames; i++) socket.request('windows.list')
      await socket.ponged()
      await t.settle()
      await t.refusing(async () =>
        t.equal(socket.fate, 'open', 'a connection of a session without controller'),
      )
      await t.twin('with a controller it is answered', async () =>
        (await (await t.session()).connect()).isServed(),
      )
    },
  }),
]

async function pushedTo(
  t: LlmingTrial,
  sessionId: string,
  message: Record<string, unknown>,
  socket: LlmingSocket | undefined,
): Promise<void> {
  const { sent } = await t.control('push', { sessionId, message })
  t.equal(sent, true, 'what the push reports')
  await socket?.receives(message)
}
