import { table } from '../generate/markdown.ts'
import type { Requirement } from '../spec/parse.ts'
import { behaviourOf, behavioursOf, type Facts, slugOf, stating } from './facts.ts'
import { code, details, link, type Page, places, prose } from './pages.ts'
import { direction } from './shape-pages.ts'

/** A page for each behaviour of a profile, and below it one for each requirement. */
export function behaviourPages(facts: Facts, source: (path: string) => string): Page[] {
  return behavioursOf(facts).map(behaviour => {
    const path = places.behaviour(facts.name, behaviour)
    const own = facts.requirements.filter(({ id }) => behaviourOf(id) === behaviour)
    return {
      path,
      name: behaviour,
      markdown: behaviourPage(facts, behaviour, own, source),
      children: own.map(requirement => ({
        path: places.requirement(requirement.id),
        name: slugOf(requirement.id),
        markdown: requirementPage(facts, requirement),
      })),
    }
  })
}

/** Level, role and marks, as in the bracket of the page. */
export function marksOf(requirement: Requirement): string {
  const { level, role, revision, slow, destructive, untestable, unchecked } = requirement
  return [
    `**${level}**`,
    role,
    ...(revision === undefined ? [] : [`revision ${revision}`]),
    ...(slow ? ['slow'] : []),
    ...(destructive ? ['destructive'] : []),
    ...(untestable === undefined ? [] : ['untestable']),
    ...(unchecked ? ['not yet checked'] : []),
  ].join(' · ')
}

/** How many links a requirement has to each wing, in one line that leads to its page. */
export function evidence(from: string, facts: Facts, { id }: Requirement): string {
  const to = places.requirement(id)
  const shapes = shapesOf(to, facts, id).length
  const defects = facts.defects.filter(({ breaks }) => breaks.includes(id)).length
  return [
    ...(shapes > 0 ? [link(from, counted(shapes, 'shape'), to, 'Shapes')] : []),
    ...(facts.checks.has(id) ? [link(from, 'check', to, 'Check')] : []),
    ...(defects > 0
      ? [link(from, counted(defects, 'defect'), to, 'Defects that its check must notice')]
      : []),
  ].join(' · ')
}

function behaviourPage(
  facts: Facts,
  behaviour: string,
  own: readonly Requirement[],
  source: (path: string) => string,
): string {
  const path = places.behaviour(facts.name, behaviour)
  const files = new Set(own.flatMap(({ id }) => facts.excerpts.get(id)?.path ?? []))
  const rows = own.map(each => [
    link(path, slugOf(each.id), places.requirement(each.id)),
    marksOf(each),
    evidence(path, facts, each),
  ])
  return [
    `# ${facts.name}/${behaviour}`,
    `What it means stands in ${link(path, `the specification of ${facts.name}`, places.profile(facts.name), behaviour)}.`,
    table(['requirement', 'level and role', 'leads to'], rows),
    // Without colours: these are many lines, and to colour them takes seconds.
    ...[...files].map(file => details(`All of ${file}`, fenced('text', source(file)))),
  ].join('\n\n')
}

function requirementPage(facts: Facts, requirement: Requirement): string {
  const { id, text } = requirement
  const path = places.requirement(id)
  const shapes = shapesOf(path, facts, id)
  const defects = facts.defects.filter(({ breaks }) => breaks.includes(id))
  const noticed = defects.map(
    ({ name, does }) => `- ${link(path, code(name), places.defects(facts.name), name)}: ${prose(does)}`,
  )
  return [
    `# ${id}`,
    `${marksOf(requirement)} · ${link(path, 'in the specification', places.profile(facts.name), headingOf(facts, id))}`,
    text,
    ...(shapes.length > 0 ? ['## Shapes', shapes.map(each => `- ${each}`).join('\n')] : []),
    '## Check',
    checkOf(facts, requirement),
    ...(noticed.length > 0 ? ['## Defects that its check must notice', noticed.join('\n')] : []),
  ].join('\n\n')
}

/** The heading that a requirement stands under: its own, or, if it is the row of a table, that of its behaviour. */
function headingOf({ markdown }: Facts, id: string): string {
  return markdown.includes(`\n### ${id} (`) ? id : behaviourOf(id)
}

/** The frames, endpoints and close codes that state the shape of a requirement. */
function shapesOf(from: string, { name: profile, protocol }: Facts, id: string): string[] {
  return [
    ...stating(protocol.frames, id).map(
      ([name, frame]) =>
        `frame ${link(from, code(name), places.frame(profile, name))}, ${direction(frame.from)}`,
    ),
    ...stating(protocol.endpoints, id).map(
      ([name, { method, path }]) =>
        `endpoint ${link(from, code(name), places.endpoint(profile, name))}, ${code(`${method} ${path}`)}`,
    ),
    ...stating(protocol.closes, id).map(
      ([, { code: number, when }]) =>
        `close code ${link(from, String(number), places.profile(profile), 'Close codes')}: ${prose(when)}`,
    ),
  ]
}

function checkOf({ name, checks, excerpts }: Facts, { id, untestable, unchecked }: Requirement): string {
  if (untestable !== undefined) return `No tester can see it from outside: ${prose(untestable)}.`
  if (unchecked) return 'It is stated, and not checked yet.'
  const excerpt = excerpts.get(id)
  if (!excerpt) throw new Error(`${id} has no check`)
  const cases = checks.get(id)?.cases.flatMap(each => (each.name === '' ? [] : [each.name])) ?? []
  const file = link(places.requirement(id), code(excerpt.path), places.behaviour(name, behaviourOf(id)))
  return [
    `In ${file}, line ${excerpt.line}.${cases.length > 1 ? ' Its cases:' : ''}`,
    ...(cases.length > 1 ? [cases.map(each => `- ${prose(each)}`).join('\n')] : []),
    fenced('ts', excerpt.code),
  ].join('\n\n')
}

/** The longer fence, since there may be one in a comment of the code. */
function fenced(language: string, text: string): string {
  return `\`\`\`\`${language}\n${text.trimEnd()}\n\`\`\`\``
}

function counted(count: number, noun: string): string {
  return count === 1 ? `1 ${noun}` : `${count} ${noun}s`
}
