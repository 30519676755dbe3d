import type { Case, Check } from './check.ts'
import type { JudgedRequirement, Profile } from './profile.ts'
import type { Provider } from './target/provider.ts'
import type { Trial } from './trial.ts'

/** One case of one check, with what it needs of the target and how often it will run. */
export interface Job {
  requirement: JudgedRequirement
  check: Check
  name: string
  body: Case<Trial, object>
  settings: Readonly<Record<string, unknown>>
  runs: number
  /** Its runs go one after another on an instance that nobody else uses. */
  alone: boolean
  frozen: boolean
}

/** What will be done for one requirement, and what will not. */
export interface Plan {
  requirement: JudgedRequirement
  jobs: Job[]
  /** Cases that cannot be tried at this target, with the reason. */
  leftOut: { name: string; reason: string }[]
  /** Set where nothing will be done at all. */
  settled?: { verdict: 'skipped' | 'untestable' | 'not-applicable'; reason: string }
}

export interface PlanOptions {
  /** Whether a requirement was asked for. */
  selected(id: string): boolean
  /** How often each requirement is tried. */
  runsOf(id: string): number
  /** Whether to try cases of a requirement that cost much. */
  costly(id: string): boolean
  slow: boolean
  destructive: boolean
}

/** Without a virtual clock, a case that waits longer than this in one run counts as slow. */
const slowAfterMs = 30_000

/** Decides what to do for each server requirement of a profile. */
export function makePlans(profile: Profile, provider: Provider, options: PlanOptions): Plan[] {
  const checks = new Map(profile.checks.map(check => [check.id, check]))
  return profile.requirements
    .filter(({ role }) => role === 'server')
    .map(requirement =>
      planOne(requirement, { profile, check: checks.get(requirement.id), provider, options }),
    )
}

interface Surroundings {
  profile: Profile
  check: Check | undefined
  provider: Provider
  options: PlanOptions
}

function planOne(requirement: JudgedRequirement, { profile, check, provider, options }: Surroundings): Plan {
  const plan: Plan = { requirement, jobs: [], leftOut: [] }
  const settle = (verdict: 'skipped' | 'untestable' | 'not-applicable', reason: string): Plan => ({
    ...plan,
    settled: { verdict, reason },
  })
  if (requirement.untestable) return settle('untestable', requirement.untestable)
  if (!options.selected(requirement.id)) return settle('skipped', 'not selected')
  const { revision } = profile.protocol
  if (requirement.revision !== undefined && requirement.revision !== revision)
    return settle(
      'not-applicable',
      `it is about revision ${requirement.revision}, the target is of ${revision}`,
    )
  if (!check) return settle('skipped', 'no check has been written for it yet')
  if (requirement.destructive && !options.destructive) return settle('skipped', 'needs --destructive')
  if (requirement.slow && !options.slow && !provider.virtualTime) return settle('skipped', 'needs --slow')

  const repeated = check.cases.filter(({ body }) => !body.once).length
  let tooSlow = 0
  for (const { name, body } of check.cases) {
    const obstacle = obstacleOf(body, provider)
    const settings = launchable(body.settings ?? {}, provider)
    if (obstacle !== undefined) plan.leftOut.push({ name, reason: obstacle })
    else if (body.once && !options.costly(requirement.id))
      plan.leftOut.push({ name, reason: 'costs too much' })
    else if (!options.slow && waits(body, settings, provider) > slowAfterMs) {
      plan.leftOut.push({ name, reason: 'needs --slow: it waits for the real limits of the target' })
      tooSlow++
    } else {
      const frozen = body.time !== undefined && provider.virtualTime
      const runs = body.once ? 1 : Math.ceil(options.runsOf(requirement.id) / repeated)
      plan.jobs.push({
        requirement,
        check,
        name,
        body,
        settings,
        runs,
        alone: frozen || body.alone === true,
        frozen,
      })
    }
  }
  if (plan.jobs.length > 0) return plan
  const reason = [...new Set(plan.leftOut.map(each => each.reason))].join('; ')
  return settle(tooSlow === plan.leftOut.length ? 'skipped' : 'not-applicable', reason)
}

/** Why a case cannot be launched: a setting, other than limits, that the target cannot take. */
function obstacleOf(body: Case<Trial, object>, provider: Provider): string | undefined {
  const missing = Object.keys(body.settings ?? {}).filter(
    name => !provider.settings.has(name) && (name !== 'limits' || body.exactLimits === true),
  )
  return missing.length > 0 ? `the target cannot be launched with ${missing.join(', ')}` : undefined
}

/** Limits are wishes: where they cannot be set, those of the target hold. */
function launchable(settings: Readonly<Record<string, unknown>>, provider: Provider) {
  return Object.fromEntries(Object.entries(settings).filter(([name]) => provider.settings.has(name)))
}

function waits(
  body: Case<Trial, object>,
  settings: Readonly<Record<string, unknown>>,
  provider: Provider,
): number {
  if (provider.virtualTime || !body.time) return 0
  return body.time({ ...provider.limits, ...(settings.limits as object | undefined) })
}
