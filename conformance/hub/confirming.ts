import { randomUUID } from 'node:crypto'
import { type JsonObject, memberOf, parseJsonObject } from '../../schemas/json.ts'
import { type Case, each } from '../engine/check.ts'
import { anyText, including, nonEmptyText, oneOf } from '../engine/match.ts'
import { type Command, CommandScene, containing } from './command.ts'
import { anyDecisions } from './decisions.ts'
import { check, type HubTrial, when } from './driver.ts'
import { commandWords } from './given.ts'
import type { HubSocket, Person } from './person.ts'

/** So much later than due the end of a wait is looked for. */
const lateMs = 5_000
const decisionPath = '/api/chat/auth/response'

/** A command for an agent waits for the decision of an administrator. */
export const confirming = [
  check('hub/confirming/request-to-admins-only', {
    alone: true,
    given: { requester: each('MEMBER', 'OPERATOR') },
    async run(t, { requester }) {
      const scene = await CommandScene.open(t, { requester, admins: 2 })
      const others = await t.connected(requester === 'MEMBER' ? 'OPERATOR' : 'MEMBER', 'AGENT')
      const command = scene.request()
      await command.isAsked()
      t.equal(command.request.target_id, command.asked.id, 'the target of the request, at an administrator')
      await t.settle()
      const uninvolved = [scene.requester, scene.agent, ...others]
      await command.asked.fence(...uninvolved)
      for (const socket of uninvolved)
        socket.hasNotSeen(command.actionId, `${socket.person.role} gets a request for approval`)
      scene.forget()
    },
  }),

  check('hub/confirming/request-complete', {
    alone: true,
    given: { words: commandWords },
    async run(t, { words }) {
      const scene = await CommandScene.open(t)
      const commands = [await scene.pending(words), await scene.pending(words)]
      for (const { request, text } of commands)
        t.equal(
          request,
          including({
            sender_id: scene.butler.id,
            sender_role: 'BUTLER',
            payload: including({
              action_id: nonEmptyText,
              target_agent_id: scene.agent.id,
              command: containing(text),
              reason: anyText,
              status: 'PENDING',
            }),
          }),
          'the request for approval',
        )
      const ids = commands.map(({ actionId }) => actionId)
      t.that(new Set(ids).size === ids.length, 'each request has an action_id of its own', ids)
      scene.forget()
    },
  }),

  check('hub/confirming/request-carries-record-id', {
    alone: true,
    async run(t) {
      t.need('rest')
      const scene = await CommandScene.open(t)
      const command = await scene.pending()
      const row = await t.arrange('the request is in the history', () => isFiled(t, scene, command))
      t.equal(command.request.id, row.id, 'the id of the request, against that of its record')
      scene.forget()
    },
  }),

  check(
    'hub/confirming/request-reaches-connected-admin',
    when('one of two is connected', {
      alone: true,
      given: { connected: each(0, 1) },
      async run(t, { connected }) {
        const scene = await CommandScene.open(t, { admins: 0 })
        const admins = [await t.person('ADMIN'), await t.person('ADMIN')]
        scene.admins.push(await (admins[connected] as Person).connect())
        await scene.request().isAsked()
        scene.admins.push(await (admins[1 - connected] as Person).connect())
        await t.twin('one is asked when both are connected', () => scene.request().isAsked())
        scene.forget()
      },
    }),
    when('filed for the one who is asked', {
      alone: true,
      async run(t) {
        t.need('rest')
        const scene = await CommandScene.open(t, { admins: 2 })
        await isFiled(t, scene, await scene.pending())
        scene.forget()
      },
    }),
  ),

  check(
    'hub/confirming/approved-command-delivered',
    when('over the WebSocket', {
      alone: true,
      given: { words: commandWords, by: each('asked', 'another') },
      async run(t, { words, by }) {
        const scene = await CommandScene.open(t, { admins: 2 })
        const command = await scene.pending(words)
        command.decide(true, by === 'asked' ? command.asked : scene.otherThan(command.asked))
        const { payload } = await command.isDelivered()
        if (payload !== `[DIRECTIVE] ${command.text}`) t.note('a command does not begin with [DIRECTIVE]')
        scene.forget()
      },
    }),
    when('over HTTP', {
      alone: true,
      given: { words: commandWords },
      async run(t, { words }) {
        const scene = await CommandScene.open(t)
        const command = await scene.pending(words)
        const { json } = await t.answers(200, command.post(true))
        t.equal(json, including({ status: 'processed' }), 'the answer to an approval')
        await command.isDelivered()
        scene.forget()
      },
    }),
  ),

  check(
    'hub/confirming/undecided-command-withheld',
    when(
      'nobody decides',
      withheld(async () => {}),
    ),
    when(
      'rejected',
      withheld(async command => command.decide(false)),
    ),
    when(
      'rejected over HTTP',
      withheld((command, t) =>
        t.arrange('the rejection is taken', () => t.answers(200, command.post(false))),
      ),
    ),
    when('nobody decides for long', {
      time: limits => 2 * (limits.agentReplyTimeoutMs ?? 0),
      async run(t) {
        const scene = await CommandScene.open(t)
        const command = await scene.pending()
        for (let i = 0; i < 2; i++) {
          await t.advance(t.limit('agentReplyTimeoutMs'))
          // Who shows no sign of life for too long is dropped.
          await Promise.all([scene.agent, scene.requester, scene.admin].map(socket => socket.ponged()))
        }
        await scene.twin()
        command.isWithheld('a command is given although nobody has decided')
        scene.forget()
      },
    }),
  ),

  check(
    'hub/confirming/only-true-approves',
    when('no plain yes', {
      alone: true,
      given: { approved: each<unknown>('true', 1, 'yes', ['true'], { approved: true }) },
      run: (t, { approved }) => hasNoEffect(t, command => command.decide(approved)),
    }),
    when('the JSON text of a decision', {
      alone: true,
      run: t =>
        hasNoEffect(t, command =>
          command.respond(JSON.stringify({ action_id: command.actionId, approved: true })),
        ),
    }),
    when('a decision about another action', {
      alone: true,
      given: { which: each('unknown', 'part', 'none') },
      run: (t, { which }) =>
        hasNoEffect(t, command => {
          const ids = { unknown: randomUUID(), part: command.actionId.slice(0, 8), none: null }
          command.respond({ action_id: ids[which], approved: true })
        }),
    }),
    when(
      'nothing about approval',
      withheld(async command => command.respond({ action_id: command.actionId })),
    ),
    when('a body that is no decision', {
      alone: true,
      given: { body: each('no JSON', 'a text for yes', 'nothing about approval') },
      run: (t, { body }) =>
        hasNoEffect(t, async ({ actionId, asked }) => {
          const bodies = {
            'no JSON': '[',
            'a text for yes': { action_id: actionId, approved: 'true' },
            'nothing about approval': { action_id: actionId },
          }
          const answer = t.rest.ask(asked.person, 'POST', decisionPath, { body: bodies[body], bad: true })
          if (body === 'no JSON') await t.refusing(() => t.answers(400, answer))
          else await answer
        }),
    }),
  ),

  check('hub/confirming/immediate-decision-counts', {
    alone: true,
    async run(t) {
      const scene = await CommandScene.open(t)
      await t.twin('a decision after a while counts', async () => {
        const command = await scene.pending()
        await t.settle()
        command.decide(true)
        await command.isDelivered()
      })
      for (let i = 0; i < 10; i++) {
        const command = await scene.pending()
        command.decide(true)
        await command.isDelivered()
      }
      scene.forget()
    },
  }),

  check(
    'hub/confirming/first-decision-final',
    when('over the WebSocket', {
      alone: true,
      given: { decisions: each([true, true], [false, true], [true, false]), by: each('asked', 'another') },
      async run(t, { decisions: [first, second], by }) {
        const scene = await CommandScene.open(t, { admins: 2 })
        const command = await scene.pending()
        command.decide(first)
        if (by === 'asked') command.decide(second)
        else {
          await command.asked.fence(command.asked)
          command.decide(second, scene.otherThan(command.asked))
          await scene.otherThan(command.asked).fence(command.asked)
        }
        await scene.twin()
        t.equal(command.copies, first ? 1 : 0, `commands after the decisions ${first} and ${second}`)
        scene.forget()
      },
    }),
    when('over HTTP', {
      alone: true,
      given: { decisions: each([true, true], [false, true]) },
      async run(t, { decisions: [first, second] }) {
        const scene = await CommandScene.open(t)
        const command = await scene.pending()
        await t.arrange('the first decision is taken', () => t.answers(200, command.post(first)))
        await command.post(second)
        await scene.twin()
        t.equal(command.copies, first ? 1 : 0, `commands after the decisions ${first} and ${second}`)
        scene.forget()
      },
    }),
    when('any decisions by anybody', anyDecisions),
  ),

  check(
    'hub/confirming/only-admins-decide',
    when('over the WebSocket', {
      alone: true,
      given: { by: each('requester', 'agent', 'somebody else') },
      run: (t, { by }) =>
        hasNoEffect(t, async (command, scene) => {
          const forger = by === 'somebody else' ? (await t.connected('OPERATOR'))[0] : scene[by]
          command.decide(true, forger)
          await forger.fence(scene.admin)
        }),
    }),
    when('over HTTP', {
      alone: true,
      given: { by: each('requester', 'agent') },
      run: (t, { by }) =>
        hasNoEffect(t, (command, scene) => t.refusing(() => t.answers(403, command.post(true, scene[by])))),
    }),
  ),

  check(
    'hub/confirming/decision-announced',
    when('over the WebSocket', {
      alone: true,
      given: { approved: each(true, false), by: each('asked', 'another') },
      async run(t, { approved, by }) {
        const scene = await CommandScene.open(t, { admins: 2 })
        const command = await scene.pending()
        const decider = by === 'asked' ? command.asked : scene.otherThan(command.asked)
        command.decide(approved, decider)
        await isAnnounced(command, decider, scene.requester)
        scene.agent.forget()
        scene.forget()
      },
    }),
    when('over HTTP', {
      alone: true,
      given: { approved: each(true, false) },
      async run(t, { approved }) {
        const scene = await CommandScene.open(t)
        const command = await scene.pending()
        await t.arrange('the decision is taken', () => t.answers(200, command.post(approved)))
        await isAnnounced(command, command.asked, scene.requester)
        scene.agent.forget()
        scene.forget()
      },
    }),
  ),

  check(
    'hub/confirming/rest-decision-keyed-by-action',
    when('an unknown action', {
      alone: true,
      async run(t) {
        t.need('rest')
        const scene = await CommandScene.open(t)
        const body = { action_id: randomUUID(), approved: true }
        await t.refusing(() => t.answers(404, t.rest.ask(scene.admin.person, 'POST', decisionPath, { body })))
        const command = await scene.pending()
        await t.twin('a known action gets 200', () => t.answers(200, command.post(true)))
        await command.isDelivered()
        scene.forget()
      },
    }),
    when('a stream_id in the body', {
      alone: true,
      given: { stream: each('unknown', "another action's id", "another command's stream") },
      async run(t, { stream }) {
        const scene = await CommandScene.open(t)
        const [other, command] = [await scene.pending(), await scene.pending()]
        const ids = {
          unknown: 'other',
          "another action's id": other.actionId,
          "another command's stream": `exec_${other.actionId}`,
        }
        await t.answers(200, command.post(true, command.asked, { stream_id: ids[stream] }))
        await command.isDelivered()
        other.isWithheld('a decision has another command given')
        scene.forget()
      },
    }),
  ),

  check(
    'hub/confirming/history-shows-decision',
    when('after a decision', {
      alone: true,
      given: { approved: each(true, false) },
      async run(t, { approved }) {
        t.need('rest')
        const scene = await CommandScene.open(t)
        const command = await scene.pending()
        command.decide(approved)
        if (approved) await t.arrange('the command is given', () => command.isDelivered())
        else await t.settle()
        await hasStatus(t, scene, command, approved ? 'APPROVED' : 'REJECTED')
        scene.forget()
      },
    }),
    when('after a restart', {
      alone: true,
      once: true,
      async run(t) {
        t.need('rest')
        t.need('restart')
        const scene = await CommandScene.open(t)
        const [approved, rejected, pending] = [
          await scene.pending(),
          await scene.pending(),
          await scene.pending(),
        ]
        rejected.decide(false)
        approved.decide(true)
        await t.arrange('the command is given', () => approved.isDelivered())
        await t.control('reboot')
        await hasStatus(t, scene, approved, 'APPROVED')
        await hasStatus(t, scene, rejected, 'REJECTED')
        await hasStatus(t, scene, pending, 'EXPIRED')
        scene.forget()
      },
    }),
  ),

  check(
    'hub/confirming/requester-told-outcome',
    when('rejected', {
      alone: true,
      async run(t) {
        const scene = await CommandScene.open(t)
        const command = await scene.pending()
        scene.forget()
        command.decide(false)
        await scene.isTold('that a command was rejected')
        scene.forget()
      },
    }),
    when('answered', {
      alone: true,
      async run(t) {
        const scene = await CommandScene.open(t)
        await scene.given()
        const answer = t.newMarker()
        scene.forget()
        scene.agent.tell(scene.butler.id, 'CHAT', answer)
        await scene.isTold('what the agent has answered', answer)
        scene.forget()
      },
    }),
    when('not answered', {
      time: limits => (limits.agentReplyTimeoutMs ?? 0) + lateMs,
      async run(t) {
        const scene = await CommandScene.open(t)
        await scene.given()
        scene.forget()
        await t.advance(t.limit('agentReplyTimeoutMs') + lateMs)
        await scene.isTold('that the agent has not answered')
        scene.forget()
      },
    }),
    when('not connected', {
      alone: true,
      async run(t) {
        const scene = await CommandScene.open(t)
        const away = await t.person('AGENT')
        const marker = t.newMarker()
        scene.requester.tell(scene.butler.id, 'CHAT', `cmd ${away.id} ${marker}`)
        await scene.isTold('that the agent is not there')
        await scene.requester.fence(scene.admin)
        await t.twin('an administrator is asked when the agent is connected', () => scene.request().isAsked())
        scene.admin.hasNotSeen(marker, 'an administrator is asked about a command that cannot be given')
        scene.forget()
      },
    }),
  ),

  check(
    'hub/confirming/answer-matched-to-command',
    when('what the agent says to somebody else', {
      alone: true,
      async run(t) {
        const scene = await CommandScene.open(t)
        const [other] = await t.connected('OPERATOR')
        await scene.given()
        const [aside, answer] = [t.newMarker(), t.newMarker()]
        scene.agent.tell(other, 'CHAT', aside)
        await t.arrange('what is said to another arrives', () => other.gets({ type: 'CHAT', payload: aside }))
        scene.agent.tell(scene.butler.id, 'CHAT', answer)
        const told = await scene.isTold('what the agent has answered', answer)
        t.that(!told.includes(aside), 'what is said to somebody else is no answer', told)
        scene.forget()
      },
    }),
    when('an answer that comes too late', {
      time: limits => (limits.agentReplyTimeoutMs ?? 0) + lateMs,
      async run(t) {
        const scene = await CommandScene.open(t)
        await scene.given()
        await t.advance(t.limit('agentReplyTimeoutMs') + lateMs)
        await scene.given()
        const [late, answer] = [t.newMarker(), t.newMarker()]
        for (const text of [late, answer]) scene.agent.tell(scene.butler.id, 'CHAT', text)
        const told = await scene.isTold('what the agent has answered', answer)
        t.that(!told.includes(late), 'the answer to a command that was given up belongs to no other', told)
        scene.forget()
      },
    }),
    when('two commands at a time', {
      alone: true,
      given: { named: each(false, true) },
      async run(t, { named }) {
        const scene = await CommandScene.open(t)
        const first = await scene.given()
        // Another person's, so that nobody has to guess which of them they are told of.
        const [requester] = await t.connected('OPERATOR')
        const second = await scene.given(requester)
        if (named && (!first.stream_id || first.stream_id === second.stream_id))
          t.leaveOut('the commands of the butler have no stream_id of their own')
        const answers = [t.newMarker(), t.newMarker()] as const
        const give = (answer: string, { stream_id }: JsonObject) =>
          scene.agent.tell(scene.butler.id, 'CHAT', answer, named ? ({ stream_id } as JsonObject) : {})
        if (named) give(answers[1], second)
        give(answers[0], first)
        if (!named) give(answers[1], second)
        await scene.isTold('the answer to the first command', answers[0])
        await scene.isTold('the answer to the second command', answers[1], requester)
        scene.forget()
        requester.forget()
      },
    }),
  ),

  check('hub/confirming/failure-reported', {
    given: { role: each('MEMBER', 'ADMIN', 'OPERATOR') },
    async run(t, { role }) {
      t.need('butler-hook')
      const [requester] = await t.connected(role)
      const butler = await t.butler()
      const word = { sender_id: butler.id, type: oneOf('CHAT', 'CHAT_STREAM_END') }
      requester.tell(butler.id, 'CHAT', 'fail')
      await requester.gets(word, 'a word of the butler about its failure')
      const text = t.newMarker()
      requester.tell(butler.id, 'CHAT', text)
      await t.twin('anything else is answered', () =>
        requester.gets({ type: 'CHAT', sender_id: butler.id, payload: containing(text) }),
      )
      requester.forget()
    },
  }),

  check('hub/confirming/start-notice-to-requester', {
    alone: true,
    async run(t) {
      const scene = await CommandScene.open(t, { admins: 2 })
      const command = await scene.pending()
      command.decide(true, scene.otherThan(command.asked))
      await t.arrange('the command is given', () => command.isDelivered())
      await t.settle()
      await scene.otherThan(command.asked).fence(command.asked)
      for (const { json } of [scene.requester, ...scene.admins].flatMap(({ wire }) => wire.frames)) {
        if (memberOf(json, 'sender_id') === scene.butler.id)
          t.equal(memberOf(json, 'sender_role'), 'BUTLER', 'the role in what the butler says')
      }
      const uninvolved = command.asked.wire.frames.map(({ json }) => json)
      t.that(
        uninvolved.every(frame => memberOf(frame, 'stream_id') !== `exec_${command.actionId}`),
        'an administrator who has neither asked nor decided gets no notice of the start',
        uninvolved,
      )
      scene.forget()
    },
  }),
]

/** Something after which a command must not have come to the agent. */
function withheld(act: (command: Command, t: HubTrial) => Promise<unknown>): Case<HubTrial> {
  return {
    alone: true,
    async run(t) {
      const scene = await CommandScene.open(t)
      const command = await scene.pending()
      await act(command, t)
      await scene.twin()
      command.isWithheld('a command is given although nobody has approved it')
      scene.forget()
    },
  }
}

/** Expects that something which is no decision does not have a command given, and does not stand in the way of one. */
async function hasNoEffect(
  t: HubTrial,
  act: (command: Command, scene: CommandScene) => unknown,
): Promise<void> {
  const scene = await CommandScene.open(t)
  const command = await scene.pending()
  await act(command, scene)
  // The decision has been looked at before there is another command that it might be taken for.
  await command.asked.fence(scene.requester)
  await scene.twin()
  command.isWithheld('a command is given although no administrator has said yes to it')
  command.decide(true)
  await command.isDelivered()
  scene.forget()
}

async function isAnnounced(command: Command, ...sockets: HubSocket[]): Promise<void> {
  const payload = including({ action_id: command.actionId, status: nonEmptyText })
  for (const socket of sockets)
    await socket.gets(
      { type: 'AUTH_STATUS_UPDATE', payload },
      `what became of a command, at ${socket.person.role}`,
    )
}

/** Expects a record of the request in the history of somebody with the butler. */
async function isFiled(
  t: HubTrial,
  { butler }: CommandScene,
  { asked, actionId }: Command,
  of = asked,
): Promise<JsonObject> {
  const rows = await t.rest.history(of.person, butler.id)
  const row = rows.find(({ payload }) => parseJsonObject(String(payload))?.action_id === actionId)
  t.that(row !== undefined, `the history of ${of.person.role} with the butler has the request`, rows)
  return row as JsonObject
}

async function hasStatus(t: HubTrial, scene: CommandScene, command: Command, status: string): Promise<void> {
  const { payload } = await isFiled(t, scene, command, scene.requester)
  t.equal(parseJsonObject(String(payload))?.status, status, "the status in the requester's history")
}
