/** One thing that crossed the wire, or a remark about it. */
export interface Entry {
  /** Since the run began. */
  atMs: number
  /** Whose dialogue with the target it belongs to: `#1` for the first socket, `http`, `control`. */
  party: string
  /** `out`: from the kit to the target. */
  way: 'out' | 'in' | 'note'
  text: string
  /** Deliberately bad input. */
  bad?: true
}

/** Longer texts are cut in the middle when shown; the wire had them whole. */
const shownLength = 240
/** And so are longer dialogues: a target may say very much. */
const shownEntries = { first: 150, last: 50 }

/** Everything of one run, in order. What it keeps is raw; secrets are taken out when it is shown. */
export class Transcript {
  readonly #entries: Entry[] = []
  readonly #startedAt = performance.now()

  add(party: string, way: Entry['way'], text: string, bad?: boolean): void {
    const entry: Entry = { atMs: performance.now() - this.#startedAt, party, way, text }
    if (bad) entry.bad = true
    this.#entries.push(entry)
  }

  /** The entries with secrets replaced, long texts shortened, and a remark in place of what is too much. */
  show(redact: (text: string) => string): Entry[] {
    return this.#shown().map(entry => ({
      ...entry,
      atMs: Math.round(entry.atMs * 10) / 10,
      text: shorten(redact(printable(entry.text))),
    }))
  }

  #shown(): readonly Entry[] {
    const { first, last } = shownEntries
    const next = this.#entries[first]
    const left = this.#entries.length - first - last
    if (!next || left <= 0) return this.#entries
    const remark: Entry = { atMs: next.atMs, party: 'kit', way: 'note', text: `${left} entries are left out` }
    return [...this.#entries.slice(0, first), remark, ...this.#entries.slice(-last)]
  }
}

export function shorten(text: string, length = shownLength): string {
  if (text.length <= length) return text
  const half = Math.floor((length - 24) / 2)
  return `${text.slice(0, half)} … ${text.length - 2 * half} more … ${text.slice(-half)}`
}

/** Control characters as escapes, so that a hostile text cannot speak to the terminal. */
function printable(text: string): string {
  const cut = shorten(text, 4 * shownLength)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what it replaces
  return cut.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\ufeff]/g, char => {
    return `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`
  })
}
