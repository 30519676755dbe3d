import { expect, test } from 'vitest'
import { atEndOfTurn, endTurn } from './turn.ts'

const nextTurn = () => new Promise(setImmediate)

test('what is left for the end of the turn is done then, in order, once, and before any input is read', async () => {
  const done: string[] = []
  const input = new Promise<void>(resolve => setImmediate(() => resolve(void done.push('input'))))
  atEndOfTurn(() => done.push('a'))
  atEndOfTurn(() => done.push('b'))
  expect(done).toEqual([])
  await input
  expect(done).toEqual(['a', 'b', 'input'])
  await nextTurn()
  expect(done).toEqual(['a', 'b', 'input'])
})

test('the end may be brought forward, and what is left after that is done too', async () => {
  const done: string[] = []
  atEndOfTurn(() => done.push('a'))
  endTurn()
  expect(done).toEqual(['a'])
  atEndOfTurn(() => done.push('b'))
  expect(done).toEqual(['a'])
  await nextTurn()
  expect(done).toEqual(['a', 'b'])
})

test('what is left while the turn ends is done before any input too', async () => {
  const done: string[] = []
  atEndOfTurn(() => {
    done.push('a')
    atEndOfTurn(() => done.push('b'))
  })
  await new Promise<void>(resolve => setImmediate(() => resolve(void done.push('input'))))
  expect(done).toEqual(['a', 'b', 'input'])
})
