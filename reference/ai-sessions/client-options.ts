/** The longest time that a timer of JavaScript can take. */
const maxTimerMs = 2 ** 31 - 1

/** Pauses double from one attempt to the next, up to this one. A first pause may be longer. */
export const longestPauseMs = 30_000

/** The pause before another attempt, when `failures` have followed the first pause. */
export function pauseMs(firstMs: number, failures: number): number {
  return Math.max(firstMs, Math.min(firstMs * 2 ** failures, longestPauseMs))
}

/** @throws RangeError when an option is no time that a timer can take */
export function checkMs(name: string, ms: number, atLeast: 0 | 1 = 1): void {
  if (!(ms >= atLeast && ms <= maxTimerMs))
    throw new RangeError(`${name}: expected ${atLeast} to ${maxTimerMs} milliseconds`)
}

/** @throws RangeError when an option is not a number of times */
export function checkCount(name: string, count: number): void {
  if (!(count >= 0 && (Number.isInteger(count) || count === Number.POSITIVE_INFINITY)))
    throw new RangeError(`${name}: expected a whole number from 0 on`)
}
