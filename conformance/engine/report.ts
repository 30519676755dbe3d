import type { KnownFailure } from '../../schemas/kit/config.ts'
import {
  type Counts,
  type Report,
  type RequirementResult,
  type Verdict,
  verdicts,
} from '../../schemas/kit/report.ts'
import type { RunResult } from './runner.ts'

export interface ReportParts {
  version: string
  profiles: readonly string[]
  target: Report['target']
  seed: number
  runs: number
  startedAt: Date
  durationMs: number
  results: readonly RunResult[]
  baseline: readonly KnownFailure[]
}

/** Puts the results of all profiles together. */
export function makeReport(parts: ReportParts): Report {
  const today = parts.startedAt.toISOString().slice(0, 10)
  const valid = parts.baseline.filter(({ until }) => until === undefined || until >= today)
  const requirements = parts.results
    .flatMap(({ accounts }) => accounts.map(account => account.result()))
    .map(result => withKnown(result, valid))
  const passed = new Set(requirements.filter(({ verdict }) => verdict === 'pass').map(({ id }) => id))
  return {
    format: 'agentwire-report/1',
    tool: { name: 'agentwire', version: parts.version },
    profiles: [...parts.profiles],
    target: parts.target,
    seed: parts.seed,
    runs: parts.runs,
    startedAt: parts.startedAt.toISOString(),
    durationMs: Math.round(parts.durationMs),
    verdict: overall(requirements),
    aborted: parts.results.find(({ aborted }) => aborted)?.aborted?.reason ?? null,
    stale: valid.filter(({ id }) => passed.has(id)).map(({ id }) => id),
    counts: count(requirements),
    requirements,
  }
}

/** The exit status that a run has earned. */
export function exitStatus(report: Report, results: readonly RunResult[]): number {
  if (results.some(({ faults }) => faults.length > 0)) return 4
  if (results.some(({ aborted }) => aborted?.targetDied)) return 3
  const unknown = report.requirements.filter(({ level, known }) => level === 'MUST' && known === undefined)
  if (unknown.some(({ verdict }) => verdict === 'fail') || report.stale.length > 0) return 1
  if (unknown.some(({ verdict }) => isUndecided(verdict)) || report.counts.pass === 0) return 5
  return 0
}

/** Absence of evidence is no pass: a run that has shown nothing is inconclusive. */
function overall(requirements: readonly RequirementResult[]): Report['verdict'] {
  const musts = requirements.filter(({ level }) => level === 'MUST')
  if (musts.some(({ verdict }) => verdict === 'fail')) return 'non-conformant'
  if (musts.some(({ verdict }) => isUndecided(verdict))) return 'inconclusive'
  return requirements.some(({ verdict }) => verdict === 'pass') ? 'conformant' : 'inconclusive'
}

function isUndecided(verdict: Verdict): boolean {
  return verdict === 'inconclusive' || verdict === 'flaky'
}

function withKnown(result: RequirementResult, baseline: readonly KnownFailure[]): RequirementResult {
  if (!['fail', 'warn', 'flaky', 'inconclusive'].includes(result.verdict)) return result
  const line = baseline.find(({ id }) => id === result.id)
  return line ? { ...result, known: line.reason } : result
}

function count(requirements: readonly RequirementResult[]): Counts {
  const counts = Object.fromEntries(verdicts.map(verdict => [verdict, 0])) as Counts
  for (const { verdict } of requirements) counts[verdict]++
  return counts
}
