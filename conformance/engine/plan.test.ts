import { describe, expect, test } from 'vitest'
import { check, toyProfile, when } from '../testing/toy.ts'
import type { Case } from './check.ts'
import { makePlans, type Plan, type PlanOptions } from './plan.ts'
import type { JudgedRequirement } from './profile.ts'
import type { Provider } from './target/provider.ts'

const run = async () => {}

/** A target that can do what is given here, and nothing else. */
function target(can: { settings?: string[]; virtualTime?: boolean } = {}): Provider {
  const unused = () => Promise.reject(new Error('a plan launches nothing'))
  return {
    level: 2,
    url: null,
    capabilities: new Set(),
    settings: new Set(can.settings ?? []),
    limits: { patienceMs: 60_000 },
    virtualTime: can.virtualTime ?? false,
    parallel: 1,
    relaunches: false,
    launch: unused,
    release: unused,
    close: unused,
  }
}

const everything: PlanOptions = {
  selected: () => true,
  runsOf: () => 10,
  costly: () => true,
  slow: false,
  destructive: false,
}

function planOf(
  body: Partial<Case>,
  {
    marks = {},
    provider = target(),
    options = {},
  }: {
    marks?: Partial<JudgedRequirement>
    provider?: Provider
    options?: Partial<PlanOptions>
  } = {},
): Plan {
  const profile = toyProfile([check('toy/a/b', { run, ...body })], { 'toy/a/b': marks })
  const [plan] = makePlans(profile, provider, { ...everything, ...options })
  return plan ?? expect.fail('no plan')
}

describe('what is settled without a run', () => {
  test.each<[string, Parameters<typeof planOf>[1], string, string]>([
    ['untestable', { marks: { untestable: 'nobody can see it' } }, 'untestable', 'nobody can see it'],
    ['not selected', { options: { selected: () => false } }, 'skipped', 'not selected'],
    ['destructive', { marks: { destructive: true } }, 'skipped', 'needs --destructive'],
    ['slow', { marks: { slow: true } }, 'skipped', 'needs --slow'],
  ])('%s', (_, circumstances, verdict, reason) => {
    expect(planOf({}, circumstances)).toMatchObject({ settled: { verdict, reason }, jobs: [] })
  })

  test('what is about another revision', () => {
    const profile = toyProfile([check('toy/a/b', { run }), check('toy/a/c', { run })], {
      'toy/a/b': { revision: 1 },
      'toy/a/c': { revision: 2 },
    })
    const second = { ...profile, protocol: { ...profile.protocol, revision: 2 } }
    const [older, newer] = makePlans(second, target(), everything)
    expect(older?.settled).toEqual({
      verdict: 'not-applicable',
      reason: 'it is about revision 1, the target is of 2',
    })
    expect(newer?.jobs).toHaveLength(1)
  })

  test('what has no check yet', () => {
    const [plan] = makePlans(toyProfile([], { 'toy/a/b': {} }), target(), everything)
    expect(plan?.settled).toMatchObject({
      verdict: 'skipped',
      reason: 'no check has been written for it yet',
    })
  })

  test("a client's requirements are not planned at all", () => {
    expect(makePlans(toyProfile([], { 'toy/a/b': { role: 'client' } }), target(), everything)).toEqual([])
  })

  test('asking for it lifts the reserve', () => {
    const marks = { slow: true, destructive: true } as const
    expect(planOf({}, { marks, options: { slow: true, destructive: true } }).jobs).toHaveLength(1)
    expect(planOf({}, { marks: { slow: true }, provider: target({ virtualTime: true }) }).jobs).toHaveLength(
      1,
    )
  })
})

describe('what a case needs of the target', () => {
  test('settings that it cannot be launched with leave the case out, by name', () => {
    expect(planOf({ settings: { debugKey: 'x' } }).settled).toEqual({
      verdict: 'not-applicable',
      reason: 'the target cannot be launched with debugKey',
    })
    const [job] = planOf(
      { settings: { debugKey: 'x' } },
      { provider: target({ settings: ['debugKey'] }) },
    ).jobs
    expect(job?.settings).toEqual({ debugKey: 'x' })
  })

  test('limits are wishes, unless they must be exact', () => {
    const settings = { limits: { patienceMs: 1 } }
    expect(planOf({ settings }).jobs[0]?.settings).toEqual({})
    expect(planOf({ settings, exactLimits: true }).settled?.verdict).toBe('not-applicable')
    expect(planOf({ settings }, { provider: target({ settings: ['limits'] }) }).jobs[0]?.settings).toEqual(
      settings,
    )
  })

  test('a case that waits long is slow where the clock cannot be moved', () => {
    const time = (limits: Readonly<Record<string, number>>) => Number(limits.patienceMs)
    expect(planOf({ time }).settled).toMatchObject({ verdict: 'skipped' })
    expect(planOf({ time }).settled?.reason).toContain('needs --slow')
    expect(planOf({ time }, { options: { slow: true } }).jobs[0]).toMatchObject({
      frozen: false,
      alone: false,
    })
    const provider = target({ virtualTime: true })
    expect(planOf({ time }, { provider }).jobs[0]).toMatchObject({ frozen: true, alone: true })
    expect(planOf({ time: () => 1_000 }).jobs).toHaveLength(1)
  })

  test('launched with a shorter limit it is not slow', () => {
    const body = {
      settings: { limits: { patienceMs: 1 } },
      time: (limits: Readonly<Record<string, number>>) => Number(limits.patienceMs),
    }
    expect(planOf(body, { provider: target({ settings: ['limits'] }) }).jobs).toHaveLength(1)
  })

  test('one case that is left out does not settle the others', () => {
    const profile = toyProfile([
      check('toy/a/b', when('with a key', { settings: { debugKey: 'x' }, run }), when('without', { run })),
    ])
    const [plan] = makePlans(profile, target(), everything)
    expect(plan?.settled).toBeUndefined()
    expect(plan?.jobs.map(({ name }) => name)).toEqual(['without'])
    expect(plan?.leftOut.map(({ name }) => name)).toEqual(['with a key'])
  })
})

describe('how often', () => {
  test('the runs of a requirement are shared by its cases', () => {
    const cases = ['one', 'two', 'three'].map(name => when(name, { run }))
    const [plan] = makePlans(toyProfile([check('toy/a/b', ...cases)]), target(), everything)
    expect(plan?.jobs.map(({ runs }) => runs)).toEqual([4, 4, 4])
  })

  test('a costly case runs once, beside the others', () => {
    const cases = [when('cheap', { run }), when('dear', { run, once: true })]
    const profile = toyProfile([check('toy/a/b', ...cases)])
    expect(makePlans(profile, target(), everything)[0]?.jobs.map(({ runs }) => runs)).toEqual([10, 1])
    const [sparing] = makePlans(profile, target(), { ...everything, costly: () => false })
    expect(sparing?.leftOut).toEqual([{ name: 'dear', reason: 'costs too much' }])
  })
})
