import type { Socket } from 'node:net'
import { Signal } from '../signal.ts'
import { connectTo, requestHead } from './tcp.ts'
import type { Transcript } from './transcript.ts'

/** The response at the beginning of some bytes. */
export interface RawResponse {
  /** The HTTP status. */
  status: number
  /** With names in lower case. */
  headers: ReadonlyMap<string, string>
  /** The body as text. */
  body: string
  /** Number of bytes that have come after it. */
  excess: number
}

export interface RawRequest {
  method: string
  url: URL
  headers: Readonly<Record<string, string>>
}

export interface RawOptions {
  /** Name in the transcript. */
  label: string
  transcript: Transcript
}

/** One HTTP request on a TCP connection of its own, and all that comes back on it, byte for byte. */
export class RawExchange {
  /** Whether the target has ended the TCP connection. */
  ended = false
  /** Why there was no connection. */
  error: string | undefined
  #bytes = Buffer.alloc(0)
  readonly #tcp: Socket
  readonly #signal = new Signal()

  constructor({ method, url, headers }: RawRequest, { label, transcript }: RawOptions) {
    transcript.add(label, 'out', `${method} ${url.pathname}${url.search}`)
    this.#tcp = connectTo(url, () => this.#tcp.write(requestHead(method, url, headers)))
    this.#tcp.on('data', data => {
      transcript.add(label, 'in', data.toString())
      this.#bytes = Buffer.concat([this.#bytes, data])
      this.#signal.notify()
    })
    this.#tcp.on('error', error => {
      this.error = error.message
    })
    this.#tcp.on('close', () => {
      this.ended = true
      this.#signal.notify()
    })
  }

  /** How many bytes have come so far. */
  get size(): number {
    return this.#bytes.length
  }

  /** What the bytes so far begin with: a complete response, the reason why it is none, or nothing yet. */
  get response(): RawResponse | { fault: string } | undefined {
    return readResponse(this.#bytes, this.ended)
  }

  /** The first value other than `undefined` that `probe` gives, asked again whenever something happens here. */
  until<T>(probe: () => T | undefined, withinMs: number): Promise<T | undefined> {
    return this.#signal.until(probe, withinMs)
  }

  /** Ends the connection without a word. */
  cut(): void {
    this.#tcp.destroy()
  }
}

function readResponse(bytes: Buffer, ended: boolean): RawResponse | { fault: string } | undefined {
  const endOfHead = bytes.indexOf('\r\n\r\n')
  if (endOfHead < 0) return ended ? { fault: 'the connection ended before there was a response' } : undefined
  const [statusLine = '', ...lines] = bytes.subarray(0, endOfHead).toString('latin1').split('\r\n')
  const status = Number(/^HTTP\/1\.[01] (\d{3})( |$)/.exec(statusLine)?.[1])
  if (!status) return { fault: `no status line: ${JSON.stringify(statusLine.slice(0, 80))}` }
  const headers = new Map<string, string>()
  for (const line of lines) {
    const [, name, value] = /^([\w!#$%&'*+.^`|~-]+):[ \t]*(.*?)[ \t]*$/.exec(line) ?? []
    if (name === undefined) return { fault: `no header: ${JSON.stringify(line.slice(0, 80))}` }
    headers.set(name.toLowerCase(), value ?? '')
  }
  const rest = bytes.subarray(endOfHead + 4)
  const body = readBody(rest, headers, ended)
  if (!body || 'fault' in body) return body
  return { status, headers, body: body.text, excess: rest.length - body.size }
}

type Body = { text: string; size: number }

function readBody(
  rest: Buffer,
  headers: ReadonlyMap<string, string>,
  ended: boolean,
): Body | { fault: string } | undefined {
  const incomplete = ended ? { fault: 'the connection ended within the body' } : undefined
  const length = headers.get('content-length')
  if (/chunked$/i.test(headers.get('transfer-encoding') ?? ''))
    return length === undefined ? (readChunks(rest) ?? incomplete) : { fault: 'a length and chunks' }
  if (length !== undefined) {
    if (!/^\d+$/.test(length)) return { fault: `Content-Length: ${length}` }
    const size = Number(length)
    return rest.length < size ? incomplete : { text: rest.subarray(0, size).toString(), size }
  }
  return ended ? { text: rest.toString(), size: rest.length } : undefined
}

/** A body in chunks (RFC 9112, section 7.1); `undefined` as long as the last one is missing. Trailers are not read. */
function readChunks(bytes: Buffer): Body | { fault: string } | undefined {
  const parts: Buffer[] = []
  for (let at = 0; ; ) {
    const endOfLine = bytes.indexOf('\r\n', at)
    if (endOfLine < 0) return undefined
    const line = bytes.subarray(at, endOfLine).toString('latin1')
    if (!/^[\da-f]+(;.*)?$/i.test(line)) return { fault: `no size of a chunk: ${JSON.stringify(line)}` }
    const size = Number.parseInt(line, 16)
    const start = endOfLine + 2
    if (bytes.length < start + size + 2) return undefined
    if (bytes.toString('latin1', start + size, start + size + 2) !== '\r\n')
      return { fault: 'a chunk that is longer than it says' }
    at = start + size + 2
    if (size === 0) return { text: Buffer.concat(parts).toString(), size: at }
    parts.push(bytes.subarray(start, start + size))
  }
}
