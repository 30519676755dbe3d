import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { protocols } from '../../schemas/index.ts'
import type { Protocol } from '../../schemas/protocol.ts'
import { specPages } from '../spec/pages.ts'
import { behaviours, type Page } from '../spec/parse.ts'
import { controlTables } from './control-tables.ts'
import { memberList, table } from './markdown.ts'

/** A page of `spec/` and the tables that belong between its markers, by the markers' names. */
export interface GeneratedPage {
  path: string
  markdown: string
  tables: Readonly<Record<string, string>>
}

/** The pages of the specification with the tables between their markers made anew from the schemas. */
export function specTables(root: string): Map<string, string> {
  return new Map(generatedPages(root).map(({ path, markdown, tables }) => [path, fill(markdown, tables)]))
}

/** Every page that has generated tables. */
export function generatedPages(root: string): GeneratedPage[] {
  const pages = specPages(root)
  const read = (path: string) => readFileSync(join(root, path), 'utf8')
  const ofProfiles = pages.flatMap(({ path, markdown, page }) => {
    const protocol = protocols.find(({ name }) => name === page.name)
    return protocol ? [{ path, markdown, tables: tablesOf(protocol) }] : []
  })
  const [readme, control] = ['spec/README.md', 'spec/control.md']
  return [
    ...ofProfiles,
    { path: readme, markdown: read(readme), tables: { matrix: matrix(pages.map(({ page }) => page)) } },
    { path: control, markdown: read(control), tables: controlTables(protocols) },
  ]
}

function fill(markdown: string, tables: Readonly<Record<string, string>>): string {
  return markdown.replace(
    /<!-- generated: ([a-z-]+) -->[\s\S]*?<!-- \/generated -->/g,
    (block, name: string) => {
      const text = tables[name]
      return text === undefined ? block : `<!-- generated: ${name} -->\n\n${text}\n\n<!-- /generated -->`
    },
  )
}

function tablesOf(protocol: Protocol): Record<string, string> {
  return {
    frames: table(
      ['frame', 'sent by', 'members', 'meaning'],
      Object.entries(protocol.frames).map(([name, frame]) => [
        `\`${name}\``,
        frame.from,
        memberList(frame.schema),
        frame.summary,
      ]),
    ),
    'close-codes': table(
      ['code', 'reason', 'when', 'the client will'],
      Object.values(protocol.closes).map(close => [
        String(close.code),
        close.reason === '' ? 'empty' : `\`${close.reason}\``,
        close.when,
        close.clientWill,
      ]),
    ),
    endpoints: table(
      ['endpoint', 'request', 'statuses', 'meaning'],
      Object.entries(protocol.endpoints).map(([name, endpoint]) => [
        `\`${name}\``,
        `\`${endpoint.method} ${endpoint.path}\``,
        Object.keys(endpoint.responses).join(', '),
        endpoint.summary,
      ]),
    ),
    limits: table(
      ['limit', 'default', 'meaning'],
      Object.entries(protocol.limits.properties).map(([name, schema]) => {
        const { default: value, description } = schema as { default?: unknown; description?: string }
        return [`\`${name}\``, String(value), description ?? '']
      }),
    ),
  }
}

function matrix(pages: readonly Page[]): string {
  const count = (page: Page, behaviour: string) => {
    const own = page.requirements.filter(({ id }) => id.split('/')[1] === behaviour)
    const clients = own.filter(({ role }) => role === 'client').length
    if (own.length === 0) return ''
    const link = `[${own.length - clients}](${page.name}.md#${behaviour})`
    return clients === 0 ? link : `${link} + ${clients}`
  }
  return table(
    ['behaviour', ...pages.map(({ name }) => name)],
    behaviours.map(behaviour => [behaviour, ...pages.map(page => count(page, behaviour))]),
  )
}
