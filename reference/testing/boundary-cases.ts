import type { TSchema } from 'typebox'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Boundary, boundaries } from '../../schemas/boundaries.ts'
import type { Operation } from '../../schemas/protocol.ts'
import type { ControlledService } from '../core/control.ts'

/** Boundaries as the rows of a table of tests: what each is, in words, and itself. */
export function cases(all: readonly Boundary[]): (readonly [title: string, boundary: Boundary])[] {
  return all.map(each => [`${each.valid ? 'takes' : 'refuses'} ${each.why} (${each.constraint})`, each])
}

/** The same of a schema. */
export function casesOf(schema: TSchema) {
  return cases(boundaries(schema))
}

/** Tests that a fixture judges the arguments of its operations as their schemas do. */
export function testOperations(
  operations: Readonly<Record<string, Operation>>,
  createFixture: () => ControlledService,
): void {
  describe.each(Object.entries(operations))('the operation %s', (name, { arguments: schema }) => {
    let service: ControlledService

    beforeAll(() => {
      service = createFixture()
    })

    afterAll(() => service.close())

    test.each(casesOf(schema))('%s', async (_, { valid, value }) => {
      const { status } = await service.call(name, value)
      // What fits its schema may still be impossible.
      expect(valid ? [200, 422] : [400]).toContain(status)
    })
  })
}
