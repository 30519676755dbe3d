import type { Protocol } from '../../schemas/protocol.ts'
import type { Requirement } from '../../spec/registry.ts'
import type { Check } from './check.ts'
import type { Trial, TrialContext } from './trial.ts'
import { UsageError } from './usage-error.ts'

/** A requirement as the engine needs it; those of our own pages have more. */
export type JudgedRequirement = Pick<
  Requirement,
  'level' | 'role' | 'text' | 'untestable' | 'slow' | 'destructive' | 'revision'
> & {
  id: string
}

/** One protocol, ready to be tested: its shapes, its sentences, how to speak it, and how to judge it. */
export interface Profile {
  /** Its shapes. */
  protocol: Protocol
  /** Their ids read `<name of the protocol>/<behaviour>/<slug>`. */
  requirements: readonly JudgedRequirement[]
  /** What each run speaks with. */
  trial: new (
    context: TrialContext,
  ) => Trial
  /** At most one for each requirement. */
  checks: readonly Check[]
  /** The shapes of revisions that came before and are still spoken. */
  olderRevisions?: readonly Protocol[]
}

const declared = new WeakSet<object>()

/**
 * Declares a profile.
 *
 * @throws Error when it contradicts itself: an id that does not begin with the protocol's name or is stated twice, a
 * check or a shape that names what is no requirement, two checks of the same one
 */
export function defineProfile(profile: Profile): Profile {
  const { protocol, requirements, checks } = profile
  const ids = requirements.map(({ id }) => id)
  const form = new RegExp(`^${protocol.name}/[^/]+/[^/]+$`)
  for (const id of ids)
    if (!form.test(id)) throw new Error(`"${id}" is no id: expected ${protocol.name}/<behaviour>/<slug>`)
  allDiffer(ids, id => `"${id}" is stated twice`)
  const mustBeStated = (named: readonly string[], what: string) => {
    for (const id of named)
      if (!ids.includes(id)) throw new Error(`${what} names "${id}", which ${protocol.name} does not state`)
  }
  for (const kind of ['frames', 'closes', 'endpoints'] as const)
    for (const [name, { requirement }] of Object.entries(protocol[kind]))
      mustBeStated(requirement, `${kind}.${name}`)
  const judged = checks.map(({ id }) => id)
  mustBeStated(judged, 'a check')
  allDiffer(judged, id => `two checks judge "${id}"`)
  declared.add(profile)
  return profile
}

/**
 * A profile in one of its revisions.
 *
 * @param revision - default: the newest one
 * @throws UsageError when there is no such revision
 */
export function inRevision(profile: Profile, revision: number | undefined): Profile {
  const { protocol, olderRevisions = [] } = profile
  if (revision === undefined || revision === protocol.revision) return profile
  const older = olderRevisions.find(each => each.revision === revision)
  if (older) return { ...profile, protocol: older }
  const known = [...olderRevisions, protocol].flatMap(each => each.revision ?? [])
  throw new UsageError(
    known.length === 0
      ? `revision: ${protocol.name} has no revisions`
      : `revision: ${protocol.name} has no revision ${revision}. Known: ${known.join(', ')}`,
  )
}

/** Whether a value has been declared as a profile here, and not by another copy of this package. */
export function isProfile(value: unknown): value is Profile {
  return typeof value === 'object' && value !== null && declared.has(value)
}

function allDiffer(ids: readonly string[], complaint: (id: string) => string): void {
  for (const [index, id] of ids.entries()) if (ids.indexOf(id) < index) throw new Error(complaint(id))
}
