import type { Protocol } from '../../schemas/protocol.ts'
import type { Finding } from './finding.ts'
import type { Page } from './parse.ts'

/** A page of the specification and everything that has to agree with it. */
export interface Specification {
  /** Path of the page. */
  path: string
  page: Page
  protocol: Pick<Protocol, 'limits' | 'frames' | 'endpoints' | 'closes'>
  checks: readonly { id: string }[]
  defects: readonly { name: string; breaks: readonly string[] }[]
  /** Where a text stands in the sources of a folder; somewhere in that folder if nowhere. */
  locate(folder: string, text: string): { path: string; line: number }
}

/** The rules, each a function from a specification to what it finds wrong. */
const rules = [
  readable,
  noDuplicates,
  everyIdJudged,
  everyCheckStated,
  everyMustBroken,
  everyDefectAimed,
  everyMentionDeclared,
  everyShapeStated,
]

/** What is wrong with a page, or with what has to agree with it, in the order of the lines. */
export function lintSpecification(specification: Specification): Finding[] {
  return rules
    .flatMap(rule => rule(specification))
    .sort((a, b) => (a.path === b.path ? a.line - b.line : a.path < b.path ? -1 : 1))
}

/** How many requirements of a page are in which state. */
export function tally({ page, checks }: Pick<Specification, 'page' | 'checks'>): string {
  const judged = new Set(checks.map(({ id }) => id))
  const count = (which: (requirement: Page['requirements'][number]) => boolean) =>
    page.requirements.filter(which).length
  return [
    `${page.name}: ${page.requirements.length} requirements`,
    `${count(({ id }) => judged.has(id))} checked`,
    `${count(({ role, unchecked }) => role === 'client' && unchecked === true)} of clients not yet checked`,
    `${count(({ untestable }) => untestable !== undefined)} untestable`,
  ].join(', ')
}

function readable({ path, page }: Specification): Finding[] {
  return page.faults.map(({ line, message }) => ({ path, line, message }))
}

function noDuplicates({ path, page }: Specification): Finding[] {
  const lines = new Map<string, number>()
  return page.requirements.flatMap(({ id, line }) => {
    const first = lines.get(id)
    lines.set(id, first ?? line)
    return first === undefined ? [] : [{ path, line, message: `${id} stands on line ${first} already` }]
  })
}

function everyIdJudged({ path, page, checks }: Specification): Finding[] {
  const judged = new Set(checks.map(({ id }) => id))
  return page.requirements.flatMap(({ id, line, role, untestable, unchecked }) => {
    const found = (message: string) => [{ path, line, message: `${id}: ${message}` }]
    if (judged.has(id) && untestable !== undefined)
      return found('it has a check; expected none for what is untestable')
    if (judged.has(id) && unchecked) return found('it has a check; expected no mark "not yet checked"')
    if (judged.has(id) || untestable !== undefined) return []
    if (role === 'client') return unchecked ? [] : found('expected a check, or the mark "not yet checked"')
    return found(`expected a check in ${checkFile(page.name, id)}, or the mark "untestable: <reason>"`)
  })
}

function everyCheckStated({ path, page, checks, locate }: Specification): Finding[] {
  const stated = new Set(page.requirements.map(({ id }) => id))
  return checks
    .filter(({ id }) => !stated.has(id))
    .map(({ id }) => ({
      ...locate(`conformance/${page.name}`, id),
      message: `a check judges ${id}; expected a requirement of that id in ${path}`,
    }))
}

function everyMustBroken({ path, page, defects }: Specification): Finding[] {
  const broken = new Set(defects.flatMap(({ breaks }) => breaks))
  return page.requirements
    .filter(
      ({ level, role, untestable }) => level === 'MUST' && role === 'server' && untestable === undefined,
    )
    .filter(({ id }) => !broken.has(id))
    .map(({ id, line }) => ({
      path,
      line,
      message: `${id}: expected a defect in conformance/defects/${page.name}.ts that breaks it`,
    }))
}

function everyDefectAimed({ path, page, defects, locate }: Specification): Finding[] {
  const stated = new Set(page.requirements.map(({ id }) => id))
  const found = (name: string, message: string) => ({
    ...locate('conformance/defects', `'${name}'`),
    message: `defect ${name}: ${message}`,
  })
  return defects.flatMap(({ name, breaks }) => [
    ...(breaks.length === 0 ? [found(name, 'expected at least one requirement that it breaks')] : []),
    ...breaks
      .filter(id => !stated.has(id))
      .map(id => found(name, `it breaks ${id}; expected a requirement of that id in ${path}`)),
  ])
}

function everyMentionDeclared({ path, page, protocol }: Specification): Finding[] {
  const declared: Readonly<Record<string, readonly string[]>> = {
    limits: Object.keys(protocol.limits.properties),
    frames: Object.keys(protocol.frames),
    endpoints: Object.keys(protocol.endpoints),
    'close-codes': Object.values(protocol.closes).map(({ code }) => String(code)),
  }
  return page.mentions
    .filter(({ kind, name }) => !declared[kind]?.includes(name))
    .map(({ kind, name, line }) => ({
      path,
      line,
      message: `"${name}" is linked to #${kind}; expected one of ${[...new Set(declared[kind])].join(', ')}`,
    }))
}

function everyShapeStated({ path, page, protocol, locate }: Specification): Finding[] {
  const stated = new Set(page.requirements.map(({ id }) => id))
  const { frames, endpoints, closes } = protocol
  const shapes: [string, { requirement: readonly string[] }][] = [
    ...Object.entries(frames),
    ...Object.entries(endpoints),
    ...Object.entries(closes),
  ]
  return shapes.flatMap(([name, { requirement }]) =>
    requirement
      .filter(id => !stated.has(id))
      .map(id => ({
        ...locate(`schemas/${page.name}`, id),
        message: `the schema of ${name} names ${id}; expected a requirement of that id in ${path}`,
      })),
  )
}

function checkFile(profile: string, id: string): string {
  return `conformance/${profile}/${id.split('/')[1]}.ts`
}
