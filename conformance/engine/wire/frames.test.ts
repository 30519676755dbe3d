import fc from 'fast-check'
import { expect, test } from 'vitest'
import * as ws from 'ws'
import { closePayload, encodeFrame, opcodes } from './frames.ts'

const { Receiver } = ws as unknown as { Receiver: new (options: object) => NodeJS.WritableStream }

/** What a server's parser makes of bytes. */
function received(...frames: Buffer[]): Promise<{ data: Buffer; binary: boolean }> {
  return new Promise((resolve, reject) => {
    const receiver = new Receiver({ isServer: true, allowSynchronousEvents: true })
    receiver.on('message', (data: Buffer, binary: boolean) => resolve({ data, binary }))
    receiver.on('error', reject)
    for (const frame of frames) receiver.write(frame)
  })
}

test('a message of any length arrives as it was sent', async () => {
  const lengths = fc.constantFrom(0, 1, 125, 126, 65_535, 65_536, 100_000, 100_001)
  await fc.assert(
    fc.asyncProperty(lengths, fc.boolean(), async (length, binary) => {
      const payload = Buffer.alloc(length, 'abc')
      const frame = encodeFrame(binary ? opcodes.binary : opcodes.text, payload)
      const arrived = await received(frame)
      expect(arrived.binary).toBe(binary)
      expect(arrived.data.equals(payload)).toBe(true)
    }),
    { numRuns: 30 },
  )
})

test('fragments make one message', async () => {
  const parts = ['one ', 'two ', 'three'].map(text => Buffer.from(text))
  const frames = parts.map((part, index) =>
    encodeFrame(index === 0 ? opcodes.text : opcodes.continuation, part, { final: index === 2 }),
  )
  expect(String((await received(...frames)).data)).toBe('one two three')
})

test('a close frame has its code and reason, or nothing', () => {
  expect([...closePayload(4001, 'é')]).toEqual([0x0f, 0xa1, 0xc3, 0xa9])
  expect(closePayload(undefined, 'ignored')).toHaveLength(0)
})
