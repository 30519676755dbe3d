import type { Event } from '../../schemas/kit/events.ts'
import type { Report } from '../../schemas/kit/report.ts'
import type { Profile } from '../engine/profile.ts'
import { exitStatus, makeReport } from '../engine/report.ts'
import { type RunOptions, runProfile } from '../engine/runner.ts'
import type { Provider } from '../engine/target/provider.ts'
import type { Tolerance } from '../engine/tolerance.ts'

/** What one run has found out, and what happened on the way. */
export interface Judged {
  report: Report
  exitStatus: number
  faults: readonly string[]
  events: Event[]
}

/** For targets that answer at once or not at all. */
export const hasty: Tolerance = { closeWithinMs: 100, replyWithinMs: 100, settleMs: 20 }
/** For targets whose answers must not be missed, however busy the machine is. */
export const patient: Tolerance = { closeWithinMs: 20_000, replyWithinMs: 20_000, settleMs: 50 }

/** Runs a profile in this process as the command line would. The target is given back. */
export async function judge(
  profile: Profile,
  provider: Provider,
  options: Partial<RunOptions> = {},
): Promise<Judged> {
  const events: Event[] = []
  const [seed, runs, startedAt, begin] = [1, options.runsOf?.('') ?? 3, new Date(), performance.now()]
  try {
    const result = await runProfile({
      profile,
      provider,
      seed,
      runsOf: () => runs,
      selected: () => true,
      costly: () => true,
      slow: false,
      destructive: false,
      bail: false,
      shrink: true,
      concurrency: 16,
      tolerance: patient,
      budgetMs: 60_000,
      signal: new AbortController().signal,
      replayCommand: id => `agentwire replay report.json ${id}`,
      emit: event => events.push(event),
      ...options,
    })
    const report = makeReport({
      version: '0.0.0',
      profiles: [profile.protocol.name],
      target: { url: provider.url, level: provider.level, limits: {} },
      seed,
      runs,
      startedAt,
      durationMs: performance.now() - begin,
      results: [result],
      baseline: [],
    })
    return { report, exitStatus: exitStatus(report, [result]), faults: result.faults, events }
  } finally {
    await provider.close()
  }
}

/** The ids of the requirements with one verdict. */
export function idsOf({ report }: Judged, verdict: string): string[] {
  return report.requirements.filter(each => each.verdict === verdict).map(({ id }) => id)
}
