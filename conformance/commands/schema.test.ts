import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { folder } from '../../reference/testing/folder.ts'
import { olderRevisions } from '../../schemas/index.ts'
import { profileNames } from '../profiles.ts'
import { cli } from '../testing/cli.ts'
import { schema } from './schema.ts'

const generated = fileURLToPath(new URL('../../schemas/json', import.meta.url))
const names = [
  ...profileNames,
  ...olderRevisions
    .filter(({ name }) => profileNames.includes(name))
    .map(({ name, revision }) => `${name}-revision-${revision}`),
]

/** Every file below a folder, with its content. */
function contentOf(path: string): Record<string, string> {
  const files = readdirSync(path, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile())
  return Object.fromEntries(
    files
      .map(({ parentPath, name }) => join(parentPath, name))
      .map(file => [file.slice(path.length + 1), readFileSync(file, 'utf8')]),
  )
}

describe('writes', () => {
  test('all JSON Schemas as they were generated, and nothing else', async () => {
    const out = join(folder(), 'new/folder')
    expect(await schema({ format: 'json-schema', out })).toBe(0)
    expect(readdirSync(out).sort()).toEqual([...names].sort())
    for (const name of names) {
      const { 'openapi.json': _, 'asyncapi.json': __, ...expected } = contentOf(join(generated, name))
      expect(contentOf(join(out, name))).toEqual(expected)
    }
  })

  test.each(['openapi', 'asyncapi'] as const)('the %s document of a profile', async format => {
    const out = folder()
    await schema({ profile: ['hub', 'hub'], format, out })
    const expected = readFileSync(join(generated, `hub/${format}.json`), 'utf8')
    expect(contentOf(out)).toEqual({ [`hub/${format}.json`]: expected })
  })
})

describe('prints', () => {
  test.each([
    ['json-schema', 'hub.json'],
    ['openapi', 'openapi.json'],
    ['asyncapi', 'asyncapi.json'],
  ])('the %s document of a profile, and nothing else', async (format, file) => {
    const { status, stdout, stderr } = await cli(['schema', '--profile', 'hub', '--format', format])
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    expect(stdout).toBe(readFileSync(join(generated, 'hub', file), 'utf8'))
  })
})

describe('refuses', () => {
  test.each([
    [['--profile', 'hup'], 'there is no profile "hup". Did you mean "hub"?'],
    [['--profile', 'hub', '--format', 'xml'], 'known: json-schema, openapi, asyncapi'],
    [['--format', 'openapi'], 'say with --profile whose document to print'],
  ])('%j', async (args, message) => {
    const { status, stdout, stderr } = await cli(['schema', ...args])
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
    expect(stderr).toContain(message)
    expect(stderr).not.toContain('    at ')
  })

  test('a folder with something in it, and leaves it as it was', async () => {
    const out = folder()
    writeFileSync(join(out, 'mine.txt'), 'mine')
    await expect(schema({ format: 'json-schema', out })).rejects.toThrow(`--out ${out}: it is not empty`)
    expect(contentOf(out)).toEqual({ 'mine.txt': 'mine' })
  })

  test('a file in place of a folder', async () => {
    const out = join(folder(), 'file')
    writeFileSync(out, 'mine')
    await expect(schema({ format: 'openapi', out })).rejects.toThrow('ENOTDIR')
    expect(readFileSync(out, 'utf8')).toBe('mine')
  })

  test('a folder that cannot be made', async () => {
    await expect(schema({ format: 'openapi', out: '/dev/null/here' })).rejects.toThrow('--out /dev/null/here')
  })

  test('a profile that is not known, before anything is made', async () => {
    const out = join(folder(), 'new')
    await expect(schema({ profile: ['hub', 'x'], format: 'openapi', out })).rejects.toThrow('no profile "x"')
    expect(existsSync(out)).toBe(false)
  })
})

describe('when something goes wrong half-way', () => {
  /** A path so long that only short names below it can be made. */
  function nearlyTooLong(): string {
    const base = folder()
    const step = 'a'.repeat(200)
    const steps = Math.floor((4_050 - base.length) / (step.length + 1))
    const left = 4_050 - base.length - steps * (step.length + 1) - 1
    return join(base, ...Array.from({ length: steps }, () => step), 'b'.repeat(Math.max(1, left)))
  }

  test('nothing stays of what was begun', async () => {
    const out = nearlyTooLong()
    await expect(schema({ format: 'json-schema', out })).rejects.toThrow('ENAMETOOLONG')
    expect(existsSync(out)).toBe(false)
  })

  test('an empty folder of the user stays empty', async () => {
    const out = nearlyTooLong()
    mkdirSync(out, { recursive: true })
    await expect(schema({ format: 'json-schema', out })).rejects.toThrow('ENAMETOOLONG')
    expect(readdirSync(out)).toEqual([])
  })
})
