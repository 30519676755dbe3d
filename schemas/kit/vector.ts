import Type, { type Static } from 'typebox'
import { Counterexample } from './report.ts'

/** A counterexample by itself: it replays without the generator, and makes a regression test. */
export const Vector = Type.Object({
  format: Type.Literal('agentwire-vector/1'),
  id: Type.String({ description: 'requirement that it violates' }),
  ...Counterexample.properties,
  message: Type.String({ description: 'what was seen' }),
})
export type Vector = Static<typeof Vector>
