/** One figure, next to its goal. */
export interface Row {
  what: string
  measured: string
  goal: string
  reached: boolean
}

export function row(what: string, measured: string, goal: string, reached: boolean): Row {
  return { what, measured, goal, reached }
}

/** A figure that is a ratio against something in the same run, and is to be at least or at most so much. */
export function ratioRow(what: string, ratio: number, goal: { atLeast: number } | { atMost: number }): Row {
  const [sign, bound, reached] =
    'atLeast' in goal ? ['≥', goal.atLeast, ratio >= goal.atLeast] : ['≤', goal.atMost, ratio <= goal.atMost]
  return row(what, `${ratio.toFixed(2)} ×`, `${sign} ${bound} ×`, reached)
}

export function showRow({ what, measured, goal, reached }: Row): string {
  return `${reached ? '✓' : '✗'} ${what.padEnd(66)} ${measured.padEnd(24)} ${goal}`
}
