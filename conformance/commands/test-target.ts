import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { KnownFailure } from '../../schemas/kit/config.ts'
import type { Event } from '../../schemas/kit/events.ts'
import type { Report } from '../../schemas/kit/report.ts'
import type { Vector } from '../../schemas/kit/vector.ts'
import { inRevision, type Profile } from '../engine/profile.ts'
import { exitStatus, makeReport } from '../engine/report.ts'
import { type RunResult, runProfile } from '../engine/runner.ts'
import { loadBaseline } from '../engine/target/config.ts'
import type { Provider } from '../engine/target/provider.ts'
import { defaultTolerance, onBusyHost } from '../engine/tolerance.ts'
import { didYouMean, UsageError } from '../engine/usage-error.ts'
import { loadProfile, profileNames } from '../profiles.ts'
import { Progress } from '../report/live.ts'
import { paintFor } from '../report/style.ts'
import type { TargetChoice } from '../targets.ts'
import { version } from '../version.ts'
import { type Output, parseOutputs, writeReport } from './outputs.ts'
import { selection } from './selection.ts'
import type { TestOptions } from './test.ts'

/** Where the report of a failed run is kept, unless the user has named a file for it. */
const lastReport = join('.agentwire', 'last-report.json')
/** On the embedded target everything is near: what has not come after a short while does not come. */
const embedded = { concurrency: 64, tolerance: { ...defaultTolerance, settleMs: 50 } }
const remote = { concurrency: 16, tolerance: defaultTolerance }

/** Tests a target with all chosen profiles and writes the reports. Resolves with the exit status. */
export async function testTarget(target: TargetChoice, options: TestOptions): Promise<number> {
  const outputs = parseOutputs(options.report ?? [])
  const profiles = await chooseProfiles(options, target)
  const selected = selection(options.only ?? [], profiles)
  const baseline = await knownFailures(options, target, profiles)
  const seed = options.seed ?? Math.floor(Math.random() * 2 ** 31)
  const reportFile = outputs.find(({ format, file }) => format === 'json' && file)?.file ?? lastReport
  const progress = new Progress(process.stderr, paintFor(process.stderr))
  const emit = (event: Event) => {
    progress.take(event)
    for (const output of outputs) output.event?.(event)
  }
  const interrupted = new AbortController()
  process.once('SIGINT', () => interrupted.abort())
  const startedAt = new Date()
  const begin = performance.now()
  const results: RunResult[] = []
  let about: Report['target'] = { url: null, level: 0, limits: {} }
  for (const profile of profiles) {
    const provider = await target.connect(profile.protocol)
    about = aboutTarget(provider, profile)
    const { tolerance, concurrency } = provider.url === null ? embedded : remote
    try {
      emit(runStarted(profile, provider, { seed, runs: options.runs, selected }))
      results.push(
        await runProfile({
          profile,
          provider,
          seed,
          selected,
          emit,
          runsOf: () => options.runs,
          costly: () => true,
          tolerance: onBusyHost(tolerance),
          concurrency: options.concurrency ?? concurrency,
          slow: options.slow ?? false,
          destructive: options.destructive ?? false,
          bail: options.bail ?? false,
          budgetMs: options.budget * 1000,
          shrink: true,
          replayCommand: id => `agentwire replay ${reportFile} ${id}${target.flags}`,
          signal: interrupted.signal,
        }),
      )
    } finally {
      await provider.close()
    }
  }
  const report = makeReport({
    version,
    profiles: profiles.map(({ protocol }) => protocol.name),
    target: about,
    seed,
    runs: options.runs,
    startedAt,
    durationMs: performance.now() - begin,
    results,
    baseline,
  })
  emit({ event: 'run-finished', report })
  save(report, outputs, reportFile, options)
  const toStderr = outputs.some(({ file }) => file === undefined)
  await writeReport(report, outputs, profiles, toStderr ? process.stderr : process.stdout)
  for (const fault of results.flatMap(({ faults }) => faults)) console.error(`fault of the kit: ${fault}`)
  return exitStatus(report, results)
}

function runStarted(
  { protocol, requirements }: Profile,
  provider: Provider,
  { seed, runs, selected }: { seed: number; runs: number; selected(id: string): boolean },
): Event {
  return {
    event: 'run-started',
    format: 'agentwire-events/1',
    profile: protocol.name,
    target: provider.url ?? 'embedded',
    level: provider.level,
    seed,
    runs,
    requirements: requirements
      .filter(({ role, id }) => role === 'server' && selected(id))
      .map(({ id }) => id),
  }
}

async function chooseProfiles({ profile, url }: TestOptions, target: TargetChoice): Promise<Profile[]> {
  const asked = profile ?? (target.profile === undefined ? undefined : [target.profile])
  if (asked === undefined && url !== undefined)
    throw new UsageError(`say with --profile what ${url} implements: ${profileNames.join(', ')}`)
  return Promise.all(
    (asked ?? profileNames).map(async name =>
      inRevision(await loadProfile(name, target.own), target.revision),
    ),
  )
}

async function knownFailures(
  { baseline }: TestOptions,
  target: TargetChoice,
  profiles: readonly Profile[],
): Promise<KnownFailure[]> {
  const lines = [...target.knownFailures, ...(baseline ? await loadBaseline(baseline) : [])]
  const ids = profiles.flatMap(({ requirements }) => requirements.map(({ id }) => id))
  for (const { id } of lines)
    if (!ids.includes(id))
      throw new UsageError(`the baseline names "${id}", which is no requirement.${didYouMean(id, ids)}`)
  return lines
}

function aboutTarget(provider: Provider, { protocol }: Profile): Report['target'] {
  const limits = Object.entries(provider.limits).filter(([name, value]) => {
    return (protocol.limits.properties[name] as { default?: unknown } | undefined)?.default !== value
  })
  return { url: provider.url, level: provider.level, limits: Object.fromEntries(limits) }
}

/** What a replay needs is kept whether the user asked for a report or not. */
function save(report: Report, outputs: readonly Output[], file: string, { saveVector }: TestOptions): void {
  const failed = report.requirements.filter(({ failure }) => failure)
  if (failed.length > 0 && file === lastReport && !outputs.some(output => output.file === file)) {
    mkdirSync('.agentwire', { recursive: true })
    writeFileSync(join('.agentwire', '.gitignore'), '*\n')
    writeFileSync(lastReport, `${JSON.stringify(report, null, 2)}\n`)
  }
  if (saveVector === undefined) return
  mkdirSync(saveVector, { recursive: true })
  for (const { id, failure } of failed) {
    if (!failure) continue
    const vector: Vector = {
      format: 'agentwire-vector/1',
      id,
      ...failure.counterexample,
      message: failure.message,
    }
    writeFileSync(join(saveVector, `${id.replaceAll('/', '.')}.json`), `${JSON.stringify(vector, null, 2)}\n`)
  }
}
