import { readFile } from 'node:fs/promises'
import { dirname, extname, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { TObject } from 'typebox'
import { memberOf } from '../../../schemas/json.ts'
import { Baseline, Config, type KnownFailure } from '../../../schemas/kit/config.ts'
import type { Protocol } from '../../../schemas/protocol.ts'
import { problem } from '../../../schemas/validate.ts'
import { isProfile, type Profile } from '../profile.ts'
import { didYouMean, UsageError } from '../usage-error.ts'

/** A config together with the folder that its paths are relative to. */
export interface LoadedConfig {
  config: Config
  /** The profile itself, where the config brings it along. In `config` it goes by its name, as all do. */
  own?: Profile
  folder: string
}

/** Reads and checks a config file. @throws UsageError that names the key and what was expected */
export async function loadConfig(path: string): Promise<LoadedConfig> {
  const loaded = await load(path)
  const own = ownProfile(path, memberOf(loaded, 'profile'))
  const value = own ? { ...(loaded as object), profile: own.protocol.name } : loaded
  checkKeys(path, value, Config, '')
  const found = problem(Config, value)
  if (found !== undefined) throw new UsageError(`${path}: ${found}`)
  return { config: withChoices(value as Config), own, folder: dirname(resolve(path)) }
}

/** Revision and dialect are settings of a target like others, only more important. */
function withChoices(config: Config): Config {
  const { settings, revision, dialect } = config
  if (revision === undefined && dialect === undefined) return config
  return {
    ...config,
    settings: {
      ...settings,
      ...(revision === undefined ? {} : { revision }),
      ...(dialect === undefined ? {} : { dialect }),
    },
  }
}

function ownProfile(path: string, profile: unknown): Profile | undefined {
  if (isProfile(profile)) return profile
  if (typeof profile !== 'object' || profile === null) return undefined
  throw new UsageError(
    `${path}: "profile" is neither a name nor what defineProfile has returned. If it has, agentwire is installed twice: the config must import the one that runs`,
  )
}

/** Checks what only the profile can say: names of limits, settings and capabilities. @throws UsageError */
export function checkAgainstProtocol(path: string, config: Config, protocol: Protocol): void {
  if (config.dialect !== undefined && !('dialect' in protocol.settings.properties))
    throw new UsageError(`${path}: dialect: ${protocol.name} has no switches`)
  const names = {
    limits: Object.keys(protocol.limits.properties),
    settings: Object.keys(protocol.settings.properties),
    capabilities: Object.keys(protocol.capabilities),
  }
  checkNames(path, 'limits', Object.keys(config.limits ?? {}), names.limits)
  checkNames(path, 'settings', Object.keys(config.settings ?? {}), names.settings)
  checkNames(path, 'capabilities', config.capabilities ?? [], names.capabilities)
  const found = problem(protocol.settings, config.settings ?? {})
  if (found !== undefined) throw new UsageError(`${path}: settings${found}`)
}

/** Reads a baseline: a list of known failures. @throws UsageError */
export async function loadBaseline(path: string): Promise<KnownFailure[]> {
  const value = await load(path)
  const found = problem(Baseline, value)
  if (found !== undefined) throw new UsageError(`${path}: ${found}`)
  return value as KnownFailure[]
}

async function load(path: string): Promise<unknown> {
  try {
    switch (extname(path)) {
      case '.yaml':
      case '.yml':
        return (await import('yaml')).parse(await readFile(path, 'utf8'))
      case '.json':
        return JSON.parse(await readFile(path, 'utf8'))
      case '.js':
      case '.mjs':
        return exported(await import(pathToFileURL(resolve(path)).href))
      case '.ts':
      case '.mts':
        return exported(await (await import('jiti')).createJiti(import.meta.url).import(resolve(path)))
      default:
        throw new UsageError(`${path}: a file of this kind cannot be read; use .ts, .js, .json or .yaml`)
    }
  } catch (error) {
    if (error instanceof UsageError) throw error
    throw new UsageError(`${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`)
  }
}

function exported(module: unknown): unknown {
  return (module as { default?: unknown }).default ?? module
}

/** Misspelt keys are the commonest mistake, so they are told by name before anything else. */
function checkKeys(path: string, value: unknown, schema: TObject, at: string): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new UsageError(`${path}: ${at || 'the config'} must be an object`)
  const properties = schema.properties as Record<string, TObject | undefined>
  checkNames(path, at || 'the config', Object.keys(value), Object.keys(properties))
  for (const [key, part] of Object.entries(value)) {
    const inner = properties[key]
    if (inner && 'properties' in inner) checkKeys(path, part, inner, key)
  }
}

function checkNames(path: string, at: string, names: readonly string[], known: readonly string[]): void {
  for (const name of names)
    if (!known.includes(name))
      throw new UsageError(
        `${path}: ${at} has an unknown key "${name}".${didYouMean(name, known) || ` Known: ${known.join(', ')}`}`,
      )
}
