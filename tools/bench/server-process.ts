import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'

/** A server under load, in a process of its own. Its program is one of `servers/`. */
export class ServerProcess<Ready extends { url: string }> {
  readonly #child: ChildProcess
  /** What the program told when it was ready. */
  readonly ready: Ready

  private constructor(child: ChildProcess, ready: Ready) {
    this.#child = child
    this.ready = ready
  }

  static async start<Ready extends { url: string }>(program: string): Promise<ServerProcess<Ready>> {
    const path = fileURLToPath(new URL(`servers/${program}.ts`, import.meta.url))
    const child = fork(path, { execArgv: [...process.execArgv, '--expose-gc'] })
    const [ready] = (await once(child, 'message')) as [Ready]
    return new ServerProcess(child, ready)
  }

  /** Its resident memory after a garbage collection. */
  async rssBytes(): Promise<number> {
    this.#child.send('rss')
    const [bytes] = (await once(this.#child, 'message')) as [number]
    return bytes
  }

  /** The peak of its resident memory, where the system tells. */
  async peakRssBytes(): Promise<number> {
    const status = await readFile(`/proc/${this.#child.pid}/status`, 'utf8')
    return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) * 1024
  }

  async stop(): Promise<void> {
    const exited = once(this.#child, 'exit')
    this.#child.disconnect()
    await exited
  }
}
