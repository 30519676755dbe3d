import { posix } from 'node:path'
import { behavioursOf, type Facts } from './facts.ts'
import { code, link, places } from './pages.ts'
import { evidence, marksOf } from './requirement-pages.ts'
import { endpointTable, frameTable } from './shape-pages.ts'

/** Where on the site a page of the repository is, by its path. */
export type SiteOf = ReadonlyMap<string, string>

/** The page of a profile as the site shows it: the same text, with links to everything that hangs on it. */
export function specPage(facts: Facts, siteOf: SiteOf): string {
  const { name, protocol } = facts
  const path = places.profile(name)
  const tables: Record<string, string> = {
    frames: frameTable(path, name, Object.entries(protocol.frames)),
    endpoints: endpointTable(path, name, Object.entries(protocol.endpoints)),
  }
  const markdown = rewriteLinks(facts.markdown, { repository: `spec/${name}.md`, site: path }, siteOf)
  const withTables = markdown.replace(
    /<!-- generated: ([a-z-]+) -->([\s\S]*?)<!-- \/generated -->/g,
    (_, kind: string, as: string) => tables[kind] ?? as.trim(),
  )
  return withRequirements(facts, withMentions(facts, withTables))
}

/** What is said of a frame or an endpoint by name leads to its own page, and not to the table of all. */
function withMentions({ name, protocol }: Facts, markdown: string): string {
  const path = places.profile(name)
  return markdown.replace(
    /\[`?([^\]`]+)`?\]\(#(frames|endpoints)\)/g,
    (whole, named: string, kind: string) => {
      if (kind === 'frames' && named in protocol.frames)
        return link(path, code(named), places.frame(name, named))
      if (kind === 'endpoints' && named in protocol.endpoints)
        return link(path, code(named), places.endpoint(name, named))
      return whole
    },
  )
}

/** Under each heading of a requirement stand its marks and links; in a table its id is a link. */
function withRequirements(facts: Facts, markdown: string): string {
  const path = places.profile(facts.name)
  const requirements = new Map(facts.requirements.map(each => [each.id, each]))
  const behaviours = behavioursOf(facts)
  const decorate = (line: string) => {
    const section = /^## (\S+)$/.exec(line)?.[1] ?? ''
    if (behaviours.includes(section)) {
      const all = link(path, 'all of them in a table', places.behaviour(facts.name, section))
      return `${line}\n\n*Requirements, checks and defects: ${all}.*`
    }
    const id = /^### (\S+) \(|^\| *`?([^`|\s]+\/[^`|\s]+)`? *\|/.exec(line)
    const requirement = requirements.get(id?.[1] ?? id?.[2] ?? '')
    if (!requirement) return line
    const own = link(path, requirement.id, places.requirement(requirement.id))
    if (id?.[1] === undefined) return line.replace(/^\|[^|]+\|/, `| ${own} |`)
    const links = evidence(path, facts, requirement)
    return `### ${own}\n\n${marksOf(requirement)}${links === '' ? '' : ` · ${links}`}`
  }
  return mapProse(markdown, decorate)
}

/**
 * Makes the links of a page of the repository fit for the site: those to other pages lead there, and of those to what
 * the site does not have only the words remain.
 */
export function rewriteLinks(
  markdown: string,
  from: { repository: string; site: string },
  siteOf: SiteOf,
): string {
  const rewritten = (whole: string, label: string, href: string) => {
    const [file = '', heading] = href.split('#')
    if (file === '' || /^[a-z]+:/.test(href)) return whole
    const target = siteOf.get(posix.join(posix.dirname(from.repository), file))
    if (target === undefined) return label
    const path = posix.relative(posix.dirname(from.site), target)
    return `[${label}](${path}${heading === undefined ? '' : `#${heading}`})`
  }
  return mapProse(markdown, line => line.replace(/\[([^\]]*)\]\(([^)\s]+)\)/g, rewritten))
}

/** Changes the lines outside of fenced code. */
function mapProse(markdown: string, change: (line: string) => string): string {
  let fenced = false
  const changed = markdown.split('\n').map(line => {
    const fence = line.startsWith('```')
    if (fence) fenced = !fenced
    return fenced || fence ? line : change(line)
  })
  return changed.join('\n')
}
