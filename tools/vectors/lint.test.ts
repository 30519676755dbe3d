import { fileURLToPath } from 'node:url'
import Type, { type TSchema } from 'typebox'
import { describe, expect, test } from 'vitest'
import type { Computations, PickedVectors, ShapeVectors, VectorIndex } from '../../schemas/kit/vectors.ts'
import { defineProtocol } from '../../schemas/protocol.ts'
import { declared, folderOf } from '../generate/declared.ts'
import { wireDefinitions } from '../generate/definitions.ts'
import { vectorFolder } from './folder.ts'
import { idOfShapeVector } from './identity.ts'
import { lintVectors } from './lint.ts'
import { vectorsOf } from './make.ts'

const protocol = defineProtocol({
  name: 'toy',
  title: 'toy',
  summary: 'A toy.',
  frames: {
    hello: {
      from: 'client',
      summary: 'Greets.',
      requirement: ['toy/framing/hello'],
      schema: Type.Object({ type: Type.Literal('hello'), name: Type.String({ maxLength: 3 }) }),
    },
  },
})

const picked: PickedVectors = {
  operations: { double: 'twice a number' },
  computations: [
    {
      operation: 'double',
      given: { n: 2 },
      result: 4,
      judgement: 'valid',
      requirement: 'toy/framing/hello',
      why: 'two',
    },
  ],
  shapes: {
    'frames/hello': [
      {
        text: '{"type":"hello","name":"","name":""}',
        judgement: 'implementation-defined',
        requirement: 'toy/framing/hello',
        why: 'a member twice',
      },
    ],
  },
}

interface Content {
  hello: ShapeVectors
  computations: Computations
  index: VectorIndex
  dialogue: { format: string; id: string; case: string; check: string; input: object; message: string }
}

const hello = 'frames/hello.json'

/** The findings after something was changed in what the generator has made. */
function findingsOf(change: (content: Content, schemas: Map<string, TSchema>) => void): string[] {
  const made = structuredClone(vectorsOf(protocol, picked, ['dialogues/twice.json']))
  const content: Content = {
    hello: made.shapes.get(hello) as ShapeVectors,
    computations: made.computations as Computations,
    index: made.index,
    dialogue: {
      format: 'agentwire-vector/1',
      id: 'toy/framing/hello',
      case: '',
      check: 'toy/framing/hello',
      input: {},
      message: 'it was said twice',
    },
  }
  const schemas = new Map(
    [...wireDefinitions(protocol).values()].map(schema => [(schema as { $id?: string }).$id ?? '', schema]),
  )
  change(content, schemas)
  const files = new Map([
    [hello, JSON.stringify(content.hello)],
    ['computations.json', JSON.stringify(content.computations)],
    ['dialogues/twice.json', JSON.stringify(content.dialogue)],
    ['index.json', JSON.stringify(content.index)],
  ])
  const requirements = new Set(['toy/framing/hello'])
  return lintVectors({ protocol: 'toy', files, schemas, requirements }).map(({ message }) => message)
}

test('there is nothing to find in what the generator has made', () => {
  expect(findingsOf(() => {})).toEqual([])
})

test.each(declared.map(each => [folderOf(each), each] as const))(
  'there is nothing to find in the vectors of %s',
  (_, each) => {
    const root = fileURLToPath(new URL('../..', import.meta.url))
    expect(lintVectors(vectorFolder(root, each))).toEqual([])
  },
)

describe('it finds', () => {
  const first = ({ hello }: Content) => hello.vectors[0] as ShapeVectors['vectors'][number]

  test.each<[string, (content: Content, schemas: Map<string, TSchema>) => void, RegExp]>([
    [
      'a file of another form',
      ({ hello }) => Object.assign(hello, { format: 'x' }),
      /format must be equal to constant/,
    ],
    [
      'a schema that there is not',
      ({ hello }) => hello.schemas.push('https://agentwire.example/schemas/toy/x.json'),
      /no schema https:.*toy\/x.json/,
    ],
    [
      'an id that is not that of its content',
      content => {
        first(content).id = '000000000000'
      },
      /its id must be/,
    ],
    ['the same id twice', content => content.hello.vectors.push(first(content)), /its id stands in/],
    [
      'a requirement that there is not',
      content => {
        first(content).requirement = 'toy/x/y'
      },
      /no requirement toy\/x\/y/,
    ],
    [
      'a judgement that is not that of the schema',
      content => {
        first(content).judgement = 'invalid'
      },
      /Ajv does not find it invalid/,
    ],
    [
      'two judgements of one instance',
      ({ hello }) => {
        const value = hello.vectors.find(({ judgement }) => judgement === 'valid')?.value
        const other = { judgement: 'invalid' as const, requirement: 'toy/framing/hello', why: 'so', value }
        hello.vectors.push({ id: idOfShapeVector(hello.schemas[0] ?? '', other), ...other })
      },
      /the same instance is valid and invalid/,
    ],
    [
      'neither a value nor a text',
      content => {
        delete first(content).value
      },
      /must have a value or a text/,
    ],
    [
      'a constraint that nothing lies just outside of',
      ({ hello }) => {
        hello.vectors = hello.vectors.filter(
          each => each.judgement === 'valid' || !each.constraint?.endsWith('maxLength'),
        )
      },
      /nothing lies just outside of \/properties\/name\/maxLength/,
    ],
    [
      'a constraint that nothing lies just inside of',
      ({ hello }) => {
        hello.vectors = hello.vectors.filter(
          each => each.judgement !== 'valid' || !each.constraint?.endsWith('maxLength'),
        )
      },
      /nothing lies just inside of \/properties\/name\/maxLength/,
    ],
    [
      'an operation that nobody has heard of',
      ({ computations }) => {
        computations.operations = {}
      },
      /nothing says what double is/,
    ],
    [
      'a result that is missing',
      ({ computations }) => {
        delete computations.vectors[0]?.result
      },
      /must have a result/,
    ],
    [
      'a shape without vectors',
      (_, schemas) => {
        schemas.set('https://agentwire.example/schemas/toy/frames/bye.json', Type.Null())
      },
      /frames\/bye.json has 0 files/,
    ],
    [
      'a vector that was lost',
      ({ hello }) => hello.vectors.splice(0, 1),
      /has not the vectors that are counted/,
    ],
    [
      'a total that is wrong',
      ({ index }) => {
        index.total += 1
      },
      /vectors, not/,
    ],
    [
      'a dialogue that was lost',
      ({ index }) => index.dialogues.push('dialogues/x.json'),
      /the dialogues are/,
    ],
    [
      'a dialogue of another form',
      ({ dialogue }) => Object.assign(dialogue, { input: null }),
      /input must be object/,
    ],
    [
      'a dialogue about no requirement',
      ({ dialogue }) => {
        dialogue.id = 'toy/x/z'
      },
      /no requirement toy\/x\/z/,
    ],
  ])('%s', (_, change, message) => {
    expect(findingsOf(change).join('\n')).toMatch(message)
  })
})

test('a vector for a shape that there is not is refused, and a constraint that nothing states', () => {
  const strange = { ...picked, shapes: { 'frames/bye': [] } }
  expect(() => vectorsOf(protocol, strange, [])).toThrow('vectors for frames/bye')
  const silent = { ...protocol, formats: { name: Type.String() } }
  expect(() => vectorsOf(silent, picked, [])).toThrow('does not say by "x-requirement"')
})
