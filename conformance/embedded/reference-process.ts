import { type ChildProcess, fork } from 'node:child_process'
import { extname } from 'node:path'
import { PassThrough, Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import type { Bridge } from '../engine/target/instance.ts'
import { LaunchRefused } from '../engine/target/provider.ts'
import { collectEarly } from './memory.ts'
import type { Answer, BridgeInput, BridgeOutput, Request } from './messages.ts'

type Unnumbered<M> = M extends unknown ? Omit<M, 'call'> : never

/** A process that runs reference servers, so that kit and server each have a core of their own. */
export class ReferenceProcess {
  // Beside this file, and of its kind: TypeScript in the sources, JavaScript in the package.
  readonly #child: ChildProcess = fork(
    fileURLToPath(new URL(`reference-main${extname(import.meta.url)}`, import.meta.url)),
    { execArgv: [...process.execArgv, collectEarly] },
  )
  readonly #waiting = new Map<number, { resolve(answer: Answer): void; reject(error: Error): void }>()
  readonly #bridges = new Map<number, (output: BridgeOutput) => void>()
  #calls = 0
  #ended: Error | undefined

  constructor() {
    this.#child.on('message', (message: Answer | BridgeOutput) => {
      if (!('call' in message)) return this.#bridges.get(message.bridge)?.(message)
      this.#waiting.get(message.call)?.resolve(message)
      this.#waiting.delete(message.call)
    })
    this.#child.on('exit', code => {
      this.#ended = new Error(`the process of the reference server has ended with ${code}`)
      for (const { reject } of this.#waiting.values()) reject(this.#ended)
    })
    // Its end says enough.
    this.#child.on('error', () => {})
  }

  /** Starts a server and returns its URL. @throws LaunchRefused when the settings forbid it */
  async launch(profile: string, settings: object, defect?: string): Promise<string> {
    const answer = await this.#ask({ op: 'launch', profile, settings, defect })
    if ('url' in answer) return answer.url
    throw new LaunchRefused('error' in answer ? answer.error : 'no URL')
  }

  async stop(url: string): Promise<void> {
    await this.#ask({ op: 'stop', url })
  }

  /** Calls an operation of the control API of the server at that URL. It takes a third of the time of HTTP. */
  async control(url: string, operation: string, args: object): Promise<{ status: number; body: unknown }> {
    const answer = await this.#ask({ op: 'control', url, operation, args })
    if ('status' in answer) return answer
    throw new Error('error' in answer ? answer.error : 'no answer')
  }

  /** Runs the profile's program over standard input and output, on the clock of the server at that URL. */
  async bridge(url: string, env: Readonly<Record<string, string>>): Promise<Bridge> {
    // It may write and even end before the answer comes, so its number is chosen here.
    const bridge = ++this.#calls
    const feed = (data: string | null) => this.#child.send({ bridge, data } satisfies BridgeInput)
    const [stdout, stderr] = [new PassThrough(), new PassThrough()]
    const exited = new Promise<number>(resolve => {
      this.#bridges.set(bridge, output => {
        if ('exited' in output) {
          this.#bridges.delete(bridge)
          resolve(output.exited)
        } else if (output.stream === 'stdout') stdout.write(output.data)
        else stderr.write(output.data)
      })
    })
    const answer = await this.#ask({ op: 'bridge', url, env }, bridge)
    if ('error' in answer) throw new Error(answer.error)
    const stdin = new Writable({
      write(chunk, _encoding, done) {
        feed(String(chunk))
        done()
      },
    })
    return { stdin, stdout, stderr, exited, kill: () => feed(null) }
  }

  async close(): Promise<void> {
    if (this.#ended) return
    const exited = new Promise(resolve => this.#child.once('exit', resolve))
    this.#child.disconnect()
    await exited
  }

  #ask(request: Unnumbered<Request>, call = ++this.#calls): Promise<Answer> {
    return new Promise((resolve, reject) => {
      if (this.#ended) return reject(this.#ended)
      this.#waiting.set(call, { resolve, reject })
      this.#child.send({ ...request, call } as Request)
    })
  }
}
