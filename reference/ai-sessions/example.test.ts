import { expect, test } from 'vitest'
import WebSocket from 'ws'
import { serve } from '../testing/serving.ts'
import {
  createClient,
  createFileTransfer,
  createSessionWebSocket,
  createWebSocketFileTransfer,
} from './client.ts'
import { scriptedAgent } from './scripted-agent.ts'
import { createSessionServer } from './server.ts'

const SocketClass = WebSocket as unknown as typeof globalThis.WebSocket

/** A service, and the token of a user whom it has never seen. */
async function service() {
  const server = createSessionServer({ secret: 'a secret that has 32 characters!', agent: scriptedAgent })
  const { url } = await serve(server)
  return { url, token: await server.gate.sign({ id: 'user' }) }
}

/** The workflow that the client library is documented with, against the reference server. */
test('register, create, wait, connect, prompt, disconnect, terminate', async () => {
  const { url, token } = await service()
  const client = createClient({ baseUrl: url, token })
  try {
    await client.getCredentialStatus()
    expect.fail('nobody has registered')
  } catch {
    await client.register()
    await client.storeAPIKey('sk-ant-api03-example')
  }
  const { session } = await client.createSession({
    allowed_tools: ['Bash', 'Read'],
    denied_tools: ['Write', 'Edit'],
  })
  let status = session.status
  while (status === 'pending') ({ status } = (await client.getSession(session.id)).session)
  expect(status).toBe('running')

  const said: string[] = []
  const ended = new Promise<string>((resolve, reject) => {
    const ws = createSessionWebSocket(
      client.getWebSocketURL(session.id),
      {
        onAssistant(msg) {
          for (const content of msg.payload.content) if (content.type === 'text') said.push(content.text)
        },
        onToolUse: msg => said.push(`uses ${msg.payload.name}`),
        onToolResult: msg => said.push(msg.payload.content.substring(0, 4)),
        onResult: () => void client.terminateSession(session.id),
        onSessionEnd: msg => resolve(msg.payload.reason),
        onError: reject,
      },
      { autoReconnect: true },
      SocketClass,
    )
    void ws.connect().then(() => ws.sendPrompt('tool Read {"path":"a"}\nsay two\nsay three'))
  })
  expect(await ended).toBe('user_requested')
  expect(said).toEqual(['uses Read', 'Read', 'two', 'three'])
  expect((await client.getSession(session.id)).session.status).toBe('ended')
})

test('files go in and out, over REST and over frames', async () => {
  const { url, token } = await service()
  const client = createClient({ baseUrl: url, token })
  await client.register()
  await client.storeAPIKey('sk-ant-api03-example')
  const session = await client.waitForSession((await client.createSession()).session.id, 1)
  const ws = createSessionWebSocket(client.getWebSocketURL(session.id), {}, {}, SocketClass)
  await ws.connect()
  const bytes = Buffer.from(Array.from({ length: 100_000 }, (_, i) => i % 256))
  const file = new Blob([bytes], { type: 'application/x-test' })

  const rest = createFileTransfer(client)
  const shown: number[] = []
  const path = await rest.uploadFile(session.id, file, 'a.bin', {
    onProgress: percent => shown.push(percent),
  })
  expect(shown.at(-1)).toBe(100)
  const { download_url } = await client.requestDownloadURL(session.id, { path })
  expect(Buffer.from(await (await rest.downloadFromURL(download_url)).arrayBuffer())).toEqual(bytes)

  const frames = createWebSocketFileTransfer(ws)
  const other = await frames.uploadFile(file, 'b.bin')
  expect(other).not.toBe(path)
  expect(Buffer.from(await (await frames.downloadFile(other)).arrayBuffer())).toEqual(bytes)
  ws.disconnect()
})
