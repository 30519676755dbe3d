import { execFile } from 'node:child_process'

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
