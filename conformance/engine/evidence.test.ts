import { expect, test } from 'vitest'
import { Evidence } from './evidence.ts'

test('a refusal counts only once its valid twin has been seen in the same run', () => {
  const evidence = new Evidence()
  evidence.refuse('toy/access/refusal')
  evidence.refuse('toy/access/refusal')
  expect(evidence.observations().size).toBe(0)
  evidence.twinSeen()
  expect(evidence.observations().get('toy/access/refusal')).toBe(2)
})

test('a twin alone shows nothing', () => {
  const evidence = new Evidence()
  evidence.twinSeen()
  expect(evidence.observations().size).toBe(0)
})

test('observations and refusals of one requirement are counted together', () => {
  const evidence = new Evidence()
  evidence.observe('a')
  evidence.observe('b')
  evidence.refuse('a')
  evidence.twinSeen()
  expect([...evidence.observations()]).toEqual([
    ['a', 2],
    ['b', 1],
  ])
})

test('secrets are taken out of every part of a failure', () => {
  const evidence = new Evidence()
  evidence.violate('a', { message: 'm s3cret', expected: 'e s3cret', received: 'r s3cret' })
  evidence.redact(text => text.replace('s3cret', '‹key›'))
  expect(evidence.violations[0]?.failure).toEqual({
    message: 'm ‹key›',
    expected: 'e ‹key›',
    received: 'r ‹key›',
  })
})
