import type { KnownFailure } from '../schemas/kit/config.ts'
import type { Protocol } from '../schemas/protocol.ts'
import type { Profile } from './engine/profile.ts'
import type { Provider } from './engine/target/provider.ts'
import { targetUrl } from './engine/target/reachable.ts'
import { UsageError } from './engine/usage-error.ts'

export interface TargetOptions {
  url?: string
  config?: string
  allowRemote?: boolean
}

/** A way to the target, as the command line names it. */
export interface TargetChoice {
  /** The profile that the config names. */
  profile?: string
  /** The profile itself, where the config brings it along. */
  own?: Profile
  /** The revision of the profile that the config names. */
  revision?: number
  knownFailures: readonly KnownFailure[]
  connect(protocol: Protocol): Promise<Provider>
  /** Ends what serves all profiles together. */
  close?(): Promise<void>
  /** The part of a command line that chooses this target again. */
  flags: string
}

/** Finds out which target is meant: a URL, a config file, or else the embedded reference server. */
export async function chooseTarget(options: TargetOptions): Promise<TargetChoice> {
  const { url, config: path, allowRemote = false } = options
  if (url !== undefined && path !== undefined) throw new UsageError('--url and --config exclude each other')
  const remote = allowRemote ? ' --allow-remote' : ''
  if (path !== undefined) return fromConfig(path, allowRemote, remote)
  if (url === undefined) return embeddedTarget()
  const target = targetUrl(url, allowRemote)
  return {
    flags: ` --url ${target.origin}${remote}`,
    knownFailures: [],
    async connect(protocol) {
      const { RunningProvider } = await import('./engine/target/running-provider.ts')
      return RunningProvider.create(target, protocol)
    },
  }
}

async function fromConfig(path: string, allowRemote: boolean, remote: string): Promise<TargetChoice> {
  const { checkAgainstProtocol, loadConfig } = await import('./engine/target/config.ts')
  const loaded = await loadConfig(path)
  const { config } = loaded
  const isEmbedded = config.url === undefined && config.start === undefined
  if (config.url !== undefined && config.start !== undefined)
    throw new UsageError(`${path}: expected either "url" or "start"`)
  if (isEmbedded && config.revision === undefined && config.dialect === undefined)
    throw new UsageError(`${path}: expected either "url" or "start"`)
  const target = config.url === undefined ? undefined : targetUrl(config.url, allowRemote)
  const { profile, revision, knownFailures = [] } = config
  const choice = { profile, revision, own: loaded.own, flags: ` --config ${path}${remote}`, knownFailures }
  if (isEmbedded) {
    const embedded = await embeddedTarget(config.settings)
    const connect = (protocol: Protocol) => {
      checkAgainstProtocol(path, config, protocol)
      return embedded.connect(protocol)
    }
    return { ...embedded, ...choice, connect }
  }
  return {
    ...choice,
    async connect(protocol) {
      checkAgainstProtocol(path, config, protocol)
      const [{ RunningProvider }, { ProcessProvider }] = await Promise.all([
        import('./engine/target/running-provider.ts'),
        import('./engine/target/process-provider.ts'),
      ])
      return target
        ? RunningProvider.create(target, protocol, loaded)
        : ProcessProvider.create(loaded, protocol)
    },
  }
}

/** Its process is started at once, so that it loads while the kit does. */
async function embeddedTarget(settings: Readonly<Record<string, unknown>> = {}): Promise<TargetChoice> {
  const { ReferenceProcess } = await import('./embedded/reference-process.ts')
  const reference = new ReferenceProcess()
  return {
    flags: '',
    knownFailures: [],
    async connect(protocol) {
      const { EmbeddedProvider } = await import('./embedded/provider.ts')
      return EmbeddedProvider.create(protocol, reference, { settings })
    },
    close: () => reference.close(),
  }
}
