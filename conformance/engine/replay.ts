import type { Counterexample } from '../../schemas/kit/report.ts'
import { Attempts } from './attempt.ts'
import { type Confirmed, confirm } from './confirm.ts'
import { type Job, makePlans } from './plan.ts'
import type { Profile } from './profile.ts'
import { Semaphore } from './semaphore.ts'
import type { Provider } from './target/provider.ts'
import type { Tolerance } from './tolerance.ts'
import { UsageError } from './usage-error.ts'

export interface Replayed extends Confirmed {
  /** Why it could not be judged, if it could not. */
  obstacle: string
}

const times = 3

/**
 * Runs one counterexample again, without the generator that found it.
 *
 * @throws UsageError when the profile has no such check or case
 */
export async function replayCounterexample(
  profile: Profile,
  provider: Provider,
  vector: Counterexample & { id: string; message: string },
  tolerance: Tolerance,
): Promise<Replayed> {
  const job = findJob(profile, provider, vector)
  const attempts = new Attempts(profile, tolerance, new Semaphore(1))
  const instance = await provider.launch({ settings: job.settings, fresh: job.alone, frozen: job.frozen })
  let obstacle = 'nothing was observed'
  try {
    const failure = { message: vector.message, expected: '', received: '' }
    const candidate = { id: vector.id, job, input: vector.input, index: 0, failure }
    const confirmed = await confirm(candidate, vector.input, times, async input => {
      const outcome = await attempts.attempt(job, instance, input)
      if (outcome.kind !== 'judged') obstacle = outcome.reason
      return outcome
    })
    return { ...confirmed, obstacle }
  } finally {
    attempts.close()
    await provider.release(instance)
  }
}

function findJob(profile: Profile, provider: Provider, vector: Counterexample): Job {
  const plans = makePlans(profile, provider, {
    selected: id => id === vector.check,
    runsOf: () => 1,
    costly: () => true,
    slow: true,
    destructive: true,
  })
  const plan = plans.find(({ requirement }) => requirement.id === vector.check)
  const job = plan?.jobs.find(({ name }) => name === vector.case)
  if (job) return job
  const left = plan?.leftOut.find(({ name }) => name === vector.case)
  throw new UsageError(
    left
      ? `the case "${vector.case}" of ${vector.check} cannot be tried at this target: ${left.reason}`
      : `${vector.check} has no case "${vector.case}" in this version`,
  )
}
