import type { TSchema } from 'typebox'
import type { Boundary } from '../../schemas/boundaries.ts'
import { table } from '../generate/markdown.ts'
import { examplesOf } from './examples.ts'
import { type Field, fieldsOf } from './fields.ts'
import { code, details, prose } from './pages.ts'

/** Longer instances are cut: some hold as much text as a limit allows. */
const shownCharacters = 160

/** Everything about one schema: its members, examples, what lies on either side of each constraint, and itself. */
export function shape(schema: TSchema, level: '##' | '###'): string {
  const { smallest, full, boundaries } = examplesOf(schema)
  const inside = boundaries.filter(({ valid }) => valid).length
  const outside = boundaries.length - inside
  return [
    `${level} Members`,
    filledColumns(['member', 'type', 'constraints', 'meaning'], fieldsOf(schema).map(row)),
    `${level} Example`,
    json(smallest),
    ...(full === undefined ? [] : ['With every member that is declared:', json(full)]),
    details(
      `At the constraints: ${inside} instances just inside, ${outside} just outside`,
      table(['', 'why', 'instance'], boundaries.map(boundaryRow)),
    ),
    details('JSON Schema', json(schema)),
  ].join('\n\n')
}

export function json(value: unknown): string {
  return `\`\`\`json\n${JSON.stringify(value, null, 2)}\n\`\`\``
}

/** A table without the columns in which nothing stands: a phone has no room for them. */
function filledColumns(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const filled = head.map((_, column) => rows.some(cells => cells[column] !== ''))
  const kept = (cells: readonly string[]) => cells.filter((_, column) => filled[column])
  return table(kept(head), rows.map(kept))
}

function row({ path, required, type, constraints, description }: Field): string[] {
  const name = path === '' ? 'the value itself' : code(path)
  return [
    required || path === '' ? name : `${name} (optional)`,
    code(type),
    constraints.map(code).join(', '),
    prose(description),
  ]
}

function boundaryRow({ valid, value, why }: Boundary): string[] {
  const text = JSON.stringify(value)
  const cut = text.length > shownCharacters ? `${text.slice(0, shownCharacters)}…` : text
  return [valid ? 'inside' : 'outside', prose(shortened(why)), code(cut)]
}

function shortened(text: string): string {
  return text.length > shownCharacters ? `${text.slice(0, shownCharacters)}…` : text
}
