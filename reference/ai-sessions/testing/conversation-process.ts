import WebSocket from 'ws'
import { createSessionWebSocket } from '../client.ts'

/** Loses its connection, comes back, disconnects; ends by itself, since nothing of the client keeps it. */
const [url = ''] = process.argv.slice(2)
const states: string[] = []
const ws = createSessionWebSocket(
  url,
  {
    onConnectionChange: state => states.push(state),
    onSystem: () => ws.disconnect(),
  },
  { reconnectDelay: 50 },
  WebSocket as unknown as typeof globalThis.WebSocket,
)
process.on('exit', () => process.stdout.write(JSON.stringify(states)))
await ws.connect()
