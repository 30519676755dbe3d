import { isJsonObject, memberOf } from '../../schemas/json.ts'
import { type Clock, sleep, waitingClock } from '../core/clock.ts'
import { toStrictJson } from '../core/strict-json.ts'
import { APIError } from './api-error.ts'
import { checkCount, checkMs, longestPauseMs, pauseMs } from './client-options.ts'
import { Deadline } from './deadline.ts'
import type { AISessionsConfig, RetryOptions } from './http-client.ts'

/** How a client asks over HTTP. */
export interface Transport {
  /** What requests are sent with. */
  fetch: typeof globalThis.fetch
  /** Whose time counts. */
  clock: Clock
  /** Milliseconds to wait for an answer, or in a transfer of a file for anything to move. */
  timeout: number
}

export const restDefaults = {
  timeout: 30_000,
  maxRetries: 3,
  retryDelay: 1_000,
  retryOn: [429, 502, 503, 504],
  startTimeoutMs: 120_000,
} as const

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE'
type Query = Record<string, string | number | undefined>

interface Answer {
  status: number
  retryAfterMs: number
  text: string
}

/** Sends requests with the token, in time, and again where that may help. */
export class RestCaller {
  readonly transport: Transport
  readonly #base: string
  readonly #token: string
  readonly #retry: Required<RetryOptions>

  /** @throws TypeError or RangeError when the config makes no sense */
  constructor(config: AISessionsConfig) {
    const { token, timeout = restDefaults.timeout, retry = {}, clock = waitingClock } = config
    const { maxRetries, retryDelay, retryOn } = restDefaults
    // Looked up at each call, and called as a function, as browsers demand.
    const { fetch = (input, init) => globalThis.fetch(input, init) } = config
    checkMs('timeout', timeout)
    if (!/^[!-~]+$/.test(token)) throw new TypeError('token: expected characters that a header can carry')
    this.transport = { fetch, clock, timeout }
    this.#base = `${baseOf(config.baseUrl)}/v1`
    this.#token = token
    this.#retry = {
      maxRetries: retry.maxRetries ?? maxRetries,
      retryDelay: retry.retryDelay ?? retryDelay,
      retryOn: retry.retryOn ?? retryOn,
    }
    checkCount('retry.maxRetries', this.#retry.maxRetries)
    checkMs('retry.retryDelay', this.#retry.retryDelay, 0)
  }

  /** An answer that has to be an object. @throws APIError; TypeError when a part of the request cannot be sent */
  async ask<T extends object>(method: Method, path: readonly string[], request: Request = {}): Promise<T> {
    const { value, status } = await this.#exchange(method, path, request)
    if (isJsonObject(value)) return value as T
    throw new APIError(
      'invalid_response',
      `${method} ${path.join('/')}: the answer is no JSON object`,
      status,
    )
  }

  /** An answer that the protocol leaves open; `undefined` if there is none. @throws as {@link ask} does */
  async call(method: Method, path: readonly string[], request: Request = {}): Promise<unknown> {
    const { value, status, text } = await this.#exchange(method, path, request)
    if (value !== undefined || text === '') return value
    throw new APIError('invalid_response', `${method} ${path.join('/')}: the answer is no JSON`, status)
  }

  /** @throws TypeError when a segment cannot be one */
  urlOf(path: readonly string[], query: Query = {}): string {
    const given = Object.entries(query).filter(([, value]) => value !== undefined)
    const search = given.map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`).join('&')
    return `${this.#base}/${path.map(segment).join('/')}${search && `?${search}`}`
  }

  /** One request, and others like it as long as the service asks for patience. */
  async #exchange(method: Method, path: readonly string[], { query, body }: Request) {
    const url = this.urlOf(path, query)
    const text = body === undefined ? undefined : toStrictJson(body)
    const { maxRetries, retryDelay, retryOn } = this.#retry
    for (let repeats = 0; ; repeats++) {
      const answer = await this.#send(method, url, text)
      const { status } = answer
      if (status >= 200 && status < 300) return { ...answer, value: parsed(answer.text) }
      if (repeats >= maxRetries || !retryOn.includes(status)) throw failureOf(status, answer.text)
      const wishedMs = Math.min(answer.retryAfterMs, longestPauseMs)
      await sleep(this.transport.clock, Math.max(pauseMs(retryDelay, repeats), wishedMs))
    }
  }

  /** One request, and its whole answer. */
  async #send(method: Method, url: string, body: string | undefined): Promise<Answer> {
    const { fetch, clock, timeout } = this.transport
    const deadline = new Deadline(clock, timeout, `${method} ${new URL(url).pathname}`)
    const headers: Record<string, string> = { Authorization: `Bearer ${this.#token}` }
    if (body !== undefined) headers['Content-Type'] = 'application/json'
    const exchange = async () => {
      const response = await fetch(url, { method, headers, body, signal: deadline.signal })
      const retryAfterMs = 1_000 * Number(response.headers.get('retry-after')) || 0
      return { status: response.status, retryAfterMs, text: await response.text() }
    }
    try {
      return await deadline.within(exchange())
    } finally {
      deadline.pause()
    }
  }
}

interface Request {
  query?: Query
  body?: object
}

/** An address without what would stand in the way of a path. @throws TypeError when it is none of HTTP */
function baseOf(baseUrl: string): string {
  if (!/^https?:\/\/[^/]/i.test(baseUrl))
    throw new TypeError('baseUrl: expected the address of a service, such as https://service.example')
  const { origin, pathname } = new URL(baseUrl)
  return `${origin}${pathname.replace(/\/+$/, '')}`
}

/** One segment of a path. @throws TypeError when no segment can say that: `..` would lead elsewhere */
function segment(text: string): string {
  if (text === '' || text === '.' || text === '..' || !isWellFormed(text))
    throw new TypeError(`${JSON.stringify(text)} is no id`)
  return encodeURIComponent(text)
}

/** Half of a surrogate pair has no form in a URL. */
function isWellFormed(text: string): boolean {
  return !/\p{Surrogate}/u.test(text)
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** What a failed answer tells, be it JSON or not. */
function failureOf(status: number, text: string): APIError {
  const body = parsed(text)
  const told = (name: string, otherwise: string) => {
    const value = memberOf(body, name)
    return typeof value === 'string' && value !== '' ? value : otherwise
  }
  return new APIError(told('error', 'http_error'), told('message', `the service answered ${status}`), status)
}
