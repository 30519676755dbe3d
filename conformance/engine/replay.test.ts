import fc from 'fast-check'
import { expect, onTestFinished, test } from 'vitest'
import type { Counterexample } from '../../schemas/kit/report.ts'
import { judge, patient } from '../testing/judge.ts'
import { check, doubling, type ToyBehaviour, toyProfile, toyServer, toyTarget, when } from '../testing/toy.ts'
import { replayCounterexample } from './replay.ts'
import { UsageError } from './usage-error.ts'

const id = 'toy/routing/doubles'
const profile = toyProfile([
  check(
    id,
    when('one number', {
      given: { n: fc.integer({ min: 0, max: 1_000 }) },
      async run(t, { n }) {
        await (await t.connect()).doubles(n)
      },
    }),
    when('with settings', { settings: { strict: true }, run: async t => t.holds() }),
  ),
])

const noneAbove16: ToyBehaviour = ({ n }) => [{ type: 'doubled', n: Math.min(32, 2 * Number(n)) }]

async function target(behaviour: ToyBehaviour) {
  const server = await toyServer(behaviour)
  onTestFinished(server.close)
  return toyTarget(server)
}

async function replayed(vector: Counterexample, behaviour: ToyBehaviour) {
  const provider = await target(behaviour)
  try {
    return await replayCounterexample(profile, provider, { id, message: 'm', ...vector }, patient)
  } finally {
    await provider.close()
  }
}

const vector: Counterexample = { case: 'one number', check: id, input: { n: 17 } }

test('what was found by chance fails again without the generator', async () => {
  const { report } = await judge(profile, await target(noneAbove16), { runsOf: () => 50 })
  const found = report.requirements[0]?.failure?.counterexample
  expect(found).toEqual(vector)
  // As it would have been kept in a file.
  const kept: Counterexample = JSON.parse(JSON.stringify(found))
  const again = await replayed(kept, noneAbove16)
  expect(again.reproduced).toEqual({ violations: 3, runs: 3 })
  expect(again.transcript.map(({ text }) => text)).toContain('{"type":"double","n":17}')
})

test('against a target that is right it does not', async () => {
  expect((await replayed(vector, doubling)).reproduced).toEqual({ violations: 0, runs: 3 })
})

test('another input is not replayed in its place', async () => {
  expect((await replayed({ ...vector, input: { n: 3 } }, noneAbove16)).reproduced.violations).toBe(0)
})

test.each<[string, Partial<Counterexample>, string]>([
  ['a case that is gone', { case: 'two numbers' }, `${id} has no case "two numbers" in this version`],
  ['a check that is gone', { check: 'toy/routing/halves' }, 'toy/routing/halves has no case "one number"'],
  [
    'a case that this target cannot be launched for',
    { case: 'with settings' },
    `the case "with settings" of ${id} cannot be tried at this target: the target cannot be launched with strict`,
  ],
])('%s is named', async (_, part, told) => {
  const failed = replayed({ ...vector, ...part }, doubling)
  await expect(failed).rejects.toThrow(UsageError)
  await expect(failed).rejects.toThrow(told)
})
