import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { WebSocketServer } from 'ws'
import { tellReady } from './serve.ts'

/** The least that a service could do: it reads how many frames are wanted, and sends as many of the same size. */
const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false })
server.on('connection', socket => {
  socket.on('message', data => {
    const { payload } = JSON.parse(String(data)) as { payload: { text: string } }
    const [, count = '0'] = payload.text.split(' ')
    for (let i = 1; i <= Number(count); i++) {
      const block = { content: [{ type: 'text', text: String(i) }] }
      socket.send(JSON.stringify({ type: 'assistant', timestamp: new Date().toISOString(), payload: block }))
    }
    socket.send(
      JSON.stringify({ type: 'result', timestamp: new Date().toISOString(), payload: { success: true } }),
    )
  })
})
await once(server, 'listening')
const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}/`
tellReady({ url, token: '', sockets: Array.from({ length: 1_000 }, () => url) })
