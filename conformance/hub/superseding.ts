import { memberOf } from '../../schemas/json.ts'
import { each } from '../engine/check.ts'
import { Matcher } from '../engine/match.ts'
import { check, type HubTrial, when } from './driver.ts'
import type { HubSocket, Person } from './person.ts'

const smallQueue = { limits: { clientQueueFrames: 16 } }
const aCloseFrame = new Matcher('a close frame', code => code !== 1006)

/** How an older connection may end. */
type End = 'answers the close frame' | 'closes late' | 'is cut late'
const ends = each<End>('answers the close frame', 'closes late', 'is cut late')

/** A second connection of the same user. */
export const superseding = [
  check(
    'hub/superseding/newest-gets-frames',
    when('what is meant for the user, and the echo of its own', {
      given: { role: each('ADMIN', 'MEMBER', 'AGENT') },
      async run(t, { role }) {
        const [first, peer] = await t.connected(role, 'ADMIN')
        const newest = await first.person.connect()
        await peer.reaches(newest)
        await newest.reaches(peer)
        first.forget()
      },
    }),
    when('broadcasts', {
      alone: true,
      given: { role: each('ADMIN', 'MEMBER', 'AGENT') },
      async run(t, { role }) {
        const [first, peer] = await t.connected(role, 'AGENT')
        const newest = await first.person.connect()
        await reachesAll(t, peer, newest)
        await reachesAll(t, newest, peer)
        first.forget()
      },
    }),
    when('after the older one has left', {
      given: { how: each('close', 'cut') },
      async run(t, { how }) {
        const [first, peer] = await t.connected('MEMBER', 'AGENT')
        if (how === 'close') first.wire.close(1000)
        else first.wire.cut()
        await t.settle()
        await peer.reaches(await first.person.connect())
      },
    }),
  ),

  check(
    'hub/superseding/old-teardown-keeps-new',
    when('of one', {
      given: { role: each('ADMIN', 'AGENT'), end: ends },
      async run(t, { role, end }) {
        const [first, peer] = await t.connected(role, 'MEMBER')
        const newest = await supersede(first, end)
        await t.twin('while the older one is there', () => peer.reaches(newest))
        finish(first, end)
        await t.settle()
        await peer.reaches(newest)
        await newest.reaches(peer)
        first.forget()
      },
    }),
    when('of two, the later one first', {
      given: { end: ends, andThen: ends },
      async run(t, { end, andThen }) {
        const [first, peer] = await t.connected('ADMIN', 'MEMBER')
        const second = await supersede(first, andThen)
        const third = await supersede(second, end)
        await t.twin('while the older ones are there', () => peer.reaches(third))
        finish(second, end)
        await second.ponged()
        finish(first, andThen)
        await t.settle()
        await peer.reaches(third)
        await third.reaches(peer)
        for (const socket of [first, second]) socket.forget()
      },
    }),
    when('broadcasts, and presence', {
      alone: true,
      once: true,
      async run(t) {
        const pairs: [HubSocket, HubSocket, End][] = []
        for (const end of ends.values) {
          const [first] = await t.connected('AGENT')
          pairs.push([first, await supersede(first, end), end])
        }
        const [peer] = await t.connected('ADMIN')
        const all = pairs.map(([, newest]) => newest)
        await t.twin('while the older ones are there', () => reachesAll(t, peer, ...all))
        for (const [first, , end] of pairs) finish(first, end)
        await t.settle()
        await reachesAll(t, peer, ...all)
        for (const { person } of all) await isShownOnline(t, peer.person, person)
        for (const [first] of pairs) first.forget()
      },
    }),
  ),

  check('hub/superseding/old-connection-told', {
    given: { role: each('ADMIN', 'MEMBER', 'AGENT') },
    async run(t, { role }) {
      const [first, other, sender] = await t.connected(role, role, 'ADMIN')
      const newest = await first.person.connect()
      await t.refusing(async () => {
        const { code, reason } = await first.closes(aCloseFrame)
        t.note(`a superseded connection is closed with ${code} "${reason}"`)
      })
      await t.twin('the newest and that of another user stay open', async () => {
        for (const socket of [newest, other]) await sender.reaches(socket)
      })
    },
  }),

  check(
    'hub/superseding/stalled-reader-survived',
    when('whose frames wait at the hub', {
      settings: smallQueue,
      alone: true,
      time: ({ writeTimeoutMs }) => Number(writeTimeoutMs) + 1_000,
      async run(t) {
        await recovers(t)
        const [reader, stalled, flooder] = await t.connected('MEMBER', 'MEMBER', 'AGENT')
        await t.twin('over a client that reads', async () => {
          flooder.floods(reader)
          await survives(t, reader)
        })
        const [another] = await t.connected('AGENT')
        await stalled.stopsReading()
        another.floods(stalled)
        await survives(t, stalled)
        for (const socket of [flooder, another]) socket.forget()
      },
    }),
    when('whose frames fill the network', {
      settings: smallQueue,
      alone: true,
      time: ({ writeTimeoutMs }) => Number(writeTimeoutMs) + 1_000,
      once: true,
      async run(t) {
        await recovers(t)
        const [stalled, flooder] = await t.connected('MEMBER', 'AGENT')
        stalled.wire.stopReading()
        flooder.floods(stalled, true)
        await survives(t, stalled)
        flooder.forget()
      },
    }),
  ),
]

/** Opens a newer connection of the same user. An older one that is to end late leaves the close frame unanswered. */
async function supersede(older: HubSocket, end: End): Promise<HubSocket> {
  older.wire.mute = end !== 'answers the close frame'
  return older.person.connect()
}

function finish(older: HubSocket, end: End): void {
  if (end === 'closes late') older.wire.close(1000)
  if (end === 'is cut late') older.wire.cut()
}

/** A hub that an earlier run has brought to a standstill would show nothing more. */
async function recovers(t: HubTrial): Promise<void> {
  if (t.instance.operations.has('restart')) await t.restart()
}

/** Expects that a hub goes on when a client in whose queue much is waiting connects again. */
async function survives(t: HubTrial, stalled: HubSocket): Promise<void> {
  const newest = await stalled.person.connect()
  await t.advance(t.limit('writeTimeoutMs') + 1_000)
  const [admin, member] = await t.connected('ADMIN', 'MEMBER')
  await admin.reaches(member)
  await member.reaches(newest)
  await newest.reaches(admin)
  for (const socket of [stalled, newest]) socket.forget()
}

async function reachesAll(t: HubTrial, sender: HubSocket, ...others: HubSocket[]): Promise<void> {
  const payload = { level: 'INFO', content: t.newMarker() }
  sender.tell(undefined, 'SYSTEM_LOG', payload)
  for (const socket of [sender, ...others]) await socket.gets({ type: 'SYSTEM_LOG', payload })
}

async function isShownOnline(t: HubTrial, as: Person, agent: Person): Promise<void> {
  if (!t.has('rest')) return
  const { json } = await t.rest.ask(as, 'GET', '/api/users/agents/status')
  const shown = Array.isArray(json) ? json.find(each => memberOf(each, 'id') === agent.id) : undefined
  const status = memberOf(shown, 'status')
  if (status !== undefined) t.equal(status, 'ONLINE', `the status of ${agent.username}`)
}
