import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Parser } from '@asyncapi/parser'
import { programOf, run } from '../programs.ts'
import type { Complaint } from './explained.ts'

interface RedoclyReport {
  problems: { ruleId: string; message: string; location: { pointer?: string }[] }[]
}

/** What Redocly says of an OpenAPI document under its recommended rules. @throws Error when it cannot judge */
export async function validateOpenApi(folder: string, document: string): Promise<Complaint[]> {
  const args = ['lint', '--extends=recommended', '--format=json', join(folder, document)]
  const env = { REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' }
  // It ends with 1 when it has found something.
  const { stdout, stderr } = await run(process.execPath, [programOf('@redocly/cli', 'redocly'), ...args], {
    env,
  })
  if (!stdout.startsWith('{')) throw new Error(`redocly has not judged ${document}: ${stderr}`)
  return (JSON.parse(stdout) as RedoclyReport).problems.map(({ ruleId, message, location }) => ({
    document,
    rule: ruleId,
    at: location[0]?.pointer ?? '',
    message,
  }))
}

/** What the parser of AsyncAPI says of a document. */
export async function validateAsyncApi(folder: string, document: string): Promise<Complaint[]> {
  const { diagnostics } = await new Parser().parse(readFileSync(join(folder, document), 'utf8'))
  return diagnostics.map(({ code, message, path }) => ({
    document,
    rule: String(code),
    at: `#/${path.join('/')}`,
    message,
  }))
}
