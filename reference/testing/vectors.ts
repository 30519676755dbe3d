import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Computation, Computations, ShapeVector, ShapeVectors } from '../../schemas/kit/vectors.ts'

function read(protocol: string, path: string): unknown {
  const url = new URL(`../../schemas/vectors/${protocol}/${path}.json`, import.meta.url)
  return JSON.parse(readFileSync(fileURLToPath(url), 'utf8'))
}

/** The published vectors of a shape that no schema gives, as rows of a table of tests. The others are its boundaries. */
export function pickedVectors(protocol: string, shape: string): (readonly [title: string, ShapeVector])[] {
  const { vectors } = read(protocol, shape) as ShapeVectors
  return vectors
    .filter(({ constraint }) => constraint === undefined)
    .map(vector => [`${vector.judgement}: ${vector.why}`, vector])
}

/** The published cases of what has to be worked out. */
export function computations(protocol: string): (readonly [title: string, Computation])[] {
  const { vectors } = read(protocol, 'computations') as Computations
  return vectors.map(vector => [`${vector.operation}, ${vector.judgement}: ${vector.why}`, vector])
}
