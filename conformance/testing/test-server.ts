import {
  createServer as createHttpServer,
  Server as HttpServer,
  type IncomingMessage,
  type RequestListener,
} from 'node:http'
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from 'node:net'
import { type WebSocket, WebSocketServer } from 'ws'

/** A server on a free port of this machine, for as long as a test needs it. */
export interface TestServer {
  readonly url: URL
  close(): Promise<void>
}

/** Hands every TCP connection to `serve`. */
export function tcpServer(serve: (socket: Socket) => void): Promise<TestServer> {
  return started(createTcpServer(serve))
}

/** Answers plain requests with `answer`, and hands over the connection of every upgrade. */
export function httpServer(
  answer: RequestListener,
  upgrade: (request: IncomingMessage, socket: Socket) => void,
  port = 0,
): Promise<TestServer> {
  const server = createHttpServer(answer)
  server.on('upgrade', (request, stream) => upgrade(request, stream as Socket))
  return started(server, port)
}

export interface WebBehaviour {
  answer: RequestListener
  opened?(socket: WebSocket): void
  message?(socket: WebSocket, text: string): void
  /** Default: a free one. */
  port?: number
}

/** Takes every WebSocket, and does the same with each. */
export function webServer({ answer, opened, message, port }: WebBehaviour): Promise<TestServer> {
  const webSockets = new WebSocketServer({ noServer: true })
  const upgrade = (request: IncomingMessage, stream: Socket) =>
    webSockets.handleUpgrade(request, stream, Buffer.alloc(0), socket => {
      // What a tester sends may well be no WebSocket frame.
      socket.on('error', () => {})
      socket.on('message', data => message?.(socket, String(data)))
      opened?.(socket)
    })
  return httpServer(answer, upgrade, port)
}

/** Gives the same JSON answer to every request. */
export function answering(status: number, value: unknown): RequestListener {
  return (_, response) => {
    response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(value))
  }
}

/** An origin at which nobody listens. */
export async function deadUrl(): Promise<URL> {
  const { url, close } = await tcpServer(() => {})
  await close()
  return url
}

async function started(server: Server, wanted = 0): Promise<TestServer> {
  const sockets = new Set<Socket>()
  server.on('connection', socket => {
    sockets.add(socket)
    // A tester ends connections as it likes, which is no fault here.
    socket.on('error', () => {})
    socket.on('close', () => sockets.delete(socket))
  })
  await new Promise<void>(resolve => server.listen(wanted, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: new URL(`http://127.0.0.1:${port}`),
    async close() {
      if (!server.listening) return
      const closed = new Promise(resolve => server.close(resolve))
      for (const socket of sockets) socket.destroy()
      if (server instanceof HttpServer) server.closeAllConnections()
      await closed
    },
  }
}
