import { SignJWT } from 'jose'
import { expect, onTestFinished, test } from 'vitest'
import { RunningProvider } from '../engine/target/running-provider.ts'
import { startCli } from '../testing/cli.ts'
import { idsOf, judge } from '../testing/judge.ts'
import { profile } from './index.ts'

function tokenOf(user: string): Promise<string> {
  const key = new TextEncoder().encode('agentwire-ai-sessions-secret-for-tests-only')
  const claims = { sub: user, email: `${user}@agentwire.example` }
  return new SignJWT(claims).setProtectedHeader({ alg: 'HS256' }).setExpirationTime('1h').sign(key)
}

test('a service without control API is tested with the users that its config names', async () => {
  const server = startCli(['serve', '--profile', 'ai-sessions', '--port', '0'])
  onTestFinished(() => void server.kill())
  const url = await new Promise<string>(resolve =>
    server.stdout?.once('data', data => resolve(String(data).trim())),
  )
  const tokens = await Promise.all(['ada', 'ben', 'cy', 'dee', 'eve', 'fay'].map(tokenOf))
  const config = { profile: 'ai-sessions', capabilities: ['ws', 'agent'], settings: { tokens } }
  const provider = await RunningProvider.create(new URL(url), profile.protocol, { config, folder: '.' })
  const only = [
    'ai-sessions/access/unregistered-403',
    'ai-sessions/access/foreign-session-protected',
    'ai-sessions/reconnecting/session-outlives-socket',
    'ai-sessions/routing/frames-stay-in-session',
    'ai-sessions/transferring/download-same-bytes',
  ]
  const judged = await judge(profile, provider, { selected: id => only.includes(id), runsOf: () => 2 })
  expect(provider.level).toBe(1)
  expect(judged.faults).toEqual([])
  expect(idsOf(judged, 'pass').sort()).toEqual([...only].sort())
})
