import { openAsBlob } from 'node:fs'
import { createClient, createFileTransfer } from '../client.ts'

/**
 * Puts a file into a session and gets another one, in a process of its own, and prints what it has held in memory for
 * that at most: whatever it holds of the files counts, and nothing of their service does.
 */
const [baseUrl = '', file = '', downloadUrl = ''] = process.argv.slice(2)
const transfer = createFileTransfer(createClient({ baseUrl, token: 't' }))
const blob = await openAsBlob(file)

/** What is held, not what is waiting to be collected. */
const held = () => {
  if (!globalThis.gc) throw new Error('start with --expose-gc')
  globalThis.gc()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}
const before = held()
let peak = before
const look = () => {
  peak = Math.max(peak, held())
}
let [percents, received] = [0, 0]
const path = await transfer.uploadFile('s', blob, 'large.bin', {
  onProgress() {
    percents++
    look()
  },
})
for await (const chunk of (await transfer.streamFromURL(
  downloadUrl,
)) as unknown as AsyncIterable<Uint8Array>) {
  const isNextMegabyte = received >> 20 !== (received + chunk.length) >> 20
  received += chunk.length
  if (isNextMegabyte) look()
}
process.stdout.write(JSON.stringify({ path, percents, received, heldBytes: peak - before }))
