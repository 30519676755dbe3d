import fc from 'fast-check'
import { type JsonObject, memberOf } from '../../schemas/json.ts'
import { each } from '../engine/check.ts'
import { nonEmptyText, oneOf } from '../engine/match.ts'
import { type AiTrial, check, when } from './driver.ts'
import { fileBytes } from './given.ts'
import { unknownId } from './routes.ts'
import type { AgentSession } from './session.ts'
import { isTime, msOf } from './times.ts'
import {
  dataFile,
  downloaded,
  isDone,
  overFrames,
  overRest,
  putBytes,
  type SampleFile,
  type Transfers,
  uploaded,
  urlIn,
} from './transfers.ts'

const slackMs = 60_000
/** A small file. */
const kilobyte = file(Array.from({ length: 1_024 }, (_, i) => (i * 7) & 0xff))

/** Files into and out of a session. */
export const transferring = [
  check('ai-sessions/transferring/tickets', {
    given: { size: each(1_024, 1, 0) },
    async run(t, { size }) {
      const ways = overRest(await t.session())
      const data = file(Array<number>(size).fill(0x61))
      const ticket = await ways.upload(data)
      isUrl(t, ticket.upload_url, 'upload_url')
      t.equal(ticket.upload_id, nonEmptyText, 'upload_id')
      t.equal(ticket.target_path, nonEmptyText, 'target_path')
      isAhead(t, ticket.expires_at)
      await t.arrange('the bytes are taken', async () => isDone(t, await putBytes(t, urlIn(ticket), data)))
      const path = await t.arrange('the upload is confirmed', () => ways.complete(data, ticket))
      const { download_url, expires_at } = await ways.download(path)
      isUrl(t, download_url, 'download_url')
      isAhead(t, expires_at)
    },
  }),

  check('ai-sessions/transferring/upload-accepted', {
    given: { bytes: fileBytes, content_type: each('text/csv', 'application/octet-stream') },
    async run(t, { bytes, content_type }) {
      const session = await t.session()
      const data = { ...file(bytes), content_type }
      const ticket = await t.arrange('there is a URL', () => overRest(session).upload(data))
      isDone(t, await putBytes(t, urlIn(ticket), data))
      const { upload_id, target_path } = ticket
      const confirmed = await session.user.gets(200, 'POST', `${session.filesPath}/upload/complete`, {
        upload_id,
      })
      t.equal(confirmed.success, true, 'success')
      t.equal(confirmed.path, target_path, 'the path, against target_path')
    },
  }),

  check(
    'ai-sessions/transferring/download-same-bytes',
    when('over REST', {
      given: { bytes: fileBytes },
      async run(t, { bytes }) {
        await comesBack(t, overRest(await t.session()), bytes)
      },
    }),
    when('over the WebSocket', {
      given: { bytes: fileBytes },
      async run(t, { bytes }) {
        await comesBack(t, overFrames(t, await t.attached()), bytes)
      },
    }),
    when('two files at once', {
      given: { one: fileBytes, other: fileBytes },
      async run(t, { one, other }) {
        const ways = overRest(await t.session())
        const files = [
          { ...file(one), filename: 'one.bin' },
          { ...file(other), filename: 'other.bin' },
        ]
        const paths = await t.arrange('both are uploaded', () =>
          Promise.all(files.map(each => uploaded(t, ways, each))),
        )
        for (const [index, path] of paths.entries())
          t.equal(await downloaded(t, ways, path), [...(files[index]?.bytes ?? [])], 'the bytes')
      },
    }),
  ),

  check('ai-sessions/transferring/download-made-file', {
    given: { text: fc.stringMatching(/^[a-z]{1,20}$/) },
    async run(t, { text }) {
      const socket = await t.attached()
      const path = '/workspace/output.txt'
      await t.arrange('the agent writes a file', () => socket.turn(`write ${path} ${text}`))
      const bytes = await downloaded(t, overRest(socket.session), path)
      // A line may end with a newline.
      t.equal(Buffer.from(bytes).toString().trimEnd(), text, 'the text of the file')
    },
  }),

  check('ai-sessions/transferring/bad-transfer-refused', {
    given: { what: each('path', 'upload_id', 'ended session', 'foreign upload_id') },
    async run(t, { what }) {
      const session = await t.session()
      const ways = overRest(session)
      switch (what) {
        case 'path':
          await t.refusing(() =>
            t.isRefused(asks(session, 'download', { path: `/workspace/${unknownId()}` })),
          )
          await t.twin('an uploaded file', async () => ways.download(await uploaded(t, ways, kilobyte)))
          break
        case 'upload_id':
          await t.refusing(() => t.isRefused(asks(session, 'upload/complete', { upload_id: unknownId() })))
          await t.twin('the right upload_id', () => uploaded(t, ways, kilobyte))
          break
        case 'foreign upload_id': {
          const other = await t.session()
          const { upload_id } = await t.arrange('there is an upload', () => overRest(other).upload(kilobyte))
          await t.refusing(() => t.isRefused(asks(session, 'upload/complete', { upload_id })))
          await t.twin('the right upload_id', () => uploaded(t, ways, kilobyte))
          break
        }
        case 'ended session': {
          const body = { ...dataFile, size: 1 }
          await t.twin('as long as the session runs', () => t.answers(200, asks(session, 'upload', body)))
          await session.end()
          await t.refusing(() => t.isRefused(asks(session, 'upload', body)))
        }
      }
    },
  }),

  check(
    'ai-sessions/transferring/file-too-large-413',
    when('over REST', {
      given: { over: each(1, 1_000_000_000) },
      async run(t, { over }) {
        const session = await t.session()
        const size = t.limit('maxFileBytes')
        await t.refusing(() => t.answers(413, asks(session, 'upload', { ...dataFile, size: size + over })))
        await t.twin('a file as large as may be', () =>
          t.answers(200, asks(session, 'upload', { ...dataFile, size })),
        )
      },
    }),
    when('over the WebSocket', {
      async run(t) {
        const socket = await t.attached()
        const request_id = t.newMarker()
        const payload = { ...dataFile, request_id, size: t.limit('maxFileBytes') + 1 }
        socket.wire.sendText(JSON.stringify({ type: 'upload_request', payload }), true)
        await t.twin('a small file', () => overFrames(t, socket).upload(kilobyte))
        const urls = socket
          .seen('upload_url')
          .filter(each => memberOf(each.payload, 'request_id') === request_id)
        await t.refusing(async () => t.equal(urls, [], 'the upload_url frames for the large file'))
        if (socket.seen('error').length === 0)
          t.note('an upload_request that is too large causes no error frame')
        socket.accept('error')
      },
    }),
  ),

  check('ai-sessions/transferring/upload-stays-in-folder', {
    given: {
      filename: each(
        '../../etc/x',
        '../x',
        '/etc/x',
        'a/../../x',
        '..\\..\\x',
        '..',
        '.',
        'a/b',
        '%2e%2e%2fx',
        'x\u0000y',
      ),
      over: each('REST', 'WebSocket'),
    },
    async run(t, { filename, over }) {
      const session = await t.session()
      const plain = await t.twin('a plain name', () =>
        overRest(session).upload({ ...kilobyte, filename: 'x' }),
      )
      const folder = folderOf(plain.target_path)
      const path =
        over === 'REST' ? await restPath(t, session, filename) : await framePath(t, session, filename)
      await t.refusing(async () => {
        if (path === undefined) return t.holds()
        t.equal(folderOf(path), folder, 'the folder of target_path')
        t.that(!String(path).split(/[/\\]/).includes('..'), 'a target_path without ..', path)
        t.that(!String(path).includes('\u0000'), 'a target_path without control characters', path)
      })
    },
  }),

  check('ai-sessions/transferring/foreign-session-refused', {
    given: { what: each('upload', 'download', 'complete') },
    async run(t, { what }) {
      const [session, other] = [await t.session(), await t.user()]
      const ways = overRest(session)
      const path = await t.arrange('there is a file', () => uploaded(t, ways, kilobyte))
      const { upload_id } = await t.arrange('there is an upload', () => ways.upload(kilobyte))
      const [name, body] = {
        upload: ['upload', { ...dataFile, size: 1 }] as const,
        download: ['download', { path }] as const,
        complete: ['upload/complete', { upload_id }] as const,
      }[what]
      await t.refusing(() => t.answers(oneOf(403, 404), asks(session, name, body, other)))
      await t.twin('its own user', async () => {
        if (what === 'complete') await uploaded(t, ways, kilobyte)
        else await t.answers(200, asks(session, name, body))
      })
    },
  }),

  check('ai-sessions/transferring/url-expires', {
    settings: { limits: { urlTtlMs: 10_000 } },
    time: ({ urlTtlMs }) => Number(urlTtlMs) + 1_000,
    given: { what: each('upload', 'download') },
    async run(t, { what }) {
      const ways = overRest(await t.session())
      const use = (url: string) => (what === 'upload' ? putBytes(t, url, kilobyte) : fetchAt(t, url))
      const path = await t.arrange('there is a file', () => uploaded(t, ways, kilobyte))
      const ticket = () => (what === 'upload' ? ways.upload(kilobyte) : ways.download(path))
      const [used, unused] = [urlIn(await ticket()), urlIn(await ticket())]
      await t.twin('before its end', async () => isDone(t, await use(used)))
      await t.advance(t.limit('urlTtlMs') + 1_000)
      await t.refusing(() => t.isRefused(use(unused)))
    },
  }),

  check('ai-sessions/transferring/ws-tickets', {
    async run(t) {
      const socket = await t.attached()
      const ways = overFrames(t, socket)
      const ticket = await ways.upload(kilobyte)
      isUrl(t, ticket.url, 'the url of upload_url')
      t.equal(ticket.upload_id, nonEmptyText, 'upload_id')
      t.equal(ticket.target_path, nonEmptyText, 'target_path')
      isAhead(t, ticket.expires_at)
      await t.arrange('the bytes are taken', async () =>
        isDone(t, await putBytes(t, urlIn(ticket), kilobyte)),
      )
      const path = await t.arrange('the upload is told', () => ways.complete(kilobyte, ticket))
      const { url, expires_at } = await ways.download(path)
      isUrl(t, url, 'the url of download_url')
      isAhead(t, expires_at)
    },
  }),

  check('ai-sessions/transferring/ws-request-id-returned', {
    given: { kinds: fc.array(fc.constantFrom('upload', 'download'), { minLength: 5, maxLength: 5 }) },
    async run(t, { kinds }) {
      const socket = await t.attached()
      const path = await t.arrange('there is a file', () => uploaded(t, overRest(socket.session), kilobyte))
      const asked = kinds.map(kind => ({ kind, request_id: t.newMarker() }))
      for (const { kind, request_id } of asked) {
        const payload = kind === 'upload' ? { request_id, ...dataFile, size: 1 } : { request_id, path }
        socket.send({ type: `${kind}_request`, payload })
      }
      for (const { kind, request_id } of asked) await socket.gets(`${kind}_url`, { request_id })
      await socket.ponged()
      socket.nothingElse('more tickets came than were asked for')
    },
  }),
]

function file(bytes: readonly number[]): SampleFile {
  return { ...dataFile, bytes: Uint8Array.from(bytes) }
}

/** Asks for something that concerns the files of a session. */
function asks(session: AgentSession, what: string, body: JsonObject, user = session.user) {
  return user.ask('POST', `${session.filesPath}/${what}`, { body, bad: true })
}

function fetchAt(t: AiTrial, url: string) {
  const { pathname, search } = new URL(url)
  return t.ask('GET', pathname + search)
}

/** Uploads and downloads a file, and expects the same bytes. */
async function comesBack(t: AiTrial, ways: Transfers, bytes: readonly number[]): Promise<void> {
  const data = file(bytes)
  const path = await t.arrange('the file is uploaded', () => uploaded(t, ways, data))
  t.equal(await downloaded(t, ways, path), [...data.bytes], 'the bytes')
}

function isUrl(t: AiTrial, value: unknown, what: string): void {
  t.that(
    typeof value === 'string' && /^https?:\/\//.test(value) && URL.canParse(value),
    `${what} is a URL`,
    value,
  )
}

/** Expects a time that is to come. */
function isAhead(t: AiTrial, time: unknown): void {
  t.that(isTime(time), 'expires_at is a date and time of RFC 3339', time)
  const aheadMs = msOf(time) - Date.now()
  t.that(aheadMs > 0, 'expires_at is to come', time)
  if (Math.abs(aheadMs - t.limit('urlTtlMs')) > slackMs)
    t.note(`expires_at is ${Math.round(aheadMs / 1000)} s ahead`)
}

function folderOf(path: unknown): string {
  return String(path).replace(/[^/\\]*$/, '')
}

/** Where an upload would go; `undefined` if it is refused. */
async function restPath(t: AiTrial, session: AgentSession, filename: string): Promise<unknown> {
  const { status, json } = await asks(session, 'upload', { ...dataFile, filename, size: 1 })
  if (status >= 400 && status < 500) return undefined
  t.equal(status, 200, 'the status')
  return memberOf(json, 'target_path')
}

/** The same over frames: what is asked for later is answered, so that a refusal is seen. */
async function framePath(t: AiTrial, session: AgentSession, filename: string): Promise<unknown> {
  const socket = await session.connect()
  const request_id = t.newMarker()
  const payload = { ...dataFile, filename, size: 1, request_id }
  socket.wire.sendText(JSON.stringify({ type: 'upload_request', payload }), true)
  await t.arrange('a plain name', () => overFrames(t, socket).upload({ ...kilobyte, filename: 'y' }))
  socket.accept('error')
  const frame = socket.seen('upload_url').find(each => memberOf(each.payload, 'request_id') === request_id)
  socket.accept('upload_url')
  return memberOf(frame?.payload, 'target_path')
}
