import { existsSync, statSync } from 'node:fs'
import { behavioursOf, type Facts, stating } from '../facts.ts'
import { places } from '../pages.ts'
import { onDisk } from './site-files.ts'

/** The address of what a page is made to. */
export function html(path: string): string {
  return path.replace(/\.md(#|$)/, '.html$1')
}

/** One page of each kind: the site's own, the largest that profiles have, and some of the reference of the code. */
export function samplePages(all: readonly Facts[]): string[] {
  const kinds: ((facts: Facts) => string[])[] = [
    ({ name }) => [places.profile(name)],
    ({ name }) => [places.defects(name)],
    ({ name }) => [places.frames(name)],
    ({ name }) => [places.endpoints(name)],
    ({ name, protocol }) => Object.keys(protocol.frames).map(each => places.frame(name, each)),
    ({ name, protocol }) => Object.keys(protocol.endpoints).map(each => places.endpoint(name, each)),
    facts => behavioursOf(facts).map(each => places.behaviour(facts.name, each)),
    ({ requirements }) => requirements.map(({ id }) => places.requirement(id)),
  ]
  const largest = kinds.map(pagesOf => bySize(all.flatMap(pagesOf).map(html))[0] ?? '')
  const code = ['modules', 'schemas', 'schemas/Protocol', 'conformance/Trial', 'conformance/defineProfile']
  const own = ['index', 'specification', 'control-api', 'own-profile']
  return [...[...own, ...code].map(path => `${path}.html`), ...largest]
}

/** The largest first. Pages that no profile has are left out. */
function bySize(paths: readonly string[]): string[] {
  return paths
    .filter(path => existsSync(onDisk(path)))
    .map(path => ({ path, bytes: statSync(onDisk(path)).size }))
    .sort((a, b) => b.bytes - a.bytes)
    .map(({ path }) => path)
}

/** A requirement of a profile from which one can go to a shape, to a check and to defects. */
export function connected({ name, protocol, requirements, checks, defects }: Facts) {
  for (const { id } of requirements) {
    const shapes = [
      ...stating(protocol.frames, id).map(([label]) => ({ label, path: places.frame(name, label) })),
      ...stating(protocol.endpoints, id).map(([label]) => ({ label, path: places.endpoint(name, label) })),
    ]
    const defect = defects.find(({ breaks }) => breaks.includes(id))
    if (shapes[0] && defect && checks.has(id)) return { id, shape: shapes[0], defect: defect.name }
  }
  throw new Error(`${name} has no requirement with a shape, a check and a defect`)
}
