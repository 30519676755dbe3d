import { AdjustableClock } from '../../reference/core/clock.ts'
import { listen } from '../../reference/core/node-host.ts'
import type { Service } from '../../reference/core/service.ts'
import { UsageError } from '../engine/usage-error.ts'
import { loadProfile, profileNames } from '../profiles.ts'

export interface ServeOptions {
  profile?: string[]
  host?: string
  port?: number
  control?: boolean
}

/** `agentwire serve`: the reference servers with their fixture applications, all on one port, until interrupted. */
export async function serve({ profile, host, port, control }: ServeOptions): Promise<number> {
  const names = profile ?? profileNames
  await Promise.all(names.map(loadProfile))
  const services = await Promise.all(names.map(name => serviceOf(name, control ?? false)))
  const running = await listen(services, { host, port }).catch(error => {
    throw new UsageError(`cannot listen on ${host ?? '127.0.0.1'}:${port ?? 0}: ${(error as Error).message}`)
  })
  console.log(running.url)
  console.error(
    `serving ${names.join(', ')}${control ? ' with the control API, for tests only' : ''}; Ctrl-C ends it`,
  )
  await new Promise<void>(resolve => {
    process.once('SIGINT', resolve)
    process.once('SIGTERM', resolve)
  })
  await running.close()
  return 0
}

async function serviceOf(name: string, control: boolean): Promise<Service> {
  if (name !== 'llming') throw new UsageError(`there is no reference server for "${name}"`)
  const { createFixture, launchFixture } = await import('../../reference/llming/fixture.ts')
  return control ? createFixture() : launchFixture({}, new AdjustableClock()).service
}
