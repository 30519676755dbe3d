import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ShapeVectors } from '../../schemas/kit/vectors.ts'
import { declared, folderOf } from '../generate/declared.ts'
import { vectorFolder } from '../vectors/folder.ts'
import { validatorModule } from './source.ts'

type Validator = ((value: unknown) => boolean) & { errors?: { instancePath: string; message?: string }[] }

const root = fileURLToPath(new URL('../..', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'agentwire-validators-'))

afterAll(() => rmSync(folder, { recursive: true }))

/** The path of a shape in the folder of its protocol. */
function pathOf(protocol: string, id: string): string {
  return id.replace(`https://agentwire.example/schemas/${protocol}/`, '').replace(/\.json$/, '')
}

describe.each(declared.map(each => [folderOf(each), each] as const))(
  'the validators of %s',
  (name, protocol) => {
    let validators: Record<string, Validator>
    let code: string

    beforeAll(async () => {
      const made = await validatorModule(protocol)
      code = made.code
      const path = join(folder, `${name}.mjs`)
      writeFileSync(path, code)
      validators = ((await import(pathToFileURL(path).href)) as { validators: typeof validators }).validators
    })

    test('judge every vector as it is to be judged', () => {
      let judged = 0
      for (const [path, text] of vectorFolder(root, protocol).files) {
        const { schemas, vectors } = JSON.parse(text) as Partial<ShapeVectors>
        for (const id of schemas ?? [])
          for (const { value, text, judgement, why } of vectors ?? []) {
            const validate = validators[pathOf(name, id)]
            if (judgement === 'implementation-defined') continue
            const instance = text === undefined ? value : JSON.parse(text)
            expect(validate?.(instance), `${path}: ${why}`).toBe(judgement === 'valid')
            judged += 1
          }
      }
      expect(judged).toBeGreaterThan(1_000)
    })

    test('import nothing, and make no code at run time', () => {
      // Ajv's functions say in a text how they are to be required.
      const said = code.replaceAll(/'require\([^']*'/g, '')
      expect(/\bimport\b|\brequire\(|\beval\(|new Function/.exec(said)?.[0]).toBeUndefined()
    })
  },
)

test('a validator says what is wrong', async () => {
  const { validators } = (await import(pathToFileURL(join(folder, 'llming.mjs')).href)) as {
    validators: Record<string, Validator>
  }
  const heartbeat = validators['frames/heartbeat']
  expect(heartbeat?.({ type: 'x' })).toBe(false)
  expect(heartbeat?.errors?.[0]).toMatchObject({
    instancePath: '/type',
    message: 'must be equal to constant',
  })
})

test('the types name every shape', async () => {
  for (const protocol of declared) {
    const { types } = await validatorModule(protocol)
    for (const frame of Object.keys(protocol.frames)) expect(types).toContain(`"frames/${frame}"`)
  }
})
