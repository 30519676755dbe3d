import { randomUUID } from 'node:crypto'
import type { Limits } from '../../schemas/ai-sessions/limits.ts'
import type { Clock } from '../core/clock.ts'
import { equalInConstantTime, hmacHex } from '../core/signing.ts'
import { Refusal } from './refusal.ts'
import type { AgentSession } from './session.ts'
import { tooFast } from './users.ts'
import { type Stored, TooManyBytes, uploadFolder } from './workspace.ts'

/** Where bytes are put and got. Whoever has the URL needs no token. */
export const transferPath = '/ai-sessions/files/'

export interface UploadRequest {
  filename: string
  content_type: string
  size: number
}

interface Upload extends UploadRequest {
  readonly id: string
  readonly session: AgentSession
  readonly targetPath: string
  /** The bytes, once they have come. */
  stored: Stored | undefined
  done: boolean
}

interface Download {
  readonly session: AgentSession
  readonly path: string
}

export interface TransferDeskOptions {
  clock: Clock
  limits: Limits
  /** Signs the URLs. */
  secret: string
}

/** Moves files in and out of sessions, by URLs that carry their own signature. */
export class TransferDesk {
  protected readonly options: TransferDeskOptions
  protected readonly uploads = new Map<string, Upload>()
  protected readonly downloads = new Map<string, Download & { expiresAt: number }>()

  constructor(options: TransferDeskOptions) {
    this.options = options
  }

  /** @throws Refusal when the session is not running, or the file cannot be taken */
  requestUpload(session: AgentSession, request: UploadRequest, origin: string) {
    const { clock, limits } = this.options
    this.mustRun(session)
    if (request.size > limits.maxFileBytes)
      throw new Refusal('too_large', `a file has ${limits.maxFileBytes} bytes at most`)
    const targetPath = this.targetPath(request.filename)
    if (!session.uploads.admit(clock.now())) throw tooFast(session.uploads, clock.now())
    const id = randomUUID()
    this.uploads.set(id, { ...request, id, session, targetPath, stored: undefined, done: false })
    const { url, expiresAt } = this.signedUrl(origin, 'PUT', id)
    return {
      upload_url: url,
      upload_id: id,
      target_path: targetPath,
      expires_at: new Date(expiresAt).toISOString(),
    }
  }

  /** @throws Refusal when there is no such file */
  requestDownload(session: AgentSession, path: string, origin: string) {
    this.mustRun(session)
    if (!session.workspace.has(path)) throw new Refusal('not_found', 'there is no such file')
    this.#forgetExpired()
    const id = randomUUID()
    const { url, expiresAt } = this.signedUrl(origin, 'GET', id)
    this.downloads.set(id, { session, path, expiresAt })
    return { download_url: url, expires_at: new Date(expiresAt).toISOString() }
  }

  /** The bytes have been put. @throws Refusal when they have not */
  complete(session: AgentSession, fits: (upload: { id: string; targetPath: string }) => boolean) {
    const upload = [...this.uploads.values()].findLast(each => each.session === session && fits(each))
    if (!upload) throw new Refusal('not_found', 'there is no such upload')
    if (!upload.stored) throw new Refusal('conflict', 'the bytes have not been put')
    if (!upload.done) session.workspace.put(upload.targetPath, upload.stored)
    upload.done = true
    return { success: true as const, path: upload.targetPath }
  }

  /** Answers a request to a signed URL. */
  async answer(request: Request): Promise<Response> {
    const { pathname, searchParams } = new URL(request.url)
    const id = pathname.slice(transferPath.length)
    const expires = Number(searchParams.get('expires'))
    if (!this.isSigned(request.method, id, expires, searchParams.get('signature') ?? ''))
      throw new Refusal('forbidden', 'the URL is not signed for this')
    if (this.isExpired(expires)) throw new Refusal('forbidden', 'the URL has expired')
    return request.method === 'PUT' ? this.take(request, id) : this.give(id)
  }

  /** Forgets what belongs to a session that is no more. */
  forget(session: AgentSession): void {
    for (const map of [this.uploads, this.downloads])
      for (const [id, each] of map) if (each.session === session) map.delete(id)
  }

  protected async take(request: Request, id: string): Promise<Response> {
    const upload = this.uploads.get(id)
    if (!upload) throw new Refusal('not_found', 'there is no such upload')
    if (upload.done) throw new Refusal('conflict', 'the upload is complete')
    const type = request.headers.get('content-type')
    if (type !== upload.content_type)
      throw new Refusal('invalid_request', `Content-Type: expected the announced ${upload.content_type}`)
    try {
      const stored = await upload.session.workspace.receive(request.body, upload.size)
      if (stored.size < upload.size)
        throw new Refusal('invalid_request', `${stored.size} bytes, but ${upload.size} were announced`)
      upload.stored = stored
    } catch (error) {
      if (error instanceof TooManyBytes) throw new Refusal('too_large', error.message)
      throw error
    }
    return new Response(null, { status: 200 })
  }

  protected give(id: string): Response {
    const download = this.downloads.get(id)
    const bytes = download?.session.workspace.read(download.path)
    if (!download || !bytes) throw new Refusal('not_found', 'there is no such file')
    const size = download.session.workspace.sizeOf(download.path)
    return new Response(bytes, {
      headers: { 'Content-Type': 'application/octet-stream', 'Content-Length': String(size) },
    })
  }

  /** Where a file will be. A name is a name: it leads nowhere. @throws Refusal when it is not */
  protected targetPath(filename: string): string {
    if (filename === '.' || filename === '..' || /[/\\\p{Cc}]/u.test(filename))
      throw new Refusal('invalid_request', 'filename: expected a name without a folder')
    return `${uploadFolder}/${filename}`
  }

  protected mustRun(session: AgentSession): void {
    if (!session.running) throw new Refusal('conflict', 'the session is not running')
  }

  protected signedUrl(origin: string, method: string, id: string): { url: string; expiresAt: number } {
    const expiresAt = this.options.clock.now() + this.options.limits.urlTtlMs
    const url = new URL(`${transferPath}${id}`, origin)
    url.searchParams.set('expires', String(expiresAt))
    url.searchParams.set('signature', this.#signature(method, id, expiresAt))
    return { url: url.href, expiresAt }
  }

  protected isSigned(method: string, id: string, expires: number, signature: string): boolean {
    return equalInConstantTime(signature, this.#signature(method, id, expires))
  }

  protected isExpired(expiresAt: number): boolean {
    return this.options.clock.now() >= expiresAt
  }

  #signature(method: string, id: string, expires: number): string {
    return hmacHex(this.options.secret, `${method} ${id} ${expires}`)
  }

  #forgetExpired(): void {
    for (const [id, { expiresAt }] of this.downloads) if (this.isExpired(expiresAt)) this.downloads.delete(id)
  }
}
