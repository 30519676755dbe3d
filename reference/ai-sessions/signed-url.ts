import { APIError } from './api-error.ts'
import { Deadline } from './deadline.ts'
import type { Transport } from './rest-caller.ts'

/** How much of a file is in memory at a time. */
const chunkBytes = 256 * 1024

/**
 * Puts a file where a signed URL says. It is read as it is sent. The token stays at home.
 *
 * @param moved - is told how many bytes have left
 * @throws APIError when the file is not taken, or nothing moves for as long as the transport waits
 */
export async function putFile(
  { fetch, clock, timeout }: Transport,
  url: string,
  file: Blob,
  moved: (bytes: number) => void,
): Promise<void> {
  const deadline = new Deadline(clock, timeout, 'PUT of the file')
  const headers = { 'Content-Type': typeOf(file) }
  try {
    // A browser reads a file by itself, and says nothing of it: how long it may take is its own matter.
    if (!streams) deadline.pause()
    const { body, ...how } = streams ? streamOf(file, deadline, moved) : { body: file }
    const init: RequestInit = { method: 'PUT', body, ...how, signal: deadline.signal }
    init.headers = { ...headers, ...init.headers }
    const response = await deadline.within(fetch(url, init))
    if (!response.ok) throw refused('PUT', response.status)
  } finally {
    // The answer may have come before all was sent, and may have a body that nobody wants.
    deadline.end()
  }
}

/**
 * Gets what is behind a signed URL, as it comes.
 *
 * @throws APIError when there is nothing, or nothing comes in time; so does the stream
 */
export async function getFile(
  { fetch, clock, timeout }: Transport,
  url: string,
): Promise<{ bytes: ReadableStream<Uint8Array>; type: string }> {
  const deadline = new Deadline(clock, timeout, 'GET of the file')
  try {
    const response = await deadline.within(fetch(url, { signal: deadline.signal }))
    if (!response.ok) throw refused('GET', response.status)
    deadline.pause()
    const type = response.headers.get('content-type') ?? ''
    return { bytes: timed(response.body, deadline), type }
  } catch (error) {
    deadline.end()
    throw error
  }
}

/** Everything behind a signed URL. @throws APIError */
export async function getBlob(transport: Transport, url: string): Promise<Blob> {
  const { bytes, type } = await getFile(transport, url)
  const headers = type === '' ? undefined : { 'Content-Type': type }
  return new Response(bytes as ReadableStream<Uint8Array<ArrayBuffer>>, { headers }).blob()
}

/** The media type of a file; an unknown one is just bytes. */
export function typeOf(file: Blob): string {
  return file.type || 'application/octet-stream'
}

/** Whether a request can be streamed and tell its length. Browsers let nobody set the length. */
const streams =
  typeof (globalThis as { process?: { versions?: { node?: string } } }).process?.versions?.node === 'string'

/** The bytes of a file, read only when they are about to leave. */
function streamOf(file: Blob, deadline: Deadline, moved: (bytes: number) => void) {
  if (file.size === 0) return { body: file }
  let at = 0
  const body = new ReadableStream<Uint8Array<ArrayBuffer>>(
    {
      async pull(controller) {
        // Node goes on reading after an abort.
        if (deadline.signal.aborted) return controller.error(deadline.signal.reason)
        deadline.restart()
        const chunk = await file.slice(at, at + chunkBytes).arrayBuffer()
        moved(at)
        at += chunk.byteLength
        controller.enqueue(new Uint8Array(chunk))
        if (at >= file.size) controller.close()
      },
    },
    { highWaterMark: 0 },
  )
  // Node would keep a copy of all that it has sent, lest it be redirected, unless that cannot be.
  const once = { duplex: 'half', redirect: 'error', window: null } as const
  return { body, ...once, headers: { 'Content-Length': String(file.size) } }
}

/** A stream that fails when nothing comes for too long. Time in which nobody reads does not count. */
function timed(body: ReadableStream<Uint8Array> | null, deadline: Deadline): ReadableStream<Uint8Array> {
  const reader = body?.getReader()
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        if (!reader) return controller.close()
        deadline.restart()
        try {
          const { done, value } = await deadline.within(reader.read())
          if (done) controller.close()
          else controller.enqueue(value)
        } finally {
          deadline.pause()
        }
      },
      cancel: () => deadline.end(),
    },
    { highWaterMark: 0 },
  )
}

function refused(method: string, status: number): APIError {
  return new APIError('transfer_failed', `${method} of the file was answered with ${status}`, status)
}
