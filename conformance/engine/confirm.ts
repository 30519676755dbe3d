import { createHash } from 'node:crypto'
import fc from 'fast-check'
import type { FailureReport } from '../../schemas/kit/report.ts'
import type { Outcome } from './attempt.ts'
import { enumerated, generatorOf } from './check.ts'
import type { Failure } from './evidence.ts'
import type { Job } from './plan.ts'

/** A violation that has been seen once and must be seen again before it counts. */
export interface Candidate {
  /** The requirement that was violated; not always the one that the job judges. */
  id: string
  job: Job
  input: object
  /** Number of the input in the generator's sequence, from which a smaller one can be looked for. */
  index: number
  failure: Failure
}

export type Attempt = (input: object) => Promise<Outcome | undefined>

/** What has been made of a candidate. */
export type Confirmed = Pick<
  FailureReport,
  'message' | 'expected' | 'received' | 'reproduced' | 'counterexample' | 'transcript'
>

const shrinkBudgetMs = 10_000

/** The inputs that a job is given. Each has a sequence of its own, whatever else is run with the same seed. */
export function inputsOf(job: Job, seed: number): object[] {
  const generated = fc.sample(generatorOf(job.body), { seed: seedOf(job, seed), numRuns: job.runs })
  return generated.map((input, run) => ({ ...input, ...enumerated(job.body, run) }))
}

/** Looks, on the wire, for the smallest input that still shows the violation. */
export async function shrink(candidate: Candidate, seed: number, attempt: Attempt): Promise<object> {
  const { body } = candidate.job
  const fixed = enumerated(body, candidate.index)
  const property = fc.asyncProperty(generatorOf(body), async generated => {
    return violation(candidate.id, await attempt({ ...generated, ...fixed })) === undefined
  })
  const details = await fc.check(property, {
    seed: seedOf(candidate.job, seed),
    path: String(candidate.index),
    numRuns: 1,
    interruptAfterTimeLimit: shrinkBudgetMs,
  })
  const smallest = details.counterexample?.[0]
  return smallest ? { ...smallest, ...fixed } : candidate.input
}

/** Runs an input on fresh sessions, several times, and keeps the last dialogue that showed the violation. */
export async function confirm(
  candidate: Candidate,
  input: object,
  times: number,
  attempt: Attempt,
): Promise<Confirmed> {
  const reproduced = { violations: 0, runs: 0 }
  let shown: Pick<Confirmed, 'transcript'> & Failure = { ...candidate.failure, transcript: [] }
  for (let i = 0; i < times; i++) {
    const outcome = await attempt(input)
    if (outcome?.kind !== 'judged') continue
    reproduced.runs++
    const again = violation(candidate.id, outcome)
    if (!again) continue
    reproduced.violations++
    shown = { ...again, transcript: outcome.transcript }
  }
  const { name, requirement } = candidate.job
  return {
    ...shown,
    reproduced,
    counterexample: { case: name, check: requirement.id, input: input as Record<string, unknown> },
  }
}

function violation(id: string, outcome: Outcome | undefined): Failure | undefined {
  if (outcome?.kind !== 'judged') return undefined
  return outcome.evidence.violations.find(each => each.id === id)?.failure
}

function seedOf(job: Job, seed: number): number {
  return createHash('sha256').update(`${seed} ${job.requirement.id} ${job.name}`).digest().readInt32BE()
}
