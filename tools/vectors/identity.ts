import { createHash } from 'node:crypto'
import type { Computation, ShapeVector } from '../../schemas/kit/vectors.ts'

/** The id of an instance of a shape. What is said about it is not part of it, so that can be put better. */
export function idOfShapeVector(
  schema: string,
  { constraint, value, text }: Omit<ShapeVector, 'id'>,
): string {
  return digest([schema, constraint ?? null, text ?? value, text !== undefined])
}

/** The id of a computation. */
export function idOfComputation(protocol: string, { operation, given }: Omit<Computation, 'id'>): string {
  return digest([protocol, operation, given])
}

function digest(parts: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 12)
}
