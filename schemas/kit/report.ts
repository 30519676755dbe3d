import Type, { type Static } from 'typebox'

export const verdicts = [
  'pass',
  'fail',
  'warn',
  'flaky',
  'inconclusive',
  'not-applicable',
  'skipped',
  'untestable',
] as const

export const Verdict = Type.Enum([...verdicts])
export type Verdict = (typeof verdicts)[number]

const count = Type.Integer({ minimum: 0 })
const milliseconds = Type.Number({ minimum: 0 })
const nullable = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()])

/** One line of a dialogue. Secrets are replaced, long texts shortened. */
export const TranscriptEntry = Type.Object({
  atMs: milliseconds,
  party: Type.String({ description: '`#1` for the first WebSocket of the run, `http`, `control`, `time`' }),
  way: Type.Enum(['out', 'in', 'note']),
  text: Type.String(),
  bad: Type.Optional(Type.Literal(true)),
})

/** An input that shows a violation; enough to run it again without the generator. */
export const Counterexample = Type.Object({
  case: Type.String({ description: 'name of the case; empty where the check has only one' }),
  check: Type.String({ description: 'id of the check that ran; another one than the violated one at times' }),
  input: Type.Record(Type.String(), Type.Unknown()),
})
export type Counterexample = Static<typeof Counterexample>

export const FailureReport = Type.Object({
  message: Type.String(),
  expected: Type.String(),
  received: Type.String(),
  reproduced: Type.Object(
    { violations: count, runs: count },
    { description: 'how often fresh runs of the counterexample showed the violation' },
  ),
  counterexample: Counterexample,
  replay: Type.String({ description: 'the command that runs it again' }),
  transcript: Type.Array(TranscriptEntry),
})
export type FailureReport = Static<typeof FailureReport>

export const RequirementResult = Type.Object({
  id: Type.String(),
  level: Type.Enum(['MUST', 'SHOULD', 'MAY']),
  role: Type.Enum(['server', 'client']),
  verdict: Verdict,
  observations: count,
  runs: count,
  durationMs: milliseconds,
  reason: nullable(
    Type.String({ description: 'why the verdict is neither pass nor fail, or what was left out' }),
  ),
  notes: Type.Array(Type.String({ description: 'seen, and judged by no requirement' })),
  known: Type.Optional(Type.String({ description: 'why the baseline expects this failure' })),
  failure: Type.Optional(FailureReport),
})
export type RequirementResult = Static<typeof RequirementResult>

export const Counts = Type.Object(Object.fromEntries(verdicts.map(verdict => [verdict, count])))
export type Counts = Record<Verdict, number>

/** What one run of the kit has found out. */
export const Report = Type.Object({
  format: Type.Literal('agentwire-report/1'),
  tool: Type.Object({ name: Type.Literal('agentwire'), version: Type.String() }),
  profiles: Type.Array(Type.String()),
  target: Type.Object({
    url: nullable(Type.String({ description: 'null: the embedded reference server' })),
    level: Type.Integer({ minimum: 0, maximum: 2, description: 'how much the target offers to its tester' }),
    limits: Type.Record(Type.String(), Type.Number(), { description: 'those that differ from the defaults' }),
  }),
  seed: Type.Integer(),
  runs: Type.Integer({ minimum: 1, description: 'asked for per requirement' }),
  startedAt: Type.String(),
  durationMs: milliseconds,
  verdict: Type.Enum(['conformant', 'non-conformant', 'inconclusive']),
  aborted: nullable(Type.String({ description: 'why the run ended early' })),
  stale: Type.Array(Type.String(), { description: 'lines of the baseline that nothing failed for any more' }),
  counts: Counts,
  requirements: Type.Array(RequirementResult),
})
export type Report = Static<typeof Report>
