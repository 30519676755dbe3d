import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { truncateSync, writeFileSync } from 'node:fs'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { folder } from '../testing/folder.ts'
import { createFileTransfer } from './file-transfer.ts'
import { createClient } from './http-client.ts'
import { FakeService, settled } from './testing/fake-service.ts'
import { createWebSocketFileTransfer } from './websocket-file-transfer.ts'

const maxFileBytes = 104_857_600
const target = '/workspace/uploads/large.bin'

/** A service over real HTTP: REST as it should be, and files as the test says. */
async function serviceWith(files: RequestListener) {
  const asked: string[] = []
  const server = createServer((request, response) => {
    const { method, url = '', headers } = request
    asked.push(`${method} ${url}`)
    if (!url.startsWith('/v1/')) return files(request, response)
    request.resume()
    const upload_url = `http://${headers.host}/file`
    const answer = url.endsWith('/upload') ? { upload_url, upload_id: 'u' } : { success: true, path: target }
    response.end(JSON.stringify(answer))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const transfer = (timeout = 30_000) => createFileTransfer(createClient({ baseUrl, token: 't', timeout }))
  return { baseUrl, asked, transfer }
}

describe('the largest file', () => {
  test('is not held in memory, on its way in or out', async () => {
    let put = 0
    const { baseUrl, asked } = await serviceWith((request, response) => {
      if (request.method === 'GET') return give(response, maxFileBytes)
      request.on('data', chunk => {
        put += chunk.length
      })
      request.on('end', () => response.end())
    })
    const file = join(folder(), 'large.bin')
    writeFileSync(file, '')
    truncateSync(file, maxFileBytes)
    const script = fileURLToPath(new URL('testing/transfer-process.ts', import.meta.url))
    const args = ['--expose-gc', '--import', 'tsx', script, baseUrl, file, `${baseUrl}/large`]
    const { stdout } = await promisify(execFile)(process.execPath, args)
    const { heldBytes, ...outcome } = JSON.parse(stdout) as { heldBytes: number }
    expect(outcome).toEqual({ path: target, percents: 101, received: maxFileBytes })
    expect([put, asked.at(1)]).toEqual([maxFileBytes, 'PUT /file'])
    console.log(heldBytes)
    expect(heldBytes).toBeLessThan(maxFileBytes / 2)
  })
})

/** Sends so many bytes as fast as they are taken. */
function give(response: import('node:http').ServerResponse, bytes: number): void {
  const chunk = Buffer.alloc(65_536)
  response.setHeader('Content-Length', bytes)
  let left = bytes
  const more = () => {
    while (left > 0) {
      const part = chunk.subarray(0, Math.min(left, chunk.length))
      left -= part.length
      if (!response.write(part)) return response.once('drain', more)
    }
    response.end()
  }
  more()
}
void vi
void settled
void FakeService
void createWebSocketFileTransfer
