import { shorten } from './wire/transcript.ts'

/** A place in an expected value where more than one value is right. */
export class Matcher {
  /** How reports name what is right. */
  readonly description: string
  /** Whether a value is right. */
  readonly matches: (value: unknown) => boolean

  /** @param description - what is expected, as a reader of a report wants to see it */
  constructor(description: string, matches: (value: unknown) => boolean) {
    this.description = description
    this.matches = matches
  }
}

/** Fits any text, an empty one too. */
export const anyText = new Matcher('a text', value => typeof value === 'string')
/** Fits `true` and `false`. */
export const anyBoolean = new Matcher('true or false', value => typeof value === 'boolean')
/** Fits any number without a fraction. */
export const anyWholeNumber = new Matcher('a whole number', value => Number.isInteger(value))
/** Fits any value. */
export const anything = new Matcher('anything', () => true)
/** Fits any text but the empty one. */
export const nonEmptyText = new Matcher(
  'a text that is not empty',
  value => typeof value === 'string' && value !== '',
)

/** Fits a text that the pattern finds something in; `description` stands for it in reports. */
export function textMatching(pattern: RegExp, description: string): Matcher {
  return new Matcher(description, value => typeof value === 'string' && pattern.test(value))
}

/** Fits what equals one of these values; they may hold matchers. */
export function oneOf(...values: readonly unknown[]): Matcher {
  return new Matcher(`one of ${values.map(show).join(', ')}`, value =>
    values.some(each => difference(each, value) === undefined),
  )
}

/** An object that has at least these members. */
export function including(members: Readonly<Record<string, unknown>>): Matcher {
  return new Matcher(`an object with ${show(members)}`, value => {
    if (!isObject(value)) return false
    return Object.entries(members).every(
      ([name, member]) => Object.hasOwn(value, name) && difference(member, value[name]) === undefined,
    )
  })
}

/**
 * Where a value differs from what was expected, in words, or `undefined` where it does not. A matcher knows nothing
 * of checks and verdicts, so the same one serves to wait, to negate and to report.
 */
export function difference(expected: unknown, received: unknown, path = ''): string | undefined {
  if (expected instanceof Matcher)
    return expected.matches(received)
      ? undefined
      : `${at(path)}expected ${expected.description}, received ${show(received)}`
  if (Array.isArray(expected) && Array.isArray(received) && expected.length === received.length)
    return firstOf(expected.map((part, index) => difference(part, received[index], `${path}[${index}]`)))
  if (isObject(expected) && isObject(received)) {
    const names = new Set([...Object.keys(expected), ...Object.keys(received)])
    return firstOf([...names].map(name => memberDifference(expected, received, name, path)))
  }
  // Not Object.is: JSON knows no negative zero.
  return expected === received
    ? undefined
    : `${at(path)}expected ${show(expected)}, received ${show(received)}`
}

function memberDifference(
  expected: Record<string, unknown>,
  received: Record<string, unknown>,
  name: string,
  path: string,
): string | undefined {
  const here = `${path}.${name}`
  if (!Object.hasOwn(received, name)) return `${at(here)}expected ${show(expected[name])}, but it is absent`
  if (!Object.hasOwn(expected, name)) return `${at(here)}expected nothing, received ${show(received[name])}`
  return difference(expected[name], received[name], here)
}

const longText = 1_000

/** A value, or what stands for many, as a reader wants to see it. */
export function show(value: unknown): string {
  if (value instanceof Matcher) return value.description
  if (value === undefined) return 'nothing'
  // A long text is cut before its quotes are escaped, not only after.
  const cut = typeof value === 'string' ? shorten(value, longText) : value
  return shorten(jsonOf(cut) ?? String(cut))
}

function jsonOf(value: unknown): string | undefined {
  try {
    return JSON.stringify(value, (_, part) => (part instanceof Matcher ? `<${part.description}>` : part))
  } catch (error) {
    // A parser takes any depth; a writer goes down only as far as the stack does.
    if (error instanceof RangeError) return 'a value nested too deeply to be shown'
    throw error
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function firstOf(differences: (string | undefined)[]): string | undefined {
  return differences.find(each => each !== undefined)
}

function at(path: string): string {
  return path === '' ? '' : `at ${path}: `
}
