import { type Boundary, inside, type Node, outside } from './boundary.ts'

/** Which way it goes from a bound to what is allowed, and whether the bound itself is forbidden. */
const bounds = [
  ['minimum', 1, false],
  ['maximum', -1, false],
  ['exclusiveMinimum', 1, true],
  ['exclusiveMaximum', -1, true],
] as const

type NumberConstraints = { readonly [K in (typeof bounds)[number][0]]?: number }

/** The boundaries of a number: of each bound the last that is allowed and the first that is not. */
export function ofNumber(node: Node, at: string): Boundary[] {
  return bounds.flatMap(([keyword, way, exclusive]) => {
    const bound = (node as NumberConstraints)[keyword]
    if (bound === undefined) return []
    const [last, first] = exclusive
      ? [bound + way * stepAt(bound, node), bound]
      : [bound, bound - way * stepAt(bound, node)]
    return [
      inside(last, `${at}/${keyword}`, `${last}, the last that is allowed`),
      outside(first, `${at}/${keyword}`, `${first}, the first that is not`),
    ]
  })
}

/** A number that is allowed: the smallest, or else one near zero. */
export function smallestNumber(node: Node): number {
  const { minimum, maximum = 0, exclusiveMinimum, exclusiveMaximum = 1 } = node as NumberConstraints
  if (minimum !== undefined) return minimum
  if (exclusiveMinimum !== undefined) return exclusiveMinimum + stepAt(exclusiveMinimum, node)
  return Math.min(0, maximum, exclusiveMaximum - 1)
}

/** The distance to the next number of that kind, roughly. */
function stepAt(bound: number, { type }: Node): number {
  return type === 'integer' ? 1 : Math.max(Math.abs(bound), 1) * Number.EPSILON
}
