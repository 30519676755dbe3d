import { createHash } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'

const acceptSuffix = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'

/** Answers a WebSocket handshake, as RFC 6455 wants it. */
export function acceptUpgrade({ headers }: IncomingMessage, socket: Socket): void {
  const accept = createHash('sha1')
    .update(headers['sec-websocket-key'] + acceptSuffix)
    .digest('base64')
  socket.write(
    `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
  )
}

/** The head of an unmasked frame. The payload need not follow. */
export function frameHead(opcode: number, length: number, final = true): Buffer {
  const first = (final ? 0x80 : 0) | opcode
  if (length < 126) return Buffer.from([first, length])
  const head = Buffer.alloc(length < 65_536 ? 4 : 10)
  head[0] = first
  head[1] = length < 65_536 ? 126 : 127
  if (length < 65_536) head.writeUInt16BE(length, 2)
  else head.writeBigUInt64BE(BigInt(length), 2)
  return head
}

/** One unmasked frame, as a server sends it. */
export function serverFrame(opcode: number, payload: readonly number[] | string): Buffer {
  const bytes = typeof payload === 'string' ? Buffer.from(payload) : Buffer.from(payload)
  return Buffer.concat([frameHead(opcode, bytes.length), bytes])
}
