import { mkdtempSync, openAsBlob, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClient, createFileTransfer } from '../../reference/ai-sessions/client.ts'

/** Uploads and downloads a file of so many bytes by the client library, and tells the peak of its own memory. */
const [, , baseUrl = '', token = '', bytes = '0'] = process.argv
const folder = mkdtempSync(join(tmpdir(), 'agentwire-bench-'))
try {
  const path = join(folder, 'file')
  writeFileSync(path, Buffer.alloc(Number(bytes), 'agentwire'))
  let peak = 0
  const watch = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage.rss())
  }, 5)
  const client = createClient({ baseUrl, token, timeout: 120_000 })
  const transfer = createFileTransfer(client)
  const { session } = await client.createSession()
  await client.waitForSession(session.id, 10)
  const target = await transfer.uploadFile(session.id, await openAsBlob(path), 'file', { onProgress() {} })
  const { download_url } = await client.requestDownloadURL(session.id, { path: target })
  let received = 0
  for await (const chunk of await transfer.streamFromURL(download_url)) received += chunk.length
  clearInterval(watch)
  console.log(JSON.stringify({ received, peak }))
} finally {
  rmSync(folder, { recursive: true })
}
