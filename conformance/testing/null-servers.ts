import { STATUS_CODES } from 'node:http'
import { answering, httpServer, type TestServer, tcpServer, webServer } from './test-server.ts'

/**
 * Servers that implement nothing. Whatever a tester says to them, they have shown nothing, and deserve not one pass.
 */
export const nullServers: Readonly<Record<string, () => Promise<TestServer>>> = {
  'accepts and stays silent': () => tcpServer(() => {}),
  'accepts and closes': () => tcpServer(socket => socket.end()),
  'echoes bytes': () => tcpServer(socket => socket.pipe(socket)),
  'sends noise': () => tcpServer(socket => socket.on('data', () => socket.write(noise))),
  'refuses everybody': () => refusing(401),
  'finds nothing': () => refusing(404),
  'is always broken': () => refusing(500),
  'opens and stays silent': () => webServer({ answer: () => {} }),
  'opens and closes': () => webServer({ answer: answering(204, {}), opened: socket => socket.close(1000) }),
  'knows no session': () =>
    webServer({ answer: answering(404, { detail: 'no' }), opened: socket => socket.close(4004) }),
  'echoes messages': () =>
    webServer({
      answer: (request, response) => request.pipe(response),
      message: (socket, text) => socket.send(text),
    }),
  'answers an empty object': () =>
    webServer({ answer: answering(200, {}), message: socket => socket.send('{}') }),
  'answers null': () => webServer({ answer: answering(200, null), message: socket => socket.send('null') }),
  'acknowledges everything': () =>
    webServer({
      answer: answering(200, { ok: true }),
      message: socket => socket.send('{"type":"heartbeat_ack"}'),
    }),
  'answers with errors': () =>
    webServer({
      answer: answering(400, { detail: 'no' }),
      message: socket => socket.send('{"type":"error","error":"no"}'),
    }),
  'sends noise in frames': () =>
    webServer({
      answer: (_, response) => response.end(noise),
      message: socket => socket.send(noise.toString('latin1')),
    }),
}

/** A server that gives the same refusal to everything, upgrades included. */
function refusing(status: number): Promise<TestServer> {
  const refusal = { detail: 'no' }
  return httpServer(answering(status, refusal), (_, socket) => {
    const body = JSON.stringify(refusal)
    const head = `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nContent-Type: application/json`
    socket.end(`${head}\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`)
  })
}

/** Bytes that mean nothing, and the same ones in every run. */
const noise = Buffer.from(Array.from({ length: 200 }, (_, index) => (index * index * 31 + 7) & 0xff))
