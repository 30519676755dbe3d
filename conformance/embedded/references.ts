import type { ControlledService } from '../../reference/core/control.ts'
import type { Service } from '../../reference/core/service.ts'
import type { BridgeOptions } from '../../reference/llming/bridge.ts'
import { UsageError } from '../engine/usage-error.ts'

/** The reference of one profile. */
export interface Reference {
  /** The server with the application that the profile's checks need, and its control API. */
  controlled(settings?: object, parts?: object): ControlledService
  /** The same on the clock of the machine, without control API. */
  plain(): Service
  /** What somebody who has just started it may try first. */
  firstStep(url: string): string
  /** The program over standard input and output, if the profile has one. Resolves with its exit status. */
  bridge?(options: BridgeOptions): Promise<number>
}

const references: Readonly<Record<string, () => Promise<Reference>>> = {
  llming: async () => {
    const [{ AdjustableClock }, { createFixture, launchFixture }, { runBridge }] = await Promise.all([
      import('../../reference/core/clock.ts'),
      import('../../reference/llming/fixture.ts'),
      import('../../reference/llming/bridge.ts'),
    ])
    return {
      controlled: createFixture,
      plain: () => launchFixture({}, new AdjustableClock()).service,
      firstStep: url =>
        `connect to ${url.replace('http', 'ws')}/ws/boot-session and send {"type":"rootcmd"}; the debug key is "dbg"`,
      bridge: runBridge,
    }
  },
  hub: async () => {
    const [{ AdjustableClock }, { createFixture, launchFixture }] = await Promise.all([
      import('../../reference/core/clock.ts'),
      import('../../reference/hub/fixture.ts'),
    ])
    return {
      controlled: createFixture,
      plain: () => launchFixture({}, new AdjustableClock()).service,
      firstStep: url =>
        `with --control, POST {} to ${url}/control/hub/actors for tokens; then connect to ${url.replace('http', 'ws')}/api/ws?token=...`,
    }
  },
  'ai-sessions': async () => {
    const [{ AdjustableClock }, { createFixture, launchFixture }] = await Promise.all([
      import('../../reference/core/clock.ts'),
      import('../../reference/ai-sessions/fixture.ts'),
    ])
    return {
      controlled: createFixture,
      plain: () => launchFixture({}, new AdjustableClock()).service,
      firstStep: url =>
        `with --control, POST {} to ${url}/control/ai-sessions/createUser for a token; then POST to ${url}/v1/register`,
    }
  },
}

export const referenceNames: readonly string[] = Object.keys(references)

/** @throws UsageError when the profile has no reference */
export async function loadReference(profile: string): Promise<Reference> {
  const load = references[profile]
  if (!load)
    throw new UsageError(`there is no reference server for "${profile}". Known: ${referenceNames.join(', ')}`)
  return load()
}
