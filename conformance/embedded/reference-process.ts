import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { LaunchRefused } from '../engine/target/provider.ts'
import type { Answer, Request } from './messages.ts'

type Unnumbered<M> = M extends unknown ? Omit<M, 'call'> : never

/** A process that runs reference servers, so that kit and server each have a core of their own. */
export class ReferenceProcess {
  // Beside this file, and of its kind: TypeScript in the sources, JavaScript in the package.
  readonly #child: ChildProcess = fork(
    fileURLToPath(import.meta.url.replace(/reference-process(\.[jt]s)$/, 'reference-main$1')),
  )
  readonly #waiting = new Map<number, { resolve(answer: Answer): void; reject(error: Error): void }>()
  #calls = 0

  constructor() {
    this.#child.on('message', (answer: Answer) => {
      this.#waiting.get(answer.call)?.resolve(answer)
      this.#waiting.delete(answer.call)
    })
    this.#child.on('exit', code => {
      for (const { reject } of this.#waiting.values())
        reject(new Error(`the process of the reference server has ended with ${code}`))
    })
  }

  /** Starts a server and returns its URL. @throws LaunchRefused when the settings forbid it */
  async launch(profile: string, settings: object, defect?: string): Promise<string> {
    const answer = await this.#ask({ op: 'launch', profile, settings, defect })
    if ('error' in answer) throw new LaunchRefused(answer.error)
    return answer.url
  }

  async stop(url: string): Promise<void> {
    await this.#ask({ op: 'stop', url })
  }

  async close(): Promise<void> {
    const exited = new Promise(resolve => this.#child.once('exit', resolve))
    this.#child.disconnect()
    await exited
  }

  #ask(request: Unnumbered<Request>): Promise<Answer> {
    const call = ++this.#calls
    return new Promise((resolve, reject) => {
      this.#waiting.set(call, { resolve, reject })
      this.#child.send({ ...request, call } as Request)
    })
  }
}
