import { randomUUID } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join, posix } from 'node:path'
import { Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'

/** More bytes came than were announced, or more than there is room for. */
export class TooManyBytes extends Error {}

const root = '/workspace'
/** Where uploads go. */
export const uploadFolder = `${root}/uploads`

/** Bytes on the disk. */
export interface Stored {
  disk: string
  size: number
}

/**
 * The files of one session. Their paths are names in a table: on the disk they have names of our own making, in a folder
 * of their own, so no path leads anywhere else.
 */
export class Workspace {
  protected readonly files = new Map<string, Stored>()
  readonly #parent: string
  readonly #maxBytes: number
  #folder: Promise<string> | undefined
  #removed = false

  constructor(parent: string, maxBytes: number) {
    this.#parent = parent
    this.#maxBytes = maxBytes
  }

  has(path: string): boolean {
    return this.files.has(plainPath(path))
  }

  sizeOf(path: string): number | undefined {
    return this.files.get(plainPath(path))?.size
  }

  /** Puts a text into a file. @throws Error when the path does not lie in the workspace, or there is no room */
  async write(path: string, text: string): Promise<void> {
    const plain = plainPath(path)
    if (!plain.startsWith(`${root}/`)) throw new Error(`${path} does not lie in ${root}`)
    this.#mustFit(Buffer.byteLength(text))
    const disk = await this.#newPlace()
    await writeFile(disk, text)
    this.put(plain, { disk, size: Buffer.byteLength(text) })
  }

  /**
   * Stores bytes as they come, for a file that is named later. They are never all in memory.
   *
   * @returns where they are on the disk
   * @throws TooManyBytes when there are more than `size`, or more than fit
   */
  async receive(bytes: ReadableStream<Uint8Array> | null, size: number): Promise<Stored> {
    this.#mustFit(size)
    const disk = await this.#newPlace()
    let received = 0
    const counted = new Transform({
      transform(chunk: Uint8Array, _encoding, done) {
        received += chunk.length
        done(
          received > size ? new TooManyBytes(`more than the ${size} bytes that were announced`) : null,
          chunk,
        )
      },
    })
    try {
      await pipeline(Readable.from(bytes ?? []), counted, createWriteStream(disk))
    } catch (error) {
      await rm(disk, { force: true })
      throw error
    }
    return { disk, size: received }
  }

  /** Gives stored bytes a path, in place of any that had it. */
  put(path: string, stored: Stored): void {
    const before = this.files.get(path)
    this.files.set(path, stored)
    if (before) void rm(before.disk, { force: true })
  }

  /** The bytes of a file, read as they are taken. */
  read(path: string): ReadableStream<Uint8Array> | undefined {
    const file = this.files.get(plainPath(path))
    return file && (Readable.toWeb(createReadStream(file.disk)) as ReadableStream<Uint8Array>)
  }

  /** Deletes everything. */
  async remove(): Promise<void> {
    this.#removed = true
    this.files.clear()
    if (this.#folder) await rm(await this.#folder, { recursive: true, force: true })
  }

  async #newPlace(): Promise<string> {
    if (this.#removed) throw new Error('the workspace has been removed')
    this.#folder ??= mkdir(this.#parent, { recursive: true }).then(() =>
      mkdtemp(join(this.#parent, 'session-')),
    )
    return join(await this.#folder, randomUUID())
  }

  #mustFit(bytes: number): void {
    const used = [...this.files.values()].reduce((sum, { size }) => sum + size, 0)
    if (used + bytes > this.#maxBytes) throw new TooManyBytes(`a workspace holds ${this.#maxBytes} bytes`)
  }
}

/** A path as it is compared: absolute, and without detours. */
export function plainPath(path: string): string {
  return posix.resolve(root, path)
}
