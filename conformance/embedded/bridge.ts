import { UsageError } from '../engine/usage-error.ts'
import { loadReference, referenceNames } from './references.ts'

/** `agentwire bridge`: the tools of a running app as an MCP server over standard input and output. */
export async function bridge({ profile = [...referenceNames] }: { profile?: string[] }): Promise<number> {
  const [name = '', ...others] = profile
  if (others.length > 0) throw new UsageError('say with --profile which protocol the app speaks')
  const { bridge: run } = await loadReference(name)
  if (!run) throw new UsageError(`"${name}" has no program over standard input and output`)
  return run({ env: process.env, stdin: process.stdin, stdout: process.stdout, stderr: process.stderr })
}
