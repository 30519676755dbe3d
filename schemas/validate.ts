import type { Static, TSchema } from 'typebox'
import { Compile, type Validator } from 'typebox/compile'

const validators = new WeakMap<TSchema, Validator>()

/** How a value breaks its schema, in words, or `undefined`. A validator is made when it is first needed. */
export function problem(schema: TSchema, value: unknown): string | undefined {
  let validator = validators.get(schema)
  if (!validator) {
    validator = Compile(schema) as Validator
    validators.set(schema, validator)
  }
  if (validator.Check(value)) return undefined
  const [first] = validator.Errors(value)
  return first ? `${first.instancePath || 'the value'} ${first.message}` : 'does not fit its schema'
}

/** Whether a value has the shape of a schema. */
export function fits<S extends TSchema>(schema: S, value: unknown): value is Static<S> {
  return problem(schema, value) === undefined
}
