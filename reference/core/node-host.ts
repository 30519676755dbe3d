import { createServer, type IncomingMessage, STATUS_CODES } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { getRequestListener } from '@hono/node-server'
import { WebSocket, WebSocketServer } from 'ws'
import { jsonResponse } from './json-response.ts'
import type { Peer, ServerSocket, Service, SocketHandler, UpgradeRequest } from './service.ts'
import { atEndOfTurn, endTurn } from './turn.ts'

/** Where and how to listen. */
export interface ListenOptions {
  /** Default: loopback. */
  host?: string
  /** Default: one that is free. */
  port?: number
  /** How long a peer may take to answer a close frame before it is cut. */
  closeTimeoutMs?: number
}

/** A running server. */
export interface Host {
  /** Its origin, such as `http://127.0.0.1:3000`. */
  url: string
  /** The port that it listens on. */
  port: number
  /** Ends every connection and stops to listen. */
  close(): Promise<void>
}

/** Serves all given protocols on one port of Node's own HTTP server. */
export async function listen(services: readonly Service[], options: ListenOptions = {}): Promise<Host> {
  const { host = '127.0.0.1', port = 0, closeTimeoutMs = 2_000 } = options
  const server = createServer(
    getRequestListener(async (request, env) => {
      const peer = peerOf((env as { incoming: IncomingMessage }).incoming)
      for (const service of services) {
        const response = await service.fetch(request, peer)
        if (response) return response
      }
      return jsonResponse({ detail: 'Not Found' }, 404)
    }),
  )
  const wings = services.map(service => ({
    service,
    webSockets: new WebSocketServer({
      noServer: true,
      perMessageDeflate: false,
      handleProtocols: () => false,
      // Known to the library, not yet to its types.
      ...({ closeTimeout: closeTimeoutMs } as object),
    }),
  }))
  const upgrade = async (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    // Only the path counts, and a host that a client made up must not break the URL.
    const url = `http://localhost${request.url?.startsWith('/') ? request.url : '/'}`
    const incoming = { url, headers: headersOf(request) }
    for (const { service, webSockets } of wings) {
      const decided = service.upgrade(incoming, peerOf(request))
      const taken = decided instanceof Promise ? await decided : decided
      if (taken instanceof Response) return refuse(stream, taken)
      if (!taken) continue
      webSockets.options.maxPayload = service.maxPayloadBytes
      return webSockets.handleUpgrade(request, stream as Socket, head, ws => connect(ws, stream, taken))
    }
    refuse(stream, jsonResponse({ detail: 'Not Found' }, 404))
  }
  server.on('upgrade', (request, stream, head) => {
    stream.on('error', () => stream.destroy())
    // A service that fails to decide has a fault of its own; its client must not wait for ever.
    void upgrade(request, stream, head).catch(() => stream.destroy())
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, resolve)
  })
  const actualPort = (server.address() as AddressInfo).port
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${actualPort}`,
    port: actualPort,
    async close() {
      await Promise.all(services.map(service => service.close()))
      endTurn()
      for (const { webSockets } of wings) for (const client of webSockets.clients) client.terminate()
      const closed = new Promise(resolve => server.close(resolve))
      server.closeAllConnections()
      await closed
    },
  }
}

function peerOf(request: IncomingMessage): Peer {
  return { address: request.socket.remoteAddress }
}

/** Headers of an upgrade; few of them are ever looked at, so they are not copied. */
function headersOf({ headers }: IncomingMessage): UpgradeRequest['headers'] {
  return { get: name => headers[name.toLowerCase()]?.toString() ?? null }
}

const asText = { binary: false }
let [lastText, lastBytes] = ['', Buffer.alloc(0)]

/** A text as bytes. The same text often goes to many peers in a row; then it is encoded once. */
function bytesOf(text: string): Buffer {
  if (text !== lastText) {
    lastText = text
    lastBytes = Buffer.from(text)
  }
  return lastBytes
}

/** Joins a WebSocket of the `ws` library, and the stream below it, to the handler that a service has given for it. */
function connect(ws: WebSocket, stream: Duplex, handler: SocketHandler): void {
  let waiting = 0
  let corked = false
  const written = () => {
    waiting--
    if (waiting === 0) handler.drained?.()
  }
  // To hand a frame to the network is the dearest part of sending it: those of one turn go together.
  const flush = () => {
    corked = false
    stream.uncork()
    if (stream.writableLength > 0) handler.blocked?.()
  }
  const socket: ServerSocket = {
    get open() {
      return ws.readyState === WebSocket.OPEN
    },
    get queuedFrames() {
      // What the network has taken is reported as written only later.
      return stream.writableLength === 0 ? 0 : waiting
    },
    send(text) {
      if (ws.readyState !== WebSocket.OPEN) return
      if (!corked) {
        corked = true
        stream.cork()
        atEndOfTurn(flush)
      }
      waiting++
      ws.send(bytesOf(text), asText, written)
    },
    ping() {
      if (ws.readyState === WebSocket.OPEN) ws.ping()
    },
    pause: () => ws.pause(),
    resume: () => ws.resume(),
    close: (code, reason) => ws.close(code, reason),
    cut() {
      endTurn()
      ws.terminate()
    },
  }
  // A protocol error of the peer ends in `close` with its code; there is nothing more to do about it.
  ws.on('error', () => {})
  ws.on('message', (data: Buffer, isBinary) =>
    isBinary ? handler.binary(data) : handler.text(data.toString()),
  )
  const beat = () => handler.beat?.()
  ws.on('ping', beat)
  ws.on('pong', beat)
  ws.on('close', code => handler.closed(code))
  handler.opened(socket)
}

/** Answers an upgrade with a plain HTTP response. */
function refuse(stream: Duplex, response: Response): void {
  void response.text().then(body => {
    const head = [
      `HTTP/1.1 ${response.status} ${STATUS_CODES[response.status] ?? ''}`,
      `Content-Type: ${response.headers.get('content-type') ?? 'text/plain'}`,
      `Content-Length: ${Buffer.byteLength(body)}`,
      'Connection: close',
    ]
    stream.end(`${head.join('\r\n')}\r\n\r\n${body}`)
  })
}
