import type { Event } from '../../schemas/kit/events.ts'
import { Attempts, type Outcome } from './attempt.ts'
import { type Candidate, confirm, inputsOf, shrink } from './confirm.ts'
import { KitFault } from './evidence.ts'
import { Account } from './ledger.ts'
import { type Job, makePlans, type Plan, type PlanOptions } from './plan.ts'
import type { Profile } from './profile.ts'
import { Semaphore } from './semaphore.ts'
import type { Instance } from './target/instance.ts'
import { type LaunchOptions, LaunchRefused, type Provider } from './target/provider.ts'
import type { Tolerance } from './tolerance.ts'

export interface RunOptions extends PlanOptions {
  profile: Profile
  provider: Provider
  seed: number
  tolerance: Tolerance
  /** How many trials may be under way at once. */
  concurrency: number
  /** Look for the smallest input of a failure, and run it several times. */
  shrink: boolean
  /** Stop at the first failure. */
  bail: boolean
  /** How long the whole run may take. */
  budgetMs: number
  /** Ends the run; what has been found out so far is kept. */
  signal: AbortSignal
  /** The command that replays the failure of a requirement. */
  replayCommand(id: string): string
  emit(event: Event): void
}

export interface RunResult {
  accounts: readonly Account[]
  /** Why the run ended early. */
  aborted: { reason: string; targetDied: boolean } | undefined
  /** Mistakes of the kit itself. */
  faults: readonly string[]
}

const confirmations = 3
const candidatesAtMost = 3
/** So many runs of a case that cannot be judged are enough to give up on it. */
const patience = 3
/** Checks under way at once; enough to fill the waits of each other. */
const jobsAtOnce = 8
const relaunchesAtMost = 5

/** Tests one profile against one target. */
export async function runProfile(options: RunOptions): Promise<RunResult> {
  const runner = new Runner(options)
  try {
    return await runner.run()
  } finally {
    runner.close()
  }
}

class Runner {
  readonly #options: RunOptions
  readonly #plans: Plan[]
  readonly #accounts: Map<string, Account>
  readonly #attempts: Attempts
  readonly #deadline: number
  readonly #faults: string[] = []
  /** Jobs that are still to be done, by requirement. */
  readonly #unfinished = new Map<string, number>()
  #relaunches = 0
  #aborted: RunResult['aborted']

  constructor(options: RunOptions) {
    this.#options = options
    this.#plans = makePlans(options.profile, options.provider, options)
    this.#accounts = new Map(this.#plans.map(plan => [plan.requirement.id, new Account(plan)]))
    this.#attempts = new Attempts(options.profile, options.tolerance, new Semaphore(options.concurrency))
    this.#deadline = performance.now() + options.budgetMs
    options.signal.addEventListener('abort', () => {
      this.#aborted ??= { reason: 'interrupted', targetDied: false }
    })
  }

  close(): void {
    this.#attempts.close()
  }

  async run(): Promise<RunResult> {
    for (const plan of this.#plans) this.#unfinished.set(plan.requirement.id, plan.jobs.length)
    const jobs = this.#plans.flatMap(plan => plan.jobs)
    try {
      await this.#runGroups(groupsOf(jobs.filter(({ requirement }) => !requirement.destructive)))
      // What may crash the target comes last, each with an instance of its own.
      for (const job of jobs.filter(({ requirement }) => requirement.destructive))
        await this.#runGroups([[job]])
    } catch (error) {
      // What has been found out until then is kept.
      this.#faults.push(error instanceof Error ? (error.stack ?? error.message) : String(error))
      this.#aborted ??= { reason: 'the kit itself has failed', targetDied: false }
    }
    return { accounts: [...this.#accounts.values()], aborted: this.#aborted, faults: this.#faults }
  }

  async #runGroups(groups: readonly Job[][]): Promise<void> {
    const places = new Semaphore(this.#options.provider.parallel)
    await Promise.all(groups.map(group => places.run(() => this.#runGroup(group))))
  }

  /** Runs jobs that share an instance. If the target dies, what was left undone is done on the next one. */
  async #runGroup(group: readonly Job[]): Promise<void> {
    const [first] = group
    if (!first) return
    const launch = { settings: first.settings, fresh: first.alone, frozen: first.frozen }
    for (let waiting = group; waiting.length > 0 && !this.#aborted; ) {
      const ward = await this.#launch(launch, waiting)
      if (!ward) return
      const places = new Semaphore(jobsAtOnce)
      const done = await Promise.all(waiting.map(job => places.run(() => this.#runJob(job, ward))))
      if (!ward.dead) return this.#options.provider.release(ward.instance)
      const killers = await this.#recover(ward, launch)
      for (const job of killers) this.#finish(job)
      waiting = waiting.filter((job, index) => !done[index] && !killers.has(job))
    }
  }

  async #launch(launch: LaunchOptions, jobs: readonly Job[]): Promise<Ward | undefined> {
    try {
      return new Ward(await this.#options.provider.launch(launch))
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      for (const job of jobs) {
        const account = this.#begin(job)
        const twin = error instanceof LaunchRefused ? job.body.mayRefuseLaunch?.twin : undefined
        if (twin && (await this.#launches({ ...launch, settings: twin }))) account.launchRefused(job.runs)
        else account.unreached(`the target could not be launched: ${reason}`)
        this.#finish(job)
      }
      return undefined
    }
  }

  /** A target that cannot be launched at all has refused nothing. */
  async #launches(launch: LaunchOptions): Promise<boolean> {
    const { provider } = this.#options
    try {
      await provider.release(await provider.launch({ ...launch, fresh: true }))
      return true
    } catch {
      return false
    }
  }

  /** Runs one case as often as planned. False if the target died before that was done. */
  async #runJob(job: Job, ward: Ward): Promise<boolean> {
    if (this.#aborted || ward.dead) return false
    this.#begin(job)
    const inputs = inputsOf(job, this.#options.seed)
    const progress = new Progress()
    let next = 0
    const lane = async () => {
      while (next < inputs.length && !progress.stop && !ward.dead) {
        const index = next++
        const input = inputs[index] ?? {}
        const outcome = await this.#attempt(job, ward, input)
        if (outcome) this.#record(job, ward, progress, outcome, { input, index })
      }
    }
    const lanes = job.alone ? 1 : Math.min(this.#options.concurrency, inputs.length)
    await Promise.all(Array.from({ length: lanes }, lane))
    for (const candidates of progress.candidates.values()) await this.#confirmOneOf(candidates, ward)
    if (ward.dead) return false
    this.#finish(job)
    return true
  }

  async #attempt(job: Job, ward: Ward, input: object): Promise<Outcome | undefined> {
    if (this.#aborted || ward.dead) return undefined
    if (performance.now() > this.#deadline)
      return { kind: 'unreached', reason: 'the budget of the run was used up' }
    const outcome = await this.#attempts.attempt(job, ward.instance, input)
    if (outcome.kind === 'down') ward.died(job, input)
    return outcome
  }

  #record(
    job: Job,
    ward: Ward,
    progress: Progress,
    outcome: Outcome,
    { input, index }: { input: object; index: number },
  ): void {
    const account = this.#account(job.requirement.id)
    if (ward.dead) return
    switch (outcome.kind) {
      case 'judged':
        progress.judged++
        account.judged(outcome.evidence.notes)
        for (const [id, count] of outcome.evidence.observations())
          if (!job.body.onlyTwin) this.#account(id).observations += count
        for (const { id, failure } of outcome.evidence.violations)
          progress.violated({ id, job, input, index, failure })
        break
      case 'not-applicable':
        if (!progress.stop) account.leaveOut(job.name, outcome.reason)
        progress.stop = true
        break
      default:
        if (outcome.kind === 'fault') this.#faults.push(`${job.requirement.id}: ${outcome.reason}`)
        account.unreached(outcome.reason)
        progress.stop ||= ++progress.unreached >= patience && progress.judged === 0
    }
    this.#options.emit({ event: 'progress', id: job.requirement.id, runs: account.runs, doing: 'running' })
  }

  /** A run may have suffered from what another one did, so that its own input shows nothing: then the next one is tried. */
  async #confirmOneOf(candidates: readonly Candidate[], ward: Ward): Promise<void> {
    for (const candidate of candidates) await this.#confirm(candidate, ward)
  }

  /** A violation counts when the smallest input that shows it shows it again, every time. */
  async #confirm(candidate: Candidate, ward: Ward): Promise<void> {
    const { id, job } = candidate
    const account = this.#account(id)
    if (ward.dead || account.failed) return
    const attempt = (input: object) => this.#attempt(job, ward, input)
    let { input } = candidate
    if (this.#options.shrink) {
      this.#options.emit({ event: 'progress', id, runs: account.runs, doing: 'shrinking' })
      input = await shrink(candidate, this.#options.seed, attempt)
    }
    this.#options.emit({ event: 'progress', id, runs: account.runs, doing: 'confirming' })
    const confirmed = await confirm(candidate, input, this.#options.shrink ? confirmations : 1, attempt)
    // It was a dying target that showed it, or it says less than what is known.
    if (ward.dead || (account.failure && confirmed.reproduced.violations === 0)) return
    account.failure = { ...confirmed, replay: this.#options.replayCommand(id) }
    // Another check's run may have shown it, and that requirement may be done already: say it again.
    if (id !== job.requirement.id) this.#emitResult(account)
    if (this.#options.bail && account.failed)
      this.#aborted ??= { reason: `stopped at the first failure, ${id}`, targetDied: false }
  }

  /** After a death: finds out which cases did it, if the target can be brought up again. Those are not tried any more. */
  async #recover(ward: Ward, launch: LaunchOptions): Promise<ReadonlySet<Job>> {
    const during = [...new Set(ward.suspects.map(({ job }) => job.requirement.id))]
    const { provider, emit } = this.#options
    const killers = new Set<Job>()
    if (this.#aborted) return killers
    const restarted = provider.relaunches && ++this.#relaunches <= relaunchesAtMost
    emit({ event: 'target-died', during, restarted })
    if (!restarted) {
      this.#aborted ??= { reason: `the target died during ${during.join(', ')}`, targetDied: true }
      return killers
    }
    for (const { job, input } of ward.suspects) {
      if (killers.has(job)) continue
      const again = new Ward(await provider.launch(launch))
      // Twice, since a target that is dying of the first may still take a connection.
      const outcomes = [await this.#attempt(job, again, input), await this.#attempt(job, again, input)]
      const down = outcomes.find(outcome => outcome?.kind === 'down')
      if (down?.kind === 'down') {
        killers.add(job)
        this.#account(job.requirement.id).killed(job, input, {
          replay: this.#options.replayCommand(job.requirement.id),
          transcript: down.transcript,
          lastWords: lastLine(again.instance.output?.() ?? ''),
        })
      }
      await provider.release(again.instance)
    }
    return killers
  }

  #account(id: string): Account {
    const account = this.#accounts.get(id)
    if (!account) throw new KitFault(`a check judges "${id}", which is no server requirement of this profile`)
    return account
  }

  #begin(job: Job): Account {
    const account = this.#account(job.requirement.id)
    if (account.begin()) this.#options.emit({ event: 'requirement-started', id: job.requirement.id })
    return account
  }

  #finish(job: Job): void {
    const { id } = job.requirement
    const left = (this.#unfinished.get(id) ?? 1) - 1
    this.#unfinished.set(id, left)
    const account = this.#account(id)
    account.end()
    if (left === 0) this.#emitResult(account)
  }

  #emitResult(account: Account): void {
    this.#options.emit({ event: 'requirement-finished', result: account.result() })
  }
}

/** An instance, and what has been noticed about its life. */
class Ward {
  readonly instance: Instance
  /** The runs that were under way when it died. */
  readonly suspects: { job: Job; input: object }[] = []

  constructor(instance: Instance) {
    this.instance = instance
  }

  get dead(): boolean {
    return this.suspects.length > 0
  }

  died(job: Job, input: object): void {
    this.suspects.push({ job, input })
  }
}

/** How far the runs of one case have come. */
class Progress {
  judged = 0
  unreached = 0
  stop = false
  /** The first violations of each requirement. */
  readonly candidates = new Map<string, Candidate[]>()

  violated(candidate: Candidate): void {
    const known = this.candidates.get(candidate.id) ?? []
    if (known.length < candidatesAtMost) this.candidates.set(candidate.id, [...known, candidate])
    if (candidate.id === candidate.job.requirement.id) this.stop = true
  }
}

/** Where a program says what it died of. */
function lastLine(output: string): string {
  return output.trimEnd().split('\n').at(-1) ?? ''
}

/** Jobs that can share an instance: those with the same settings, unless they want to be alone. */
function groupsOf(jobs: readonly Job[]): Job[][] {
  const shared = new Map<string, Job[]>()
  for (const job of jobs.filter(({ alone }) => !alone)) {
    const key = JSON.stringify(job.settings)
    shared.set(key, [...(shared.get(key) ?? []), job])
  }
  return [...shared.values(), ...jobs.filter(({ alone }) => alone).map(job => [job])]
}
