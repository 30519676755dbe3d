import { WebSocket } from 'ws'
import type { HubSocket } from './link.ts'

/** The WebSocket of the package `ws`, for clients in Node. It tells why a handshake was refused. */
export class NodeSocket extends WebSocket implements HubSocket {
  refusal: number | undefined

  constructor(url: string) {
    super(url, { perMessageDeflate: false })
    this.once('unexpected-response', (request, response) => {
      this.refusal = response.statusCode
      response.resume()
      // From here on it fails like any other handshake: an error, then a close.
      request.destroy(new Error(`the handshake was refused with ${response.statusCode}`))
    })
  }
}
