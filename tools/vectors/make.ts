import type { TSchema } from 'typebox'
import { boundaries } from '../../schemas/boundaries.ts'
import type {
  Computations,
  Judgement,
  PickedVectors,
  ShapeVector,
  ShapeVectors,
  VectorIndex,
} from '../../schemas/kit/vectors.ts'
import type { Protocol } from '../../schemas/protocol.ts'
import { folderOf } from '../generate/declared.ts'
import { wireDefinitions } from '../generate/definitions.ts'
import { idOfComputation, idOfShapeVector } from './identity.ts'

export const noPickedVectors: PickedVectors = { shapes: {}, operations: {}, computations: [] }

/** The files of a protocol's vectors, by path. */
export interface VectorFiles {
  shapes: Map<string, ShapeVectors>
  computations: Computations | undefined
  index: VectorIndex
}

/**
 * The boundaries of everything of a protocol that crosses the wire, and what was picked by hand.
 *
 * @throws Error when something was picked for a shape that there is not, or nothing says what states a constraint
 */
export function vectorsOf(
  protocol: Protocol,
  picked: PickedVectors,
  dialogues: readonly string[],
): VectorFiles {
  const definitions = wireDefinitions(protocol)
  const strange = Object.keys(picked.shapes).find(path => !definitions.has(path))
  if (strange !== undefined) throw new Error(`${protocol.name} has vectors for ${strange}, which it has not`)
  const shapes = new Map(
    groupsOf(definitions).map(paths => [`${paths[0]}.json`, shapeVectors(definitions, paths, picked)]),
  )
  const computations = computationsOf(protocol, picked)
  return { shapes, computations, index: indexOf(shapes, computations, dialogues) }
}

/** Paths of the shapes that differ in nothing that could be judged, or that states it. */
function groupsOf(definitions: ReadonlyMap<string, TSchema>): string[][] {
  const groups = new Map<string, string[]>()
  for (const [path, schema] of definitions) {
    const {
      $id,
      title,
      description,
      'x-method': m,
      'x-path': p,
      'x-direction': d,
      ...alike
    } = schema as Shape
    const key = JSON.stringify(alike)
    groups.set(key, [...(groups.get(key) ?? []), path])
  }
  return [...groups.values()]
}

interface Shape {
  [keyword: string]: unknown
  $id: string
}

function shapeVectors(
  definitions: ReadonlyMap<string, TSchema>,
  paths: readonly string[],
  picked: PickedVectors,
): ShapeVectors {
  const schemas = paths.map(path => definitions.get(path) as Shape)
  const [shape] = schemas as [Shape]
  const generated = boundaries(shape as TSchema).map(
    ({ valid, value, constraint, why }): Omit<ShapeVector, 'id'> => ({
      judgement: valid ? 'valid' : 'invalid',
      requirement: requirementAt(shape, constraint),
      why,
      constraint,
      value,
    }),
  )
  const all = [...generated, ...paths.flatMap(path => picked.shapes[path] ?? [])]
  const byId = new Map(all.map(vector => [idOfShapeVector(shape.$id, vector), vector]))
  return {
    format: 'agentwire-vectors/1',
    schemas: schemas.map(({ $id }) => $id),
    vectors: [...byId].map(([id, vector]) => ({ id, ...vector })),
  }
}

/** The requirement that states a constraint: the nearest one that is named around it. */
function requirementAt(schema: Shape, constraint: string): string {
  let part: unknown = schema
  let nearest: unknown
  for (const step of ['', ...constraint.split('/').slice(1)]) {
    if (step !== '')
      part = (part as Record<string, unknown>)[step.replaceAll('~1', '/').replaceAll('~0', '~')]
    const named = (part as { 'x-requirement'?: readonly string[] } | undefined)?.['x-requirement']
    nearest = named?.[0] ?? nearest
  }
  if (typeof nearest !== 'string')
    throw new Error(`${schema.$id} does not say by "x-requirement" what states it`)
  return nearest
}

function computationsOf(
  protocol: Protocol,
  { operations, computations }: PickedVectors,
): Computations | undefined {
  if (computations.length === 0) return undefined
  return {
    format: 'agentwire-computations/1',
    operations: { ...operations },
    vectors: computations.map(each => ({ id: idOfComputation(folderOf(protocol), each), ...each })),
  }
}

function indexOf(
  shapes: ReadonlyMap<string, ShapeVectors>,
  computations: Computations | undefined,
  dialogues: readonly string[],
): VectorIndex {
  const files = [...shapes, ...(computations ? [['computations.json', computations] as const] : [])]
  const counted = files.map(([path, { vectors }]) => [path, countsOf(vectors)] as const)
  return {
    format: 'agentwire-vector-index/1',
    total: files.reduce((sum, [, { vectors }]) => sum + vectors.length, 0),
    files: Object.fromEntries(counted),
    dialogues: [...dialogues],
  }
}

export function countsOf(vectors: readonly { judgement: Judgement }[]): Record<Judgement, number> {
  const count = (judgement: Judgement) => vectors.filter(each => each.judgement === judgement).length
  return {
    valid: count('valid'),
    invalid: count('invalid'),
    'implementation-defined': count('implementation-defined'),
  }
}
