import { isJsonObject, type JsonObject } from '../../schemas/json.ts'
import { Unreached } from '../engine/evidence.ts'
import { show } from '../engine/match.ts'
import type { HttpAnswer } from '../engine/wire/http.ts'
import type { AiTrial } from './driver.ts'
import type { AgentSession } from './session.ts'
import type { SessionSocket } from './session-socket.ts'
import type { User } from './user.ts'

/** A file to upload. */
export interface SampleFile {
  filename: string
  content_type: string
  bytes: Uint8Array
}

/** The name of the file that is uploaded where the name does not matter. */
export const dataFile = { filename: 'data.csv', content_type: 'text/csv' }

/** The ways to ask for the transfer of a file. */
export interface Transfers {
  upload(file: SampleFile): Promise<JsonObject>
  complete(file: SampleFile, ticket: JsonObject): Promise<string>
  download(path: string): Promise<JsonObject>
}

/** A whole upload: asks, puts the bytes, notifies. Gives the path of the file. */
export async function uploaded(t: AiTrial, ways: Transfers, file: SampleFile): Promise<string> {
  const ticket = await ways.upload(file)
  await t.arrange('the bytes are taken', async () => isDone(t, await putBytes(t, urlIn(ticket), file)))
  return ways.complete(file, ticket)
}

/** The bytes of a file, asked for by its path. */
export async function downloaded(t: AiTrial, ways: Transfers, path: string): Promise<number[]> {
  const ticket = await ways.download(path)
  const answer = await t.arrange('the bytes are given', async () => {
    const given = await t.ask('GET', whereTo(t, urlIn(ticket)))
    isDone(t, given)
    return given
  })
  return [...answer.bytes]
}

/** Transfers over REST. */
export function overRest(session: AgentSession, user: User = session.user): Transfers {
  return {
    upload: ({ filename, content_type, bytes }) =>
      user.gets(200, 'POST', `${session.filesPath}/upload`, { filename, content_type, size: bytes.length }),
    async complete(_, { upload_id, target_path }) {
      const { path } = await user.gets(200, 'POST', `${session.filesPath}/upload/complete`, { upload_id })
      return String(path ?? target_path)
    },
    download: path => user.gets(200, 'POST', `${session.filesPath}/download`, { path }),
  }
}

/** Transfers over the WebSocket of the session. */
export function overFrames(t: AiTrial, socket: SessionSocket): Transfers {
  const asks = async (type: string, payload: JsonObject, answer: string) => {
    const request_id = t.newMarker()
    socket.send({ type, payload: { ...payload, request_id } })
    const frame = await socket.gets(answer, { request_id })
    return isJsonObject(frame.payload) ? frame.payload : {}
  }
  return {
    upload: ({ filename, content_type, bytes }) =>
      asks('upload_request', { filename, content_type, size: bytes.length }, 'upload_url'),
    async complete({ filename }, { request_id, target_path }) {
      const path = pathIn(target_path)
      socket.send({ type: 'upload_complete', payload: { request_id, filename, path } })
      await socket.ponged()
      return path
    },
    download: path => asks('download_request', { path: pathIn(path) }, 'download_url'),
  }
}

/** Sends the bytes of a file, without a token: the URL is signed. */
export function putBytes(t: AiTrial, url: string, { bytes, content_type }: SampleFile): Promise<HttpAnswer> {
  return t.ask('PUT', whereTo(t, url), { body: bytes, headers: { 'content-type': content_type } })
}

/** The URL of a ticket. Its name depends on the way. @throws Unreached when there is none */
export function urlIn(ticket: JsonObject): string {
  const url = ticket.upload_url ?? ticket.download_url ?? ticket.url
  if (typeof url === 'string' && URL.canParse(url)) return url
  throw new Unreached(`no URL in ${show(ticket)}`)
}

/** The path of a file, as the target has named it. @throws Unreached when it is none */
function pathIn(value: unknown): string {
  if (typeof value === 'string' && value !== '') return value
  throw new Unreached(`the target named no file, but ${show(value)}`)
}

export function isDone(t: AiTrial, { status }: HttpAnswer): void {
  t.that(status >= 200 && status < 300, 'a status from 200 to 299', status)
}

/**
 * The path of a URL at the target.
 *
 * @throws Unreached when it leads away from there: the kit speaks with nobody but the target
 */
function whereTo(t: AiTrial, url: string): string {
  const { host, pathname, search } = new URL(url)
  if (host === t.instance.url.host) return pathname + search
  throw new Unreached(`a transfer URL leads away from the target, to ${host}`)
}
