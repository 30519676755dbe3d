import { expect, test } from 'vitest'
import { Semaphore } from './semaphore.ts'

/** A step that goes on when it is told to. */
function step() {
  let go = () => {}
  const gone = new Promise<void>(resolve => {
    go = resolve
  })
  return { gone, go }
}

const settled = () => new Promise(setImmediate)

test('at most so many are inside, and the others follow in the order in which they came', async () => {
  const places = new Semaphore(2)
  const steps = [step(), step(), step(), step()]
  const inside: number[] = []
  const all = steps.map(({ gone }, index) =>
    places.run(async () => {
      inside.push(index)
      await gone
    }),
  )
  await settled()
  expect(inside).toEqual([0, 1])
  steps[1]?.go()
  await settled()
  expect(inside).toEqual([0, 1, 2])
  for (const { go } of steps) go()
  await Promise.all(all)
  expect(inside).toEqual([0, 1, 2, 3])
})

test('a failure frees the place', async () => {
  const places = new Semaphore(1)
  await expect(places.run(() => Promise.reject(new Error('no')))).rejects.toThrow('no')
  expect(await places.run(async () => 'next')).toBe('next')
})

test('who only waits gives the place away, and takes one again before going on', async () => {
  const places = new Semaphore(1)
  const [wait, work] = [step(), step()]
  const said: string[] = []
  const first = places.run(async () => {
    await places.pause(() => wait.gone)
    said.push('the first goes on')
  })
  const second = places.run(async () => {
    said.push('the second is in')
    await work.gone
    said.push('the second is done')
  })
  await settled()
  wait.go()
  await settled()
  work.go()
  await Promise.all([first, second])
  expect(said).toEqual(['the second is in', 'the second is done', 'the first goes on'])
})
