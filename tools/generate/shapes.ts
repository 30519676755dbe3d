import type { TSchema } from 'typebox'
import { withPortablePatterns } from './portable-pattern.ts'

type Annotated = Record<string, unknown>

/** The shapes that a document refers to. Those that are alike stand there once, under the name of the first. */
export class Shapes {
  readonly #definitions: ReadonlyMap<string, TSchema>
  readonly #base: string
  readonly #used = new Map<string, object>()
  readonly #names = new Map<string, string>()

  /** @param base - what stands before a name in a reference */
  constructor(definitions: ReadonlyMap<string, TSchema>, base: string) {
    this.#definitions = definitions
    this.#base = base
  }

  /** @throws Error when there is no such shape */
  reference(path: string): { $ref: string } {
    const schema = this.#definitions.get(path)
    if (!schema) throw new Error(`there is no shape ${path}`)
    // Where it is used says what it is used for.
    const { $id, 'x-method': m, 'x-path': p, ...shape } = withPortablePatterns(schema) as Annotated
    const { title, description, ...alike } = shape
    const key = JSON.stringify(alike)
    const name = this.#names.get(key) ?? nameOf(path)
    this.#names.set(key, name)
    if (!this.#used.has(name)) this.#used.set(name, shape)
    return { $ref: `${this.#base}${name}` }
  }

  used(): Record<string, object> {
    return Object.fromEntries(this.#used)
  }
}

/** The path of a shape as a name that OpenAPI and AsyncAPI allow. */
export function nameOf(path: string): string {
  return path.replace(/^(frames|endpoints|formats)\//, '').replaceAll('/', '.')
}
