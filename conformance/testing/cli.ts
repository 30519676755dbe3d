import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'
import { folder } from '../../reference/testing/folder.ts'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

/** A config in TypeScript that imports this package by its name gets the sources, too. */
const fromSources = { JITI_TRY_NATIVE: 'true', TSX_TSCONFIG_PATH: here('../../tsconfig.json') }

export interface CliOptions {
  cwd?: string
  env?: Readonly<Record<string, string>>
}

/** What a finished command has left. */
export interface CliResult {
  status: number | null
  stdout: string
  stderr: string
}

/** Starts `agentwire` as a process of its own, from its sources. It does not outlive the test. */
export function startCli(
  args: readonly string[],
  { cwd = folder(), env = {} }: CliOptions = {},
): ChildProcess {
  const child = spawn(
    process.execPath,
    ['--import', import.meta.resolve('tsx'), here('../cli.ts'), ...args],
    {
      cwd,
      env: { ...process.env, ...fromSources, FORCE_COLOR: '', NO_COLOR: '', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  )
  onTestFinished(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return
    child.kill('SIGKILL')
    await once(child, 'exit')
  })
  return child
}

/** Runs a command to its end. */
export async function cli(args: readonly string[], options?: CliOptions): Promise<CliResult> {
  return finished(startCli(args, options))
}

export async function finished(child: ChildProcess): Promise<CliResult> {
  const { stdout, stderr } = child
  if (!stdout || !stderr) throw new Error('the output of the process is not piped')
  const [out, err] = await Promise.all([text(stdout), text(stderr), once(child, 'close')])
  return { status: child.exitCode, stdout: out, stderr: err }
}
