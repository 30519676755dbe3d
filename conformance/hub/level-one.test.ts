import { SignJWT } from 'jose'
import { expect, onTestFinished, test } from 'vitest'
import { RunningProvider } from '../engine/target/running-provider.ts'
import { startCli } from '../testing/cli.ts'
import { idsOf, judge } from '../testing/judge.ts'
import { profile } from './index.ts'

/** The accounts of a hub that runs already, in the order in which it has made them. */
const roles = {
  butler: 'BUTLER',
  admin1: 'ADMIN',
  admin2: 'ADMIN',
  member: 'MEMBER',
  custom: 'OPERATOR',
  agent1: 'AGENT',
  agent2: 'AGENT',
}

async function accounts(): Promise<Record<string, unknown>> {
  const key = new TextEncoder().encode('agentwire-hub-secret-for-tests-only')
  const named = Object.entries(roles).map(async ([username, role], index) => {
    const id = index + 1
    const claims = { user_id: id, role, iss: 'echocenter' }
    const token = await new SignJWT(claims)
      .setProtectedHeader({ alg: 'HS256' })
      .setExpirationTime('1h')
      .sign(key)
    return [username, { id, username, role, token }]
  })
  return Object.fromEntries(await Promise.all(named))
}

test('a hub without control API is tested with the accounts that its config names', async () => {
  const server = startCli(['serve', '--profile', 'hub', '--port', '0'])
  const url = await new Promise<string>(resolve =>
    server.stdout?.once('data', data => resolve(String(data).trim())),
  )
  const config = { profile: 'hub', capabilities: ['ws'], settings: { actors: await accounts() } }
  const provider = await RunningProvider.create(new URL(url), profile.protocol, { config, folder: '.' })
  const only = ['hub/routing/target-only', 'hub/superseding/newest-gets-frames', 'hub/liveness/ping-answered']
  const judged = await judge(profile, provider, { selected: id => only.includes(id), runsOf: () => 2 })
  onTestFinished(() => void server.kill())
  expect(provider.level).toBe(1)
  expect(judged.faults).toEqual([])
  expect(idsOf(judged, 'pass').sort()).toEqual([...only].sort())
})
