/** The user asked for something that cannot be: exit status 2. */
export class UsageError extends Error {}

/** The word of a list that is nearest to a misspelt one, for "did you mean ...?". */
export function didYouMean(word: string, known: Iterable<string>): string {
  let nearest: string | undefined
  let least = Math.max(2, Math.floor(word.length / 3)) + 1
  for (const candidate of known) {
    const distance = editDistance(word, candidate, least)
    if (distance < least) [nearest, least] = [candidate, distance]
  }
  return nearest === undefined ? '' : ` Did you mean "${nearest}"?`
}

/** How many characters must be inserted, deleted or replaced; anything from `limit` on counts as `limit`. */
function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit) return limit
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const above = row
    row = [i]
    for (let j = 1; j <= b.length; j++) {
      const replaced = (above[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      row.push(Math.min(replaced, (above[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1))
    }
  }
  return row.at(-1) ?? limit
}
