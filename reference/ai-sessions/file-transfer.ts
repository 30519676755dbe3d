import { APIError } from './api-error.ts'
import type { AISessionsClient } from './http-client.ts'

export interface UploadOptions {
  /** Called with rising percentages, at last with 100. */
  onProgress?(percent: number): void
}

/** Files over REST. */
export interface FileTransfer {
  /** Puts a file into a session and resolves to its path there. @throws APIError when that fails */
  uploadFile(sessionId: string, file: Blob, filename: string, options?: UploadOptions): Promise<string>
  /** @throws APIError when there is nothing, or not any more */
  downloadFromURL(url: string): Promise<Blob>
}

/** Files over REST, by a client's own `fetch`. */
export function createFileTransfer(client: AISessionsClient): FileTransfer {
  return {
    async uploadFile(sessionId, file, filename, options) {
      const content_type = typeOf(file)
      const { upload_url, upload_id } = await client.requestUploadURL(sessionId, {
        filename,
        content_type,
        size: file.size,
      })
      await putFile(client.fetch, upload_url, file, options)
      const { path } = await client.notifyUploadComplete(sessionId, upload_id)
      return path
    },
    downloadFromURL: url => getFile(client.fetch, url),
  }
}

/** The media type of a file; an unknown one is just bytes. */
export function typeOf(file: Blob): string {
  return file.type || 'application/octet-stream'
}

/** Puts a file where a signed URL says. The token stays at home. @throws APIError */
export async function putFile(
  fetch: typeof globalThis.fetch,
  url: string,
  file: Blob,
  { onProgress }: UploadOptions = {},
): Promise<void> {
  let shown = -1
  const show = (bytes: number) => {
    const percent = file.size === 0 ? 100 : Math.floor((100 * bytes) / file.size)
    if (percent <= shown) return
    shown = percent
    onProgress?.(percent)
  }
  const init =
    onProgress && streams ? streamed(file, bytes => show(Math.min(bytes, file.size - 1))) : { body: file }
  const headers = { 'Content-Type': typeOf(file), ...(init.headers ?? {}) }
  const response = await fetch(url, { method: 'PUT', ...init, headers }).catch(failed('PUT'))
  if (!response.ok) throw refused('PUT', response.status)
  await response.body?.cancel()
  show(file.size)
}

/** Gets what is behind a signed URL. @throws APIError */
export async function getFile(fetch: typeof globalThis.fetch, url: string): Promise<Blob> {
  const response = await fetch(url).catch(failed('GET'))
  if (!response.ok) throw refused('GET', response.status)
  return response.blob()
}

/** Browsers can stream a request over HTTP/2 only; Node can over any. */
const streams =
  typeof (globalThis as { process?: { versions?: { node?: string } } }).process?.versions?.node === 'string'

type Streamed = RequestInit & { duplex?: 'half'; headers?: Record<string, string> }

/** The bytes of a file, counted as they leave. */
function streamed(file: Blob, onBytes: (bytes: number) => void): Streamed {
  let sent = 0
  const counted = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      controller.enqueue(chunk)
      sent += chunk.length
      onBytes(sent)
    },
  })
  const body = file
    .stream()
    .pipeThrough(counted as TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>)
  return { body, duplex: 'half', headers: { 'Content-Length': String(file.size) } }
}

function failed(method: string): (error: unknown) => never {
  return error => {
    const why = error instanceof Error ? error.message : String(error)
    throw new APIError('network_error', `${method} of the file failed: ${why}`, 0, { cause: error })
  }
}

function refused(method: string, status: number): APIError {
  return new APIError('transfer_failed', `${method} of the file was answered with ${status}`, status)
}
