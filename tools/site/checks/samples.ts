import type { Facts } from '../facts.ts'
import { stating } from '../facts.ts'
import { places } from '../pages.ts'

/** The address of what a page is made to. */
export function html(path: string): string {
  return path.replace(/\.md(#|$)/, '.html$1')
}

/** One page of each kind: the site's own, those of a profile, and some of the reference of the code. */
export function samplePages(all: readonly Facts[]): string[] {
  const ofProfiles = all.flatMap(facts => {
    const { name, protocol, requirements } = facts
    const longest = (names: readonly string[]) =>
      names.reduce((best, each) => (each.length > best.length ? each : best), '')
    const frame = longest(Object.keys(protocol.frames))
    const endpoint = longest(Object.keys(protocol.endpoints))
    const id = longest(requirements.map(each => each.id))
    return [
      places.profile(name),
      places.defects(name),
      places.requirement(id),
      places.behaviour(name, id.split('/')[1] ?? ''),
      ...(frame === '' ? [] : [places.frames(name), places.frame(name, frame)]),
      ...(endpoint === '' ? [] : [places.endpoints(name), places.endpoint(name, endpoint)]),
    ]
  })
  const code = ['modules', 'schemas', 'schemas/Protocol', 'conformance/Trial', 'conformance/defineProfile']
  return [places.entry, 'specification', 'control-api', 'own-profile', ...ofProfiles, ...code].map(path =>
    html(path.endsWith('.md') ? path : `${path}.md`),
  )
}

/** A requirement of a profile from which one can go to a frame, to a check and to defects. */
export function connected({ name, protocol, requirements, checks, defects }: Facts) {
  for (const { id } of requirements) {
    const [frame] = stating(protocol.frames, id)[0] ?? []
    const defect = defects.find(({ breaks }) => breaks.includes(id))
    const check = checks.get(id)
    if (frame !== undefined && defect && check) return { id, frame, defect: defect.name, check }
  }
  throw new Error(`${name} has no requirement with a frame, a check and a defect`)
}
