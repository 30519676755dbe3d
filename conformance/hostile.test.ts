import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hostileServers } from './testing/hostile-servers.ts'
import type { Commission, Finding } from './testing/judge-main.ts'

const only = [
  'llming/connecting/registered-session-opens',
  'llming/connecting/unknown-session-4004',
  'llming/connecting/refused-connection-no-effect',
]
const tooSlow = /this machine is too slow/
const either = (...patterns: RegExp[]) => new RegExp(patterns.map(({ source }) => source).join('|'))
/** Several connections of 64 MiB each, and the kit itself, with room for garbage; a leak goes far beyond. */
const peakAtMost = 1_200 * 1024 * 1024

describe('one process judges them all, one after another', () => {
  let judging: ChildProcess
  let died: Promise<never>
  beforeAll(() => {
    judging = fork(fileURLToPath(new URL('./testing/judge-main.ts', import.meta.url)))
    died = once(judging, 'exit').then(([code]) => {
      throw new Error(`the kit has died with ${code}`)
    })
    // Only the test that is under way wants to know.
    died.catch(() => {})
  })
  afterAll(async () => {
    judging.disconnect()
    await died.catch(() => {})
  })

  async function judged(commission: Commission): Promise<Finding> {
    const answered = new AbortController()
    const answer = once(judging, 'message', { signal: answered.signal })
    judging.send(commission)
    try {
      const [finding] = (await Promise.race([answer, died])) as [Finding | { error: string }]
      if ('error' in finding) throw new Error(finding.error)
      return finding
    } finally {
      answered.abort()
    }
  }

  test.for(Object.entries(hostileServers))('a server that %s', async ([, server], { onTestFinished }) => {
    const { url, close } = await server.start()
    onTestFinished(close)
    const finding = await judged({ url: url.origin, only, withinMs: server.hangs ? 300 : 20_000 })
    expect(finding.passes).toEqual([])
    expect(finding.faults).toEqual([])
    expect([1, 5]).toContain(finding.exitStatus)
    // Where a wait ran out, the kit may have been kept from running itself, and says so.
    expect(finding.said).toMatch(server.hangs ? either(server.tells, tooSlow) : server.tells)
    expect(finding.peakBytes).toBeLessThan(peakAtMost)
  })
})
