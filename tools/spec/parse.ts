/** What a bracket may say beside level and role. */
export interface Marks {
  revision?: number
  slow?: true
  destructive?: true
  /** Why no tester can judge it from outside. */
  untestable?: string
  /** Stated, but waiting for the day its side can be tested. */
  unchecked?: true
}

/** One normative sentence, as a spec page states it. */
export interface Requirement extends Marks {
  id: string
  level: 'MUST' | 'SHOULD' | 'MAY'
  role: 'server' | 'client'
  /** The paragraph, as plain text. */
  text: string
}

/** One fault of a spec page, with the line that it stands on. */
export interface Fault {
  page: string
  line: number
  message: string
}

export interface Page {
  name: string
  requirements: (Requirement & { line: number })[]
  /** Links to `#limits`, `#frames`, `#close-codes` and `#endpoints`: what the page says that a schema must have. */
  mentions: { kind: string; name: string; line: number }[]
  faults: Fault[]
}

export const behaviours = [
  'access',
  'connecting',
  'framing',
  'routing',
  'superseding',
  'reconnecting',
  'liveness',
  'rate-limiting',
  'confirming',
  'lifecycle',
  'observing',
  'transferring',
  'debugging',
  'mcp',
] as const

const idPattern = /^[a-z][a-z0-9-]*\/[a-z][a-z-]*\/[a-z0-9][a-z0-9-]*$/
const mentioned = ['limits', 'frames', 'close-codes', 'endpoints']

/**
 * Reads one spec page. A requirement is a heading `### id (LEVEL, role, marks)` with the paragraphs below it, or a
 * table row `| id | LEVEL, role, marks | text |`. Both stand in the section of their behaviour.
 */
export function parsePage(name: string, markdown: string): Page {
  const page: Page = { name, requirements: [], mentions: [], faults: [] }
  let section = ''
  let open: Page['requirements'][number] | undefined
  const fault = (line: number, message: string) => page.faults.push({ page: name, line, message })

  const begin = (id: string, bracket: string, text: string, line: number) => {
    const header = parseHeader(bracket)
    if (typeof header === 'string') return void fault(line, `${id}: ${header}`)
    const [profile, behaviour] = id.split('/')
    if (!idPattern.test(id)) fault(line, `${id} is not of the form profile/behaviour/slug`)
    if (profile !== name) fault(line, `${id} stands on the page of ${name}`)
    if (behaviour !== section) fault(line, `${id} stands in the section "${section}"`)
    open = { id, ...header, text, line }
    page.requirements.push(open)
  }

  let fenced = false
  for (const [index, raw] of markdown.split('\n').entries()) {
    const line = index + 1
    if (raw.startsWith('```')) fenced = !fenced
    if (fenced || raw.startsWith('```')) continue
    for (const [, label = '', kind = ''] of raw.matchAll(/\[([^\]]+)\]\(#([a-z-]+)\)/g))
      if (mentioned.includes(kind)) page.mentions.push({ kind, name: label.replaceAll('`', ''), line })

    const heading = /^(#{1,6}) (.*)$/.exec(raw)
    const row = /^\| *`?([a-z0-9-]+\/[a-z0-9-]+\/[a-z0-9-]+)`? *\| *([^|]+?) *\| *(.*?) *\|$/.exec(raw)
    if (heading) {
      open = undefined
      const [, level = '', title = ''] = heading
      if (level.length <= 2) section = title
      const requirement = /^(\S+\/\S+\/\S+) \((.*)\)$/.exec(title)
      if (requirement) begin(requirement[1] ?? '', requirement[2] ?? '', '', line)
      else if (/\/.*\//.test(title)) fault(line, `"${title}" looks like a requirement without a bracket`)
    } else if (row) {
      begin(row[1] ?? '', row[2] ?? '', plain(row[3] ?? ''), line)
      open = undefined
    } else if (new RegExp(`^\\| *\`?${name}/`).test(raw)) {
      fault(line, 'a row like that of a requirement; expected | id | LEVEL, role | text |')
    } else if (open) {
      open.text = `${open.text}\n${plain(raw)}`.replace(/\n{3,}/g, '\n\n')
    }
  }
  for (const requirement of page.requirements) {
    requirement.text = requirement.text.trim()
    if (!requirement.text.includes(requirement.level))
      fault(requirement.line, `${requirement.id}: its text does not say ${requirement.level}`)
  }
  return page
}

/** `MUST, server, slow` as data, or what is wrong with it. */
function parseHeader(bracket: string): Omit<Requirement, 'id' | 'text'> | string {
  const [level, role, ...marks] = bracket.split(',').map(part => part.trim())
  if (level !== 'MUST' && level !== 'SHOULD' && level !== 'MAY')
    return `"${level}" is not MUST, SHOULD or MAY`
  if (role !== 'server' && role !== 'client') return `"${role}" is not server or client`
  const header: Omit<Requirement, 'id' | 'text'> = { level, role }
  for (const mark of marks) {
    const revision = /^revision (\d+)$/.exec(mark)
    const untestable = /^untestable: (.+)$/.exec(mark)
    if (revision) header.revision = Number(revision[1])
    else if (untestable) header.untestable = untestable[1] ?? ''
    else if (mark === 'slow' || mark === 'destructive') header[mark] = true
    else if (mark === 'not yet checked') header.unchecked = true
    else return `"${mark}" is not a mark`
  }
  return header
}

/** Markdown without its links and emphasis. */
function plain(text: string): string {
  return text
    .replace(/\[([^\]]+)\]\([^)]*\)/g, '$1')
    .replaceAll('**', '')
    .replaceAll('\\|', '|')
}
