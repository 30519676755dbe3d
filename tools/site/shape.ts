import type { TSchema } from 'typebox'
import type { ShapeVector } from '../../schemas/kit/vectors.ts'
import { table } from '../generate/markdown.ts'
import { examplesOf, instanceOf } from './examples.ts'
import { type Field, fieldsOf } from './fields.ts'
import { code, details, prose } from './pages.ts'

/** Longer instances are cut: some hold as much text as a limit allows. */
const shownCharacters = 160

/** Everything about one schema: its members, examples, what lies on either side of each constraint, and itself. */
export function shape(schema: TSchema, vectors: readonly ShapeVector[], level: '##' | '###'): string {
  const { smallest, full } = examplesOf(schema, vectors)
  return [
    `${level} Members`,
    filledColumns(['member', 'type', 'constraints', 'meaning'], fieldsOf(schema).map(row)),
    `${level} Example`,
    json(smallest),
    ...(full === undefined ? [] : ['With every member that is declared:', json(full)]),
    details(
      `At the constraints: ${vectors.length} vectors`,
      table(['', 'why', 'instance', 'vector'], vectors.map(vectorRow)),
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

function vectorRow(vector: ShapeVector): string[] {
  const instance = vector.text ?? JSON.stringify(instanceOf(vector))
  return [vector.judgement, prose(shortened(vector.why)), code(shortened(instance)), code(vector.id)]
}

function shortened(text: string): string {
  return text.length > shownCharacters ? `${text.slice(0, shownCharacters)}…` : text
}
