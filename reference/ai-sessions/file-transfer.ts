import type { AISessionsClient } from './http-client.ts'
import type { Transport } from './rest-caller.ts'
import { getBlob, getFile, putFile, typeOf } from './signed-url.ts'

/** How an upload is followed. */
export interface UploadOptions {
  /** Called with rising percentages, at last with 100. In browsers, with 100 alone. */
  onProgress?(percent: number): void
}

/** Files over REST. */
export interface FileTransfer {
  /** Puts a file into a session and resolves to its path there. @throws APIError when that fails */
  uploadFile(sessionId: string, file: Blob, filename: string, options?: UploadOptions): Promise<string>
  /** The whole file, in memory. @throws APIError when there is nothing, or not any more */
  downloadFromURL(url: string): Promise<Blob>
  /** The bytes of a file as they come, however large it is. @throws as {@link downloadFromURL} does */
  streamFromURL(url: string): Promise<ReadableStream<Uint8Array>>
}

/** Files over REST, in the way in which a client asks. A transfer fails when nothing moves for its `timeout`. */
export function createFileTransfer(client: AISessionsClient): FileTransfer {
  const { transport } = client
  return {
    async uploadFile(sessionId, file, filename, options) {
      const request = { filename, content_type: typeOf(file), size: file.size }
      const { upload_url, upload_id } = await client.requestUploadURL(sessionId, request)
      return upload(transport, upload_url, file, options, async () => {
        const { path } = await client.notifyUploadComplete(sessionId, upload_id)
        return path
      })
    },
    downloadFromURL: url => getBlob(transport, url),
    streamFromURL: async url => (await getFile(transport, url)).bytes,
  }
}

/** Puts a file, gives notice, and shows how far that is. */
export async function upload(
  transport: Transport,
  url: string,
  file: Blob,
  { onProgress }: UploadOptions = {},
  notify: () => string | Promise<string>,
): Promise<string> {
  let shown = -1
  const show = (percent: number) => {
    if (percent <= shown) return
    shown = percent
    try {
      onProgress?.(percent)
    } catch (error) {
      // The file is on its way all the same.
      console.error(error)
    }
  }
  await putFile(transport, url, file, bytes => show(Math.floor((100 * bytes) / file.size)))
  const path = await notify()
  show(100)
  return path
}
