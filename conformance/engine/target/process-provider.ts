import { type ChildProcess, spawn } from 'node:child_process'
import { createServer } from 'node:net'
import { resolve } from 'node:path'
import type { Protocol } from '../../../schemas/protocol.ts'
import { UsageError } from '../usage-error.ts'
import type { LoadedConfig } from './config.ts'
import { ControlClient } from './control-client.ts'
import type { Instance } from './instance.ts'
import { hasVirtualTime, instanceOf, type Offer, offerOf } from './offer.ts'
import { type LaunchOptions, LaunchRefused, type Provider, Unreachable } from './provider.ts'
import { tryConnect } from './reachable.ts'

/** Programs that may run at once: each is a process of its own. */
const processesAtOnce = 4
const defaultReadyWithinMs = 10_000
const retryAfterMs = 30
const attempts = 3
const killAfterMs = 2_000
/** How much of what a program wrote is kept to explain its end. */
const keptOutputLength = 2_000

interface Running {
  child: ChildProcess
  url: URL
  exited: Promise<void>
  output(): string
}

/** A target that the kit starts itself, as many processes of it as are wanted. */
export class ProcessProvider implements Provider {
  readonly parallel = processesAtOnce
  readonly relaunches = true
  readonly url: string
  readonly level: 1 | 2
  readonly capabilities: ReadonlySet<string>
  readonly settings: ReadonlySet<string>
  readonly limits: Provider['limits']
  readonly virtualTime: boolean
  readonly #offer: Offer
  readonly #loaded: LoadedConfig
  readonly #running = new Map<string, Running>()

  private constructor(loaded: LoadedConfig, offer: Offer) {
    this.#loaded = loaded
    this.#offer = offer
    this.url = loaded.config.start?.command.join(' ') ?? ''
    this.level = offer.level === 2 ? 2 : 1
    this.capabilities = offer.capabilities
    this.settings = offer.settings
    this.limits = offer.limits
    this.virtualTime = hasVirtualTime(offer, true)
  }

  /** Starts it once, to see that it starts and to ask what it offers. @throws Unreachable when it does not */
  static async create(loaded: LoadedConfig, protocol: Protocol): Promise<ProcessProvider> {
    const { config } = loaded
    const running = await start(loaded, config.settings ?? {})
    try {
      const control = new ControlClient(new URL(config.control ?? `/control/${protocol.name}`, running.url))
      const description = await control.describe()
      control.close()
      if (!('missing' in description))
        return new ProcessProvider(loaded, offerOf(protocol, config, description, loaded.folder))
      if (config.control !== undefined) throw new UsageError(`control: ${description.missing}`)
      return new ProcessProvider(loaded, offerOf(protocol, config, undefined, loaded.folder))
    } finally {
      await stop(running)
    }
  }

  async launch({ settings, frozen }: LaunchOptions): Promise<Instance> {
    const { config } = this.#loaded
    const running = await start(this.#loaded, { ...config.settings, ...settings }).catch(error => {
      throw error instanceof Unreachable ? new LaunchRefused(error.message) : error
    })
    const path = config.control ?? `/control/${this.#offer.protocol.name}`
    const control = this.level === 2 ? new URL(path, running.url) : undefined
    if (frozen && control) await new ControlClient(control).call('freeze', {})
    this.#running.set(running.url.origin, running)
    return { ...instanceOf(this.#offer, running.url, control, { settings, frozen }), output: running.output }
  }

  async release({ url }: Instance): Promise<void> {
    const running = this.#running.get(url.origin)
    this.#running.delete(url.origin)
    if (running) await stop(running)
  }

  async close(): Promise<void> {
    await Promise.all([...this.#running.values()].map(stop))
  }
}

/** Starts it on a free port. Somebody else may take that port meanwhile, so it is tried more than once. */
async function start(loaded: LoadedConfig, settings: object): Promise<Running> {
  for (let attempt = 1; attempt < attempts; attempt++)
    try {
      return await startOnce(loaded, settings)
    } catch (error) {
      if (!/EADDRINUSE|address already in use/i.test(String(error))) throw error
    }
  return startOnce(loaded, settings)
}

async function startOnce({ config, folder }: LoadedConfig, settings: object): Promise<Running> {
  const { command = [], cwd = '.', env, readyWithinMs = defaultReadyWithinMs } = config.start ?? {}
  const [program = '', ...args] = command
  const url = new URL(`http://127.0.0.1:${await freePort()}`)
  const child = spawn(program, args, {
    cwd: resolve(folder, cwd),
    env: { ...process.env, ...env, AGENTWIRE_PORT: url.port, AGENTWIRE_SETTINGS: JSON.stringify(settings) },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', data => {
      output = `${output}${data}`.slice(-keptOutputLength)
    })
  let ended: string | undefined
  const exited = new Promise<void>(done => {
    const end = (how: string) => {
      ended ??= how
      done()
    }
    child.once('error', error => end(`could not be started: ${error.message}`))
    child.once('exit', (code, signal) => end(`ended with ${signal ?? `status ${code}`}`))
  })
  const running: Running = { child, url, exited, output: () => output }
  const deadline = performance.now() + readyWithinMs
  for (;;) {
    const listens = (await tryConnect(url, readyWithinMs)) === undefined
    // Where the program has ended, it is somebody else who listens.
    if (listens && ended === undefined) return running
    const late =
      performance.now() > deadline ? `does not listen on AGENTWIRE_PORT after ${readyWithinMs} ms` : undefined
    const found = ended ?? late
    if (found !== undefined) {
      await stop(running)
      throw new Unreachable(`"${command.join(' ')}" ${found}${output ? `; it wrote:\n${output.trim()}` : ''}`)
    }
    await new Promise(again => setTimeout(again, retryAfterMs))
  }
}

async function stop({ child, exited }: Running): Promise<void> {
  child.kill('SIGTERM')
  const timer = setTimeout(() => child.kill('SIGKILL'), killAfterMs)
  await exited
  clearTimeout(timer)
}

/** Systems give out ports above these, so nobody is given one before the program listens on it. */
const [firstPort, ports] = [20_000, 12_000]
let portsTried = Math.floor(Math.random() * ports)

/** A port that is free now, and that no other program of ours is about to take. */
async function freePort(): Promise<number> {
  for (let left = ports; left > 0; left--) {
    const port = firstPort + (portsTried++ % ports)
    if (await isFree(port)) return port
  }
  throw new Unreachable(`no port between ${firstPort} and ${firstPort + ports} is free`)
}

function isFree(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}
