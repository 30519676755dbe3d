import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { Config } from '../../../schemas/kit/config.ts'
import { idsOf, judge } from '../../testing/judge.ts'
import { check, toyProfile, toyProtocol } from '../../testing/toy.ts'
import { ProcessProvider } from './process-provider.ts'
import { Unreachable } from './provider.ts'
import { tryConnect } from './reachable.ts'

const path = fileURLToPath(new URL('../../testing/toy-target.ts', import.meta.url))
const command = [process.execPath, '--import', import.meta.resolve('tsx'), path]
const readyWithinMs = 60_000

function provider(start: Partial<Config['start']> & object = {}): Promise<ProcessProvider> {
  const config = { profile: 'toy', start: { command, readyWithinMs, ...start } }
  return ProcessProvider.create({ config, folder: '.' }, toyProtocol)
}

const doubles = check('toy/routing/doubles', {
  given: { n: fc.integer({ min: 0, max: 600 }) },
  async run(t, { n }) {
    await (await t.connect()).doubles(n)
  },
})

test('a program that is started on a free port, and ended afterwards', async () => {
  const target = await provider()
  onTestFinished(() => target.close())
  expect(target).toMatchObject({ level: 1, relaunches: true })
  const instance = await target.launch({ settings: {}, fresh: false, frozen: false })
  expect(await tryConnect(instance.url, readyWithinMs)).toBeUndefined()
  await target.release(instance)
  expect(await tryConnect(instance.url, readyWithinMs)).toContain('ECONNREFUSED')
})

test('one that dies of an input is started again, and the requirement is named that killed it', async () => {
  const poison = check('toy/routing/survives', {
    alone: true,
    async run(t) {
      await (await t.connect()).doubles(666)
    },
  })
  const found = await judge(toyProfile([poison, doubles]), await provider(), { runsOf: () => 5 })
  expect(idsOf(found, 'pass')).toEqual(['toy/routing/doubles'])
  expect(found.report.requirements[0]).toMatchObject({
    id: 'toy/routing/survives',
    verdict: 'fail',
    failure: { message: 'the target died', replay: 'agentwire replay report.json toy/routing/survives' },
  })
  expect(found.events).toContainEqual({
    event: 'target-died',
    during: ['toy/routing/survives'],
    restarted: true,
  })
  expect(found.exitStatus).toBe(1)
})

describe('a program that does not come up', () => {
  test.each<[string, Partial<Config['start']> & object, RegExp]>([
    [
      'because it ends',
      { command: [process.execPath, '-e', 'console.error("no licence"); process.exit(3)'] },
      /ended with status 3; it wrote:\nno licence/,
    ],
    [
      'because it is not there',
      { command: ['no-such-program'] },
      /"no-such-program" could not be started: .*ENOENT/,
    ],
    [
      'because it does not listen',
      { command: [process.execPath, '-e', 'setInterval(() => {}, 1000)'], readyWithinMs: 100 },
      /does not listen on AGENTWIRE_PORT after 100 ms/,
    ],
  ])('%s', async (_, start, told) => {
    const created = provider(start)
    await expect(created).rejects.toThrow(Unreachable)
    await expect(created).rejects.toThrow(told)
  })
})
