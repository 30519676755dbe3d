import type { GeneratedPage } from '../generate/spec-tables.ts'
import { type Finding, lineAt } from './finding.ts'

const marker = /<!-- (?:generated: ([a-z-]+)|(\/generated)) -->/g

/** Markers of generated tables that a page lacks, has in vain, or leaves open. */
export function lintMarkers({ path, markdown, tables }: GeneratedPage): Finding[] {
  const findings: Finding[] = []
  const names = Object.keys(tables)
  const seen = new Set<string>()
  let open: { name: string; line: number } | undefined
  const mustBeClosed = () => {
    if (open)
      findings.push({
        path,
        line: open.line,
        message: `"${open.name}" is open; expected <!-- /generated -->`,
      })
  }
  for (const match of markdown.matchAll(marker)) {
    const line = lineAt(markdown, match.index)
    const name = match[1]
    if (name === undefined) {
      if (!open)
        findings.push({ path, line, message: 'expected <!-- generated: <name> --> before this line' })
      open = undefined
      continue
    }
    mustBeClosed()
    open = { name, line }
    seen.add(name)
    if (!names.includes(name))
      findings.push({
        path,
        line,
        message: `nothing is generated for "${name}"; expected one of ${names.join(', ')}`,
      })
  }
  mustBeClosed()
  for (const name of names)
    if (!seen.has(name))
      findings.push({
        path,
        line: 1,
        message: `expected <!-- generated: ${name} --> and <!-- /generated -->`,
      })
  return findings
}
