import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { folder } from '../../../reference/testing/folder.ts'
import type { Report } from '../../../schemas/kit/report.ts'
import { type CliResult, cli } from '../../testing/cli.ts'

const here = fileURLToPath(new URL('.', import.meta.url))
const page = readFileSync(join(here, '../../README.md'), 'utf8')
const [good, broken] = ['agentwire', 'broken'].map(name => join(here, `${name}.config.ts`)) as [
  string,
  string,
]
const fault = 'tally/superseding/newest-served'

test('the server passes, and the exit status says so', async () => {
  const { status, stdout, stderr } = await cli(['test', '--config', good, '--runs', '20'])
  expect(stderr + stdout).toContain('9 pass · ')
  expect(status).toBe(0)
})

test('the one with the fault fails where it has it, as the page shows, and again when replayed', async () => {
  const cwd = folder()
  const run = (...args: string[]): Promise<CliResult> => cli(args, { cwd })
  const { status, stdout } = await run(
    'test',
    '--config',
    broken,
    '--runs',
    '1',
    '--report',
    'json=report.json',
  )
  expect(status).toBe(1)
  const report: Report = JSON.parse(readFileSync(join(cwd, 'report.json'), 'utf8'))
  const others = report.requirements.filter(({ verdict }) => verdict !== 'pass')
  expect(others.map(({ id, verdict }) => [id, verdict])).toEqual([[fault, 'fail']])
  const [shown = ''] = blocks('text').map(({ text }) => text)
  for (const line of shown.split('\n').filter(line => line.trim() !== '…'))
    expect(stdout.split('\n')).toContain(line)

  const again = await run('replay', 'report.json', fault, '--config', broken)
  expect(again.stdout).toContain('violated again, 3 of 3 times')
  expect(again.status).toBe(1)
  const mended = await run('replay', 'report.json', fault, '--config', good)
  expect(mended.stdout).toContain('not violated any more')
  expect(mended.status).toBe(0)
})

test('its requirements can be asked for, and named by a baseline', async () => {
  const cwd = folder()
  writeFileSync(join(cwd, 'known.json'), JSON.stringify([{ id: fault, reason: 'not mended yet' }]))
  const only = ['--only', 'tally/superseding/*', '--baseline', 'known.json']
  const { status, stdout } = await cli(['test', '--config', good, '--runs', '5', ...only], { cwd })
  expect(stdout).toContain(`Lines of the baseline that nothing fails for any more:\n${fault}`)
  expect(stdout).toContain('2 pass · 7 skipped')
  expect(status).toBe(1)
})

test('the code of the page stands in the files', () => {
  const quoted = blocks('ts')
  expect(quoted.length).toBeGreaterThan(0)
  for (const { name, text } of quoted) {
    let rest = readFileSync(join(here, name), 'utf8')
    for (const part of text.split(/^ *\/\/ …\n/m)) {
      expect(rest).toContain(part)
      rest = rest.slice(rest.indexOf(part) + part.length)
    }
  }
})

test('nothing is imported but what anybody can import', () => {
  for (const name of readdirSync(here).filter(name => /^[a-z-]+\.(config\.)?(ts|mjs)$/.test(name)))
    for (const [, specifier = ''] of readFileSync(join(here, name), 'utf8').matchAll(/^import .*'(.*)'$/gm))
      expect(specifier).toMatch(/^(\.\/[^/]+|agentwire\/(schemas|conformance)|ws|node:\w+)$/)
})

/** The blocks of the page in one language, with the names of the files that they quote. */
function blocks(language: string): { name: string; text: string }[] {
  const found = page.matchAll(/^```(\w+) ?(.*)\n([\s\S]*?)^```$/gm)
  return [...found].flatMap(([, kind, name = '', text = '']) => (kind === language ? [{ name, text }] : []))
}
