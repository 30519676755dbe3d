import { expect, test } from 'vitest'
import { createFileTransfer } from './file-transfer.ts'
import { FakeService, json, settled } from './testing/fake-service.ts'
import { createWebSocketFileTransfer } from './websocket-file-transfer.ts'

const ticket = {
  upload_url: 'https://files.example/up',
  upload_id: 'u1',
  target_path: '/workspace/uploads/a.csv',
  expires_at: '2026-01-05T10:00:00Z',
}
const file = new Blob(['a,b\n1,2'], { type: 'text/csv' })

/** A service that takes a file, or fails to. */
function taking(status = 200): FakeService {
  return new FakeService(({ url, method }) => {
    if (method === 'PUT') return new Response(null, { status })
    if (url.endsWith('/upload')) return json(ticket)
    return json({ success: true, path: '/workspace/uploads/a.csv' })
  })
}

const upload = (service: FakeService, onProgress?: (percent: number) => void) =>
  createFileTransfer(service.client()).uploadFile('s', file, 'a.csv', { onProgress })

test('ai-sessions/transferring/client-upload-steps', async () => {
  const service = taking()
  await upload(service)
  expect(service.asked.map(({ method, url }) => `${method} ${new URL(url).pathname}`)).toEqual([
    'POST /v1/io/sessions/s/upload',
    'PUT /up',
    'POST /v1/io/sessions/s/upload/complete',
  ])
  expect(JSON.parse(service.asked[0]?.body ?? '')).toEqual({
    filename: 'a.csv',
    content_type: 'text/csv',
    size: 7,
  })
})

test.for(['with', 'without'])('ai-sessions/transferring/client-upload-puts-bytes: %s progress', async how => {
  const service = taking()
  await upload(service, how === 'with' ? () => {} : undefined)
  const [, put] = service.asked
  expect(put?.body).toBe('a,b\n1,2')
  expect(put?.headers.get('content-type')).toBe('text/csv')
})

test('ai-sessions/transferring/client-upload-hides-token', async () => {
  const service = taking()
  await upload(service)
  expect(service.asked.map(({ headers }) => headers.has('authorization'))).toEqual([true, false, true])
})

test('ai-sessions/transferring/client-upload-gives-path', async () => {
  expect(await upload(taking())).toBe('/workspace/uploads/a.csv')
})

test('ai-sessions/transferring/client-upload-progress', async () => {
  const shown: number[] = []
  await upload(taking(), percent => shown.push(percent))
  expect(shown.at(-1)).toBe(100)
  expect(shown).toEqual([...new Set(shown)].sort((a, b) => a - b))
  const failed: number[] = []
  await upload(taking(403), percent => failed.push(percent)).catch(() => {})
  expect(failed).not.toContain(100)
})

test('ai-sessions/transferring/client-upload-failure-rejects', async () => {
  const service = taking(403)
  await expect(upload(service)).rejects.toMatchObject({ status: 403 })
  expect(service.asked).toHaveLength(2)
})

test('a download gives the bytes, or rejects', async () => {
  const service = new FakeService(() => new Response('bytes'))
  const { downloadFromURL } = createFileTransfer(service.client())
  expect(await (await downloadFromURL('https://files.example/d')).text()).toBe('bytes')
  expect(service.asked[0]?.headers.has('authorization')).toBe(false)
  service.answer = () => new Response(null, { status: 404 })
  await expect(downloadFromURL('https://files.example/d')).rejects.toMatchObject({ status: 404 })
})

/** The ids of the requests that were sent, in their order. */
const requestIds = (service: FakeService) =>
  (service.newest.sent as { payload: { request_id: string } }[]).map(({ payload }) => payload.request_id)

test('ai-sessions/transferring/client-ws-upload-matches-id', async () => {
  const service = new FakeService(() => new Response(null))
  const { uploadFile } = createWebSocketFileTransfer(await service.connected(), service)
  const both = Promise.all([uploadFile(new Blob(['one']), '1'), uploadFile(new Blob(['two']), '2')])
  const ids = requestIds(service)
  for (const i of [1, 0])
    service.newest.receive({
      type: 'upload_url',
      payload: { request_id: ids[i], url: `https://files.example/${i}`, target_path: `/${i}` },
    })
  expect(await both).toEqual(['/0', '/1'])
  expect(service.asked.map(({ url, body }) => [url.at(-1), body]).sort()).toEqual([
    ['0', 'one'],
    ['1', 'two'],
  ])
})

test('ai-sessions/transferring/client-ws-upload-complete-path', async () => {
  const service = new FakeService(() => new Response(null))
  const { uploadFile } = createWebSocketFileTransfer(await service.connected(), service)
  const path = uploadFile(file, 'a.csv')
  const [request_id] = requestIds(service)
  service.newest.receive({
    type: 'upload_url',
    payload: { request_id, url: 'https://files.example/u', target_path: '/t/a.csv' },
  })
  expect(await path).toBe('/t/a.csv')
  expect(service.newest.sent.at(-1)).toEqual({
    type: 'upload_complete',
    payload: { request_id, filename: 'a.csv', path: '/t/a.csv' },
  })
})

test('ai-sessions/transferring/client-ws-download-gives-bytes', async () => {
  const service = new FakeService(({ url }) => new Response(`bytes of ${url.at(-1)}`))
  const { downloadFile } = createWebSocketFileTransfer(await service.connected(), service)
  const both = Promise.all([downloadFile('/0'), downloadFile('/1')])
  const ids = requestIds(service)
  for (const i of [1, 0])
    service.newest.receive({
      type: 'download_url',
      payload: { request_id: ids[i], url: `https://files.example/${i}` },
    })
  expect(await Promise.all((await both).map(blob => blob.text()))).toEqual(['bytes of 0', 'bytes of 1'])
})

test.for(['the connection was lost', 'the session has ended', 'none came within 30000 ms', 'not connected'])(
  'a transfer ends when %s',
  async why => {
    const service = new FakeService()
    const ws = await service.connected()
    if (why === 'not connected') ws.disconnect()
    const failed = createWebSocketFileTransfer(ws, service)
      .downloadFile('/x')
      .catch(error => error.message)
    if (why === 'the connection was lost') service.newest.end(1006)
    if (why === 'the session has ended')
      service.newest.receive({ type: 'session_end', payload: { reason: 'done' } })
    await settled()
    await service.pass(30_000)
    expect(await failed).toContain(why)
  },
)
