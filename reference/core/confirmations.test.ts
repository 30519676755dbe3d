import { expect, test } from 'vitest'
import { Confirmations } from './confirmations.ts'

test('the first decision counts, and only for what it names', async () => {
  const confirmations = new Confirmations<boolean>()
  const [a, b] = [confirmations.open('a'), confirmations.open('b')]
  expect(confirmations.settle('c', true)).toBe(false)
  expect(confirmations.settle('a', false)).toBe(true)
  expect(confirmations.settle('a', true)).toBe(false)
  expect(await a).toBe(false)
  expect(confirmations.settle('b', true)).toBe(true)
  expect(await b).toBe(true)
})

test('a decision may come before anybody waits for it', async () => {
  const confirmations = new Confirmations<string>()
  const question = confirmations.open('a')
  confirmations.settle('a', 'yes')
  await new Promise(setImmediate)
  expect(await question).toBe('yes')
})

test('a question can be asked again when it has been decided', async () => {
  const confirmations = new Confirmations<number>()
  confirmations.open('a')
  confirmations.settle('a', 1)
  const again = confirmations.open('a')
  expect(confirmations.settle('a', 2)).toBe(true)
  expect(await again).toBe(2)
})
