import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import type { TSchema } from 'typebox'
import { type Vector, Vector as VectorShape } from '../../schemas/kit/vector.ts'
import {
  Computations,
  type ShapeVector,
  ShapeVectors,
  type VectorIndex,
  VectorIndex as VectorIndexShape,
} from '../../schemas/kit/vectors.ts'
import { problem } from '../../schemas/validate.ts'
import { vocabulary } from '../../schemas/vocabulary.ts'
import type { Finding } from '../spec/finding.ts'
import { constraintsOf, type Schema } from './constraints.ts'
import { idOfComputation, idOfShapeVector } from './identity.ts'
import { countsOf } from './make.ts'

/** The vectors of a protocol as they stand in its folder, and what they have to agree with. */
export interface VectorFolder {
  protocol: string
  /** The text of each file by its path in the folder. */
  files: ReadonlyMap<string, string>
  /** The generated schemas of what crosses the wire, by id. */
  schemas: ReadonlyMap<string, TSchema>
  /** Ids of all requirements. */
  requirements: ReadonlySet<string>
}

interface File<Content> {
  path: string
  content: Content
}

/** What is wrong with the vectors of a protocol. They are judged by Ajv, not by what has made them. */
export function lintVectors(folder: VectorFolder): Finding[] {
  const linter = new Linter(folder)
  linter.run()
  return linter.findings
}

class Linter {
  readonly findings: Finding[] = []
  readonly #folder: VectorFolder
  readonly #ajv = new Ajv2020({ strict: true }).addVocabulary(Object.keys(vocabulary))
  readonly #ids = new Map<string, string>()

  constructor(folder: VectorFolder) {
    this.#folder = folder
    for (const schema of folder.schemas.values()) this.#ajv.addSchema(schema)
  }

  run(): void {
    const shapes: File<ShapeVectors>[] = []
    const computations: File<Computations>[] = []
    for (const [path, text] of this.#folder.files) {
      if (path === 'index.json') continue
      if (path.startsWith('dialogues/')) this.#lintDialogue(path, text)
      else if (path === 'computations.json')
        computations.push(...this.#read<Computations>(path, text, Computations))
      else shapes.push(...this.#read<ShapeVectors>(path, text, ShapeVectors))
    }
    for (const file of shapes) this.#lintShapes(file)
    for (const file of computations) this.#lintComputations(file)
    this.#everyShapeCovered(shapes)
    this.#indexAgrees([...shapes, ...computations])
  }

  #report(path: string, message: string, id?: string): void {
    const text = this.#folder.files.get(path) ?? ''
    const offset = id === undefined ? -1 : text.indexOf(`"${id}"`)
    const line = offset < 0 ? 1 : text.slice(0, offset).split('\n').length
    this.findings.push({ path: `schemas/vectors/${this.#folder.protocol}/${path}`, line, message })
  }

  #read<Content>(path: string, text: string, format: TSchema): File<Content>[] {
    let content: unknown
    try {
      content = JSON.parse(text)
    } catch (error) {
      this.#report(path, (error as Error).message)
      return []
    }
    const found = problem(format, content)
    if (found !== undefined) this.#report(path, found)
    return found === undefined ? [{ path, content: content as Content }] : []
  }

  #lintShapes({ path, content: { schemas, vectors } }: File<ShapeVectors>): void {
    const strange = schemas.filter(id => !this.#folder.schemas.has(id))
    for (const id of strange) this.#report(path, `there is no schema ${id}`)
    if (strange.length > 0) return
    const validators = schemas.map(id => this.#ajv.getSchema(id) as ValidateFunction)
    const judgements = new Map<string, string>()
    for (const vector of vectors) {
      this.#lintAbout(path, vector, idOfShapeVector(schemas[0] ?? '', vector))
      this.#judge(path, vector, validators)
      const instance = vector.text ?? JSON.stringify(vector.value)
      const other = judgements.get(instance) ?? vector.judgement
      if (other !== vector.judgement)
        this.#report(path, `the same instance is ${other} and ${vector.judgement}`, vector.id)
      judgements.set(instance, vector.judgement)
    }
    this.#everyConstraintShown(path, this.#folder.schemas.get(schemas[0] ?? '') as TSchema, vectors)
  }

  #judge(path: string, vector: ShapeVector, validators: readonly ValidateFunction[]): void {
    if ('value' in vector === 'text' in vector)
      this.#report(path, 'it must have a value or a text, and not both', vector.id)
    const instance = vector.text === undefined ? vector.value : JSON.parse(vector.text)
    if (vector.judgement === 'implementation-defined') return
    const expected = vector.judgement === 'valid'
    if (validators.some(accepts => accepts(instance) !== expected))
      this.#report(path, `Ajv does not find it ${vector.judgement}: ${vector.why}`, vector.id)
  }

  #everyConstraintShown(path: string, schema: TSchema, vectors: readonly ShapeVector[]): void {
    const shown = (judgement: string, pointer: string) =>
      vectors.some(each => each.judgement === judgement && each.constraint === pointer)
    for (const { pointer, inside, outside } of constraintsOf(schema as Schema)) {
      if (inside && !shown('valid', pointer)) this.#report(path, `nothing lies just inside of ${pointer}`)
      if (outside && !shown('invalid', pointer)) this.#report(path, `nothing lies just outside of ${pointer}`)
    }
  }

  #lintComputations({ path, content: { operations, vectors } }: File<Computations>): void {
    for (const vector of vectors) {
      this.#lintAbout(path, vector, idOfComputation(this.#folder.protocol, vector))
      if (!(vector.operation in operations))
        this.#report(path, `nothing says what ${vector.operation} is`, vector.id)
      if ((vector.judgement === 'valid') !== 'result' in vector)
        this.#report(path, 'it must have a result if it is valid, and only then', vector.id)
    }
  }

  #lintDialogue(path: string, text: string): void {
    for (const { content } of this.#read<Vector>(path, text, VectorShape))
      if (!this.#folder.requirements.has(content.id))
        this.#report(path, `there is no requirement ${content.id}`)
  }

  #lintAbout(path: string, vector: { id: string; requirement: string }, id: string): void {
    if (vector.id !== id) this.#report(path, `its id must be ${id}, as its content says`, vector.id)
    const place = this.#ids.get(vector.id)
    if (place !== undefined) this.#report(path, `its id stands in ${place} too`, vector.id)
    this.#ids.set(vector.id, path)
    if (!this.#folder.requirements.has(vector.requirement))
      this.#report(path, `there is no requirement ${vector.requirement}`, vector.id)
  }

  #everyShapeCovered(shapes: readonly File<ShapeVectors>[]): void {
    const covered = shapes.flatMap(({ content }) => content.schemas)
    for (const id of this.#folder.schemas.keys()) {
      const times = covered.filter(each => each === id).length
      if (times !== 1) this.#report('index.json', `${id} has ${times} files of vectors`)
    }
  }

  #indexAgrees(files: readonly File<ShapeVectors | Computations>[]): void {
    const [index] = this.#read<VectorIndex>(
      'index.json',
      this.#folder.files.get('index.json') ?? '',
      VectorIndexShape,
    )
    if (!index) return
    const counted = Object.fromEntries(files.map(({ path, content }) => [path, countsOf(content.vectors)]))
    for (const path of new Set([...Object.keys(counted), ...Object.keys(index.content.files)]))
      if (JSON.stringify(counted[path]) !== JSON.stringify(index.content.files[path]))
        this.#report('index.json', `${path} has not the vectors that are counted here`)
    const total = files.reduce((sum, { content }) => sum + content.vectors.length, 0)
    if (total !== index.content.total)
      this.#report('index.json', `there are ${total} vectors, not ${index.content.total}`)
    const dialogues = [...this.#folder.files.keys()].filter(path => path.startsWith('dialogues/')).sort()
    if (dialogues.join() !== index.content.dialogues.join())
      this.#report('index.json', `the dialogues are ${dialogues.join(', ') || 'none'}`)
  }
}
