import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js'
import type { JSONRPCMessage } from '@modelcontextprotocol/sdk/types.js'

/** The server's end of one HTTP/SSE stream, in Fetch terms. */
export interface EventStreamTransport extends Transport {
  /** Takes a message that was POSTed for this stream; false if it is no JSON-RPC message. */
  receive(text: string): Promise<boolean>
}

/**
 * Opens an event stream whose first event names the URL to which the client POSTs its messages. The SDK has this
 * transport for Node's own response objects only.
 */
export function openEventStream(messagesUrl: string): {
  transport: EventStreamTransport
  response: Response
} {
  const encoder = new TextEncoder()
  let stream: ReadableStreamDefaultController<Uint8Array> | undefined
  const write = (event: string, data: string) =>
    stream?.enqueue(encoder.encode(`event: ${event}\ndata: ${data}\n\n`))

  const transport: EventStreamTransport = {
    async start() {
      write('endpoint', messagesUrl)
    },
    async send(message) {
      write('message', JSON.stringify(message))
    },
    async close() {
      if (!stream) return
      try {
        stream.close()
      } catch {
        // Already cancelled by the reader: closed is what was asked for.
      }
      stream = undefined
      transport.onclose?.()
    },
    async receive(text) {
      const { JSONRPCMessageSchema } = await import('@modelcontextprotocol/sdk/types.js')
      const message = JSONRPCMessageSchema.safeParse(parse(text))
      if (!message.success) return false
      transport.onmessage?.(message.data as JSONRPCMessage)
      return true
    },
  }
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      stream = controller
    },
    cancel: () => transport.close(),
  })
  const headers = { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-cache' }
  return { transport, response: new Response(body, { headers }) }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
