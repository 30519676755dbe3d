import { defaultLimits, type Protocol } from '../../schemas/protocol.ts'
import type { LimitValues } from '../engine/check.ts'
import { ControlClient } from '../engine/target/control-client.ts'
import type { Instance } from '../engine/target/instance.ts'
import type { LaunchOptions, Provider } from '../engine/target/provider.ts'
import type { ReferenceProcess } from './reference-process.ts'

/** The reference server, as many instances of it as are wanted. */
export class EmbeddedProvider implements Provider {
  readonly level = 2
  readonly url = null
  readonly limits: LimitValues
  readonly virtualTime = true
  readonly parallel = Number.POSITIVE_INFINITY
  readonly relaunches = true
  readonly capabilities: ReadonlySet<string>
  readonly settings: ReadonlySet<string>
  readonly #operations: ReadonlySet<string>
  readonly #protocol: Protocol
  readonly #process: ReferenceProcess
  readonly #options: EmbeddedOptions

  private constructor(
    protocol: Protocol,
    process: ReferenceProcess,
    offered: Offered,
    options: EmbeddedOptions,
  ) {
    this.#protocol = protocol
    this.#process = process
    this.#options = options
    this.capabilities = new Set(offered.capabilities)
    this.settings = new Set(offered.settings)
    this.#operations = new Set(offered.operations)
    this.limits = defaultLimits(protocol.limits) as LimitValues
  }

  static async create(
    protocol: Protocol,
    process: ReferenceProcess,
    options: EmbeddedOptions = {},
  ): Promise<EmbeddedProvider> {
    const url = await process.launch(protocol.name, options.settings ?? {})
    const control = new ControlClient(new URL(`/control/${protocol.name}`, url))
    const description = await control.describe()
    control.close()
    await process.stop(url)
    if ('missing' in description)
      throw new Error(`the reference server has no control API: ${description.missing}`)
    return new EmbeddedProvider(protocol, process, description, options)
  }

  async launch({ settings: wished, frozen }: LaunchOptions): Promise<Instance> {
    const settings = { ...this.#options.settings, ...wished }
    const url = new URL(await this.#process.launch(this.#protocol.name, settings, this.#options.defect))
    const control = new URL(`/control/${this.#protocol.name}`, url)
    if (frozen) await this.#process.control(url.origin, 'freeze', {})
    return {
      url,
      control,
      limits: { ...this.limits, ...(settings.limits as LimitValues | undefined) },
      settings,
      operations: this.#operations,
      capabilities: this.capabilities,
      frozen,
      callControl: (operation, args) => this.#process.control(url.origin, operation, args),
      spawnBridge: env => this.#process.bridge(url.origin, env),
    }
  }

  release(instance: Instance): Promise<void> {
    return this.#process.stop(instance.url.origin)
  }

  async close(): Promise<void> {}
}

export interface EmbeddedOptions {
  /** What every instance is launched with; a case may overrule it. */
  settings?: Readonly<Record<string, unknown>>
  /** Name of a fault that is put around every instance. */
  defect?: string
}

interface Offered {
  operations: readonly string[]
  settings: readonly string[]
  capabilities?: readonly string[]
}
