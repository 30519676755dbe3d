import type { JudgedRequirement } from '../engine/profile.ts'
import { loadProfile, profileNames } from '../profiles.ts'
import { paintFor } from '../report/style.ts'

export interface ListOptions {
  profile?: string[]
  json?: boolean
}

/** `agentwire list`: every requirement with level, role, and whether it is checked. */
export async function list({ profile, json }: ListOptions): Promise<number> {
  const profiles = await Promise.all((profile ?? profileNames).map(name => loadProfile(name)))
  const rows = profiles.flatMap(({ requirements, checks }) => {
    const cases = new Map(checks.map(check => [check.id, check.cases.length]))
    return requirements.map(requirement => ({ requirement, cases: cases.get(requirement.id) ?? 0 }))
  })
  if (json) {
    const data = rows.map(({ requirement: { id, level, role, text }, cases }) => ({
      id,
      level,
      role,
      text,
      cases,
    }))
    console.log(JSON.stringify(data, null, 2))
    return 0
  }
  const paint = paintFor(process.stdout)
  for (const { requirement, cases } of rows) {
    const { id, level, role } = requirement
    console.log(
      `${id.padEnd(52)} ${level.padEnd(6)} ${role.padEnd(6)} ${paint('dim', howChecked(requirement, cases))}`,
    )
  }
  return 0
}

function howChecked({ untestable, role }: JudgedRequirement, cases: number): string {
  if (untestable) return `untestable: ${untestable}`
  if (cases === 0) return role === 'client' ? 'not yet checked' : 'no check'
  return cases === 1 ? 'checked' : `checked in ${cases} cases`
}
