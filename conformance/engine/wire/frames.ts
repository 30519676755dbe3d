export const opcodes = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const

export interface FrameOptions {
  /** False for all but the last fragment. Default: true. */
  final?: boolean
}

const maskedLength = 100_000

/** One WebSocket frame as a client sends it, masked (RFC 6455, section 5.2). */
export function encodeFrame(opcode: number, payload: Uint8Array, options: FrameOptions = {}): Buffer {
  const { length } = payload
  const extended = length < 126 ? 0 : length < 65_536 ? 2 : 8
  const frame = Buffer.allocUnsafe(6 + extended + length)
  frame[0] = (options.final === false ? 0 : 0x80) | opcode
  frame[1] = 0x80 | (extended === 0 ? length : extended === 2 ? 126 : 127)
  if (extended === 2) frame.writeUInt16BE(length, 2)
  if (extended === 8) frame.writeBigUInt64BE(BigInt(length), 2)
  // The mask protects proxies from scripts in browsers; a tester need not make it unpredictable.
  const start = 6 + extended
  const mask = frame.subarray(start - 4, start)
  frame.set(payload, start)
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
