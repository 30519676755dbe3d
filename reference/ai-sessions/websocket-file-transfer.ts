import { isJsonObject, type JsonObject, memberOf } from '../../schemas/json.ts'
import { waitingClock } from '../core/clock.ts'
import { type UploadOptions, upload } from './file-transfer.ts'
import { restDefaults, type Transport } from './rest-caller.ts'
import { SessionError } from './session-error.ts'
import type { SessionWebSocket } from './session-socket.ts'
import { getBlob, getFile, typeOf } from './signed-url.ts'

/** Files over a session's WebSocket. The bytes themselves go over HTTP. */
export interface WebSocketFileTransfer {
  /**
   * Puts a file into the session and resolves to its path there.
   *
   * @throws SessionError when there is no URL for it; APIError when it cannot be put there
   */
  uploadFile(file: Blob, filename: string, options?: UploadOptions): Promise<string>
  /** The whole file, in memory. @throws as {@link uploadFile} does */
  downloadFile(path: string): Promise<Blob>
  /** The bytes of a file as they come, however large it is. @throws as {@link uploadFile} does */
  streamFile(path: string): Promise<ReadableStream<Uint8Array>>
}

/** How to ask over HTTP, and how long to wait for an answer. Default: as a client does by default. */
export type WebSocketFileTransferOptions = Partial<Transport>

/** Files over the WebSocket of a session, which has to be connected. */
export function createWebSocketFileTransfer(
  ws: SessionWebSocket,
  options: WebSocketFileTransferOptions = {},
): WebSocketFileTransfer {
  const { fetch = (input, init) => globalThis.fetch(input, init) } = options
  const { timeout = restDefaults.timeout, clock = waitingClock } = options
  const transport = { fetch, timeout, clock }
  const desk = new TicketDesk(ws, transport)
  const downloadURL = async (path: string) => {
    const { url } = await desk.ticket('download_url', ['url'], id =>
      ws.requestDownload({ request_id: id, path }),
    )
    return String(url)
  }
  return {
    async uploadFile(file, filename, uploadOptions) {
      const about = { filename, content_type: typeOf(file), size: file.size }
      const ticket = await desk.ticket('upload_url', ['url', 'target_path'], id =>
        ws.requestUpload({ request_id: id, ...about }),
      )
      const [request_id, path] = [String(ticket.request_id), String(ticket.target_path)]
      return upload(transport, String(ticket.url), file, uploadOptions, () => {
        ws.notifyUploadComplete({ request_id, filename, path })
        return path
      })
    },
    downloadFile: async path => getBlob(transport, await downloadURL(path)),
    streamFile: async path => (await getFile(transport, await downloadURL(path))).bytes,
  }
}

/** Asks for URLs, and tells the answers apart by the ids of the requests. */
class TicketDesk {
  readonly #ws: SessionWebSocket
  readonly #transport: Transport
  /** Others may ask on the same connection. */
  readonly #prefix = Math.random().toString(36).slice(2)
  #asked = 0
  #waiting = 0

  constructor(ws: SessionWebSocket, transport: Transport) {
    this.#ws = ws
    this.#transport = transport
  }

  /**
   * What answers a request, with these members as text.
   *
   * An `error` does not tell which request it is about. The only one that waits is given up; if there are more, all
   * of them wait on, and tell what they have heard when their time is over.
   *
   * @throws SessionError
   */
  ticket(type: string, members: string[], ask: (requestId: string) => void): Promise<JsonObject> {
    const { clock, timeout } = this.#transport
    const requestId = `req_${this.#prefix}_${++this.#asked}`
    return new Promise((resolve, reject) => {
      let heard = ''
      const settle = (act: () => void) => {
        this.#waiting--
        cancel()
        stop()
        act()
      }
      const fail = (code: string, why: string) =>
        settle(() => reject(new SessionError(code, `no ${type}: ${why}${heard}`)))
      const cancel = clock.after(timeout, () => fail('timeout', `none came within ${timeout} ms`))
      this.#waiting++
      const stop = this.#ws.listen(message => {
        if (!message) return fail('connection_lost', 'the connection was lost')
        const { payload } = message
        if (message.type === 'session_end') return fail('session_ended', 'the session has ended')
        if (message.type === 'error') {
          const [code, text] = [memberOf(payload, 'code'), memberOf(payload, 'message')]
          if (this.#waiting === 1) return fail(String(code), String(text))
          heard = `; heard meanwhile: ${code}: ${text}`
        }
        if (message.type !== type || !isJsonObject(payload) || payload.request_id !== requestId) return
        const missing = members.find(name => typeof payload[name] !== 'string' || payload[name] === '')
        if (missing) fail('invalid_message', `it has no ${missing}`)
        else settle(() => resolve(payload))
      })
      try {
        ask(requestId)
      } catch (error) {
        settle(() => reject(error))
      }
    })
  }
}
