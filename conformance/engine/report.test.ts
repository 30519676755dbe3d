import { describe, expect, test } from 'vitest'
import type { KnownFailure } from '../../schemas/kit/config.ts'
import { type FailureReport, Report } from '../../schemas/kit/report.ts'
import { problem } from '../../schemas/validate.ts'
import { Account } from './ledger.ts'
import { exitStatus, makeReport } from './report.ts'
import type { RunResult } from './runner.ts'

type Outcome = 'pass' | 'fail' | 'flaky' | 'inconclusive' | 'skipped'

function accountOf(id: string, outcome: Outcome, level: 'MUST' | 'SHOULD' = 'MUST'): Account {
  const requirement = { id, level, role: 'server', text: '' } as const
  const settled = { verdict: 'skipped', reason: 'needs --slow' } as const
  const account = new Account({
    requirement,
    jobs: [],
    leftOut: [],
    ...(outcome === 'skipped' ? { settled } : {}),
  })
  if (outcome === 'pass') account.observations = 1
  if (outcome === 'fail') account.failure = failure(3)
  if (outcome === 'flaky') account.failure = failure(1)
  return account
}

function failure(violations: number): FailureReport {
  const counterexample = { case: '', check: 'toy/a/b', input: {} }
  const reproduced = { violations, runs: 3 }
  return { message: '', expected: '', received: '', reproduced, counterexample, replay: '', transcript: [] }
}

function judged(accounts: readonly Account[], baseline: KnownFailure[] = [], more: Partial<RunResult> = {}) {
  const results = [{ accounts, aborted: undefined, faults: [], ...more }]
  const report = makeReport({
    version: '1.2.3',
    profiles: ['toy'],
    target: { url: null, level: 0, limits: {} },
    seed: 1,
    runs: 1,
    startedAt: new Date('2026-06-15T12:00:00Z'),
    durationMs: 1.5,
    results,
    baseline,
  })
  return { report, status: exitStatus(report, results) }
}

const known = (id: string, until?: string): KnownFailure => ({
  id,
  reason: 'later',
  ...(until ? { until } : {}),
})

describe('the verdict and the exit status of a run', () => {
  test.each<[string, Account[], string, number]>([
    ['all pass', [accountOf('a', 'pass')], 'conformant', 0],
    ['nothing was judged', [accountOf('a', 'skipped')], 'inconclusive', 5],
    ['there is nothing to judge', [], 'inconclusive', 5],
    ['a MUST failed', [accountOf('a', 'pass'), accountOf('b', 'fail')], 'non-conformant', 1],
    ['a SHOULD failed', [accountOf('a', 'pass'), accountOf('b', 'fail', 'SHOULD')], 'conformant', 0],
    ['a MUST is flaky', [accountOf('a', 'pass'), accountOf('b', 'flaky')], 'inconclusive', 5],
    ['a MUST is inconclusive', [accountOf('a', 'pass'), accountOf('b', 'inconclusive')], 'inconclusive', 5],
    ['a SHOULD is', [accountOf('a', 'pass'), accountOf('b', 'inconclusive', 'SHOULD')], 'conformant', 0],
    ['a MUST was skipped', [accountOf('a', 'pass'), accountOf('b', 'skipped')], 'conformant', 0],
    [
      'failed and inconclusive',
      [accountOf('a', 'fail'), accountOf('b', 'inconclusive')],
      'non-conformant',
      1,
    ],
  ])('%s', (_, accounts, verdict, status) => {
    const { report, status: earned } = judged(accounts)
    expect(report.verdict).toBe(verdict)
    expect(earned).toBe(status)
    expect(problem(Report, report)).toBeUndefined()
  })

  test('a dead target comes before what it failed of, and a fault of the kit before all', () => {
    const aborted = { reason: 'the target died during a', targetDied: true }
    expect(judged([accountOf('a', 'fail')], [], { aborted }).status).toBe(3)
    expect(judged([accountOf('a', 'fail')], [], { aborted, faults: ['a: oops'] }).status).toBe(4)
    expect(judged([accountOf('a', 'fail')], [], { aborted }).report.aborted).toBe(aborted.reason)
  })
})

describe('the baseline', () => {
  test('a known failure does not count, and is marked', () => {
    const { report, status } = judged([accountOf('a', 'pass'), accountOf('b', 'fail')], [known('b')])
    expect(status).toBe(0)
    expect(report.requirements[1]).toMatchObject({ id: 'b', verdict: 'fail', known: 'later' })
    expect(report.verdict).toBe('non-conformant')
  })

  test('it excuses no other requirement', () => {
    expect(judged([accountOf('a', 'fail'), accountOf('b', 'fail')], [known('b')]).status).toBe(1)
  })

  test('it covers what is flaky or cannot be judged', () => {
    const accounts = [accountOf('a', 'pass'), accountOf('b', 'flaky'), accountOf('c', 'inconclusive')]
    expect(judged(accounts, [known('b'), known('c')]).status).toBe(0)
  })

  test('a line that nothing fails for any more is stale: status 1', () => {
    const { report, status } = judged([accountOf('a', 'pass')], [known('a')])
    expect(report.stale).toEqual(['a'])
    expect(status).toBe(1)
  })

  test('a line whose requirement was not judged is not stale', () => {
    const { report, status } = judged([accountOf('a', 'pass'), accountOf('b', 'skipped')], [known('b')])
    expect(report.stale).toEqual([])
    expect(status).toBe(0)
  })

  test('a line holds up to its last day', () => {
    const accounts = [accountOf('a', 'pass'), accountOf('b', 'fail')]
    expect(judged(accounts, [known('b', '2026-06-15')]).status).toBe(0)
    expect(judged(accounts, [known('b', '2026-06-14')]).status).toBe(1)
  })
})

test('every verdict is counted', () => {
  const outcomes = ['pass', 'pass', 'fail', 'flaky', 'inconclusive', 'skipped'] as const
  const { counts } = judged(outcomes.map((outcome, index) => accountOf(`a/${index}`, outcome))).report
  expect(counts).toEqual({
    pass: 2,
    fail: 1,
    warn: 0,
    flaky: 1,
    inconclusive: 1,
    'not-applicable': 0,
    skipped: 1,
    untestable: 0,
  })
})
