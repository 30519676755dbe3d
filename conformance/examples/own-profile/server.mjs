import { randomUUID } from 'node:crypto'
import { WebSocketServer } from 'ws'

// A server of tally. With --broken it has a fault that many servers have had.
const broken = process.argv.includes('--broken')
const rate = { adds: 10, windowMs: 1_000 }
const sessions = new Map()

const server = new WebSocketServer({
  host: '127.0.0.1',
  port: Number(process.env.AGENTWIRE_PORT ?? 8080),
  path: '/tally',
})

server.on('connection', (socket, request) => {
  // What breaks the WebSocket protocol ends the connection; more there is not to do about it.
  socket.on('error', () => {})
  const token = new URL(request.url, 'http://localhost').searchParams.get('token')
  const session = token === null ? newSession() : sessions.get(token)
  if (!session) return socket.close(4404, 'unknown token')
  session.socket?.close(4409, 'superseded')
  session.socket = socket
  const window = { opened: Number.NEGATIVE_INFINITY, adds: 0 }
  socket.on('message', data => {
    if (socket === session.socket) receive(session, window, parse(data))
  })
  socket.on('close', () => {
    if (socket === session.socket) session.socket = undefined
    // An older connection has ended while there is a newer one, which must stay.
    else if (broken) session.socket?.close(1001, 'session has ended')
  })
  send(socket, { kind: 'welcome', token: session.token, total: session.total })
})

function newSession() {
  const session = { token: randomUUID(), total: 0, socket: undefined }
  sessions.set(session.token, session)
  return session
}

function receive(session, window, message) {
  const { socket } = session
  if (message?.kind !== 'add' || !Number.isSafeInteger(message.amount) || message.amount < 1)
    return socket.close(4400, 'bad message')
  const now = performance.now()
  if (now - window.opened >= rate.windowMs) Object.assign(window, { opened: now, adds: 0 })
  if (++window.adds > rate.adds) return send(socket, { kind: 'slow-down' })
  session.total += message.amount
  send(socket, { kind: 'total', total: session.total })
}

function send(socket, message) {
  socket.send(JSON.stringify(message))
}

function parse(data) {
  try {
    return JSON.parse(String(data))
  } catch {
    return undefined
  }
}
