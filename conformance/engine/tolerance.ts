import { availableParallelism, loadavg } from 'node:os'

/** How long the tester waits, in milliseconds. Its own times, not properties of the target. */
export interface Tolerance {
  /** An expected close or open must be seen by then. */
  closeWithinMs: number
  /** An expected reply must be seen by then. */
  replyWithinMs: number
  /** Silence that counts as "nothing more comes" where no fence can be sent. */
  settleMs: number
}

export const defaultTolerance: Tolerance = { closeWithinMs: 2_000, replyWithinMs: 2_000, settleMs: 300 }

/** On a host with so many times the work that it has processors for, everything takes that many times as long. */
const slowestCounted = 5

/** The waits on a host that has other work to do as well. `load`: of each of its processors, lately. */
export function onBusyHost(tolerance: Tolerance, load = hostLoad()): Tolerance {
  const factor = Math.min(Math.max(load, 1), slowestCounted)
  const scaled = (ms: number) => Math.round(ms * factor)
  return {
    closeWithinMs: scaled(tolerance.closeWithinMs),
    replyWithinMs: scaled(tolerance.replyWithinMs),
    settleMs: scaled(tolerance.settleMs),
  }
}

/** Always 0 where the system does not say. */
function hostLoad(): number {
  return (loadavg()[0] ?? 0) / availableParallelism()
}
