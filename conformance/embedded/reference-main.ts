import { type Host, listen } from '../../reference/core/node-host.ts'
import type { Service } from '../../reference/core/service.ts'
import type { Answer, Request } from './messages.ts'

/** The reference servers, each with the application that its profile's checks need. */
const fixtures: Record<string, (settings: object, parts: object) => Promise<Service>> = {
  llming: async (settings, parts) =>
    (await import('../../reference/llming/fixture.ts')).createFixture(settings, parts),
}

const hosts = new Map<string, Host>()

async function launch({
  call,
  profile,
  settings,
  defect: name,
}: Request & { op: 'launch' }): Promise<Answer> {
  try {
    const fixture = fixtures[profile]
    if (!fixture) throw new Error(`there is no reference server for "${profile}"`)
    const defect = name === undefined ? undefined : await loadDefect(profile, name)
    const service = await fixture(settings, defect?.parts ?? {})
    const host = await listen([defect?.around?.(service) ?? service])
    hosts.set(host.url, host)
    return { call, url: host.url }
  } catch (error) {
    return { call, error: error instanceof Error ? error.message : String(error) }
  }
}

async function loadDefect(profile: string, name: string) {
  const { defectsOf } = await import('../defects/index.ts')
  const defect = (await defectsOf(profile)).find(each => each.name === name)
  if (!defect) throw new Error(`${profile} has no defect "${name}"`)
  return defect
}

async function stop({ call, url }: Request & { op: 'stop' }): Promise<Answer> {
  await hosts.get(url)?.close()
  hosts.delete(url)
  return { call, url }
}

process.on('message', (request: Request) => {
  void (request.op === 'launch' ? launch(request) : stop(request)).then(answer => process.send?.(answer))
})
process.on('disconnect', () => process.exit())
