import type { Protocol } from '../../schemas/protocol.ts'
import type { Requirement } from '../../spec/registry.ts'
import type { Check } from './check.ts'
import type { Trial, TrialContext } from './trial.ts'

/** A requirement as the engine needs it; those of our own pages have more. */
export type JudgedRequirement = Pick<
  Requirement,
  'level' | 'role' | 'text' | 'untestable' | 'slow' | 'destructive'
> & {
  id: string
}

/** One protocol, ready to be tested: its shapes, its sentences, how to speak it, and how to judge it. */
export interface Profile {
  protocol: Protocol
  requirements: readonly JudgedRequirement[]
  trial: new (context: TrialContext) => Trial
  checks: readonly Check[]
}

/**
 * Declares a profile.
 *
 * @throws Error when a check judges what is no requirement, or two judge the same
 */
export function defineProfile(profile: Profile): Profile {
  const known = new Set(profile.requirements.map(({ id }) => id))
  const judged = new Set<string>()
  for (const { id } of profile.checks) {
    if (!known.has(id))
      throw new Error(`a check judges "${id}", which ${profile.protocol.name} does not state`)
    if (judged.has(id)) throw new Error(`two checks judge "${id}"`)
    judged.add(id)
  }
  return profile
}
