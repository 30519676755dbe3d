import { listen } from '../../reference/core/node-host.ts'
import { UsageError } from '../engine/usage-error.ts'
import { loadReference, referenceNames } from './references.ts'

export interface ServeOptions {
  profile?: string[]
  host?: string
  port?: number
  control?: boolean
}

/** `agentwire serve`: the reference servers with their fixture applications, all on one port, until interrupted. */
export async function serve({ profile, host, port, control }: ServeOptions): Promise<number> {
  const names = profile ?? referenceNames
  const references = await Promise.all(names.map(loadReference))
  const services = references.map(reference => (control ? reference.controlled() : reference.plain()))
  const running = await listen(services, { host, port }).catch(error => {
    throw new UsageError(`cannot listen on ${host ?? '127.0.0.1'}:${port ?? 0}: ${(error as Error).message}`)
  })
  console.log(running.url)
  console.error(
    `serving ${names.join(', ')}${control ? ' with the control API, for tests only' : ''}; Ctrl-C ends it`,
  )
  for (const [i, { firstStep }] of references.entries())
    console.error(`${names[i]}: ${firstStep(running.url)}`)
  await new Promise<void>(resolve => {
    process.once('SIGINT', resolve)
    process.once('SIGTERM', resolve)
  })
  await running.close()
  return 0
}
