/** What was seen to contradict a requirement. */
export interface Failure {
  /** What went wrong, in one line. */
  message: string
  /** What would have been right. */
  expected: string
  /** What the target did. */
  received: string
}

/** A requirement was contradicted. Thrown by a check's expectation; ends the run. */
export class Violation extends Error {
  readonly failure: Failure
  /** Whether it rests on something not having come in time. */
  readonly timedOut: boolean

  constructor(failure: Failure, timedOut = false) {
    super(failure.message)
    this.failure = failure
    this.timedOut = timedOut
  }
}

/**
 * What a check needs in order to judge did not come about, which says nothing about the requirement. Thrown by the
 * trial, and by drivers; a requirement that no run has reached is inconclusive.
 */
export class Unreached extends Error {}

/** The target says that it lacks what this case needs. The case is left out; that is no fault. */
export class NotApplicable extends Error {}

/** The target does not answer at all any more. */
export class TargetDown extends Error {}

/** The kit itself has made a mistake: a check that sends what its own schema forbids, say. */
export class KitFault extends Error {}

/**
 * What one run has shown. A refusal counts as an observation only once its valid twin has been seen in the same run:
 * a target that refuses everything shows nothing.
 */
export class Evidence {
  readonly #observations = new Map<string, number>()
  readonly #refusals = new Map<string, number>()
  readonly violations: { id: string; failure: Failure }[] = []
  /** Reported, not judged. */
  readonly notes = new Set<string>()
  #twins = 0

  observe(id: string): void {
    this.#observations.set(id, (this.#observations.get(id) ?? 0) + 1)
  }

  refuse(id: string): void {
    this.#refusals.set(id, (this.#refusals.get(id) ?? 0) + 1)
  }

  twinSeen(): void {
    this.#twins++
  }

  violate(id: string, failure: Failure): void {
    this.violations.push({ id, failure })
  }

  /** Takes secrets out of what will be shown. */
  redact(redact: (text: string) => string): void {
    for (const { failure } of this.violations)
      for (const member of ['message', 'expected', 'received'] as const)
        failure[member] = redact(failure[member])
  }

  /** How often a requirement was seen to hold. */
  observations(): ReadonlyMap<string, number> {
    const counted = new Map(this.#observations)
    if (this.#twins > 0)
      for (const [id, count] of this.#refusals) counted.set(id, (counted.get(id) ?? 0) + count)
    return counted
  }
}
