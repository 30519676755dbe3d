import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface Measured {
  wallMs: number
  /** Of the process and of those that it forked. */
  cpuMs: number
  maxRssBytes: number
  status: number
  stdout: string
}

const usage = new URL('./usage.mjs', import.meta.url).href

/** Runs Node with these arguments and measures it. */
export async function measure(...args: string[]): Promise<Measured> {
  const folder = mkdtempSync(join(tmpdir(), 'agentwire-bench-'))
  const file = join(folder, 'usage')
  try {
    const begin = performance.now()
    const child = spawn(process.execPath, ['--import', usage, ...args], {
      env: { ...process.env, AGENTWIRE_USAGE_FILE: file },
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    let stdout = ''
    child.stdout.setEncoding('utf8').on('data', text => {
      stdout += text
    })
    const status = await new Promise<number>(resolve => child.once('close', code => resolve(code ?? -1)))
    const wallMs = performance.now() - begin
    const processes = readFileSync(file, 'utf8')
      .trim()
      .split('\n')
      .map(line => JSON.parse(line) as Measured)
    const sum = (of: 'cpuMs' | 'maxRssBytes') => processes.reduce((total, each) => total + each[of], 0)
    return { wallMs, cpuMs: sum('cpuMs'), maxRssBytes: sum('maxRssBytes'), status, stdout }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}
