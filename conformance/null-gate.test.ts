import { describe, expect, type TestContext, test } from 'vitest'
import type { Config } from '../schemas/kit/config.ts'
import type { Protocol } from '../schemas/protocol.ts'
import { Unreachable } from './engine/target/provider.ts'
import { RunningProvider } from './engine/target/running-provider.ts'
import { loadProfile, profileNames } from './profiles.ts'
import { hasty, idsOf, judge } from './testing/judge.ts'
import { controlPath, nullControl } from './testing/null-control.ts'
import { nullServers } from './testing/null-servers.ts'
import { deadUrl } from './testing/test-server.ts'

type Claim = (protocol: Protocol, context: TestContext) => Promise<Partial<Config> | undefined>

/** Ways in which a server can make more of itself than it is. */
const claims: Record<string, Claim> = {
  'of which nothing is known': async () => undefined,
  'that claims every capability': async protocol => ({
    capabilities: Object.keys(protocol.capabilities),
    sessions: Array.from({ length: 2_000 }, (_, index) => `session-${index}`),
  }),
  'behind a control API that says yes': (protocol, context) => controlled(protocol, 'yes', context),
  'behind a control API that says no': (protocol, context) => controlled(protocol, 'no', context),
}

async function controlled(
  protocol: Protocol,
  answer: 'yes' | 'no',
  { onTestFinished }: TestContext,
): Promise<Partial<Config>> {
  const { url, close } = await nullControl(protocol, answer)
  onTestFinished(close)
  return { control: new URL(controlPath, url).href }
}

for (const name of profileNames)
  describe.concurrent(name, async () => {
    const profile = await loadProfile(name)
    for (const [claim, claimed] of Object.entries(claims))
      describe(`a null server ${claim} passes nothing`, () => {
        test.for(Object.entries(nullServers))('%s', async ([, start], context) => {
          const { url, close } = await start()
          context.onTestFinished(close)
          const config = await claimed(profile.protocol, context)
          const loaded = config && { config: { profile: name, ...config }, folder: '.' }
          const provider = await RunningProvider.create(url, profile.protocol, loaded)
          const judged = await judge(profile, provider, {
            runsOf: () => 1,
            tolerance: hasty,
            destructive: true,
            shrink: false,
          })
          expect(idsOf(judged, 'pass')).toEqual([])
          expect(judged.faults).toEqual([])
          expect(judged.report.verdict).not.toBe('conformant')
          expect([1, 5]).toContain(judged.exitStatus)
        })
      })
  })

test('a dead port is told from a server that says nothing', async () => {
  const url = await deadUrl()
  const created = RunningProvider.create(url, (await loadProfile('llming')).protocol)
  await expect(created).rejects.toThrow(Unreachable)
  await expect(created).rejects.toThrow(`nobody answers at ${url.origin}`)
})
