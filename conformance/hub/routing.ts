import fc from 'fast-check'
import type { JsonObject } from '../../schemas/json.ts'
import { each } from '../engine/check.ts'
import { check, type HubTrial, when } from './driver.ts'
import { chatTypes, humanRoles, nobodysId, reservedPayload, reservedTypes } from './given.ts'
import type { HubSocket } from './person.ts'
import { walk } from './population.ts'

/** Who gets a frame, who does not, and what only the hub may send. */
export const routing = [
  check(
    'hub/routing/targeted-delivered',
    when('from a human to an agent', {
      async run(t) {
        const [admin, agent] = await t.connected('ADMIN', 'AGENT')
        await arrivesOnce(t, admin, agent, 'CHAT', t.newMarker())
      },
    }),
    when('from an agent to a human', {
      given: { type: each('CHAT_STREAM', 'CHAT_STREAM_END', 'SYSTEM_LOG') },
      async run(t, { type }) {
        const [agent, admin] = await t.connected('AGENT', 'ADMIN')
        await arrivesOnce(t, agent, admin, type, t.newMarker())
      },
    }),
    when('to and from the butler', {
      alone: true,
      async run(t) {
        const butler = await t.butlerSocket()
        const [admin, agent] = await t.connected('ADMIN', 'AGENT')
        await arrivesOnce(t, admin, butler, 'AUTH_RESPONSE', { action_id: t.newMarker(), approved: true })
        const request = reservedPayload('AUTH_REQUEST', agent.person, t.newMarker())
        await arrivesOnce(t, butler, admin, 'AUTH_REQUEST', request)
      },
    }),
    when('in any population with the butler', walk({ withButler: true })),
  ),

  check(
    'hub/routing/target-only',
    when('from a human', {
      given: { type: each(...chatTypes, 'SYSTEM_LOG', 'AUTH_RESPONSE', 'UNHEARD_OF'), poses: fc.boolean() },
      async run(t, { type, poses }) {
        const [sender, target, ...others] = await t.connected('ADMIN', 'AGENT', 'ADMIN', 'MEMBER', 'AGENT')
        const claims = poses ? { sender_id: others[0].id } : {}
        await reachesNobodyElse(t, sender, target, others, type, t.newMarker(), claims)
      },
    }),
    when('from the butler', {
      alone: true,
      given: { type: each(...reservedTypes) },
      async run(t, { type }) {
        const butler = await t.butlerSocket()
        const [target, agent, ...others] = await t.connected('ADMIN', 'AGENT', 'ADMIN', 'MEMBER')
        const payload = reservedPayload(type, agent.person, t.newMarker())
        await reachesNobodyElse(t, butler, target, [agent, ...others], type, payload)
      },
    }),
    when('in any population', walk({ withButler: false })),
  ),

  check('hub/routing/self-target-once', {
    given: { role: each('ADMIN', 'AGENT', 'MEMBER') },
    async run(t, { role }) {
      const [self] = await t.connected(role)
      const marker = t.newMarker()
      self.tell(self, 'CHAT', marker)
      await self.fence(self)
      t.equal(claimAll(self, marker).length, 1, 'copies of a message to oneself')
    },
  }),

  check('hub/routing/echo-to-humans', {
    given: { role: each(...humanRoles), type: each(...chatTypes) },
    async run(t, { role, type }) {
      const [human, agent] = await t.connected(role, 'AGENT')
      const marker = t.newMarker()
      human.tell(agent, type, marker)
      await human.gets({ type, target_id: agent.id, payload: marker }, `the echo of a ${type}`)
      await t.arrange('the target gets it', () => agent.gets({ type, payload: marker }))
    },
  }),

  check('hub/routing/echo-equals-target-copy', {
    given: { role: each(...humanRoles), type: each(...chatTypes) },
    async run(t, { role, type }) {
      const [human, agent] = await t.connected(role, 'AGENT')
      const marker = t.newMarker()
      human.tell(agent, type, marker, { stream_id: `s-${marker}` })
      await human.fence(human, agent)
      const [echoes, copies] = [claimAll(human, marker), claimAll(agent, marker)]
      await t.arrange('the target gets it', async () => t.equal(copies.length, 1, 'copies at the target'))
      t.equal(echoes.length, 1, 'echoes')
      t.equal(echoes[0], copies[0], "the echo, against the target's copy")
    },
  }),

  check(
    'hub/routing/no-echo-to-agents',
    when('from an agent', {
      given: { type: each(...chatTypes) },
      async run(t, { type }) {
        const [agent, admin] = await t.connected('AGENT', 'ADMIN')
        await t.twin('a human gets an echo', () => admin.reaches(agent, t.newMarker(), type))
        await hasNoEcho(t, agent, admin, type)
      },
    }),
    when('from the butler', {
      alone: true,
      given: { type: each(...chatTypes) },
      async run(t, { type }) {
        const butler = await t.butlerSocket()
        const [admin, agent] = await t.connected('ADMIN', 'AGENT')
        await t.twin('a human gets an echo', () => admin.reaches(agent, t.newMarker(), type))
        await hasNoEcho(t, butler, agent, type)
        admin.forget()
      },
    }),
  ),

  check('hub/routing/no-echo-for-other-types', {
    given: { type: each('SYSTEM_LOG', 'AUTH_RESPONSE', 'chat', 'UNHEARD_OF') },
    async run(t, { type }) {
      const [admin, agent] = await t.connected('ADMIN', 'AGENT')
      await t.twin('a CHAT is echoed', () => admin.reaches(agent))
      await hasNoEcho(t, admin, agent, type)
    },
  }),

  check('hub/routing/broadcast-without-target', {
    alone: true,
    given: { target: each(undefined, 0, null), role: each('AGENT', 'ADMIN', 'MEMBER') },
    async run(t, { target, role }) {
      const [sender, ...others] = await t.connected(role, 'ADMIN', 'MEMBER', 'OPERATOR', 'AGENT')
      const payload = { level: 'INFO', content: t.newMarker() }
      sender.send({ type: 'SYSTEM_LOG', payload, ...(target === undefined ? {} : { target_id: target }) })
      for (const socket of [sender, ...others]) await socket.gets({ type: 'SYSTEM_LOG', payload })
    },
  }),

  check('hub/routing/broadcast-one-copy', {
    alone: true,
    given: { from: each('human', 'agent') },
    async run(t, { from }) {
      const [admin, agent, ...others] = await t.connected('ADMIN', 'AGENT', 'MEMBER', 'OPERATOR')
      const [sender, type] = from === 'human' ? ([admin, 'CHAT'] as const) : ([agent, 'SYSTEM_LOG'] as const)
      const all = [admin, agent, ...others]
      const marker = t.newMarker()
      sender.tell(undefined, type, marker)
      await sender.fence(...all)
      for (const socket of all)
        t.equal(claimAll(socket, marker).length, 1, `copies of a broadcast at ${socket.person.role}`)
    },
  }),

  check(
    'hub/routing/bad-target-not-broadcast',
    when('an id that nobody answers to', {
      given: { target: each<number | 'offline'>(nobodysId, -1, 'offline') },
      async run(t, { target }) {
        const [sender, online, ...others] = await t.connected('ADMIN', 'AGENT', 'MEMBER', 'OPERATOR')
        const offline = await t.person('AGENT')
        await t.twin('an agent that is connected gets it', () => sender.reaches(online))
        const marker = t.newMarker()
        sender.tell(target === 'offline' ? offline.id : target, 'CHAT', marker)
        await sender.fence(...others, online)
        for (const other of [...others, online])
          other.hasNotSeen(marker, `${other.person.role} gets a message to somebody who is not there`)
        sender.forget()
      },
    }),
    when('an id that is no whole number', {
      given: { as: each('text', 'fraction') },
      async run(t, { as }) {
        const [sender, agent, other, watcher] = await t.connected('ADMIN', 'AGENT', 'MEMBER', 'OPERATOR')
        await t.twin('the plain number reaches the agent', () => sender.reaches(agent))
        const marker = t.newMarker()
        const target_id = as === 'text' ? String(agent.id) : agent.id + 0.5
        sender.sendBad(JSON.stringify({ type: 'CHAT', target_id, payload: marker }))
        // The sender may lose its connection over it.
        await sender.ponged()
        await t.settle()
        await watcher.fence(other, agent)
        for (const socket of [other, watcher])
          socket.hasNotSeen(marker, `${socket.person.role} gets a message with a target that is no id`)
        sender.forget()
        agent.forget()
      },
    }),
  ),

  check('hub/routing/absent-target-keeps-sender', {
    given: { target: each('nobody', 'offline', 'online'), type: each(...chatTypes) },
    async run(t, { target, type }) {
      const [sender, other, online] = await t.connected('ADMIN', 'MEMBER', 'AGENT')
      const offline = await t.person('AGENT')
      const target_id = { nobody: nobodysId, offline: offline.id, online: online.id }[target]
      const marker = t.newMarker()
      sender.tell(target_id, type, marker)
      await sender.gets(
        { type, target_id, payload: marker },
        'the echo of a message to somebody who is not there',
      )
      await sender.reaches(other)
      online.forget()
    },
  }),

  check(
    'hub/routing/order-kept',
    when('of one sender', {
      given: { type: each('CHAT_STREAM', 'CHAT') },
      async run(t, { type }) {
        const [sender, target] = await t.connected('ADMIN', 'AGENT')
        const marker = t.newMarker()
        const numbered = Array.from({ length: 20 }, (_, i) => `${marker} ${i}`)
        for (const payload of numbered) sender.tell(target, type, payload)
        await sender.fence(sender, target)
        for (const socket of [target, sender])
          t.equal(
            payloadsOf(claimAll(socket, marker)),
            numbered,
            `the messages as ${socket.person.role} sees them`,
          )
      },
    }),
    when('of two senders, at two observers', {
      alone: true,
      async run(t) {
        const [first, second, ...observers] = await t.connected('ADMIN', 'AGENT', 'MEMBER', 'OPERATOR')
        const marker = t.newMarker()
        for (let i = 0; i < 10; i++)
          for (const sender of [first, second])
            sender.tell(undefined, 'SYSTEM_LOG', `${marker} ${sender.id} ${i}`)
        for (const sender of [first, second]) await sender.fence(...observers)
        const [one, other] = observers.map(socket => payloadsOf(claimAll(socket, marker)))
        await t.arrange('all have come', async () => t.equal(one?.length, 20, 'broadcasts'))
        t.equal(one, other, 'the broadcasts of two senders, as two observers see them')
        first.forget()
        second.forget()
      },
    }),
  ),

  check(
    'hub/routing/hub-types-not-forgeable',
    when('anybody but the butler', {
      given: {
        type: each(...reservedTypes),
        from: each('MEMBER', 'AGENT', 'ADMIN'),
        everybody: fc.boolean(),
      },
      async run(t, { type, from, everybody }) {
        const [forger, admin, other] = await t.connected(from, 'ADMIN', 'OPERATOR')
        await t.twin('a log line of the same sender is delivered', () =>
          forger.reaches(admin, t.newMarker(), 'SYSTEM_LOG'),
        )
        const marker = t.newMarker()
        forger.tell(everybody ? undefined : admin, type, reservedPayload(type, other.person, marker))
        await t.settle()
        const witness = forger.wire.open ? forger : other
        await witness.fence(admin, other)
        for (const socket of [admin, other])
          socket.hasNotSeen(marker, `${socket.person.role} gets a ${type} that ${from} has made`)
        forger.forget()
      },
    }),
    when('the butler', {
      alone: true,
      given: { type: each(...reservedTypes) },
      async run(t, { type }) {
        const butler = await t.butlerSocket()
        const [admin, agent] = await t.connected('ADMIN', 'AGENT')
        const payload = reservedPayload(type, agent.person, t.newMarker())
        await t.accepting(() => butler.reaches(admin, payload, type))
      },
    }),
  ),
]

/** Expects a message to come exactly once. */
async function arrivesOnce(
  t: HubTrial,
  sender: HubSocket,
  target: HubSocket,
  type: string,
  payload: string | JsonObject,
): Promise<void> {
  const marker = markerOf(payload)
  sender.tell(target, type, payload)
  await target.gets({ type, sender_id: sender.id, target_id: target.id, payload })
  await sender.fence(target)
  t.equal(claimAll(target, marker).length, 1, `copies of the ${type}`)
  sender.forget()
}

async function hasNoEcho(t: HubTrial, sender: HubSocket, target: HubSocket, type: string): Promise<void> {
  const marker = t.newMarker()
  sender.tell(target, type, marker)
  await t.arrange('the target gets it', () => target.gets({ type, payload: marker }))
  await sender.fence(sender)
  sender.hasNotSeen(marker, `${sender.person.role} gets an echo of its ${type}`)
}

/** Expects a message that has a target to come there, and nowhere else. */
async function reachesNobodyElse(
  t: HubTrial,
  sender: HubSocket,
  target: HubSocket,
  others: readonly HubSocket[],
  type: string,
  payload: JsonObject | string,
  claims: JsonObject = {},
): Promise<void> {
  sender.tell(target, type, payload, claims)
  await t.twin('the target gets it', () => target.gets({ type, sender_id: sender.id, payload }))
  await sender.fence(...others)
  for (const other of others)
    other.hasNotSeen(markerOf(payload), `${other.person.role} gets what is not meant for it`)
  sender.forget()
}

/** Everything so far that contains a text; it counts as claimed. */
function claimAll(socket: HubSocket, marker: string): unknown[] {
  return socket.seen(marker).map(frame => {
    frame.claimed = true
    return frame.json
  })
}

/** The text by which a message with this payload is known. */
function markerOf(payload: string | JsonObject): string {
  return String(typeof payload === 'string' ? payload : (payload.action_id ?? payload.payload))
}

function payloadsOf(messages: readonly unknown[]): unknown[] {
  return messages.map(message => (message as JsonObject).payload)
}
