/** What JavaScript's `\s` stands for, as plain characters. */
const spaces = '\t\n\v\f\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff'
/** What JavaScript's `.` leaves out. */
const lineEnds = '\\n\\r\u2028\u2029'
/** What a class of JavaScript holds. In other languages it holds the letters and digits of every script, or other spaces. */
const classes: Readonly<Record<string, string>> = { d: '0-9', w: 'A-Za-z0-9_', s: spaces }

/** A schema whose patterns mean the same in other languages as they do in JavaScript. */
export function withPortablePatterns<S>(schema: S): S {
  if (Array.isArray(schema)) return schema.map(withPortablePatterns) as S
  if (typeof schema !== 'object' || schema === null) return schema
  const entries = Object.entries(schema).map(([key, value]) => {
    if (key === 'pattern' && typeof value === 'string') return [key, portablePattern(value)]
    return [key, withPortablePatterns(value)]
  })
  return Object.fromEntries(entries) as S
}

/**
 * A pattern that means the same in other languages as it does in JavaScript.
 *
 * @throws Error on an expression that there is not everywhere, such as a look-ahead
 */
export function portablePattern(pattern: string): string {
  let inside = false
  return pattern.replace(/\\(?<escaped>[\s\S])|\[\^?|\]|\(\?(?!:)|\./g, (found, escaped?: string) => {
    if (escaped !== undefined) return spelledOut(escaped, inside, pattern)
    if (found === '.') return inside ? found : `[^${lineEnds}]`
    if (found.startsWith('(?') || (inside && found !== ']')) throw notPortable(found, pattern)
    inside = found !== ']'
    return found
  })
}

function spelledOut(escaped: string, inside: boolean, pattern: string): string {
  const content = classes[escaped]
  if (content !== undefined) return inside ? content : `[${content}]`
  const complement = classes[escaped.toLowerCase()]
  if (complement !== undefined && !inside) return `[^${complement}]`
  if (/[A-Za-z0-9]/.test(escaped) && !/[nrtfv]/.test(escaped)) throw notPortable(`\\${escaped}`, pattern)
  return `\\${escaped}`
}

function notPortable(what: string, pattern: string): Error {
  return new Error(`${what} does not mean the same in every language: ${pattern}`)
}
