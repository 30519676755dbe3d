import { type Evidence, KitFault, NotApplicable, TargetDown, Unreached, Violation } from './evidence.ts'
import { LagMeter } from './lag.ts'
import type { Job } from './plan.ts'
import type { Profile } from './profile.ts'
import type { Semaphore } from './semaphore.ts'
import { EndpointShapes, FrameShapes } from './shapes.ts'
import type { Instance } from './target/instance.ts'
import { tryConnect } from './target/reachable.ts'
import type { Tolerance } from './tolerance.ts'
import { HttpClient } from './wire/http.ts'
import type { Entry } from './wire/transcript.ts'

/** What one run of one case came to. */
export type Outcome =
  | { kind: 'judged'; evidence: Evidence; transcript: Entry[] }
  /** Nothing can be said; `fault`: because the kit has made a mistake. */
  | { kind: 'unreached' | 'not-applicable' | 'fault'; reason: string }
  /** The target is dead. */
  | { kind: 'down'; reason: string; transcript: Entry[] }

/** How long one run may take, beside the target's own limits that it waits for. */
const budgetMs = 30_000
const connectWithinMs = 2_000
/** So much lost time in the kit's own event loop makes a missed wait worthless. */
const tolerableLagMs = 500
/** Where real time is judged, a run that has fallen so far behind its own plan shows nothing. */
const tolerableDelayMs = 250

/** Runs cases against instances, one run at a time, and says what each came to. It never throws. */
export class Attempts {
  readonly #profile: Profile
  readonly #tolerance: Tolerance
  readonly #frames: FrameShapes
  readonly #endpoints: EndpointShapes
  readonly #places: Semaphore
  readonly #http = new HttpClient()
  readonly #lag = new LagMeter()

  /** @param places those who share the machine; a trial that only waits gives its place to another */
  constructor(profile: Profile, tolerance: Tolerance, places: Semaphore) {
    this.#profile = profile
    this.#tolerance = tolerance
    this.#places = places
    this.#frames = new FrameShapes(profile.protocol)
    this.#endpoints = new EndpointShapes(profile.protocol)
  }

  /** Waits for a place, and runs. */
  attempt(job: Job, instance: Instance, input: object): Promise<Outcome> {
    return this.#places.run(() => this.#attempt(job, instance, input))
  }

  async #attempt(job: Job, instance: Instance, input: object): Promise<Outcome> {
    const startedAt = performance.now()
    const trial = new this.#profile.trial({
      id: job.requirement.id,
      instance,
      protocol: this.#profile.protocol,
      frames: this.#frames,
      endpoints: this.#endpoints,
      http: this.#http,
      tolerance: this.#tolerance,
      idle: wait => this.#places.pause(wait),
    })
    try {
      const waitMs = instance.frozen ? 0 : (job.body.time?.(instance.limits) ?? 0)
      await withinBudget(job.body.run(trial, input), budgetMs + waitMs)
      trial.finish()
    } catch (error) {
      trial.abandon()
      const told = () => trial.transcript.show(trial.redactor.redact)
      const reason = trial.redactor.redact(error instanceof Error ? error.message : String(error))
      if (error instanceof TargetDown) return { kind: 'down', reason, transcript: told() }
      if (error instanceof NotApplicable) return { kind: 'not-applicable', reason }
      if (error instanceof Unreached) return orDead(instance, { kind: 'unreached', reason }, told)
      if (error instanceof KitFault) return { kind: 'fault', reason }
      if (!(error instanceof Violation)) return { kind: 'fault', reason: (error as Error)?.stack ?? reason }
      const lostMs = Math.round(this.#lag.lostSince(startedAt))
      if (error.timedOut && lostMs > tolerableLagMs)
        return { kind: 'unreached', reason: `this machine is too slow: the kit itself lost ${lostMs} ms` }
      const lateMs = Math.round(trial.lateMs)
      if (job.body.time && !instance.frozen && lateMs > tolerableDelayMs)
        return { kind: 'unreached', reason: `too slow for real time: a wait ended ${lateMs} ms late` }
    }
    const { evidence, transcript, redactor } = trial
    if (evidence.violations.length === 0) return { kind: 'judged', evidence, transcript: [] }
    evidence.redact(redactor.redact)
    const told = transcript.show(redactor.redact)
    return orDead(instance, { kind: 'judged', evidence, transcript: told }, () => told)
  }

  close(): void {
    this.#http.close()
    this.#lag.close()
  }
}

/** The outcome, unless it has come about because the target is dead. */
async function orDead(instance: Instance, outcome: Outcome, told: () => Entry[]): Promise<Outcome> {
  const fault = await tryConnect(instance.url, connectWithinMs)
  if (fault === undefined) return outcome
  return { kind: 'down', reason: `${instance.url.origin}: ${fault}`, transcript: told() }
}

async function withinBudget(work: Promise<unknown>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const expired = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Unreached(`the run took longer than ${ms} ms`)), ms)
  })
  try {
    await Promise.race([work, expired])
  } finally {
    clearTimeout(timer)
  }
}
