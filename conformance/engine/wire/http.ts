import {
  type ClientRequest,
  Agent as HttpAgent,
  type IncomingMessage,
  request as requestHttp,
} from 'node:http'
import { Agent as HttpsAgent, request as requestHttps } from 'node:https'
import { credential } from './redact.ts'
import type { Transcript } from './transcript.ts'

export interface HttpRequest {
  method: string
  url: URL
  /** In place of the URL's path, exactly as given: a URL would tidy up dot segments. */
  rawPath?: string
  headers?: Readonly<Record<string, string>>
  body?: string | Uint8Array
}

/** An answer with its whole body. Names of headers are in lower case. */
export interface HttpAnswer {
  /** The HTTP status. */
  status: number
  /** By lower-case name. */
  headers: Readonly<Record<string, string | string[] | undefined>>
  /** The whole body. */
  text: string
  /** The body as it came. */
  bytes: Uint8Array
  /** `undefined` if the body is not JSON. */
  json: unknown
}

/** An answer whose body goes on. */
export interface OpenAnswer {
  /** Status and headers, and the body as it comes. */
  response: IncomingMessage
  /** Stops reading and cuts the connection. */
  close(): void
}

/** The target could not be asked, or did not answer in time. */
export class NoAnswer extends Error {
  readonly refused: boolean

  constructor(message: string, refused: boolean) {
    super(message)
    this.refused = refused
  }
}

/** The connection that a request was sent on had been closed by then. */
class StaleConnection extends Error {}

export interface AskOptions {
  timeoutMs: number
  label: string
  transcript: Transcript
  bad?: boolean
}

const maxBodyBytes = 32 * 1024 * 1024

/** Connections that are kept between requests. One set for each run of the kit. */
export class HttpClient {
  readonly #agents = { http: new HttpAgent({ keepAlive: true }), https: new HttpsAgent({ keepAlive: true }) }

  /** @throws NoAnswer */
  async ask(request: HttpRequest, options: AskOptions): Promise<HttpAnswer> {
    const path = request.rawPath ?? `${request.url.pathname}${request.url.search}`
    options.transcript.add(options.label, 'out', describeRequest(request, path), options.bad)
    try {
      return await this.#ask(request, path, options, 'kept')
    } catch (error) {
      // A target may close a connection that was kept, just as it is used again. The request has not been read then.
      if (!(error instanceof StaleConnection)) throw error
      return this.#ask(request, path, options, 'new')
    }
  }

  #ask(
    request: HttpRequest,
    path: string,
    { transcript, label, timeoutMs }: AskOptions,
    connection: 'kept' | 'new',
  ): Promise<HttpAnswer> {
    return new Promise((resolve, reject) => {
      const outgoing = this.#send(request, path, connection)
      const timer = setTimeout(() => {
        reject(new NoAnswer(`no answer in ${timeoutMs} ms`, false))
        outgoing.destroy()
      }, timeoutMs)
      const fail = (error: Error & { code?: string }) => {
        clearTimeout(timer)
        transcript.add(label, 'note', error.message)
        reject(new NoAnswer(error.message, error.code === 'ECONNREFUSED'))
      }
      outgoing.on('error', (error: Error & { code?: string }) => {
        if (!outgoing.reusedSocket || error.code !== 'ECONNRESET') return fail(error)
        clearTimeout(timer)
        reject(new StaleConnection())
      })
      outgoing.on('response', response => {
        readBody(response).then(bytes => {
          clearTimeout(timer)
          const text = bytes.toString()
          transcript.add(label, 'in', `${response.statusCode} ${text}`.trim())
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            text,
            bytes,
            json: parse(text),
          })
        }, fail)
      })
      outgoing.end(request.body)
    })
  }

  /** Asks, and hands over the response as soon as its head has come. */
  open(request: HttpRequest, options: AskOptions): Promise<OpenAnswer> {
    const path = request.rawPath ?? `${request.url.pathname}${request.url.search}`
    options.transcript.add(options.label, 'out', describeRequest(request, path), options.bad)
    return new Promise((resolve, reject) => {
      const outgoing = this.#send(request, path)
      const timer = setTimeout(() => {
        reject(new NoAnswer(`no answer in ${options.timeoutMs} ms`, false))
        outgoing.destroy()
      }, options.timeoutMs)
      outgoing.on('error', (error: Error & { code?: string }) => {
        clearTimeout(timer)
        reject(new NoAnswer(error.message, error.code === 'ECONNREFUSED'))
      })
      outgoing.on('response', response => {
        clearTimeout(timer)
        options.transcript.add(options.label, 'in', `${response.statusCode}`)
        resolve({ response, close: () => outgoing.destroy() })
      })
      outgoing.end(request.body)
    })
  }

  close(): void {
    this.#agents.http.destroy()
    this.#agents.https.destroy()
  }

  #send(
    { method, url, headers, body }: HttpRequest,
    path: string,
    connection: 'kept' | 'new' = 'kept',
  ): ClientRequest {
    const tls = url.protocol === 'https:'
    return (tls ? requestHttps : requestHttp)({
      method,
      path,
      host: url.hostname.replace(/^\[|\]$/g, ''),
      port: url.port || (tls ? 443 : 80),
      agent: connection === 'kept' && (tls ? this.#agents.https : this.#agents.http),
      headers: {
        ...(body === undefined
          ? {}
          : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
        ...headers,
      },
    })
  }
}

function readBody(response: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = []
  let size = 0
  return new Promise((resolve, reject) => {
    response.on('data', (part: Buffer) => {
      size += part.length
      if (size > maxBodyBytes) response.destroy(new Error(`a body of more than ${maxBodyBytes} bytes`))
      parts.push(part)
    })
    response.on('end', () => resolve(Buffer.concat(parts)))
    response.on('error', reject)
    response.on('aborted', () => reject(new Error('the target broke off its response')))
  })
}

const credentialHeaders = /^(authorization|cookie|x-.*-key)$/i

function describeRequest({ method, headers, body }: HttpRequest, path: string): string {
  const shown = Object.entries(headers ?? {}).map(
    ([name, value]) => `${name}: ${credentialHeaders.test(name) ? credential(value) : value}`,
  )
  const told = typeof body === 'object' ? `${body.length} bytes` : body
  return [`${method} ${path}`, ...shown, told].filter(part => part !== undefined && part !== '').join(' · ')
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
