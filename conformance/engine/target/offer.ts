import type { ControlDescription } from '../../../schemas/control.ts'
import type { Config } from '../../../schemas/kit/config.ts'
import { defaultLimits, type Protocol } from '../../../schemas/protocol.ts'
import type { LimitValues } from '../check.ts'
import { spawnBridge } from './bridge.ts'
import type { Instance } from './instance.ts'

/** What a target offers to its tester, by its config and by what its control API says of itself. */
export interface Offer {
  level: 0 | 1 | 2
  protocol: Protocol
  config: Partial<Config>
  /** What the paths of the config are relative to. */
  folder: string
  capabilities: ReadonlySet<string>
  operations: ReadonlySet<string>
  /** Settings that a launch can take. */
  settings: ReadonlySet<string>
  limits: LimitValues
  /** Ready-made session ids that no run has used yet: two runs on one session would supersede each other. */
  sessions: string[]
}

/** The config has the last word; a target of which nothing is known has its WebSocket and no more. */
export function offerOf(
  protocol: Protocol,
  config: Partial<Config> | undefined,
  description: ControlDescription | undefined,
  folder = '.',
): Offer {
  return {
    level: description ? 2 : config ? 1 : 0,
    protocol,
    config: config ?? {},
    folder,
    capabilities: new Set(config?.capabilities ?? description?.capabilities ?? ['ws']),
    operations: new Set(description?.operations ?? []),
    settings: new Set(description?.settings ?? []),
    limits: {
      ...(defaultLimits(protocol.limits) as LimitValues),
      ...description?.limits,
      ...config?.limits,
    },
    sessions: [...(config?.sessions ?? [])],
  }
}

/** An instance of that target. Its control API is a path below its own URL, or a URL of its own. */
export function instanceOf(
  offer: Offer,
  url: URL,
  control: URL | undefined,
  launched: { settings: Readonly<Record<string, unknown>>; frozen: boolean },
): Instance {
  const { bridge } = offer.config
  return {
    url,
    control,
    limits: { ...offer.limits, ...(launched.settings.limits as LimitValues | undefined) },
    settings: { ...offer.config.settings, ...launched.settings },
    operations: offer.operations,
    capabilities: offer.capabilities,
    frozen: launched.frozen,
    takeSession: () => offer.sessions.shift(),
    provision: offer.config.provision,
    ...(bridge ? { spawnBridge: async env => spawnBridge(bridge.command, offer.folder, env) } : {}),
  }
}

/** Whether its clock can be moved, and set right again afterwards. */
export function hasVirtualTime({ operations }: Offer, canStartAfresh: boolean): boolean {
  return canStartAfresh && operations.has('freeze') && operations.has('advance')
}
