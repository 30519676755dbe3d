import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import { acceptUpgrade, frameHead, serverFrame } from './server-frames.ts'
import { answering, httpServer, type TestServer, tcpServer } from './test-server.ts'

/** A server that strains whoever speaks with it. */
export interface HostileServer {
  start(): Promise<TestServer>
  /** What a report must say of it. */
  tells: RegExp
  /** It keeps a tester waiting, where others break something at once. */
  hangs?: true
}

const [text, close, ping] = [1, 8, 9]
const kilobyte = 1024
const megabyte = kilobyte * kilobyte
const blanks = Buffer.alloc(64 * kilobyte, ' ')
const notFound = answering(404, { detail: 'no' })

export const hostileServers: Readonly<Record<string, HostileServer>> = {
  'never answers the handshake': {
    start: () => httpServer(notFound, () => {}),
    tells: /no answer in \d+ ms/,
    hangs: true,
  },
  'drips its answer': {
    start: () =>
      tcpServer(socket => {
        socket.write('HTTP/1.1 101 Switching Protocols\r\n')
        drip(socket)
      }),
    tells: /no answer in \d+ ms/,
    hangs: true,
  },
  'has an endless head': {
    start: () => tcpServer(socket => pour(socket, Buffer.from('x-more: and more\r\n'.repeat(500)))),
    tells: /the answer is no HTTP response/,
  },
  'has an endless body': {
    start: () =>
      tcpServer(socket => {
        socket.write('HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n')
        pour(socket, blanks)
      }),
    tells: /a body of more than \d+ bytes/,
  },
  'answers the handshake of another': {
    start: () =>
      httpServer(notFound, (request, socket) => {
        request.headers['sec-websocket-key'] = 'bm90IHlvdXJzLCBidXQgbWluZQ=='
        acceptUpgrade(request, socket)
      }),
    tells: /wrong Sec-WebSocket-Accept/,
  },
  'closes its half only': {
    start: () =>
      opened(socket => {
        socket.allowHalfOpen = true
        socket.end()
      }),
    tells: /then close 1006/,
  },
  'drips a frame': {
    start: () =>
      opened(socket => {
        socket.write(frameHead(text, megabyte))
        drip(socket)
      }),
    tells: /is still open after/,
    hangs: true,
  },
  'sends invalid JSON': {
    start: () => opened(socket => socket.write(serverFrame(text, '{"type":'))),
    tells: /a frame of the target breaks its schema/,
    hangs: true,
  },
  'sends invalid UTF-8': {
    start: () => opened(socket => socket.write(serverFrame(text, [0x7b, 0xff, 0xfe, 0x7d]))),
    tells: /broke the WebSocket protocol: .*UTF-8/,
  },
  'sends very deep JSON': {
    start: () => {
      const deep = '['.repeat(50_000) + ']'.repeat(50_000)
      return opened(socket => socket.write(serverFrame(text, deep)))
    },
    tells: /a value nested too deeply to be shown/,
    hangs: true,
  },
  'sends a frame of 100 MB': {
    start: () =>
      opened(socket => {
        socket.write(frameHead(text, 100 * megabyte))
        pour(socket, blanks)
      }),
    tells: /Max payload size exceeded/,
  },
  'sends fragments without end': {
    start: () =>
      opened(socket => {
        socket.write(frameHead(text, 0, false))
        pour(socket, Buffer.concat([frameHead(0, blanks.length, false), blanks]))
      }),
    tells: /Max payload size exceeded/,
  },
  'sends frames without end': {
    start: () => opened(socket => pour(socket, many(serverFrame(text, '{"type":"x"}')))),
    tells: /the target floods/,
  },
  'sends large frames without end': {
    start: () => opened(socket => pour(socket, serverFrame(text, ' '.repeat(megabyte)))),
    tells: /the target floods/,
  },
  'pings without end': {
    start: () => opened(socket => pour(socket, many(serverFrame(ping, 'p'.repeat(125))))),
    tells: /is still open after/,
    hangs: true,
  },
  'pings without end and does not listen': {
    start: () =>
      opened(socket => {
        socket.pause()
        pour(socket, many(serverFrame(ping, 'p'.repeat(125))))
      }),
    tells: /is still open after/,
    hangs: true,
  },
  'closes again and again': {
    start: () => opened(socket => pour(socket, many(serverFrame(close, [0x0f, 0xa1])))),
    tells: /expected 4004, received 4001/,
  },
  'closes with a code that is none': {
    start: () => opened(socket => socket.write(serverFrame(close, [0, 1]))),
    tells: /broke the WebSocket protocol: .*status code/,
  },
  'answers with what is no frame': {
    start: () => opened(socket => socket.write(Buffer.alloc(1_000, 0xff))),
    tells: /broke the WebSocket protocol/,
  },
}

/** Accepts every WebSocket, and then does one thing. */
function opened(strain: (socket: Socket) => void): Promise<TestServer> {
  const upgrade = (request: IncomingMessage, socket: Socket) => {
    // What the tester says is read, and not listened to.
    socket.resume()
    acceptUpgrade(request, socket)
    strain(socket)
  }
  return httpServer(notFound, upgrade)
}

/** Writes as fast as the other side reads, until it has gone. */
function pour(socket: Socket, bytes: Buffer): void {
  const fill = () => {
    while (socket.writable && socket.write(bytes)) {}
  }
  socket.on('drain', fill)
  fill()
}

/** A character now and then: too slow to get anywhere, too fast to be taken for dead. */
function drip(socket: Socket): void {
  const timer = setInterval(() => socket.write(' '), 20)
  socket.on('close', () => clearInterval(timer))
}

function many(frame: Buffer): Buffer {
  return Buffer.concat(Array.from({ length: 1_000 }, () => frame))
}
