import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { truncateSync, writeFileSync } from 'node:fs'
import { createServer, type RequestListener, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import type { AdjustableClock, Clock } from '../core/clock.ts'
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
  const transfer = (clock?: Clock) => createFileTransfer(createClient({ baseUrl, token: 't', clock }))
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
    expect(heldBytes).toBeLessThan(maxFileBytes / 2)
  })
})

const outcomeOf = (promise: Promise<unknown>): Promise<unknown> => promise.catch(error => error)

/** Lets time pass, again and again, until something has come to an end. */
async function inTime<T>(promise: Promise<T>, clock: AdjustableClock): Promise<T> {
  let isOver = false
  const ending = promise.finally(() => {
    isOver = true
  })
  while (!isOver) {
    await clock.advance(30_000)
    await settled()
  }
  return ending
}

/** Sends so many bytes as fast as they are taken. */
function give(response: ServerResponse, bytes: number): void {
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

describe('a service of files that fails', () => {
  const large = new Blob([Buffer.alloc(8 * 2 ** 20)])
  const never = () => {}

  test('refuses before it has read the file: the upload ends, and no notice is given', async () => {
    let socket: Socket | undefined
    const { asked, transfer } = await serviceWith((request, response) => {
      socket = request.socket
      response.writeHead(403, { 'Content-Type': 'application/xml' }).end('<Error>expired</Error>')
    })
    const huge = new Blob(Array(8).fill(large))
    const parts = vi.spyOn(huge, 'slice')
    const failure = transfer().uploadFile('s', huge, 'a')
    await expect(failure).rejects.toMatchObject({ error: 'transfer_failed', status: 403 })
    await vi.waitFor(() => expect(socket?.destroyed).toBe(true))
    expect(socket?.bytesRead).toBeLessThan(huge.size)
    // Nor is the rest read for nothing: something that takes its turns shows that it would have been.
    for (let turn = 0; turn < 1_000; turn++) await large.slice(0, 1).arrayBuffer()
    expect(parts.mock.calls.at(-1)?.[1]).toBeLessThan(huge.size)
    expect(asked).toEqual(['POST /v1/io/sessions/s/upload', 'PUT /file'])
  })

  test('reads nothing, or does not answer: the upload ends when nothing has moved for its time', async () => {
    for (const files of [never, (request => request.resume()) as RequestListener]) {
      const { asked, transfer } = await serviceWith(files)
      const { clock } = new FakeService()
      const failure = outcomeOf(transfer(clock).uploadFile('s', large, 'a'))
      await vi.waitFor(() => expect(asked).toContain('PUT /file'))
      expect(await inTime(failure, clock)).toMatchObject({ error: 'timeout', status: 0 })
      expect(asked).not.toContain('POST /v1/io/sessions/s/upload/complete')
    }
  })

  test('cuts the connection: both ways fail', async () => {
    const { baseUrl, transfer } = await serviceWith(request => request.socket.destroy())
    await expect(transfer().uploadFile('s', large, 'a')).rejects.toMatchObject({ error: 'network_error' })
    await expect(transfer().downloadFromURL(`${baseUrl}/x`)).rejects.toMatchObject({ error: 'network_error' })
  })

  test('cuts or stalls in the middle of a download: what has come is not taken for all', async () => {
    const half = (then: (response: ServerResponse) => void): RequestListener => {
      return (_, response) => {
        response.writeHead(200, { 'Content-Length': 10 })
        response.write('12345', () => then(response))
      }
    }
    const cutting = await serviceWith(half(response => response.destroy()))
    const cut = cutting.transfer().downloadFromURL(`${cutting.baseUrl}/x`)
    await expect(cut).rejects.toMatchObject({ error: 'network_error' })
    for (const files of [half(never), never]) {
      const { asked, baseUrl, transfer } = await serviceWith(files)
      const { clock } = new FakeService()
      const failure = outcomeOf(transfer(clock).downloadFromURL(`${baseUrl}/x`))
      await vi.waitFor(() => expect(asked).toHaveLength(1))
      expect(await inTime(failure, clock)).toMatchObject({ error: 'timeout' })
    }
  })

  test('reads slowly, but steadily: the upload takes as long as it takes', async () => {
    const service = new FakeService()
    let parts = 0
    const fetch: typeof globalThis.fetch = async (_url, init) => {
      if (init?.method !== 'PUT')
        return new Response(JSON.stringify({ upload_url: 'https://f.example', path: target }))
      for await (const _ of init.body as unknown as AsyncIterable<Uint8Array>) {
        parts++
        await service.clock.advance(900)
      }
      return new Response(null)
    }
    const client = service.client({ fetch, timeout: 1_000 })
    expect(await createFileTransfer(client).uploadFile('s', large, 'a')).toBe(target)
    expect(parts).toBeGreaterThan(10)
  })

  test('takes the file, but not the notice: the upload fails short of 100', async () => {
    const shown: number[] = []
    const service = new FakeService(({ url }) => {
      if (url.endsWith('/complete')) return new Response('{}', { status: 409 })
      return new Response(JSON.stringify({ upload_url: 'https://f.example', upload_id: 'u' }))
    })
    const onProgress = (percent: number) => shown.push(percent)
    const failure = createFileTransfer(service.client()).uploadFile('s', large, 'a', { onProgress })
    await expect(failure).rejects.toMatchObject({ status: 409 })
    expect(shown.at(-1)).toBeGreaterThan(90)
    expect(shown).not.toContain(100)
  })

  test('a reader that takes its time is not a stall, and one that leaves ends the download', async () => {
    let closed = false
    const { baseUrl } = await serviceWith((_, response) => {
      response.on('close', () => {
        closed = true
      })
      give(response, maxFileBytes)
    })
    const { clock } = new FakeService()
    const client = createClient({ baseUrl, token: 't', clock, timeout: 1_000 })
    const reader = (await createFileTransfer(client).streamFromURL(`${baseUrl}/x`)).getReader()
    await reader.read()
    await clock.advance(1_000_000)
    expect((await reader.read()).done).toBe(false)
    expect(closed).toBe(false)
    await reader.cancel()
    await vi.waitFor(() => expect(closed).toBe(true))
  })

  test('a file of no bytes goes both ways', async () => {
    const { baseUrl, transfer } = await serviceWith((request, response) => {
      expect(request.headers['content-length']).toBe(request.method === 'PUT' ? '0' : undefined)
      response.end()
    })
    const shown: number[] = []
    const onProgress = (percent: number) => shown.push(percent)
    expect(await transfer().uploadFile('s', new Blob([]), 'a', { onProgress })).toBe(target)
    expect(shown).toEqual([100])
    expect((await transfer().downloadFromURL(`${baseUrl}/x`)).size).toBe(0)
  })

  test('the length of a file is told, and a download keeps its type', async () => {
    const lengths: unknown[] = []
    const { baseUrl, transfer } = await serviceWith((request, response) => {
      lengths.push(request.headers['content-length'], request.headers['transfer-encoding'])
      request.resume().on('end', () => response.setHeader('Content-Type', 'text/x-test').end('abc'))
    })
    await transfer().uploadFile('s', large, 'a')
    const blob = await transfer().downloadFromURL(`${baseUrl}/x`)
    expect([blob.type, await blob.text()]).toEqual(['text/x-test', 'abc'])
    expect(lengths.slice(0, 2)).toEqual([String(large.size), undefined])
  })

  test('a progress bar that fails does not fail the upload', async () => {
    const heard = vi.spyOn(console, 'error').mockImplementation(() => {})
    onTestFinished(() => heard.mockRestore())
    const { transfer } = await serviceWith((request, response) => {
      request.resume().on('end', () => response.end())
    })
    const fault = new Error('no bar')
    const onProgress = () => {
      throw fault
    }
    expect(await transfer().uploadFile('s', new Blob(['abc']), 'a', { onProgress })).toBe(target)
    expect(heard).toHaveBeenCalledWith(fault)
  })
})

describe('a session that gives no URL', () => {
  const file = new Blob(['abc'])

  async function connected() {
    const service = new FakeService(() => new Response(null))
    const ws = await service.connected()
    const ids = () =>
      service.newest.sent.map(sent => (sent as { payload: { request_id: string } }).payload.request_id)
    const receive = (type: string, payload: object) => service.newest.receive({ type, payload })
    return { service, ws, ids, receive, transfer: createWebSocketFileTransfer(ws, service) }
  }

  test.for(['url', 'target_path'])('an answer without %s fails, and nothing is put', async missing => {
    const { service, ids, receive, transfer } = await connected()
    for (const value of [undefined, '', 5, null]) {
      const failure = transfer.uploadFile(file, 'a')
      const whole = { request_id: ids().at(-1), url: 'https://files.example/u', target_path: '/t' }
      receive('upload_url', { ...whole, [missing]: value })
      await expect(failure).rejects.toMatchObject({ code: 'invalid_message' })
    }
    expect(service.asked).toEqual([])
  })

  test('an error fails the only request that waits', async () => {
    const { receive, transfer } = await connected()
    const failure = transfer.downloadFile('/missing')
    receive('error', { code: 'not_found', message: 'there is no such file' })
    await expect(failure).rejects.toMatchObject({
      code: 'not_found',
      message: expect.stringContaining('no such file'),
    })
  })

  test('an error while several wait fails none of them, and is told by what gets no answer', async () => {
    const { service, ids, receive, transfer } = await connected()
    const [failure, file] = [transfer.downloadFile('/missing'), transfer.downloadFile('/there')]
    const reason = failure.catch(error => error)
    receive('error', { code: 'not_found', message: 'there is no such file' })
    receive('download_url', { request_id: ids()[1], url: 'https://files.example/d' })
    expect((await file).size).toBe(0)
    await service.pass(30_000)
    expect(await reason).toMatchObject({ code: 'timeout', message: expect.stringContaining('not_found') })
  })

  test('an error fails what waits alone, whatever has been answered before', async () => {
    const { ids, receive, transfer } = await connected()
    const first = transfer.downloadFile('/there')
    receive('download_url', { request_id: ids()[0], url: 'https://files.example/d' })
    await first
    const failure = transfer.downloadFile('/missing')
    receive('error', { code: 'not_found', message: 'there is no such file' })
    await expect(failure).rejects.toMatchObject({ code: 'not_found' })
  })

  test('disconnect() fails what waits at once', async () => {
    const { ws, transfer } = await connected()
    const failure = transfer.downloadFile('/x')
    ws.disconnect()
    await expect(failure).rejects.toMatchObject({ code: 'connection_lost' })
  })

  test("answers to others' requests, and frames that are none, are passed over", async () => {
    const { ids, receive, transfer } = await connected()
    const file = transfer.downloadFile('/x')
    for (const payload of [{}, { request_id: 'other', url: 'https://files.example/o' }, { request_id: 5 }])
      receive('download_url', payload)
    receive('upload_url', { request_id: ids()[0], url: 'https://files.example/o', target_path: '/t' })
    receive('download_url', { request_id: ids()[0], url: 'https://files.example/d' })
    expect((await file).size).toBe(0)
  })

  test('a stream over frames is a stream, too', async () => {
    const { service, ids, receive, transfer } = await connected()
    service.answer = () => new Response('bytes')
    const stream = transfer.streamFile('/x')
    receive('download_url', { request_id: ids()[0], url: 'https://files.example/d' })
    expect(await new Response((await stream) as ReadableStream<Uint8Array<ArrayBuffer>>).text()).toBe('bytes')
  })
})
