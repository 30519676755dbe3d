import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { WebSocket } from 'ws'
import { median } from './measure.ts'
import { type Row, ratioRow, row } from './row.ts'
import { ServerProcess } from './server-process.ts'

type Server = ServerProcess<{ url: string; token: string; sockets: string[] }>

const framesEach = 100
const atOnce = 50
const rounds = 5
const fileBytes = 100 * 1024 * 1024
const rssAtMost = 200 * 1024 * 1024
const megabytes = (bytes: number) => `${(bytes / 1024 / 1024).toFixed(0)} MB`

/** The reference of `ai-sessions` under load, next to a server that does no more than send, and with large files. */
export async function benchSessions(): Promise<Row[]> {
  const reference: Server = await ServerProcess.start('sessions-reference')
  const bare: Server = await ServerProcess.start('bare-sender')
  const [ours, theirs] = [await connectAll(reference.ready.sockets), await connectAll(bare.ready.sockets)]
  const ratios: number[] = []
  let fewest = Number.POSITIVE_INFINITY
  for (let round = 0; round < rounds; round++) {
    const mine = await count(ours)
    const other = await count(theirs)
    fewest = Math.min(fewest, mine.fewest)
    // The first round finds code that has not been compiled yet.
    if (round > 0) ratios.push(other.ms / mine.ms)
  }
  for (const socket of [...ours, ...theirs]) socket.terminate()
  await Promise.all([reference.stop(), bare.stop()])
  return [
    ratioRow(
      `ai-sessions, ${ours.length} sessions, ${framesEach} frames each: frames, against a bare sender`,
      median(ratios),
      {
        atLeast: 0.5,
      },
    ),
    row(
      'ai-sessions, frames of that at each of them',
      `${fewest} at the least`,
      `${framesEach}`,
      fewest === framesEach,
    ),
    ...(await transfer()),
  ]
}

/** A large file goes in and out again, between two processes. */
async function transfer(): Promise<Row[]> {
  const server: Server = await ServerProcess.start('transfer-reference')
  let serverPeak = 0
  const watch = setInterval(async () => {
    serverPeak = Math.max(serverPeak, await server.peakRssBytes())
  }, 50)
  const program = fileURLToPath(new URL('transfer-client.ts', import.meta.url))
  const args = [...process.execArgv, program, server.ready.url, server.ready.token, String(fileBytes)]
  const { stdout } = await promisify(execFile)(process.execPath, args)
  clearInterval(watch)
  await server.stop()
  const { received, peak } = JSON.parse(stdout) as { received: number; peak: number }
  const goal = `≤ ${megabytes(rssAtMost)}`
  return [
    row(
      'ai-sessions, a file of 100 MB up and down: bytes',
      String(received),
      String(fileBytes),
      received === fileBytes,
    ),
    row('ai-sessions, memory of the client meanwhile', megabytes(peak), goal, peak <= rssAtMost),
    row('ai-sessions, memory of the service meanwhile', megabytes(serverPeak), goal, serverPeak <= rssAtMost),
  ]
}

/** Has all of them get so many frames, and says how long that took and what came where the least came. */
async function count(sockets: readonly WebSocket[]): Promise<{ ms: number; fewest: number }> {
  const begin = performance.now()
  const counts = sockets.map(
    socket =>
      new Promise<number>(resolve => {
        let seen = 0
        const hear = (data: Buffer) => {
          if (JSON.parse(String(data)).type === 'assistant') return void seen++
          socket.off('message', hear)
          resolve(seen)
        }
        socket.on('message', hear)
        socket.send(JSON.stringify({ type: 'prompt', payload: { text: `count ${framesEach} 0` } }))
      }),
  )
  const fewest = Math.min(...(await Promise.all(counts)))
  return { ms: performance.now() - begin, fewest }
}

/** Some at a time, or the last would wait for too long. */
async function connectAll(urls: readonly string[]): Promise<WebSocket[]> {
  const sockets: WebSocket[] = []
  for (let from = 0; from < urls.length; from += atOnce)
    sockets.push(
      ...(await Promise.all(
        urls.slice(from, from + atOnce).map(async url => {
          const socket = new WebSocket(url, { perMessageDeflate: false })
          await once(socket, 'open')
          return socket
        }),
      )),
    )
  return sockets
}
