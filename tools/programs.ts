import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export interface Ended {
  status: number
  stdout: string
  stderr: string
}

/** Runs a program to its end, whatever that is. @throws Error when it cannot be started */
export function run(
  program: string,
  args: readonly string[],
  options: { cwd?: string; env?: Readonly<Record<string, string>> } = {},
): Promise<Ended> {
  const { cwd, env } = options
  const settings = { cwd, env: { ...process.env, ...env }, maxBuffer: 2 ** 28 }
  return new Promise((resolve, reject) => {
    execFile(program, args, settings, (error, stdout, stderr) => {
      if (error && typeof error.code !== 'number')
        reject(new Error(`${program} cannot be run: ${error.message}`))
      else resolve({ status: Number(error?.code ?? 0), stdout, stderr })
    })
  })
}

/** The file of a program that an installed package brings, to be run with Node. */
export function programOf(name: string, program: string): string {
  const folder = fileURLToPath(new URL(`../node_modules/${name}`, import.meta.url))
  const { bin } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    bin: string | Record<string, string>
  }
  const file = typeof bin === 'string' ? bin : bin[program]
  if (file === undefined) throw new Error(`${name} has no program ${program}`)
  return join(folder, file)
}
