import { readFile } from 'node:fs/promises'
import { Report, type Report as ReportType } from '../../schemas/kit/report.ts'
import { Vector } from '../../schemas/kit/vector.ts'
import { problem } from '../../schemas/validate.ts'
import { replayCounterexample } from '../engine/replay.ts'
import { defaultTolerance, onBusyHost } from '../engine/tolerance.ts'
import { didYouMean, UsageError } from '../engine/usage-error.ts'
import { loadProfile } from '../profiles.ts'
import { drawDialogue } from '../report/dialogue.ts'
import { paintFor } from '../report/style.ts'
import { chooseTarget, type TargetChoice, type TargetOptions } from '../targets.ts'

/** `agentwire replay FILE [ID]`: runs reported counterexamples again. */
export async function replay(file: string, id: string | undefined, options: TargetOptions): Promise<number> {
  const vectors = await loadVectors(file, id)
  const target = await chooseTarget(options)
  try {
    return await replayAll(vectors, target)
  } finally {
    await target.close?.()
  }
}

async function replayAll(vectors: readonly Vector[], target: TargetChoice): Promise<number> {
  const paint = paintFor(process.stdout)
  let worst = 0
  for (const vector of vectors) {
    const profile = await loadProfile(vector.id.split('/')[0] ?? '', target.own)
    const provider = await target.connect(profile.protocol)
    try {
      const result = await replayCounterexample(profile, provider, vector, onBusyHost(defaultTolerance))
      const { violations, runs } = result.reproduced
      const shown = violations > 0 ? paint('red', 'violated again') : paint('green', 'not violated any more')
      console.log(
        `${paint('bold', vector.id)}\n  ${runs === 0 ? paint('magenta', `could not be judged: ${result.obstacle}`) : `${shown}, ${violations} of ${runs} times`}`,
      )
      if (violations > 0) {
        console.log(`  ${result.message}\n  expected  ${result.expected}\n  received  ${result.received}\n`)
        console.log(
          drawDialogue(result.transcript, paint)
            .map(line => `  ${line}`)
            .join('\n'),
        )
      }
      worst = Math.max(worst, violations > 0 ? 1 : runs === 0 ? 5 : 0)
    } finally {
      await provider.close()
    }
  }
  return worst
}

/** The counterexamples of a report, or the one of a vector. @throws UsageError when the file is neither */
async function loadVectors(file: string, id: string | undefined): Promise<Vector[]> {
  const value = await readJson(file)
  const format = (value as { format?: unknown } | null)?.format
  if (format === 'agentwire-vector/1') {
    const found = problem(Vector, value)
    if (found !== undefined) throw new UsageError(`${file}: ${found}`)
    return [value as Vector]
  }
  if (format !== 'agentwire-report/1')
    throw new UsageError(`${file} is neither a report (agentwire-report/1) nor a vector (agentwire-vector/1)`)
  const found = problem(Report, value)
  if (found !== undefined) throw new UsageError(`${file}: ${found}`)
  const vectors = (value as ReportType).requirements.flatMap(({ id, failure }) =>
    failure
      ? [{ format: 'agentwire-vector/1' as const, id, ...failure.counterexample, message: failure.message }]
      : [],
  )
  const chosen = id === undefined ? vectors : vectors.filter(vector => vector.id === id)
  if (chosen.length > 0) return chosen
  if (id === undefined) throw new UsageError(`${file} reports no failure`)
  throw new UsageError(
    `${file} reports no failure of "${id}".${didYouMean(
      id,
      vectors.map(each => each.id),
    )}`,
  )
}

async function readJson(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, 'utf8'))
  } catch (error) {
    throw new UsageError(`${file} cannot be read: ${(error as Error).message}`)
  }
}
