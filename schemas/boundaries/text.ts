import fc from 'fast-check'
import { type Boundary, distinct, inside, type Node, outside, show } from './boundary.ts'

interface TextConstraints {
  minLength?: number
  maxLength?: number
  pattern?: string
}

/** The boundaries of a text by its length and its pattern. */
export function ofText(node: Node, at: string): Boundary[] {
  const { minLength = 0, maxLength, pattern } = node as TextConstraints
  const found: Boundary[] = []
  const both = (keyword: string, last: number, first: number) => {
    const path = `${at}/${keyword}`
    for (const text of textsOf(last, pattern)) found.push(inside(text, path, `${last} characters`))
    const [beyond = 'a'.repeat(first)] = textsOf(first, pattern)
    found.push(outside(beyond, path, `${first} characters`))
  }
  if (minLength > 0) both('minLength', minLength, minLength - 1)
  if (maxLength !== undefined) both('maxLength', maxLength, maxLength + 1)
  if (pattern !== undefined) found.push(...ofPattern(pattern, node, `${at}/pattern`))
  return found
}

/** Texts of a length that match. It is counted in code points: a character beyond the basic plane is one. */
function textsOf(length: number, pattern: string | undefined): string[] {
  if (pattern === undefined) return distinct(['a', '𝒳'].map(character => character.repeat(length)))
  const found = examplesOf(pattern, { minLength: length, maxLength: length })
  return (found.length > 0 ? found : grown(pattern, length)).slice(0, 1)
}

/** Texts of a length that match, made from a short one by repeating a character of it. */
function grown(pattern: string, length: number): string[] {
  const [example = ''] = examplesOf(pattern, { maxLength: length })
  return [...example]
    .map((character, place) => {
      const more = character.repeat(Math.max(0, length - [...example].length))
      return example.slice(0, place) + more + example.slice(place)
    })
    .filter(text => matches(pattern, text) && [...text].length === length)
}

/** A text that matches, and what a single edit makes of it: of each kind of edit the first in either direction. */
function ofPattern(pattern: string, node: Node, at: string): Boundary[] {
  const example = exampleOf(pattern, node)
  const places = Array.from({ length: example.length + 1 }, (_, place) => place)
  const edit = (removed: number, added: string) =>
    places.map(place => example.slice(0, place) + added + example.slice(place + removed))
  const characters = distinct([...'aA0 \n', ...pattern.replace(/[A-Za-z0-9]/g, '')])
  const kinds = [edit(1, ''), ...characters.flatMap(character => [edit(0, character), edit(1, character)])]
  const first = (suits: (text: string) => boolean) =>
    distinct(kinds.flatMap(texts => texts.filter(suits).slice(0, 1)))
  const fits = (text: string) => matches(pattern, text)
  return [
    ...distinct([example, ...first(text => fits(text) && hasLength(node, text))]).map(text =>
      inside(text, at, `${show(text)}, which matches`),
    ),
    ...distinct(['', ...first(text => !fits(text))])
      .filter(text => !fits(text))
      .map(text => outside(text, at, `${show(text)}, which does not match`)),
  ]
}

/**
 * A short text that a pattern and the limits of the length admit, always the same one.
 *
 * @throws Error when none is found
 */
export function exampleOf(pattern: string, node: Node): string {
  const [best] = examplesOf(pattern, node)
  if (best === undefined) throw new Error(`boundaries: no text of the wanted length matches ${pattern}`)
  return best
}

/** Texts that match, readable and short ones first. */
function examplesOf(pattern: string, node: Node): string[] {
  return fc
    .sample(fc.stringMatching(new RegExp(pattern, 'u')), { numRuns: 300, seed: 1 })
    .filter(text => matches(pattern, text) && hasLength(node, text))
    .sort((a, b) => Number(!printable(a)) - Number(!printable(b)) || a.length - b.length)
}

export function matches(pattern: string, text: string): boolean {
  return new RegExp(pattern, 'u').test(text)
}

function hasLength(node: Node, text: string): boolean {
  const { minLength = 0, maxLength = Number.POSITIVE_INFINITY } = node as TextConstraints
  const { length } = [...text]
  return length >= minLength && length <= maxLength
}

function printable(text: string): boolean {
  return /^[ -~]*$/.test(text)
}
