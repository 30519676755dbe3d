import type { FailureReport, RequirementResult, Verdict } from '../../schemas/kit/report.ts'
import type { Job, Plan } from './plan.ts'
import type { Entry } from './wire/transcript.ts'

/** What is known about one requirement, and the verdict that follows from it. */
export class Account {
  readonly plan: Plan
  observations = 0
  runs = 0
  failure: FailureReport | undefined
  #startedAt: number | undefined
  #finishedAt = 0
  readonly #notes = new Set<string>()
  readonly #unreached = new Map<string, number>()
  readonly #leftOut: { name: string; reason: string }[] = []

  constructor(plan: Plan) {
    this.plan = plan
  }

  /** True the first time. */
  begin(): boolean {
    const first = this.#startedAt === undefined
    this.#startedAt ??= performance.now()
    return first
  }

  end(): void {
    this.#finishedAt = performance.now()
  }

  judged(notes: ReadonlySet<string>): void {
    this.runs++
    for (const note of notes) this.#notes.add(note)
  }

  /** The target refused to be launched at all, which is what the requirement asks for. */
  launchRefused(runs: number): void {
    this.runs += runs
    this.observations += runs
  }

  unreached(reason: string): void {
    this.runs++
    this.#unreached.set(reason, (this.#unreached.get(reason) ?? 0) + 1)
  }

  leaveOut(name: string, reason: string): void {
    this.#leftOut.push({ name, reason })
  }

  /** The target has died of a run. That says more than what else the run has shown. */
  killed(
    job: Job,
    input: object,
    { replay, transcript, lastWords }: { replay: string; transcript: Entry[]; lastWords: string },
  ): void {
    this.failure = {
      message: 'the target died',
      expected: 'a target that goes on serving',
      received: `nobody listens on its port any more${lastWords && `; it wrote: ${lastWords}`}`,
      reproduced: { violations: 1, runs: 1 },
      counterexample: { case: job.name, check: job.requirement.id, input: input as Record<string, unknown> },
      replay,
      transcript,
    }
  }

  /** Whether a violation has been confirmed. */
  get failed(): boolean {
    return this.verdict === 'fail' || this.verdict === 'warn'
  }

  /** The most frequent reason for which a run could not be judged. */
  get obstacle(): string | undefined {
    const [most] = [...this.#unreached].sort(([, a], [, b]) => b - a)
    return most && `${most[1]} of ${this.runs} runs could not be judged: ${most[0]}`
  }

  get verdict(): Verdict {
    const { level } = this.plan.requirement
    if (this.failure && level !== 'MAY') {
      const { violations, runs } = this.failure.reproduced
      if (runs === 0) return 'inconclusive'
      if (violations < runs) return 'flaky'
      return level === 'MUST' ? 'fail' : 'warn'
    }
    if (this.plan.settled) return this.plan.settled.verdict
    if (this.observations > 0) return 'pass'
    if (this.#unreached.size === 0 && this.#casesByReason.size > 0) return 'not-applicable'
    return level === 'MAY' ? 'not-applicable' : 'inconclusive'
  }

  result(): RequirementResult {
    const { id, level, role } = this.plan.requirement
    return {
      id,
      level,
      role,
      verdict: this.verdict,
      observations: this.observations,
      runs: this.runs,
      durationMs: this.#startedAt === undefined ? 0 : Math.round(this.#finishedAt - this.#startedAt),
      reason: this.#reason(),
      notes: [...this.#notes],
      ...(this.failure ? { failure: this.failure } : {}),
    }
  }

  /** The cases that were left out. A part of the protocol that the target lacks says more than a setting, so it comes first. */
  get #casesByReason(): Map<string, string[]> {
    const cases = new Map<string, string[]>()
    for (const { name, reason } of [...this.#leftOut, ...this.plan.leftOut])
      cases.set(reason, [...(cases.get(reason) ?? []), `"${name}"`])
    return cases
  }

  #reason(): string | null {
    const { failure, verdict } = this
    if (verdict === this.plan.settled?.verdict) return this.plan.settled.reason
    if (failure?.reproduced.runs === 0) return 'violated once, and it could not be tried again'
    if (verdict === 'flaky' && failure)
      return `violated, but fresh runs showed it only ${failure.reproduced.violations} of ${failure.reproduced.runs} times`
    const left = this.#casesByReason
    // Where nothing is left of a requirement, it does not matter which case is missing for which reason.
    if (verdict === 'not-applicable') return [...left.keys()].join('; ') || null
    const none = verdict === 'inconclusive' && !this.obstacle ? 'nothing was observed' : undefined
    const parts = [...left].map(([reason, names]) => `left out, since ${reason}: ${names.join(', ')}`)
    return [this.obstacle, none, ...parts].filter(each => each !== undefined).join('; ') || null
  }
}
