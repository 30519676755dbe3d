import type { LimitValues } from '../check.ts'
import type { Instance } from './instance.ts'

export interface LaunchOptions {
  settings: Readonly<Record<string, unknown>>
  /** Without sessions of an earlier use. */
  fresh: boolean
  /** With a clock that moves by `advance` alone. Only where `virtualTime` is true. */
  frozen: boolean
}

/** Where instances of the target come from. */
export interface Provider {
  /** How much the target offers: 0 a URL, 1 a config file, 2 the control API. */
  readonly level: 0 | 1 | 2
  /** `null`: the embedded reference. */
  readonly url: string | null
  readonly capabilities: ReadonlySet<string>
  /** Settings that a launch can take. */
  readonly settings: ReadonlySet<string>
  /** Limits of an instance that is launched without settings. */
  readonly limits: LimitValues
  readonly virtualTime: boolean
  /** How many instances there can be at once. */
  readonly parallel: number
  /** Whether it can bring up another instance after one has died. */
  readonly relaunches: boolean
  launch(options: LaunchOptions): Promise<Instance>
  /** Gives an instance back. It may be stopped, or kept for the next launch with the same settings. */
  release(instance: Instance): Promise<void>
  close(): Promise<void>
}

/** The target cannot be reached or started. */
export class Unreachable extends Error {}

/** A launch that the target itself has refused, because of the settings. */
export class LaunchRefused extends Error {}
