import { parts } from '../../../reference/ai-sessions/server.ts'
import { type JsonObject, memberOf } from '../../../schemas/json.ts'
import type { Defect } from '../defect.ts'
import { outgoing, type Tamper } from '../tamper.ts'
import { payloads } from './framing.ts'
import { asOwner, otherBody, otherMembers, otherStatus, withBody } from './wires.ts'

const upload = /^POST \/v1\/io\/sessions\/[^/]+\/upload$/
const complete = /^POST \/v1\/io\/sessions\/[^/]+\/upload\/complete$/
const download = /^POST \/v1\/io\/sessions\/[^/]+\/download$/
const past = '2001-01-01T00:00:00Z'
const ticket = {
  upload_url: '/nowhere',
  upload_id: 'u',
  target_path: '/workspace/uploads/u',
  expires_at: '2999-01-01T00:00:00Z',
}

export const transferring: Defect[] = [
  {
    name: 'relative-urls',
    does: 'gives a URL without its host',
    breaks: ['ai-sessions/transferring/tickets'],
    wire: otherMembers(upload, body => ({ ...body, upload_url: new URL(String(body.upload_url)).pathname })),
  },
  {
    name: 'tickets-of-the-past',
    does: 'gives a download a URL that is said to have expired',
    breaks: ['ai-sessions/transferring/tickets'],
    wire: otherMembers(download, body => ({ ...body, expires_at: past })),
  },
  {
    name: 'upload-without-id',
    does: 'gives an upload no id',
    breaks: ['ai-sessions/transferring/tickets'],
    wire: otherMembers(upload, ({ upload_id, ...body }) => ({ ...body, id: upload_id })),
  },
  {
    name: 'puts-need-a-token',
    does: 'takes bytes from nobody without a token',
    breaks: ['ai-sessions/transferring/upload-accepted'],
    wire: {
      fetch: async (request, pass) =>
        request.method === 'PUT' && !request.headers.has('authorization')
          ? Response.json({ error: 'unauthorized', message: 'no token' }, { status: 401 })
          : pass(request),
    },
  },
  {
    name: 'upload-elsewhere',
    does: 'confirms an upload with another path',
    breaks: ['ai-sessions/transferring/upload-accepted'],
    wire: otherMembers(complete, body => ({ ...body, path: `${String(body.path)}.part` })),
  },
  {
    name: 'bytes-as-text',
    does: 'reads the bytes of an upload as text',
    breaks: ['ai-sessions/transferring/download-same-bytes'],
    wire: bytesPut(bytes => Buffer.from(Buffer.from(bytes).toString('utf8').replaceAll('\ufffd', '?'))),
  },
  {
    name: 'last-byte-lost',
    does: 'loses the last byte of a download',
    breaks: ['ai-sessions/transferring/download-same-bytes'],
    wire: bytesGot(bytes => bytes.subarray(0, -1)),
  },
  {
    name: 'line-ends-changed',
    does: 'changes the ends of lines in a download',
    breaks: ['ai-sessions/transferring/download-same-bytes'],
    wire: bytesGot(bytes =>
      Buffer.from(Buffer.from(bytes).toString('latin1').replaceAll('\n', '\r\n'), 'latin1'),
    ),
  },
  {
    name: 'made-files-hidden',
    does: 'gives only what has been uploaded',
    breaks: ['ai-sessions/transferring/download-made-file'],
    wire: {
      async fetch(request, pass) {
        const line = `${request.method} ${new URL(request.url).pathname}`
        if (!download.test(line)) return pass(request)
        const path = String(memberOf(await request.clone().json(), 'path'))
        return path.includes('/output.txt')
          ? Response.json({ error: 'not_found', message: path }, { status: 404 })
          : pass(request)
      },
    },
  },
  {
    name: 'any-path-downloads',
    does: 'gives a URL for a file that is not there',
    breaks: ['ai-sessions/transferring/bad-transfer-refused'],
    wire: otherStatus(download, 404, 200, {
      download_url: 'http://127.0.0.1/nothing',
      expires_at: ticket.expires_at,
    }),
  },
  {
    name: 'any-upload-confirmed',
    does: 'confirms an upload that it does not know',
    breaks: ['ai-sessions/transferring/bad-transfer-refused'],
    wire: otherStatus(complete, 404, 200, { success: true, path: ticket.target_path }),
  },
  {
    name: 'uploads-after-the-end',
    does: 'takes uploads to a session that has ended',
    breaks: ['ai-sessions/transferring/bad-transfer-refused'],
    wire: otherStatus(upload, 409, 200, ticket),
  },
  {
    name: 'too-large-400',
    does: 'answers an upload that is too large with 400',
    breaks: ['ai-sessions/transferring/file-too-large-413'],
    wire: otherStatus(upload, 413, 400),
  },
  {
    name: 'file-size-unchecked',
    does: 'does not look at the announced size of a file',
    breaks: ['ai-sessions/transferring/file-too-large-413'],
    wire: {
      ...otherBody(upload, body => ({ ...body, size: Math.min(Number(body.size), 1_000) })),
      toServer: text => [text.replace(/"size":\d{6,}/, '"size":1000')],
    },
  },
  {
    name: 'names-with-folders',
    does: 'takes a file name with its folders',
    breaks: ['ai-sessions/transferring/upload-stays-in-folder'],
    wire: keepsFolders(),
  },
  {
    name: 'files-of-all',
    does: 'takes transfers from whoever knows the session',
    breaks: ['ai-sessions/transferring/foreign-session-refused'],
    wire: asOwner(/^POST \/v1\/io\//),
  },
  {
    name: 'frame-called-upload-url',
    does: 'calls the url in an upload_url frame `upload_url`',
    breaks: ['ai-sessions/transferring/ws-tickets'],
    wire: payloads('upload_url', ({ url, ...payload }) => ({ ...payload, upload_url: url })),
  },
  {
    name: 'frames-of-the-past',
    does: 'sends a download_url that is said to have expired',
    breaks: ['ai-sessions/transferring/ws-tickets'],
    wire: payloads('download_url', payload => ({ ...payload, expires_at: past })),
  },
  {
    name: 'downloads-unanswered',
    does: 'does not answer a download_request',
    breaks: ['ai-sessions/transferring/ws-tickets'],
    wire: outgoing(frame => (frame.type === 'download_url' ? [] : undefined)),
  },
  {
    name: 'request-ids-own',
    does: 'gives requests names of its own',
    breaks: ['ai-sessions/transferring/ws-request-id-returned'],
    wire: payloads('upload_url', payload => ({ ...payload, request_id: `r-${String(payload.request_id)}` })),
  },
  {
    name: 'tickets-twice',
    does: 'answers a download_request twice',
    breaks: ['ai-sessions/transferring/ws-request-id-returned'],
    wire: outgoing(frame => (frame.type === 'download_url' ? [frame, frame] : undefined)),
  },
  {
    name: 'urls-for-ever',
    does: 'takes a URL that has expired',
    breaks: ['ai-sessions/transferring/url-expires'],
    parts: {
      TransferDesk: class extends parts.TransferDesk {
        protected override isExpired(): boolean {
          return false
        }
      },
    },
  },
  {
    name: 'uploads-of-any-session',
    does: 'confirms the upload of another session',
    breaks: ['ai-sessions/transferring/bad-transfer-refused'],
    parts: {
      TransferDesk: class extends parts.TransferDesk {
        override complete(
          ...[session, fits]: Parameters<InstanceType<typeof parts.TransferDesk>['complete']>
        ) {
          const upload = [...this.uploads.values()].find(each => fits(each) && each.session !== session)
          if (upload) return { success: true as const, path: upload.targetPath }
          return super.complete(session, fits)
        }
      },
    },
  },
]

/** Changes the bytes that are put at a signed URL. */
function bytesPut(change: (bytes: Uint8Array) => Uint8Array): Tamper {
  return {
    async fetch(request, pass) {
      if (request.method !== 'PUT' || request.headers.has('authorization')) return pass(request)
      const own = new Uint8Array(await request.arrayBuffer())
      const changed = change(own)
      // So many bytes were announced.
      const body = Buffer.concat([changed, Buffer.alloc(own.length)]).subarray(0, own.length)
      return pass(withBody(request, body))
    },
  }
}

/** Changes the bytes that a signed URL gives. */
function bytesGot(change: (bytes: Uint8Array) => Uint8Array): Tamper {
  return {
    async fetch(request, pass) {
      const response = await pass(request)
      if (request.method !== 'GET' || request.headers.has('authorization') || !response?.ok) return response
      const bytes = change(new Uint8Array(await response.arrayBuffer()))
      const headers = new Headers(response.headers)
      headers.delete('content-length')
      return new Response(new Uint8Array(bytes), { status: response.status, headers })
    },
  }
}

function keepsFolders(): Tamper {
  const told = (of: JsonObject, filename: unknown) => ({
    ...of,
    target_path: `/workspace/uploads/${String(filename)}`,
  })
  return {
    async fetch(request, pass) {
      const line = `${request.method} ${new URL(request.url).pathname}`
      if (!upload.test(line)) return pass(request)
      const filename = memberOf(await request.clone().json(), 'filename')
      const response = await pass(await otherName(request))
      return response?.ok ? Response.json(told((await response.json()) as JsonObject, filename)) : response
    },
  }
}

async function otherName(request: Request): Promise<Request> {
  return withBody(request, JSON.stringify({ ...((await request.json()) as JsonObject), filename: 'x' }))
}
