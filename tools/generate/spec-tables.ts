import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { TSchema } from 'typebox'
import { protocols } from '../../schemas/index.ts'
import type { Protocol } from '../../schemas/protocol.ts'
import { specPages } from '../spec/pages.ts'
import { behaviours, type Page } from '../spec/parse.ts'

/** The spec pages with the tables between their markers made anew from the schemas. */
export function specTables(root: string): Map<string, string> {
  const pages = specPages(root)
  const result = new Map<string, string>()
  for (const { path, markdown, page } of pages) {
    const protocol = protocols.find(({ name }) => name === page.name)
    if (protocol) result.set(path, fill(markdown, tablesOf(protocol)))
  }
  const readme = readFileSync(join(root, 'spec/README.md'), 'utf8')
  result.set('spec/README.md', fill(readme, { matrix: matrix(pages.map(({ page }) => page)) }))
  return result
}

function fill(markdown: string, tables: Readonly<Record<string, string>>): string {
  return markdown.replace(
    /<!-- generated: ([a-z-]+) -->[\s\S]*?<!-- \/generated -->/g,
    (block, name: string) => {
      const table = tables[name]
      return table === undefined ? block : `<!-- generated: ${name} -->\n\n${table}\n\n<!-- /generated -->`
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
        members(frame.schema),
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

/** The members of an object schema in one line, optional ones with a question mark. */
function members(schema: TSchema): string {
  const { properties = {}, required = [] } = schema as {
    properties?: Record<string, { const?: unknown; type?: string }>
    required?: string[]
  }
  return Object.entries(properties)
    .map(([name, { const: constant, type }]) => {
      const value = constant === undefined ? (type ?? 'any') : JSON.stringify(constant)
      return `\`${name}${required.includes(name) ? '' : '?'}: ${value}\``
    })
    .join(', ')
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

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [head, ...rows].map(cells => cells.map(cell => cell.replaceAll('|', '\\|')))
  const widths = head.map((_, column) => Math.max(3, ...all.map(cells => cells[column]?.length ?? 0)))
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`
  const [first = [], ...rest] = all
  return [first, widths.map(width => '-'.repeat(width)), ...rest].map(line).join('\n')
}
