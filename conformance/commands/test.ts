import { existsSync } from 'node:fs'
import { collectEarlyHere } from '../embedded/memory.ts'
import { chooseTarget, type TargetOptions } from '../targets.ts'

export interface TestOptions extends TargetOptions {
  profile?: string[]
  only?: string[]
  runs: number
  seed?: number
  slow?: boolean
  destructive?: boolean
  concurrency?: number
  budget: number
  report?: string[]
  baseline?: string
  saveVector?: string
  bail?: boolean
}

/** `agentwire test`. Resolves with the exit status. */
export async function test(options: TestOptions): Promise<number> {
  collectEarlyHere()
  const target = await chooseTarget({ ...options, config: options.config ?? configHere(options) })
  try {
    // Only now, so that an embedded target loads at the same time.
    const { testTarget } = await import('./test-target.ts')
    return await testTarget(target, options)
  } finally {
    await target.close?.()
  }
}

function configHere({ url }: TestOptions): string | undefined {
  const names = ['ts', 'js', 'json', 'yaml'].map(ending => `agentwire.config.${ending}`)
  return url === undefined ? names.find(name => existsSync(name)) : undefined
}
