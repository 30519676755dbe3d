import Type, { type Static } from 'typebox'
import { Report, RequirementResult } from './report.ts'

/** The stream of results, one JSON object a line. Every reporter reads this and nothing else. */
export const Event = Type.Union([
  Type.Object({
    event: Type.Literal('run-started'),
    format: Type.Literal('agentwire-events/1'),
    profile: Type.String(),
    target: Type.String(),
    level: Type.Integer(),
    seed: Type.Integer(),
    runs: Type.Integer(),
    requirements: Type.Array(Type.String(), { description: 'ids that will be judged' }),
  }),
  Type.Object({ event: Type.Literal('requirement-started'), id: Type.String() }),
  Type.Object({
    event: Type.Literal('progress'),
    id: Type.String(),
    runs: Type.Integer(),
    doing: Type.Enum(['running', 'shrinking', 'confirming']),
  }),
  Type.Object({ event: Type.Literal('requirement-finished'), result: RequirementResult }),
  Type.Object({
    event: Type.Literal('target-died'),
    during: Type.Array(Type.String()),
    restarted: Type.Boolean(),
  }),
  Type.Object({ event: Type.Literal('run-finished'), report: Report }),
])
export type Event = Static<typeof Event>
