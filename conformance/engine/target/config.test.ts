import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { folder } from '../../../reference/testing/folder.ts'
import type { Config } from '../../../schemas/kit/config.ts'
import { llming } from '../../../schemas/llming/index.ts'
import { UsageError } from '../usage-error.ts'
import { checkAgainstProtocol, loadBaseline, loadConfig } from './config.ts'

/** Writes a file, and returns its path. */
function file(name: string, content: unknown): string {
  const path = join(folder(), name)
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content))
  return path
}

const config = { profile: 'llming', url: 'http://127.0.0.1:3000', limits: { sweepMs: 500 } }

describe('the same config in any of its forms', () => {
  test.each([
    ['agentwire.config.json', JSON.stringify(config)],
    ['agentwire.config.yaml', 'profile: llming\nurl: http://127.0.0.1:3000\nlimits:\n  sweepMs: 500\n'],
    ['agentwire.config.mjs', `export default ${JSON.stringify(config)}`],
    ['agentwire.config.ts', `const it: object = ${JSON.stringify(config)}\nexport default it`],
  ])('%s', async (name, content) => {
    const path = file(name, content)
    expect(await loadConfig(path)).toEqual({ config, folder: join(path, '..') })
  })
})

test('revision and dialect become settings', async () => {
  const path = file('agentwire.config.json', {
    ...config,
    revision: 1,
    dialect: { unit: 's' },
    settings: { a: 1 },
  })
  const loaded = await loadConfig(path)
  expect(loaded.config.settings).toEqual({ a: 1, revision: 1, dialect: { unit: 's' } })
  expect(() => checkAgainstProtocol(path, loaded.config, llming)).toThrow('dialect: llming has no switches')
})

describe('what is wrong with a config is said by name', () => {
  test.each<[string, unknown, string]>([
    [
      'a misspelt key',
      { ...config, capabilites: [] },
      'the config has an unknown key "capabilites". Did you mean "capabilities"?',
    ],
    [
      'a misspelt key further in',
      { profile: 'llming', start: { command: ['x'], readyWithin: 1 } },
      'start has an unknown key "readyWithin". Did you mean "readyWithinMs"?',
    ],
    [
      'a key like none',
      { ...config, xyzzy: 1 },
      'the config has an unknown key "xyzzy". Known: profile, revision, dialect, url, start,',
    ],
    [
      'a profile that nobody has defined',
      { ...config, profile: { protocol: {} } },
      '"profile" is neither a name nor what defineProfile has returned',
    ],
    ['a missing key', { url: 'http://127.0.0.1:3000' }, 'profile'],
    ['a number for a text', { ...config, url: 3000 }, '/url must be string'],
    ['a text for a number', { ...config, limits: { sweepMs: '500' } }, '/limits/sweepMs must be number'],
    ['an empty command', { profile: 'llming', start: { command: [] } }, '/start/command'],
    ['a list', [config], 'the config must be an object'],
    ['nothing', null, 'the config must be an object'],
    ['a part that is no object', { ...config, start: 'node server.js' }, 'start must be an object'],
  ])('%s', async (_, content, told) => {
    const path = file('agentwire.config.json', content)
    const loaded = loadConfig(path)
    await expect(loaded).rejects.toThrow(UsageError)
    await expect(loaded).rejects.toThrow(path)
    await expect(loaded).rejects.toThrow(told)
  })

  test.each<[string, string, string]>([
    ['agentwire.config.json', '{"profile":', 'cannot be read'],
    ['agentwire.config.yaml', 'profile: [', 'cannot be read'],
    ['agentwire.config.mjs', 'throw new Error("not today")', 'cannot be read: not today'],
    ['agentwire.config.toml', '', 'a file of this kind cannot be read; use .ts, .js, .json or .yaml'],
  ])('%s with "%s"', async (name, content, told) => {
    const loaded = loadConfig(file(name, content))
    await expect(loaded).rejects.toThrow(UsageError)
    await expect(loaded).rejects.toThrow(told)
  })

  test('a file that is not there', async () => {
    const path = join(folder(), 'missing.json')
    await expect(loadConfig(path)).rejects.toThrow(`${path} cannot be read: ENOENT`)
  })
})

describe('what only the protocol can say', () => {
  const checked = (part: Partial<Config>) => () =>
    checkAgainstProtocol('a.json', { profile: 'llming', ...part }, llming)

  test.each<[Partial<Config>, string]>([
    [{ limits: { sweepMS: 1 } }, 'a.json: limits has an unknown key "sweepMS". Did you mean "sweepMs"?'],
    [{ settings: { debugkey: 'x' } }, 'settings has an unknown key "debugkey". Did you mean "debugKey"?'],
    [{ capabilities: ['debgu'] }, 'capabilities has an unknown key "debgu". Did you mean "debug"?'],
    [{ settings: { devMode: 'yes' } }, 'a.json: settings/devMode must be boolean'],
  ])('%j', (part, told) => {
    expect(checked(part)).toThrow(UsageError)
    expect(checked(part)).toThrow(told)
  })

  test('what is right passes', () => {
    expect(
      checked({ limits: { sweepMs: 1 }, settings: { devMode: true }, capabilities: ['debug'] }),
    ).not.toThrow()
  })
})

describe('a baseline', () => {
  test('is read', async () => {
    const lines = [{ id: 'llming/mcp/handshake', reason: 'later', until: '2026-12-31' }]
    expect(await loadBaseline(file('baseline.json', lines))).toEqual(lines)
  })

  test.each<[string, unknown, string]>([
    ['a line without a reason', [{ id: 'llming/mcp/handshake' }], 'reason'],
    ['a day that is none', [{ id: 'a', reason: 'b', until: 'tomorrow' }], '/0/until'],
    ['no list', { id: 'a', reason: 'b' }, 'must be array'],
  ])('%s', async (_, content, told) => {
    const loaded = loadBaseline(file('baseline.json', content))
    await expect(loaded).rejects.toThrow(UsageError)
    await expect(loaded).rejects.toThrow(told)
  })
})
