import { spawn } from 'node:child_process'
import type { Bridge } from './instance.ts'

/** Starts a program that is spoken to over standard input and output. */
export function spawnBridge(
  command: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>>,
): Bridge {
  const [program = '', ...args] = command
  const child = spawn(program, args, { cwd, env: { ...process.env, ...env }, stdio: 'pipe' })
  const exited = new Promise<number>(resolve => {
    child.once('exit', code => resolve(code ?? 1))
    child.once('error', () => resolve(127))
  })
  // A program that has ended does not take what is written to it; its exit status says enough.
  child.stdin.on('error', () => {})
  return {
    stdin: child.stdin,
    stdout: child.stdout,
    stderr: child.stderr,
    exited,
    kill: () => void child.kill(),
  }
}
