import { isJsonObject, type JsonObject } from '../../schemas/json.ts'
import { type Case, each, type NamedCase } from '../engine/check.ts'
import { anything, including, Matcher, show } from '../engine/match.ts'
import { CommandScene } from './command.ts'
import { check, type HubTrial, when } from './driver.ts'
import { anyPayload } from './given.ts'
import { Pair, type Side } from './pair.ts'
import type { HubSocket } from './person.ts'

/** Administrators are shown what the butler and an agent say to each other. */
export const observing = [
  check(
    'hub/observing/butler-agent-chat-causes-event',
    ...eitherSpeaks(from => ({
      alone: true,
      async run(t) {
        const [admin] = await t.connected('ADMIN')
        const pair = await Pair.open(t, from)
        const marker = t.newMarker()
        pair.say(marker)
        await isShown(admin, pair.agent, marker)
        pair.forget()
      },
    })),
    when('the butler gives a command', {
      alone: true,
      async run(t) {
        const scene = await CommandScene.open(t)
        const { payload } = await scene.given()
        await isShown(scene.admin, scene.agent, payload)
        scene.forget()
      },
    }),
  ),

  check('hub/observing/event-when-agent-offline', {
    alone: true,
    given: { wasThere: each(false, true) },
    async run(t, { wasThere }) {
      const [admin] = await t.connected('ADMIN')
      const { agent, butler } = await Pair.open(t, 'butler')
      const tells = async (id: number) => {
        const marker = t.newMarker()
        butler?.tell(id, 'CHAT', marker)
        await isShown(admin, { id }, marker)
      }
      await t.twin('the event comes when the agent is connected', () => tells(agent.id))
      agent.forget()
      agent.wire.close(1000)
      await t.arrange('the agent leaves', () => agent.closes(1000))
      await t.settle()
      await tells(wasThere ? agent.id : (await t.person('AGENT')).id)
    },
  }),

  check(
    'hub/observing/event-to-every-admin',
    ...eitherSpeaks(from => ({
      alone: true,
      given: { messages: each(1, 2, 3) },
      async run(t, { messages }: { messages: number }) {
        const admins = await t.connected('ADMIN', 'ADMIN')
        const pair = await Pair.open(t, from)
        const markers = Array.from({ length: messages }, () => t.newMarker())
        for (const marker of markers) pair.say(marker)
        for (const admin of admins) for (const marker of markers) await isShown(admin, pair.agent, marker)
        await t.settle()
        await pair.agent.fence(...admins)
        for (const admin of admins)
          for (const marker of markers)
            t.equal(eventsAbout(marker, admin).length, 1, 'events about one message at an administrator')
        pair.forget()
      },
    })),
  ),

  check(
    'hub/observing/event-admins-only',
    ...eitherSpeaks(from => ({
      alone: true,
      async run(t) {
        const [admin, ...others] = await t.connected('ADMIN', 'MEMBER', 'OPERATOR', 'AGENT')
        const pair = await Pair.open(t, from)
        const marker = t.newMarker()
        pair.say(marker)
        await t.twin('an administrator gets the event', () => isShown(admin, pair.agent, marker))
        await t.settle()
        const uninvolved = [...others, pair.agent, ...(pair.butler ? [pair.butler] : [])]
        await pair.agent.fence(...uninvolved)
        for (const socket of uninvolved)
          t.equal(eventsAbout(marker, socket).length, 0, `monitor events at ${socket.person.role}`)
        pair.forget()
      },
    })),
  ),

  check(
    'hub/observing/event-content',
    ...eitherSpeaks(from => ({
      alone: true,
      given: { payload: anyPayload },
      async run(t, { payload }: { payload: unknown }) {
        const [admin] = await t.connected('ADMIN')
        const pair = await Pair.open(t, from)
        const receiver = await pair.receiver()
        pair.say(payload)
        const copy = await t.arrange('the message arrives', async () =>
          receiver?.gets({ type: 'CHAT', payload }),
        )
        const event = await t.arrange('there is an event', () => admin.gets({ type: 'BUTLER_AGENT_MESSAGE' }))
        const timestamp = copy ? sameMomentAs(copy.timestamp) : anything
        const sender_role = from === 'agent' ? 'AGENT' : 'BUTLER'
        const described = { agent_id: pair.agent.id, sender_role, payload, timestamp }
        t.equal(event.payload, including(described), 'the payload of the event')
        if (event.target_id !== admin.id)
          t.note('a monitor event does not have the administrator as its target')
        pair.forget()
      },
    })),
  ),

  check(
    'hub/observing/no-event-otherwise',
    when('what people and agents say', {
      alone: true,
      given: {
        what: each(
          'CHAT of a human to an agent',
          'CHAT of an agent to a human',
          'CHAT of a human to the butler',
          'CHAT between agents',
          'CHAT of an agent to everybody',
        ),
      },
      run: (t, { what }) =>
        causesNone(t, async pair => {
          const [human, other] = await t.connected('MEMBER', 'AGENT')
          const butler = await t.butler()
          const [from, to] = {
            'CHAT of a human to an agent': [human, pair.agent.id] as const,
            'CHAT of an agent to a human': [pair.agent, human.id] as const,
            'CHAT of a human to the butler': [human, butler.id] as const,
            'CHAT between agents': [pair.agent, other.id] as const,
            'CHAT of an agent to everybody': [pair.agent, undefined] as const,
          }[what]
          const marker = t.newMarker()
          from.tell(to, 'CHAT', marker)
          if (from === human) await human.fence(pair.agent)
          return { marker, forget: [human, other] }
        }),
    }),
    ...eitherSpeaks(from => ({
      alone: true,
      given: { type: each('CHAT_STREAM', 'CHAT_STREAM_END', 'SYSTEM_LOG', 'chat') },
      run: (t, { type }: { type: string }) =>
        causesNone(
          t,
          async pair => {
            const marker = t.newMarker()
            pair.say(marker, type)
            return { marker, forget: [] }
          },
          from,
        ),
    })),
    when('what the butler says to others', {
      alone: true,
      given: { to: each('a human', 'everybody', 'itself') },
      run: (t, { to }) =>
        causesNone(
          t,
          async ({ butler }) => {
            const [human] = await t.connected('MEMBER')
            const marker = t.newMarker()
            butler?.tell({ 'a human': human.id, everybody: undefined, itself: butler.id }[to], 'CHAT', marker)
            return { marker, forget: [human] }
          },
          'butler',
        ),
    }),
  ),
]

function eitherSpeaks<G>(body: (from: Side) => Case<HubTrial, G>): NamedCase[] {
  return [when('an agent speaks', body('agent')), when('the butler speaks', body('butler'))]
}

/** Expects an administrator to be told of a message. */
async function isShown(admin: HubSocket, agent: { id: number }, payload: unknown): Promise<void> {
  const about = including({ agent_id: agent.id, payload })
  await admin.gets({ type: 'BUTLER_AGENT_MESSAGE', payload: about }, `an event about ${show(payload)}`)
}

/** Expects that something causes no event, at an administrator who then gets one for something else. */
async function causesNone(
  t: HubTrial,
  act: (pair: Pair) => Promise<{ marker: string; forget: HubSocket[] }>,
  from: Side = 'agent',
): Promise<void> {
  const [admin] = await t.connected('ADMIN')
  const pair = await Pair.open(t, from)
  const { marker, forget } = await act(pair)
  const twin = t.newMarker()
  pair.say(twin)
  await t.twin('a CHAT between the two causes an event', () => isShown(admin, pair.agent, twin))
  await t.settle()
  t.equal(eventsAbout(marker, admin).length, 0, 'monitor events about what is none of their business')
  for (const socket of [admin, ...forget]) socket.forget()
  pair.forget()
}

function eventsAbout(marker: string, socket: HubSocket): JsonObject[] {
  return socket
    .seen(marker)
    .map(({ json }) => json)
    .filter(isJsonObject)
    .filter(({ type }) => type === 'BUTLER_AGENT_MESSAGE')
}

function sameMomentAs(timestamp: unknown): Matcher {
  const moment = Date.parse(String(timestamp))
  return new Matcher(`the moment ${timestamp}`, value => Date.parse(String(value)) === moment)
}
