const waiting: (() => void)[] = []

/** Calls `run` when the present turn of the event loop is over, before any input is read. */
export function atEndOfTurn(run: () => void): void {
  if (waiting.push(run) === 1) process.nextTick(endTurn)
}

/** Does now what was to be done at the end of the turn. */
export function endTurn(): void {
  for (const run of waiting.splice(0)) run()
}
