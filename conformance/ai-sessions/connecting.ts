import { memberOf } from '../../schemas/json.ts'
import { each } from '../engine/check.ts'
import { show } from '../engine/match.ts'
import { type AiTrial, check, when } from './driver.ts'
import { unknownId } from './routes.ts'
import { AgentSession } from './session.ts'
import { type SessionSocket, textsOf } from './session-socket.ts'

const noToken = { codes: [4001], statuses: [401] }
const foreign = { codes: [4003, 4004], statuses: [403, 404] }
const unknown = { codes: [4004], statuses: [404] }
const notRunning = { codes: [4009], statuses: [409] }

/** Opening the WebSocket of a session, and how it is refused. */
export const connecting = [
  check('ai-sessions/connecting/query-token-opens', {
    async run(t) {
      const session = await t.session()
      await opens(t, await session.dial())
    },
  }),

  check('ai-sessions/connecting/header-token-opens', {
    async run(t) {
      const session = await t.session()
      await opens(t, await session.dial('', { Authorization: `Bearer ${session.user.token}` }))
    },
  }),

  check('ai-sessions/connecting/bad-token-refused', {
    given: { token: each('none', 'empty', 'changed', 'no token'), where: each('query', 'header') },
    async run(t, { token, where }) {
      const session = await t.session()
      const text = {
        none: undefined,
        empty: '',
        changed: t.changed(session.user),
        'no token': 'nobody',
      }[token]
      const dial = () => {
        if (text === undefined) return session.dial('')
        if (where === 'query') return session.dial(`?token=${encodeURIComponent(text)}`)
        return session.dial('', { Authorization: `Bearer ${text}` })
      }
      await t.refusing(async () => (await dial()).isRefused(noToken))
      await t.twin('a good token opens', async () => (await session.connect()).works())
    },
  }),

  check(
    'ai-sessions/connecting/foreign-session-refused',
    when('while its agent speaks', {
      given: { where: each('query', 'header') },
      async run(t, { where }) {
        const [own, other] = [await t.attached(), await t.user()]
        const texts = Array.from({ length: 20 }, (_, i) => String(i + 1))
        own.prompt('count 20 1')
        const { token } = other
        const intruder = await (where === 'query'
          ? own.session.dial(`?token=${encodeURIComponent(token)}`)
          : own.session.dial('', { Authorization: `Bearer ${token}` }))
        await t.refusing(async () => {
          await intruder.isRefused(foreign)
          const shown = intruder.wire.frames.filter(({ json }) => memberOf(json, 'type') !== 'error')
          t.equal(shown.length, 0, 'the number of frames before the refusal')
        })
        await t.twin('its own user reads all', async () =>
          t.equal(textsOf(await own.restOfTurn()), texts, 'the texts'),
        )
        intruder.accept('error')
      },
    }),
    when('while it is quiet', {
      async run(t) {
        const [own, other] = [await t.attached(), await t.user()]
        const intruder = await own.session.dial(`?token=${encodeURIComponent(other.token)}`)
        await t.refusing(() => intruder.isRefused(foreign))
        intruder.accept('error')
        await t.twin('its own user is served', () => own.works())
      },
    }),
  ),

  check('ai-sessions/connecting/unknown-session-refused', {
    given: { shape: each('uuid', 'word') },
    async run(t, { shape }) {
      const session = await t.session()
      const id = shape === 'uuid' ? unknownId() : 'nobody'
      const socket = await new AgentSession(t, session.user, id).dial()
      await t.refusing(() => socket.isRefused(unknown))
      socket.accept('error')
      await t.twin('an own session opens', async () => (await session.connect()).works())
    },
  }),

  check('ai-sessions/connecting/starting-session-refused', {
    settings: { limits: { startDelayMs: 2_000 } },
    time: ({ startDelayMs }) => 2 * Number(startDelayMs),
    async run(t) {
      if (t.limit('startDelayMs') === 0) t.leaveOut('a session is running at once')
      const session = await (await t.user()).create()
      const socket = await session.dial()
      await t.refusing(() => socket.isRefused(notRunning))
      socket.accept('error')
      await t.twin('once it is running, it opens', async () => {
        await t.advance(t.limit('startDelayMs'))
        await session.isRunning()
        await (await session.connect()).works()
      })
    },
  }),

  check(
    'ai-sessions/connecting/ended-session-answer',
    when('ended by its user', {
      given: { attached: each(false, true) },
      async run(t, { attached }) {
        const session = await t.session()
        const before = await t.twin('before its end it opens', () => session.connect())
        if (!attached) before.wire.cut()
        before.unjudged = true
        await session.end()
        await isOver(t, await session.dial())
      },
    }),
    when('ended by its agent, while nobody was attached', {
      time: () => 2_000,
      async run(t) {
        const session = await t.session()
        const before = await t.twin('before its end it opens', () => session.connect())
        before.prompt('say go', 'sleep 200', 'end done')
        await t.arrange('the agent has begun', () => before.hears('go'))
        await before.lose()
        await t.advance(1_200)
        await t.arrange('the session is over', () => session.isOver())
        await isOver(t, await session.dial())
      },
    }),
  ),
]

async function opens(t: AiTrial, socket: SessionSocket): Promise<void> {
  t.equal(socket.fate, 'open', 'the connection')
  await socket.works()
}

/** Expects that a connection is told that the session is over, in one of the ways that are open. */
async function isOver(t: AiTrial, socket: SessionSocket): Promise<void> {
  const { wire } = socket
  // What was buffered may come before.
  socket.unjudged = true
  const told = () => socket.seen('session_end').length > 0 || wire.closed !== undefined || undefined
  if (wire.handshake?.status === 101) await wire.until(told, t.tolerance.closeWithinMs)
  const [end] = socket.seen('session_end')
  const code = wire.closed?.code
  const known =
    wire.handshake?.status === 101
      ? end !== undefined || code === 4100 || code === 4009
      : [409, 410].includes(wire.handshake?.status ?? 0)
  t.that(
    known,
    'session_end, close 4100 or 4009, or HTTP 409 or 410',
    end ?? (code === undefined ? socket.fate : `close ${show(code)}`),
  )
}
