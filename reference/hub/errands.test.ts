import { expect, test } from 'vitest'
import { AdjustableClock } from '../core/clock.ts'
import { Errands } from './errands.ts'

const timeoutMs = 1_000

function start() {
  const clock = new AdjustableClock()
  clock.freeze()
  return { clock, errands: new Errands(clock, timeoutMs) }
}

const answer = (payload: string) => ({ payload })

test('answers belong to commands in their order, unless they name one', async () => {
  const { errands } = start()
  const [a, b, c] = ['a', 'b', 'c'].map(streamId => errands.expect(5, streamId))
  errands.answered(5, 'b', 'to b')
  errands.answered(5, undefined, 'to the oldest')
  errands.answered(5, 'unheard of', 'to the next')
  expect(await Promise.all([a, b, c])).toEqual([
    answer('to the oldest'),
    answer('to b'),
    answer('to the next'),
  ])
  // Nothing waits any more.
  errands.answered(5, 'a', 'once more')
})

test('an answer is that of the agent who was told', async () => {
  const { clock, errands } = start()
  const [five, six] = [errands.expect(5, 's'), errands.expect(6, 's')]
  errands.answered(7, 's', 'of a third')
  errands.answered(6, 's', 'of six')
  expect(await six).toEqual(answer('of six'))
  await clock.advance(timeoutMs)
  expect(await five).toBe('timeout')
})

test('a command that was given up keeps its place for a while', async () => {
  const { clock, errands } = start()
  const first = errands.expect(5, 'first')
  await clock.advance(timeoutMs)
  expect(await first).toBe('timeout')
  const second = errands.expect(5, 'second')
  errands.answered(5, undefined, 'late, to the first')
  errands.answered(5, undefined, 'to the second')
  expect(await second).toEqual(answer('to the second'))
})

test('but not for ever: an agent that is silent once does not lose all later answers', async () => {
  const { clock, errands } = start()
  void errands.expect(5, 'first')
  await clock.advance(2 * timeoutMs)
  const second = errands.expect(5, 'second')
  errands.answered(5, undefined, 'to the second')
  expect(await second).toEqual(answer('to the second'))
})

test('an answer in time is no timeout later', async () => {
  const { clock, errands } = start()
  const first = errands.expect(5, 'first')
  await clock.advance(timeoutMs - 1)
  errands.answered(5, 'first', 'just so')
  await clock.advance(10 * timeoutMs)
  expect(await first).toEqual(answer('just so'))
})
