import { behaviourOf, behavioursOf, type Facts } from './facts.ts'
import { link, type Page, places, prose } from './pages.ts'

/** The deliberate faults of a profile, by the behaviour that they break first. */
export function defectsPage(facts: Facts): Page {
  const { name, defects } = facts
  const path = places.defects(name)
  const sections = behavioursOf(facts).flatMap(behaviour => {
    const own = defects.filter(({ breaks }) => behaviourOf(breaks[0] ?? '') === behaviour)
    if (own.length === 0) return []
    // Not the bare word, which may be the name of a defect.
    return [`## In ${behaviour}`, ...own.flatMap(defect => [`### ${defect.name}`, paragraph(path, defect)])]
  })
  const introduction =
    'Each is put around the reference server, and the checks of what it breaks must notice it. `npm run self-proof` tries them all.'
  return {
    path,
    name: 'defects',
    markdown: [`# Defects of ${name}`, introduction, ...sections].join('\n\n'),
  }
}

function paragraph(path: string, { does, breaks }: Facts['defects'][number]): string {
  const links = breaks.map(id => `- ${link(path, id, places.requirement(id))}`)
  return `A server that ${prose(does)}. It breaks\n\n${links.join('\n')}`
}
