import { hash, randomUUID } from 'node:crypto'
import type { Socket } from 'node:net'
import type { Writable } from 'node:stream'
import * as ws from 'ws'
import { Signal } from '../signal.ts'
import { closePayload, encodeFrame, type FrameOptions, opcodes } from './frames.ts'
import { connectTo, requestHead } from './tcp.ts'
import type { Transcript } from './transcript.ts'

/** The library's own parser of frames, which its types leave out. */
const { Receiver } = ws as unknown as { Receiver: new (options: object) => Writable }

/** A message that the target sent. `atMs`: when it came, on the clock of `performance.now()`. */
export interface ReceivedFrame {
  /** What it says, read as UTF-8. */
  text: string
  /** Whether it was a binary message. */
  binary: boolean
  /** `undefined` if the text is not JSON. */
  json: unknown
  /** When it came, on the clock of `performance.now()`. */
  atMs: number
  /** Whether an expectation has accounted for it. */
  claimed: boolean
}

/**
 * How a connection ended. 1005: a close frame without a code; 1006: no close frame. `atMs`: when, on the clock of
 * `performance.now()`.
 */
export interface CloseSeen {
  /** The close code. */
  code: number
  /** The reason text; empty if there was none. */
  reason: string
  /** When, on the clock of `performance.now()`. */
  atMs: number
}

/** What became of the handshake. Without a status the target could not be reached or broke off. */
export interface Handshake {
  /** The HTTP status; 101 if the WebSocket has opened. */
  status: number | undefined
  /** Headers of the answer, by lower-case name. */
  headers: ReadonlyMap<string, string>
  /** Why there is no status. */
  error?: string
}

export interface DialOptions {
  headers?: Readonly<Record<string, string>>
  /** How long the handshake may take. */
  timeoutMs: number
  /** Name in the transcript. */
  label: string
  transcript: Transcript
  /** A text message that leaves together with the request, before there is an answer to it. */
  early?: string
  /** Called for each message as it arrives. */
  onFrame?(frame: ReceivedFrame): void
}

/** The largest message that the kit reads. A target that sends more has broken its connection. */
const maxMessageBytes = 32 * 1024 * 1024
/** What one connection may bring before the kit takes it for a flood and cuts it: all of it is kept for a while. */
const flood = { messages: 10_000, bytes: 2 * maxMessageBytes }
/** A target that does not read gets no more pongs when so much waits for it. */
const maxUnreadBytes = 1024 * 1024
const maxHeadBytes = 16 * 1024
const acceptSuffix = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'

/**
 * One raw WebSocket. It hides nothing: messages are queued from the first byte on, the closing handshake can be left
 * unanswered, bytes can be sent that no library would send.
 */
export class WireSocket {
  /** Every message so far, in the order in which they came. */
  readonly frames: ReceivedFrame[] = []
  /** Its name in the transcript. */
  readonly label: string
  /** Set when the handshake is over. */
  handshake: Handshake | undefined
  /** Set when the connection has ended. */
  closed: CloseSeen | undefined
  /** Pings that the target has sent. */
  pings = 0
  /** Pongs that the target has sent. */
  pongs = 0
  /** What the last pong carried. */
  lastPong: Buffer | undefined
  /** Whether the TCP connection has ended, too. */
  gone = false
  /** Answers neither close frames nor pings. */
  mute = false
  readonly #options: DialOptions
  readonly #tcp: Socket
  readonly #receiver: Writable
  readonly #signal = new Signal()
  #head: Buffer | undefined = Buffer.alloc(0)
  #expectedAccept = ''
  #closeFrame: { code: number; reason: string } | undefined
  #sentClose = false
  #receivedBytes = 0

  private constructor(url: URL, options: DialOptions) {
    this.#options = options
    this.label = options.label
    this.#receiver = this.#createReceiver()
    this.#tcp = connectTo(url, () => this.#request(url))
    this.#tcp.on('data', data => this.#read(data))
    this.#tcp.on('error', error => this.#ended(error.message))
    this.#tcp.on('close', () => {
      this.gone = true
      this.#ended('the target closed the TCP connection')
      this.#changed()
    })
  }

  /** Connects. The socket comes back in any case; its `handshake` says how it went. */
  static async dial(url: URL, options: DialOptions): Promise<WireSocket> {
    options.transcript.add(options.label, 'out', `connect ${url.pathname}${url.search}`)
    const socket = new WireSocket(url, options)
    const handshake = await socket.until(() => socket.handshake, options.timeoutMs)
    if (!handshake) {
      socket.handshake = {
        status: undefined,
        headers: new Map(),
        error: `no answer in ${options.timeoutMs} ms`,
      }
      socket.cut()
    }
    return socket
  }

  /** True between a completed handshake and the end of the connection. */
  get open(): boolean {
    return this.handshake?.status === 101 && this.closed === undefined
  }

  /**
   * The first value other than `undefined` that `probe` gives, asked again whenever something happens here; `undefined`
   * after `withinMs` milliseconds.
   */
  until<T>(probe: () => T | undefined, withinMs: number): Promise<T | undefined> {
    return this.#signal.until(probe, withinMs)
  }

  /** Sends one text message; `bad` marks it in the dialogue as one that the protocol does not allow. */
  sendText(text: string, bad = false): void {
    this.#note(text, bad)
    this.#write(encodeFrame(opcodes.text, Buffer.from(text)))
  }

  /** Sends one text message as several frames, cut at these bytes of its UTF-8, inside a character perhaps. */
  sendInPieces(text: string, cuts: readonly number[]): void {
    const bytes = Buffer.from(text)
    const ends = [...new Set(cuts.filter(cut => cut < bytes.length))].sort((a, b) => a - b)
    this.#note(ends.length > 0 ? `${text} (in ${ends.length + 1} frames)` : text)
    const bounds = [0, ...ends, bytes.length]
    for (let i = 0; i + 1 < bounds.length; i++) {
      const opcode = i === 0 ? opcodes.text : opcodes.continuation
      this.#write(
        encodeFrame(opcode, bytes.subarray(bounds[i], bounds[i + 1]), { final: i + 2 === bounds.length }),
      )
    }
  }

  /** Sends one frame with any opcode and payload. */
  sendFrame(
    opcode: number,
    payload: Uint8Array,
    options: FrameOptions & { note: string; bad?: boolean },
  ): void {
    this.#note(options.note, options.bad)
    this.#write(encodeFrame(opcode, payload, options))
  }

  /** Sends a ping. */
  ping(payload: Uint8Array = Buffer.alloc(0)): void {
    this.#write(encodeFrame(opcodes.ping, payload))
  }

  /** Takes up nothing more, so that what the target sends waits in the network and then at the target. */
  stopReading(): void {
    this.#options.transcript.add(this.label, 'note', 'stops reading')
    this.#tcp.pause()
  }

  /** Takes up what has waited. */
  readOn(): void {
    this.#options.transcript.add(this.label, 'note', 'reads on')
    this.#tcp.resume()
  }

  /** Begins the closing handshake; without a code the close frame is empty. */
  close(code?: number, reason = ''): void {
    this.#options.transcript.add(this.label, 'out', `close ${code ?? 'without a code'}`)
    this.#sendClose(code, reason)
  }

  /** Ends the TCP connection, without a close frame. */
  cut(): void {
    // A connection that has left the close frame unanswered ends only now.
    if (!this.closed || (this.mute && !this.gone))
      this.#options.transcript.add(this.label, 'out', 'cut the TCP connection')
    this.#tcp.destroy()
  }

  /** Notes what is sent. Nobody may wonder why there is no answer to what came too late. */
  #note(text: string, bad = false): void {
    this.#options.transcript.add(this.label, 'out', this.closed ? `${text} (after the close)` : text, bad)
  }

  #request(url: URL): void {
    const key = newKey()
    this.#expectedAccept = hash('sha1', key + acceptSuffix, 'base64')
    const { early, headers } = this.#options
    this.#write(requestHead('GET', url, { ...upgradeHeaders(key), ...headers }))
    if (early !== undefined) this.sendText(early)
  }

  #read(data: Buffer): void {
    if (this.#head === undefined) return void (this.closed || this.#receiver.write(data))
    this.#head = Buffer.concat([this.#head, data])
    const end = this.#head.indexOf('\r\n\r\n')
    if (end < 0) {
      if (this.#head.length > maxHeadBytes)
        this.#refused(undefined, new Map(), 'the answer is no HTTP response')
      return
    }
    const rest = this.#head.subarray(end + 4)
    const [statusLine = '', ...lines] = this.#head.subarray(0, end).toString('latin1').split('\r\n')
    this.#head = undefined
    const status = Number(/^HTTP\/1\.[01] (\d{3})/.exec(statusLine)?.[1]) || undefined
    const headers = new Map(
      lines.map(line => {
        const colon = line.indexOf(':')
        return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const
      }),
    )
    const fault = this.#handshakeFault(status, headers)
    if (status !== 101 || fault !== undefined) {
      this.#refused(status === 101 ? undefined : status, headers, fault)
      return
    }
    this.#options.transcript.add(this.label, 'in', '101 Switching Protocols')
    this.handshake = { status, headers }
    this.#changed()
    if (rest.length > 0) this.#receiver.write(rest)
  }

  #handshakeFault(status: number | undefined, headers: ReadonlyMap<string, string>): string | undefined {
    if (status === undefined) return 'the answer is no HTTP response'
    const accepted = headers.get('sec-websocket-accept') === this.#expectedAccept
    return status === 101 && !accepted ? 'the 101 answer has a wrong Sec-WebSocket-Accept' : undefined
  }

  #refused(
    status: number | undefined,
    headers: ReadonlyMap<string, string>,
    error: string | undefined,
  ): void {
    this.#options.transcript.add(this.label, 'in', status ? `HTTP ${status}` : (error ?? ''))
    this.handshake = { status, headers, ...(error ? { error } : {}) }
    this.#tcp.destroy()
    this.#changed()
  }

  #createReceiver(): Writable {
    const receiver = new Receiver({
      isServer: false,
      maxPayload: maxMessageBytes,
      allowSynchronousEvents: true,
    })
    receiver.on('message', (data: Buffer, binary: boolean) => this.#received(data, binary))
    receiver.on('ping', (data: Buffer) => {
      this.pings++
      if (!this.mute && this.#tcp.writableLength <= maxUnreadBytes)
        this.#write(encodeFrame(opcodes.pong, data))
      this.#changed()
    })
    receiver.on('pong', (data: Buffer) => {
      this.pongs++
      this.lastPong = data
      this.#changed()
    })
    receiver.on('conclude', (code: number, reason: Buffer) => {
      this.#closeFrame = { code, reason: reason.toString() }
      this.#options.transcript.add(
        this.label,
        'in',
        `close ${code}${reason.length > 0 ? ` "${reason}"` : ''}`,
      )
      if (this.mute) return this.#finish()
      this.#sendClose(code === 1005 ? undefined : code, '')
      this.#tcp.end()
      this.#finish()
    })
    receiver.on('error', (error: Error) =>
      this.#breakOff(`the target broke the WebSocket protocol: ${error.message}`),
    )
    return receiver
  }

  /** Gives up on a target that cannot be listened to any more. */
  #breakOff(reason: string): void {
    this.#options.transcript.add(this.label, 'note', reason)
    this.#closeFrame = { code: 1006, reason }
    this.#finish()
    this.#tcp.destroy()
  }

  #received(data: Buffer, binary: boolean): void {
    if (this.closed) return
    this.#receivedBytes += data.length
    if (this.frames.length === flood.messages || this.#receivedBytes > flood.bytes) {
      const { messages, bytes } = flood
      this.#breakOff(`the target floods: more than ${messages} messages or ${bytes} bytes on one connection`)
      return
    }
    const text = binary ? `${data.length} bytes of binary` : data.toString()
    this.#options.transcript.add(this.label, 'in', text)
    const frame = {
      text,
      binary,
      json: binary ? undefined : parse(text),
      atMs: performance.now(),
      claimed: false,
    }
    this.frames.push(frame)
    this.#options.onFrame?.(frame)
    this.#changed()
  }

  #sendClose(code: number | undefined, reason: string): void {
    if (this.#sentClose) return
    this.#sentClose = true
    this.#write(encodeFrame(opcodes.close, closePayload(code, reason)))
  }

  /** Frames that are sent in one go leave in one go. */
  #write(bytes: Buffer): void {
    if (!this.#tcp.writable) return
    if (this.#tcp.writableCorked === 0) {
      this.#tcp.cork()
      process.nextTick(() => this.#tcp.uncork())
    }
    this.#tcp.write(bytes)
  }

  #ended(cause: string): void {
    if (!this.handshake) {
      this.#options.transcript.add(this.label, 'note', cause)
      this.handshake = { status: undefined, headers: new Map(), error: cause }
    }
    this.#finish()
  }

  /** The first end counts: a close frame, else the end of the TCP connection. */
  #finish(): void {
    if (this.closed) return
    const { code, reason } = this.#closeFrame ?? { code: 1006, reason: '' }
    if (code === 1006 && this.handshake?.status === 101)
      this.#options.transcript.add(this.label, 'note', 'the TCP connection has ended without a close frame')
    this.closed = { code, reason, atMs: performance.now() }
    this.#changed()
  }

  #changed(): void {
    this.#signal.notify()
  }
}

/** Sixteen random bytes; Node makes those of a UUID in advance, many at a time. */
function newKey(): string {
  return Buffer.from(randomUUID().replaceAll('-', ''), 'hex').toString('base64')
}

/** The headers that ask for a WebSocket. */
export function upgradeHeaders(key = newKey()): Record<string, string> {
  return {
    Upgrade: 'websocket',
    Connection: 'Upgrade',
    'Sec-WebSocket-Version': '13',
    'Sec-WebSocket-Key': key,
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
