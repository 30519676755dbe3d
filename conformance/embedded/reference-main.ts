import { PassThrough } from 'node:stream'
import type { ControlledService } from '../../reference/core/control.ts'
import { type Host, listen } from '../../reference/core/node-host.ts'
import { behindProxy } from '../defects/byte-proxy.ts'
import type { Defect } from '../defects/defect.ts'
import { defectsOf } from '../defects/index.ts'
import { tampered } from '../defects/tamper.ts'
import type { Answer, BridgeInput, BridgeOutput, Request } from './messages.ts'
import { loadReference, type Reference, referenceNames } from './references.ts'

// What a tester sends makes many errors that nobody reads, and a stack trace is the dearest part of one.
Error.stackTraceLimit = 0

interface Running {
  host: Host
  reference: Reference
  service: ControlledService
  defect: Defect | undefined
}

const running = new Map<string, Running>()
const bridges = new Map<number, PassThrough>()

const operations = {
  async launch({ call, profile, settings, defect: name }: Request & { op: 'launch' }): Promise<Answer> {
    const reference = await loadReference(profile)
    const defect = name === undefined ? undefined : await loadDefect(profile, name)
    const service = reference.controlled(settings, defect?.parts)
    const server = await listen([defect?.wire ? tampered(service, defect.wire) : service])
    const host = defect?.bytes ? await behindProxy(server, defect.bytes) : server
    running.set(host.url, { host, reference, service, defect })
    return { call, url: host.url }
  },

  async stop({ call, url }: Request & { op: 'stop' }): Promise<Answer> {
    await running.get(url)?.host.close()
    running.delete(url)
    return { call, url }
  },

  async control({ call, url, operation, args }: Request & { op: 'control' }): Promise<Answer> {
    const server = running.get(url)
    if (!server) throw new Error(`no server at ${url}`)
    return { call, ...(await server.service.call(operation, args)) }
  },

  async bridge({ call, url, env }: Request & { op: 'bridge' }): Promise<Answer> {
    const server = running.get(url)
    const run = server?.reference.bridge
    if (!run) throw new Error('this profile has no program over standard input and output')
    const bridge = call
    const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()]
    const tell = (output: BridgeOutput) => process.send?.(output)
    for (const [stream, pipe] of [['stdout', stdout] as const, ['stderr', stderr] as const])
      pipe.on('data', data => tell({ bridge, stream, data: String(data) }))
    bridges.set(bridge, stdin)
    const { service, defect } = server
    const options = { env, stdin, stdout, stderr, clock: service.clock }
    const ended = defect?.bridge ? defect.bridge(options, run) : run(options)
    void ended.then(exited => tell({ bridge, exited }))
    return { call, url }
  },
}

async function loadDefect(profile: string, name: string): Promise<Defect> {
  const defect = (await defectsOf(profile)).find(each => each.name === name)
  if (!defect) throw new Error(`${profile} has no defect "${name}"`)
  return defect
}

async function answer(request: Request): Promise<void> {
  try {
    process.send?.(await operations[request.op](request as never))
  } catch (error) {
    process.send?.({ call: request.call, error: error instanceof Error ? error.message : String(error) })
  }
}

function feed({ bridge, data }: BridgeInput): void {
  const stdin = bridges.get(bridge)
  if (data === null) stdin?.end()
  else stdin?.write(data)
}

process.on('message', (message: Request | BridgeInput) => {
  if ('op' in message) void answer(message)
  else feed(message)
})
process.on('disconnect', () => process.exit())
// Ctrl-C reaches every process of a terminal; the kit still needs this one to bring its run to an end.
process.on('SIGINT', () => {})
// While the kit is still loading itself.
for (const name of referenceNames) void loadReference(name)
