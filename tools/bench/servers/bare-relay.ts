import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { type WebSocket, WebSocketServer } from 'ws'
import { tellReady } from './serve.ts'

/** The least that a hub could do: it parses each message and forwards it to the one whom it names. */
const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false })
const sockets = new Map<number, WebSocket>()
server.on('connection', (socket, { url = '' }) => {
  sockets.set(Number(url.split('token=')[1]), socket)
  socket.on('message', data => {
    const text = String(data)
    sockets.get(JSON.parse(text).target_id)?.send(text)
  })
})
await once(server, 'listening')
const users = (first: number, count: number) =>
  Array.from({ length: count }, (_, index) => ({ id: first + index, token: String(first + index) }))
tellReady({
  url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/`,
  senders: users(1, 50),
  others: users(51, 5_000),
})
