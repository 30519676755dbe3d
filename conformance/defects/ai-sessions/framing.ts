import { isJsonObject, type JsonObject, memberOf } from '../../../schemas/json.ts'
import type { Defect } from '../defect.ts'
import { outgoing, type Tamper } from '../tamper.ts'
import { answers } from './wires.ts'

const failures = (where: RegExp, change: (body: JsonObject, status: number) => unknown): Tamper =>
  answers(where, (body, status) => (status >= 400 ? { body: change(body, status) } : undefined))

export const framing: Defect[] = [
  {
    name: 'errors-as-detail',
    does: 'writes `detail` in place of `message`',
    breaks: ['ai-sessions/framing/error-body'],
    wire: failures(/^/, ({ error, message }) => ({ error, detail: message })),
  },
  {
    name: 'errors-with-numbers',
    does: 'gives the status as `error`',
    breaks: ['ai-sessions/framing/error-body'],
    wire: failures(/^/, (body, status) => ({ ...body, error: status })),
  },
  {
    name: 'too-large-as-text',
    does: 'says in plain text that a file is too large',
    breaks: ['ai-sessions/framing/error-body'],
    wire: {
      async fetch(request, pass) {
        const response = await pass(request)
        return response?.status === 413 ? new Response('too large', { status: 413 }) : response
      },
    },
  },
  {
    name: 'payload-called-data',
    does: 'calls the payload `data`',
    breaks: ['ai-sessions/framing/frame-envelope'],
    wire: outgoing(({ payload, ...frame }) => [{ ...frame, data: payload }]),
  },
  {
    name: 'frames-in-arrays',
    does: 'sends a result in an array',
    breaks: ['ai-sessions/framing/frame-envelope'],
    wire: outgoing(frame => (frame.type === 'error' ? [[frame]] : undefined)),
  },
  {
    name: 'session-end-on-top',
    does: 'writes the reason of a session_end beside its type',
    breaks: ['ai-sessions/framing/frame-envelope'],
    wire: outgoing(({ payload, ...frame }) =>
      frame.type === 'session_end' ? [{ ...frame, ...(payload as object), payload: 'ended' }] : undefined,
    ),
  },
  {
    name: 'no-timestamps',
    does: 'leaves out the time of a frame',
    breaks: ['ai-sessions/framing/frame-has-time'],
    wire: outgoing(({ timestamp, ...frame }) => [frame]),
  },
  {
    name: 'timestamps-in-milliseconds',
    does: 'gives the time of an error in milliseconds since 1970',
    breaks: ['ai-sessions/framing/frame-has-time'],
    wire: outgoing(frame => (frame.type === 'error' ? [{ ...frame, timestamp: Date.now() }] : undefined)),
  },
  {
    name: 'blocks-without-type',
    does: 'leaves out the type of a block',
    breaks: ['ai-sessions/framing/assistant-payload'],
    wire: payloads('assistant', payload => ({
      ...payload,
      content: listOf(payload.content).map(block => ({ text: memberOf(block, 'text') })),
    })),
  },
  {
    name: 'blocks-of-kind-output',
    does: 'gives what is said as a block of type `output`',
    breaks: ['ai-sessions/framing/assistant-payload'],
    wire: payloads('assistant', payload => ({
      ...payload,
      content: listOf(payload.content).map(block => ({ ...(block as object), type: 'output' })),
    })),
  },
  {
    name: 'tool-input-as-text',
    does: 'gives the input of a tool as JSON text',
    breaks: ['ai-sessions/framing/tool-payloads'],
    wire: payloads('tool_use', payload => ({ ...payload, input: JSON.stringify(payload.input) })),
  },
  {
    name: 'tool-called-tool-name',
    does: 'calls the name of a tool `tool_name`',
    breaks: ['ai-sessions/framing/tool-payloads'],
    wire: payloads('tool_use', ({ name, ...payload }) => ({ ...payload, tool_name: name })),
  },
  {
    name: 'tool-input-emptied',
    does: 'loses the input of a tool',
    breaks: ['ai-sessions/framing/tool-payloads'],
    wire: payloads('tool_use', payload => ({ ...payload, input: {} })),
  },
  {
    name: 'tool-result-without-content',
    does: 'leaves out what a tool has given',
    breaks: ['ai-sessions/framing/tool-payloads'],
    wire: payloads('tool_result', ({ content, ...payload }) => payload),
  },
  {
    name: 'error-without-code',
    does: 'leaves out the code of an error',
    breaks: ['ai-sessions/framing/error-frame-payload'],
    wire: payloads('error', ({ code, ...payload }) => payload),
  },
  {
    name: 'error-message-null',
    does: 'gives null as the message of an error',
    breaks: ['ai-sessions/framing/error-frame-payload'],
    wire: payloads('error', payload => ({ ...payload, message: null })),
  },
  {
    name: 'failures-succeed',
    does: 'says of every turn that it has succeeded',
    breaks: ['ai-sessions/framing/failed-turn-marked'],
    wire: payloads('result', payload => ({ ...payload, success: true })),
  },
  ...(
    [
      ['malformed', 'a message that is no JSON', text => !text.startsWith('{')],
      ['unknown-type', 'a type that it does not know', text => text.includes('brand_new')],
      ['no-payload', 'a prompt without payload', text => text === '{"type":"prompt"}'],
      ['ill-typed-text', 'a prompt whose text is a number', text => text.includes('"text":5')],
    ] as const satisfies readonly (readonly [string, string, (text: string) => boolean])[]
  ).map(([name, what, isBad]) => ({
    name: `closes-at-${name}`,
    does: `ends the connection at ${what}`,
    breaks: ['ai-sessions/framing/bad-frames-survived'],
    wire: {
      handler: (handler, socket) => ({
        text(data) {
          if (isBad(data)) socket()?.close(1008, 'bad message')
          else handler.text(data)
        },
      }),
    } satisfies Tamper,
  })),
  {
    name: 'bad-frames-ignored',
    does: 'says nothing to a bad message',
    breaks: ['ai-sessions/framing/bad-frames-reported'],
    wire: outgoing(frame => (codeOf(frame) === 'invalid_message' ? [] : undefined)),
  },
  {
    name: 'bad-frames-called-bad-request',
    does: 'gives a bad message the code bad_request',
    breaks: ['ai-sessions/framing/bad-frames-reported'],
    wire: payloads('error', payload =>
      payload.code === 'invalid_message' ? { ...payload, code: 'bad_request' } : payload,
    ),
  },
  {
    name: 'unknown-members-refused',
    does: 'does not take a message with a member that it does not know',
    breaks: ['ai-sessions/framing/unknown-member-tolerated'],
    wire: {
      toServer: text => [text.includes('"brand_new":true') ? '{"type":"brand_new"}' : text],
    },
  },
  {
    name: 'fragments-cut',
    does: 'takes the first piece of a message for all of it',
    breaks: ['ai-sessions/framing/websocket-basics'],
    bytes: { toServer: bytes => (bytes[0] === firstPiece ? 'cut' : bytes) },
  },
  {
    name: 'pings-unanswered',
    does: 'answers no ping',
    breaks: ['ai-sessions/framing/websocket-basics'],
    bytes: { toClient: bytes => (bytes[0] === pongFrame ? bytes.subarray(bytes.length) : bytes) },
  },
  {
    name: 'pongs-empty',
    does: 'answers a ping with an empty pong',
    breaks: ['ai-sessions/framing/websocket-basics'],
    bytes: { toClient: bytes => (bytes[0] === pongFrame ? Buffer.from([pongFrame, 0]) : bytes) },
  },
  {
    name: 'size-unlimited',
    does: 'takes messages of any size',
    breaks: ['ai-sessions/framing/message-size-limit'],
    wire: { maxPayloadBytes: () => 100_000_000 },
  },
  {
    name: 'size-limit-halved',
    does: 'refuses a message that is larger than half of the limit',
    breaks: ['ai-sessions/framing/message-size-limit'],
    wire: { maxPayloadBytes: limit => Math.floor(limit / 2) },
  },
]

/** The first bytes of a text frame that is not the last piece, and of a pong. */
const firstPiece = 0x01
const pongFrame = 0x8a

/** Changes the payloads of one type of frame. */
export function payloads(type: string, change: (payload: JsonObject) => unknown): Pick<Tamper, 'toClient'> {
  return outgoing(frame =>
    frame.type === type && isJsonObject(frame.payload)
      ? [{ ...frame, payload: change(frame.payload) }]
      : undefined,
  )
}

function codeOf(frame: JsonObject): unknown {
  return frame.type === 'error' ? memberOf(frame.payload, 'code') : undefined
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : []
}
