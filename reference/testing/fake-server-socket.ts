import type { JsonObject } from '../../schemas/json.ts'
import type { ServerSocket } from '../core/service.ts'

/** The server's end of a WebSocket whose network does what a test says. */
export class FakeServerSocket implements ServerSocket {
  open = true
  /** Frames that the network does not take. */
  queuedFrames = 0
  readonly texts: string[] = []
  pings = 0
  paused = false
  /** How it was ended from this side. */
  end: { code: number; reason: string } | 'cut' | undefined

  /** What was sent. */
  get sent(): JsonObject[] {
    return this.texts.map(text => JSON.parse(text) as JsonObject)
  }

  send(text: string): void {
    this.texts.push(text)
  }

  ping(): void {
    this.pings++
  }

  pause(): void {
    this.paused = true
  }

  resume(): void {
    this.paused = false
  }

  close(code: number, reason: string): void {
    this.open = false
    this.end = { code, reason }
  }

  cut(): void {
    this.open = false
    this.end = 'cut'
  }
}
