import type { Protocol } from '../../../schemas/protocol.ts'
import { UsageError } from '../usage-error.ts'
import { NoAnswer } from '../wire/http.ts'
import type { LoadedConfig } from './config.ts'
import { ControlClient } from './control-client.ts'
import type { Instance } from './instance.ts'
import { hasVirtualTime, instanceOf, type Offer, offerOf } from './offer.ts'
import { type LaunchOptions, LaunchRefused, type Provider } from './provider.ts'
import { mustListen } from './reachable.ts'

const connectWithinMs = 3_000

/** A target that runs already and that somebody else has started. There is one of it. */
export class RunningProvider implements Provider {
  readonly parallel = 1
  readonly relaunches = false
  readonly url: string
  readonly level: 0 | 1 | 2
  readonly capabilities: ReadonlySet<string>
  readonly settings: ReadonlySet<string>
  readonly limits: Provider['limits']
  readonly virtualTime: boolean
  readonly #offer: Offer
  readonly #target: URL
  readonly #control: ControlClient | undefined
  /** What it was last restarted with; `undefined` as long as it is as we found it. */
  #state: string | undefined

  private constructor(target: URL, offer: Offer, control: ControlClient | undefined) {
    const restarts = offer.operations.has('restart')
    this.#target = target
    this.#offer = offer
    this.#control = control
    this.url = target.origin
    this.level = offer.level
    this.capabilities = offer.capabilities
    this.settings = restarts ? offer.settings : new Set()
    this.limits = offer.limits
    this.virtualTime = hasVirtualTime(offer, restarts)
  }

  /** @throws Unreachable when nobody listens; UsageError when the config names a control API that is none */
  static async create(target: URL, protocol: Protocol, loaded?: LoadedConfig): Promise<RunningProvider> {
    await mustListen(target, connectWithinMs)
    const { config, folder } = loaded ?? {}
    const control = new ControlClient(new URL(config?.control ?? `/control/${protocol.name}`, target))
    const description = await describe(control)
    if ('missing' in description) {
      control.close()
      if (config?.control !== undefined) throw new UsageError(`control: ${description.missing}`)
      return new RunningProvider(target, offerOf(protocol, config, undefined, folder), undefined)
    }
    return new RunningProvider(target, offerOf(protocol, config, description, folder), control)
  }

  async launch({ settings, fresh, frozen }: LaunchOptions): Promise<Instance> {
    const state = JSON.stringify({ settings, frozen })
    const asFound = this.#state === undefined && Object.keys(settings).length === 0 && !frozen
    if (this.#offer.operations.has('restart') && (fresh || !(asFound || this.#state === state))) {
      try {
        await this.#control?.call('restart', { settings: { ...this.#offer.config.settings, ...settings } })
      } catch (error) {
        if (error instanceof NoAnswer) throw error
        throw new LaunchRefused((error as Error).message)
      }
      if (frozen) await this.#control?.call('freeze', {})
      this.#state = fresh ? `${state} used` : state
    }
    return instanceOf(this.#offer, this.#target, this.#control?.base, { settings, frozen })
  }

  async release(): Promise<void> {}

  /** Leaves the target as it was found. */
  async close(): Promise<void> {
    if (this.#state !== undefined)
      await this.#control?.call('restart', { settings: this.#offer.config.settings ?? {} }).catch(() => {})
    this.#control?.close()
  }
}

async function describe(control: ControlClient) {
  try {
    return await control.describe()
  } catch (error) {
    if (error instanceof NoAnswer) return { missing: error.message }
    throw error
  }
}
