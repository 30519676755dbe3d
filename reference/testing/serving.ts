import { onTestFinished } from 'vitest'
import { WebSocket } from 'ws'
import type { JsonObject } from '../../schemas/json.ts'
import { type Host, listen } from '../core/node-host.ts'
import type { Service } from '../core/service.ts'

/** A running server that goes with the test. */
export async function serve(service: Service): Promise<Host> {
  const host = await listen([service])
  onTestFinished(() => host.close())
  return host
}

/** Opens a WebSocket that goes with the test. */
export async function open(url: string): Promise<Peer> {
  const socket = new WebSocket(url.replace('http', 'ws'))
  onTestFinished(() => socket.terminate())
  const peer = new Peer(socket)
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject))
  return peer
}

/** The client's end of a WebSocket. It keeps every frame from the first one on, until it is taken. */
export class Peer {
  readonly socket: WebSocket
  /** The close code, once there is one. */
  readonly ended: Promise<number>
  readonly #frames: JsonObject[] = []
  #code: number | undefined
  #wake = () => {}

  constructor(socket: WebSocket) {
    this.socket = socket
    socket.on('message', data => {
      this.#frames.push(JSON.parse(String(data)) as JsonObject)
      this.#wake()
    })
    this.ended = new Promise(resolve =>
      socket.on('close', code => {
        this.#code = code
        this.#wake()
        resolve(code)
      }),
    )
  }

  /** What has come and was not taken yet. */
  get untaken(): readonly JsonObject[] {
    return this.#frames
  }

  send(value: unknown): void {
    this.socket.send(JSON.stringify(value))
  }

  /** Takes so many frames. @throws Error when the connection ends before */
  async take(count: number): Promise<JsonObject[]> {
    while (this.#frames.length < count) await this.#more()
    return this.#frames.splice(0, count)
  }

  /** Takes the frames up to the first one that fits, and that one. @throws Error when the connection ends before */
  async until(fits: (frame: JsonObject) => boolean): Promise<JsonObject[]> {
    for (let seen = 0; ; seen++) {
      while (this.#frames.length <= seen) await this.#more()
      if (fits(this.#frames[seen] as JsonObject)) return this.#frames.splice(0, seen + 1)
    }
  }

  #more(): Promise<void> {
    if (this.#code !== undefined) throw new Error(`the connection was closed with ${this.#code}`)
    return new Promise(resolve => {
      this.#wake = resolve
    })
  }
}
