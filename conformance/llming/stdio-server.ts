import { createInterface } from 'node:readline'
import { Signal } from '../engine/signal.ts'
import type { Bridge } from '../engine/target/instance.ts'
import { McpChannel, McpDialogue } from './mcp-client.ts'

/** An MCP server over standard input and output, and all that it says. */
export class StdioServer {
  readonly dialogue: McpDialogue
  /** Lines on standard output that are no JSON. Nothing but messages belongs there. */
  readonly strangeLines: string[] = []
  /** What it has written to standard error. */
  errors = ''
  readonly #bridge: Bridge
  readonly #signal = new Signal()
  readonly #withinMs: number
  #status: number | undefined

  constructor(bridge: Bridge, withinMs: number) {
    this.#bridge = bridge
    this.#withinMs = withinMs
    const send = (message: object) => void bridge.stdin.write(`${JSON.stringify(message)}\n`)
    this.dialogue = new McpDialogue(new McpChannel(), send, withinMs)
    createInterface({ input: bridge.stdout }).on('line', line => this.#read(line))
    bridge.stderr.on('data', data => {
      this.errors += data
      this.#signal.notify()
    })
    void bridge.exited.then(status => {
      this.#status = status
      this.#signal.notify()
    })
  }

  /** Its exit status, or `undefined` if it goes on. */
  exitStatus(): Promise<number | undefined> {
    return this.#signal.until(() => this.#status, this.#withinMs)
  }

  /** Waits until it writes to standard error or ends; false if it does neither. */
  async complains(): Promise<boolean> {
    const complained = () => this.errors !== '' || this.#status !== undefined || undefined
    return (await this.#signal.until(complained, this.#withinMs)) ?? false
  }

  close(): void {
    this.#bridge.kill()
  }

  #read(line: string): void {
    try {
      this.dialogue.channel.take(JSON.parse(line))
    } catch {
      this.strangeLines.push(line)
    }
  }
}
