import { describe, expect, type TestContext, test } from 'vitest'
import type { Config } from '../schemas/kit/config.ts'
import { Unreachable } from './engine/target/provider.ts'
import { RunningProvider } from './engine/target/running-provider.ts'
import { profile } from './llming/index.ts'
import { hasty, idsOf, judge } from './testing/judge.ts'
import { controlPath, nullControl } from './testing/null-control.ts'
import { nullServers } from './testing/null-servers.ts'
import { deadUrl } from './testing/test-server.ts'

const { protocol } = profile

/** Ways in which a server can make more of itself than it is. */
const claims: Record<string, (context: TestContext) => Promise<Partial<Config> | undefined>> = {
  'of which nothing is known': async () => undefined,
  'that claims every capability': async () => ({
    capabilities: Object.keys(protocol.capabilities),
    sessions: Array.from({ length: 2_000 }, (_, index) => `session-${index}`),
  }),
  'behind a control API that says yes': context => controlled('yes', context),
  'behind a control API that says no': context => controlled('no', context),
}

async function controlled(answer: 'yes' | 'no', { onTestFinished }: TestContext): Promise<Partial<Config>> {
  const { url, close } = await nullControl(protocol, answer)
  onTestFinished(close)
  return { control: new URL(controlPath, url).href }
}

for (const [claim, claimed] of Object.entries(claims))
  describe.concurrent(`a null server ${claim} passes nothing`, () => {
    test.for(Object.entries(nullServers))('%s', async ([, start], context) => {
      const { url, close } = await start()
      context.onTestFinished(close)
      const config = await claimed(context)
      const loaded = config && { config: { profile: protocol.name, ...config }, folder: '.' }
      const judged = await judge(profile, await RunningProvider.create(url, protocol, loaded), {
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

test('a dead port is told from a server that says nothing', async () => {
  const url = await deadUrl()
  const created = RunningProvider.create(url, protocol)
  await expect(created).rejects.toThrow(Unreachable)
  await expect(created).rejects.toThrow(`nobody answers at ${url.origin}`)
})
