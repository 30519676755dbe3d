import fc from 'fast-check'
import { expect, test } from 'vitest'
import { check, when } from '../testing/toy.ts'
import { each, enumerated, generatorOf } from './check.ts'

const run = async () => {}
const bodyOf = (given: object) => check('toy/a/b', { given, run } as never).cases[0]?.body ?? expect.fail()

test('a check has its one case without a name, or several with names', () => {
  expect(check('toy/a/b', { run }).cases.map(({ name }) => name)).toEqual([''])
  const several = check('toy/a/b', when('one', { run }), when('two', { run }))
  expect(several.cases.map(({ name }) => name)).toEqual(['one', 'two'])
})

test('every value of a list has its turn', () => {
  const body = bodyOf({ a: each(1, 2, 3) })
  expect([0, 1, 2, 3].map(run => enumerated(body, run))).toEqual([{ a: 1 }, { a: 2 }, { a: 3 }, { a: 1 }])
})

test('two lists are tried in every combination', () => {
  const body = bodyOf({ a: each(0, 1), b: each('x', 'y') })
  const tried = Array.from({ length: 4 }, (_, run) => JSON.stringify(enumerated(body, run)))
  expect(new Set(tried).size).toBe(4)
})

test('what is listed is not generated as well', () => {
  const [generated] = fc.sample(generatorOf(bodyOf({ a: each(1, 2), n: fc.nat() })), 1)
  expect(Object.keys(generated ?? {})).toEqual(['n'])
})
