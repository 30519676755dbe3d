import { defectsOf } from '../defects/index.ts'
import type { Profile } from '../engine/profile.ts'
import { didYouMean, UsageError } from '../engine/usage-error.ts'
import { loadProfile, profileNames } from '../profiles.ts'
import { paintFor } from '../report/style.ts'

/** `agentwire explain ID`: the paragraph, its shapes, its check, its defects. */
export async function explain(id: string): Promise<number> {
  const name = id.split('/')[0] ?? ''
  const profile = await loadProfile(profileNames.includes(name) ? name : didYouMeanProfile(id, name))
  const requirement = profile.requirements.find(each => each.id === id)
  const ids = profile.requirements.map(each => each.id)
  if (!requirement) throw new UsageError(`there is no requirement "${id}".${didYouMean(id, ids)}`)
  const paint = paintFor(process.stdout)
  const behaviour = id.split('/')[1]
  const check = profile.checks.find(each => each.id === id)
  const cases = check?.cases.map(({ name }) => name).filter(each => each !== '') ?? []
  const defects = (await defectsOf(name)).filter(({ breaks }) => breaks.includes(id))
  const section = (title: string, lines: readonly string[]) =>
    lines.length > 0 ? ['', paint('bold', title), ...lines.map(line => `  ${line}`)] : []
  const lines = [
    `${paint('bold', id)} (${requirement.level}, ${requirement.role})`,
    '',
    requirement.text,
    ...section('Stated in', [`spec/${name}.md, section ${behaviour}`]),
    ...section('Shapes', shapesOf(profile, id)),
    ...section(
      'Checked by',
      check ? [`conformance/${name}/${behaviour}.ts`, ...cases.map(each => `case: ${each}`)] : [],
    ),
    ...section(
      'Defects that it must notice',
      defects.map(defect => `${defect.name}: ${defect.does}`),
    ),
  ]
  console.log(lines.join('\n'))
  return 0
}

function didYouMeanProfile(id: string, name: string): never {
  throw new UsageError(
    `"${id}" is no requirement id: it begins with a profile, one of ${profileNames.join(', ')}.${didYouMean(name, profileNames)}`,
  )
}

/** The frames, endpoints and close codes that state the requirement's shape. */
function shapesOf({ protocol }: Profile, id: string): string[] {
  const named = <T extends { requirement: readonly string[] }>(all: Readonly<Record<string, T>>) =>
    Object.entries(all).filter(([, { requirement }]) => requirement.includes(id))
  return [
    ...named(protocol.frames).map(
      ([name, { from }]) => `frame ${name}, sent by the ${from}: ${file('frames', name)}`,
    ),
    ...named(protocol.endpoints).map(
      ([name, { method, path }]) => `${method} ${path}: ${file('endpoints', name)}.*`,
    ),
    ...named(protocol.closes).map(([, { code, reason, when }]) => `close ${code} "${reason}": ${when}`),
  ]
  function file(kind: string, name: string): string {
    return `schemas/json/${protocol.name}/${kind}/${name}`
  }
}
