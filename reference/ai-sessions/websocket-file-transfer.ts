import { isJsonObject } from '../../schemas/json.ts'
import { type Clock, waitingClock } from '../core/clock.ts'
import { getFile, putFile, typeOf, type UploadOptions } from './file-transfer.ts'
import type { SessionWebSocket } from './session-socket.ts'

/** Files over a session's WebSocket. The bytes themselves go over HTTP. */
export interface WebSocketFileTransfer {
  /** Puts a file into the session and resolves to its path there. @throws Error when that fails */
  uploadFile(file: Blob, filename: string, options?: UploadOptions): Promise<string>
  /** @throws Error when there is no such file */
  downloadFile(path: string): Promise<Blob>
}

export interface WebSocketFileTransferOptions {
  /** Default: the global one. */
  fetch?: typeof globalThis.fetch
  /** Milliseconds to wait for the answer to a request. Default: 30000. */
  timeout?: number
  clock?: Clock
}

interface Ticket {
  url: string
  target_path?: string
}

/** Files over the WebSocket of a session, which has to be connected. */
export function createWebSocketFileTransfer(
  ws: SessionWebSocket,
  options: WebSocketFileTransferOptions = {},
): WebSocketFileTransfer {
  const { fetch = globalThis.fetch, timeout = 30_000, clock = waitingClock } = options

  /** Asks, and waits for the answer to this very request. */
  function ticket(
    answer: string,
    ask: (request_id: string) => void,
  ): Promise<Ticket & { request_id: string }> {
    const request_id = crypto.randomUUID()
    return new Promise((resolve, reject) => {
      const settle = (act: () => void) => {
        cancel()
        stop()
        act()
      }
      const fail = (why: string) => settle(() => reject(new Error(`no ${answer}: ${why}`)))
      const cancel = clock.after(timeout, () => fail(`none came within ${timeout} ms`))
      const stop = ws.listen(message => {
        if (!message) return fail('the connection was lost')
        if (message.type === 'session_end') return fail('the session has ended')
        const { type, payload } = message
        if (type !== answer || !isJsonObject(payload) || payload.request_id !== request_id) return
        settle(() => resolve(payload as unknown as Ticket & { request_id: string }))
      })
      try {
        ask(request_id)
      } catch (error) {
        settle(() => reject(error))
      }
    })
  }

  return {
    async uploadFile(file, filename, uploadOptions) {
      const about = { filename, content_type: typeOf(file), size: file.size }
      const { url, target_path, request_id } = await ticket('upload_url', request_id =>
        ws.requestUpload({ request_id, ...about }),
      )
      await putFile(fetch, url, file, uploadOptions)
      const path = String(target_path)
      ws.notifyUploadComplete({ request_id, filename, path })
      return path
    },
    async downloadFile(path) {
      const { url } = await ticket('download_url', request_id => ws.requestDownload({ request_id, path }))
      return getFile(fetch, url)
    },
  }
}
