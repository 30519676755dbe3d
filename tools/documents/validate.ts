import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { Parser } from '@asyncapi/parser'
import type { Complaint } from './explained.ts'

const require = createRequire(import.meta.url)

/** The program of a package, as its `package.json` names it. */
export function programOf(name: string, program: string): string {
  const file = require.resolve(`${name}/package.json`)
  const { bin } = JSON.parse(readFileSync(file, 'utf8')) as { bin: Record<string, string> }
  return join(dirname(file), bin[program] ?? '')
}

interface RedoclyReport {
  problems: { ruleId: string; message: string; location: { pointer?: string }[] }[]
}

/** What Redocly says of an OpenAPI document under its recommended rules. @throws Error when it cannot judge */
export async function validateOpenApi(folder: string, document: string): Promise<Complaint[]> {
  const args = ['lint', '--extends=recommended', '--format=json', join(folder, document)]
  const env = { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' }
  const output = await new Promise<string>((resolve, reject) => {
    // It ends with 1 when it has found something.
    execFile(
      process.execPath,
      [programOf('@redocly/cli', 'redocly'), ...args],
      { env },
      (error, stdout, stderr) => {
        if (stdout.startsWith('{')) resolve(stdout)
        else reject(new Error(`redocly has not judged ${document}: ${stderr}`, { cause: error }))
      },
    )
  })
  return (JSON.parse(output) as RedoclyReport).problems.map(({ ruleId, message, location }) => ({
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
