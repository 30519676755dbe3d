import { describe, expect, test } from 'vitest'
import type { FailureReport, Verdict } from '../../schemas/kit/report.ts'
import { Account } from './ledger.ts'
import type { Plan } from './plan.ts'

type Level = 'MUST' | 'SHOULD' | 'MAY'

function account(level: Level = 'MUST', plan: Partial<Plan> = {}): Account {
  const requirement = { id: 'toy/a/b', level, role: 'server', text: '' } as const
  return new Account({ requirement, jobs: [], leftOut: [], ...plan })
}

function failure(violations: number, runs: number): FailureReport {
  return {
    message: 'm',
    expected: 'e',
    received: 'r',
    reproduced: { violations, runs },
    counterexample: { case: '', check: 'toy/a/b', input: {} },
    replay: '',
    transcript: [],
  }
}

describe('without a violation', () => {
  test.each<[Level, Verdict]>([
    ['MUST', 'inconclusive'],
    ['SHOULD', 'inconclusive'],
    ['MAY', 'not-applicable'],
  ])('a %s of which nothing was seen is %s: absence of evidence is no pass', (level, verdict) => {
    expect(account(level).verdict).toBe(verdict)
    const judged = account(level)
    judged.judged(new Set())
    expect(judged.verdict).toBe(verdict)
    expect(judged.result().runs).toBe(1)
  })

  test.each<Level>(['MUST', 'SHOULD', 'MAY'])('a %s that was seen to hold passes', level => {
    const seen = account(level)
    seen.observations = 1
    expect(seen.verdict).toBe('pass')
    expect(seen.result().reason).toBeNull()
  })

  test('nothing seen and something left out: it does not apply', () => {
    const left = account()
    left.leaveOut('a case', 'the target does not declare "debug"')
    expect(left.result()).toMatchObject({
      verdict: 'not-applicable',
      reason: 'the target does not declare "debug"',
    })
  })

  test('something left out, and something that could not be reached: nothing can be said', () => {
    const both = account('MUST', { leftOut: [{ name: 'a case', reason: 'no settings' }] })
    both.unreached('it did not open')
    expect(both.result()).toMatchObject({
      verdict: 'inconclusive',
      reason: '1 of 1 runs could not be judged: it did not open; left out, since no settings: "a case"',
    })
  })

  test('the most frequent obstacle is told', () => {
    const hindered = account()
    for (const reason of ['seldom', 'often', 'often']) hindered.unreached(reason)
    expect(hindered.result().reason).toBe('2 of 3 runs could not be judged: often')
  })

  test('what could not be judged does not lessen what was seen, and is told', () => {
    const partly = account()
    partly.observations = 1
    partly.unreached('it did not open')
    expect(partly.result()).toMatchObject({
      verdict: 'pass',
      reason: '1 of 1 runs could not be judged: it did not open',
    })
  })
})

describe('with a violation', () => {
  test.each<[Level, number, number, Verdict]>([
    ['MUST', 3, 3, 'fail'],
    ['SHOULD', 3, 3, 'warn'],
    ['MUST', 2, 3, 'flaky'],
    ['MUST', 0, 3, 'flaky'],
    ['SHOULD', 1, 3, 'flaky'],
    ['MUST', 0, 0, 'inconclusive'],
  ])('a %s, seen again in %i of %i runs: %s', (level, violations, runs, verdict) => {
    const violated = account(level)
    violated.failure = failure(violations, runs)
    // However often it was seen to hold.
    violated.observations = 100
    expect(violated.verdict).toBe(verdict)
  })

  test('flaky says k of n', () => {
    const flaky = account()
    flaky.failure = failure(1, 3)
    expect(flaky.result().reason).toBe('violated, but fresh runs showed it only 1 of 3 times')
  })

  test('a MAY never fails', () => {
    const may = account('MAY')
    may.failure = failure(3, 3)
    expect(may.verdict).toBe('not-applicable')
    may.observations = 1
    expect(may.verdict).toBe('pass')
  })

  test('a target that died of a run has failed', () => {
    const killed = account('MUST', { leftOut: [{ name: 'x', reason: 'y' }] })
    const [requirement, body] = [killed.plan.requirement, { run: async () => {} }]
    const check = { id: 'toy/a/b', cases: [] }
    const job = { requirement, check, body, name: 'case', settings: {}, runs: 1, alone: false, frozen: false }
    killed.killed(job, { n: 1 }, { replay: 'agentwire replay', transcript: [], lastWords: 'no room left' })
    expect(killed.result()).toMatchObject({
      verdict: 'fail',
      failure: {
        message: 'the target died',
        received: 'nobody listens on its port any more; it wrote: no room left',
        counterexample: { case: 'case', input: { n: 1 } },
      },
    })
  })
})

describe('what was settled beforehand', () => {
  test.each(['skipped', 'untestable', 'not-applicable'] as const)('stays %s, with its reason', verdict => {
    expect(account('MUST', { settled: { verdict, reason: 'because' } }).result()).toMatchObject({
      verdict,
      reason: 'because',
    })
  })

  test('does not hide a violation that another run has shown', () => {
    const settled = account('MUST', { settled: { verdict: 'skipped', reason: 'not selected' } })
    settled.failure = failure(3, 3)
    expect(settled.result()).toMatchObject({ verdict: 'fail', reason: null })
  })
})

test('a refused launch counts for all the runs that it spares', () => {
  const refused = account()
  refused.launchRefused(7)
  expect(refused.result()).toMatchObject({ verdict: 'pass', observations: 7, runs: 7 })
})
