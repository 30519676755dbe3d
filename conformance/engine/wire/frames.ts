export const opcodes = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const

/** How a frame departs from the usual. */
export interface FrameOptions {
  /** False for all but the last fragment. Default: true. */
  final?: boolean
  /** A breach of the rules: the payload is not masked. Default: true. */
  masked?: boolean
  /** A breach of the rules: the first reserved bit is set. Default: false. */
  reserved?: boolean
}

const maskedLength = 100_000

/** One WebSocket frame as a client sends it (RFC 6455, section 5.2), unless the options say otherwise. */
export function encodeFrame(opcode: number, payload: Uint8Array, options: FrameOptions = {}): Buffer {
  const { length } = payload
  const { final = true, masked = true, reserved = false } = options
  const extended = length < 126 ? 0 : length < 65_536 ? 2 : 8
  const start = (masked ? 6 : 2) + extended
  const frame = Buffer.allocUnsafe(start + length)
  frame[0] = (final ? 0x80 : 0) | (reserved ? 0x40 : 0) | opcode
  frame[1] = (masked ? 0x80 : 0) | (extended === 0 ? length : extended === 2 ? 126 : 127)
  if (extended === 2) frame.writeUInt16BE(length, 2)
  if (extended === 8) frame.writeBigUInt64BE(BigInt(length), 2)
  frame.set(payload, start)
  if (!masked) return frame
  // The mask protects proxies from scripts in browsers; a tester need not make it unpredictable.
  const mask = frame.subarray(start - 4, start)
  // A mask of zeros changes nothing, and is as good as any other where there is too much to change.
  mask.writeUInt32LE(length > maskedLength ? 0 : Math.floor(Math.random() * 2 ** 32))
  if (length <= maskedLength)
    for (let i = 0; i < length; i++) frame[start + i] = (payload[i] ?? 0) ^ (mask[i & 3] ?? 0)
  return frame
}

/** The payload of a close frame; without a code it is empty. */
export function closePayload(code: number | undefined, reason: string): Buffer {
  if (code === undefined) return Buffer.alloc(0)
  const payload = Buffer.alloc(2 + Buffer.byteLength(reason))
  payload.writeUInt16BE(code)
  payload.write(reason, 2)
  return payload
}
