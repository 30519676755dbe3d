import fc from 'fast-check'
import { memberOf } from '../../schemas/json.ts'
import { check, type HubTrial, when } from './driver.ts'
import type { HubSocket } from './person.ts'

/** Queues that a small burst fills. */
const small = { limits: { hubQueueFrames: 20, clientQueueFrames: 30, burstFrames: 60 } }

/** What happens when frames come faster than they can be handled. */
export const rateLimiting = [
  check(
    'hub/rate-limiting/burst-delivered-or-told',
    when('a small burst', { settings: small, run: burstIsDelivered }),
    when('a burst as large as declared', { once: true, run: burstIsDelivered }),
  ),

  check(
    'hub/rate-limiting/butler-stream-complete',
    when('a short answer', {
      given: { words: fc.integer({ min: 11, max: 60 }) },
      async run(t, { words }) {
        t.need('butler-hook')
        const [asking] = await t.connected('MEMBER')
        await t.twin('an answer of ten words is complete', () => answerIsComplete(t, asking, 10))
        await answerIsComplete(t, asking, words)
      },
    }),
    when('a long answer', {
      once: true,
      async run(t) {
        t.need('butler-hook')
        const [asking] = await t.connected('MEMBER')
        await t.twin('an answer of ten words is complete', () => answerIsComplete(t, asking, 10))
        await answerIsComplete(t, asking, t.limit('streamWords'))
      },
    }),
  ),
]

/** Two agents speak at once: one in a burst, the other at leisure. Nothing is lost unless its sender hears of it. */
async function burstIsDelivered(t: HubTrial): Promise<void> {
  const [hasty, calm, target, other] = await t.connected('AGENT', 'AGENT', 'MEMBER', 'MEMBER')
  await t.twin('in small portions all arrive', async () => {
    for (let sent = 0; sent < t.limit('burstFrames'); sent += 10) await arrive(t, hasty, target, 10, 'all')
  })
  const calmly = async () => {
    for (let i = 0; i < 5; i++) await arrive(t, calm, other, 4)
  }
  await t.refusing(() => Promise.all([arrive(t, hasty, target, t.limit('burstFrames')), calmly()]))
}

/** Sends numbered frames in one go and expects all of them at the target, or else a word about it at the sender. */
async function arrive(
  t: HubTrial,
  sender: HubSocket,
  target: HubSocket,
  count: number,
  expected: 'all' | 'all or a word' = 'all or a word',
): Promise<void> {
  const marker = t.newMarker()
  const sent = Array.from({ length: count }, (_, i) => `${marker} ${i}`)
  for (const payload of sent) sender.tell(target, 'CHAT_STREAM', payload)
  const isOurs = (message: object) => String(memberOf(message, 'payload')).startsWith(marker)
  const found = await target.collects(isOurs, all => all.length === count)
  const arrived = new Set(found.map(message => memberOf(message, 'payload')))
  const lost = sent.filter(payload => !arrived.has(payload))
  const told =
    expected === 'all or a word' && (sender.wire.closed !== undefined || sender.unclaimed().length > 0)
  if (lost.length > 0 && !told)
    t.violated(
      {
        message: `of ${count} frames ${lost.length} have not arrived, and their sender was not told`,
        expected: 'all of them, or a frame or close at the sender that says so',
        received: `the first that is missing is number ${sent.indexOf(lost[0] ?? '')}`,
      },
      !target.wire.closed,
    )
  sender.forget()
  t.holds()
}

/** Has the butler say something back, and expects that nothing of it is lost. */
async function answerIsComplete(t: HubTrial, asking: HubSocket, words: number): Promise<void> {
  const butler = await t.butler()
  const text = Array.from({ length: words }, (_, i) => i.toString(36)).join(' ')
  asking.tell(butler.id, 'CHAT', text)
  const answer = await asking.collects(
    message => message.sender_id === butler.id,
    found => found.at(-1)?.type === 'CHAT_STREAM_END',
  )
  const payloads = (type: string) => answer.filter(each => each.type === type).map(({ payload }) => payload)
  const [whole] = payloads('CHAT')
  await t.arrange('the butler answers', async () =>
    t.that(String(whole).includes(text), 'an answer with the text', whole),
  )
  const chunks = payloads('CHAT_STREAM')
  await t.arrange('it is streamed', async () => t.that(chunks.length > 0, 'chunks', chunks))
  t.equal(chunks.join(''), whole, 'the chunks, joined, against the final CHAT')
  asking.forget()
}
