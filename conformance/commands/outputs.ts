import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Event } from '../../schemas/kit/events.ts'
import type { Report } from '../../schemas/kit/report.ts'
import type { Profile } from '../engine/profile.ts'
import { UsageError } from '../engine/usage-error.ts'
import { junitReport } from '../report/junit.ts'
import { paintFor } from '../report/style.ts'
import { textReport } from '../report/text.ts'

const formats = ['text', 'json', 'ndjson', 'junit'] as const

/** One `--report FORMAT[=FILE]`. Without a file it goes to standard output. */
export interface Output {
  format: (typeof formats)[number]
  file: string | undefined
  /** Takes each event as it comes. */
  event?(event: Event): void
}

/** @throws UsageError for an unknown format, or two outputs that want standard output */
export function parseOutputs(texts: readonly string[]): Output[] {
  const outputs = texts.map(text => {
    const [name = '', file] = text.split(/=(.*)/s)
    const format = formats.find(each => each === name)
    if (!format)
      throw new UsageError(`--report ${text}: there is no format "${name}"; known: ${formats.join(', ')}`)
    if (file === '') throw new UsageError(`--report ${text}: expected a file name after "="`)
    if (file !== undefined) prepare(file)
    return format === 'ndjson' ? { format, file, event: lineWriter(file) } : { format, file }
  })
  if (outputs.filter(({ file }) => file === undefined).length > 1)
    throw new UsageError('only one --report can go to standard output; give the others a file')
  return outputs
}

/** Writes the reports, and the one for people to `people` unless it has been asked for elsewhere. */
export async function writeReport(
  report: Report,
  outputs: readonly Output[],
  profiles: readonly Profile[],
  people: NodeJS.WriteStream,
): Promise<void> {
  const sentences = new Map(
    profiles.flatMap(({ requirements }) => requirements.map(({ id, text }) => [id, text] as const)),
  )
  const text = (stream: NodeJS.WriteStream | undefined) =>
    textReport(report, {
      paint: paintFor(stream ?? {}),
      columns: stream?.columns ?? 140,
      sentence: id => sentences.get(id) ?? '',
    })
  for (const { format, file } of outputs) {
    if (format === 'ndjson') continue
    const content = {
      json: () => `${JSON.stringify(report, null, 2)}\n`,
      junit: () => junitReport(report),
      text: () => text(file === undefined ? process.stdout : undefined),
    }[format]()
    if (file === undefined) await written(process.stdout, content)
    else writeFileSync(file, content)
  }
  if (!outputs.some(({ format, file }) => format === 'text' && file === undefined))
    await written(people, text(people))
}

function prepare(file: string): void {
  try {
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, '')
  } catch (error) {
    throw new UsageError(`${file} cannot be written: ${(error as Error).message}`)
  }
}

function lineWriter(file: string | undefined): (event: Event) => void {
  return event => {
    const line = `${JSON.stringify(event)}\n`
    if (file === undefined) process.stdout.write(line)
    else appendFileSync(file, line)
  }
}

/** Waits until the text is out: a process that exits would lose what a pipe has not taken yet. */
function written(stream: NodeJS.WriteStream, text: string): Promise<void> {
  return new Promise((resolve, reject) => stream.write(text, error => (error ? reject(error) : resolve())))
}
