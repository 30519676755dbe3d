import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { faultsOf, type Packed } from './package/content.ts'
import { programOf, run } from './programs.ts'

/**
 * Packs what has been built and looks at it as whoever installs it does: what is in it, how large it is, whether it
 * can be imported with its types.
 */
const root = fileURLToPath(new URL('..', import.meta.url))
const scratch = mkdtempSync(join(tmpdir(), 'agentwire-package-'))

/** What somebody writes who has installed it. */
const use = `import { validators } from 'agentwire/validators/llming'
import bundle from 'agentwire/schemas/json/llming/llming.json' with { type: 'json' }
import index from 'agentwire/schemas/vectors/llming/index.json' with { type: 'json' }

const heartbeat = validators['frames/heartbeat']
if (!heartbeat({ type: 'heartbeat' })) throw new Error('a heartbeat is refused')
if (heartbeat({ type: 'x' }) || heartbeat.errors?.[0]?.instancePath !== '/type') throw new Error('x is accepted')
if (!('frames.heartbeat' in bundle.$defs) || index.total < 1) throw new Error('schemas are missing')
`

try {
  const packed = await pack()
  const tarball = join(scratch, packed.filename)
  const megabytes = (packed.size / 1_000_000).toFixed(2)
  console.log(`${packed.files.length} files, ${megabytes} MB packed`)
  for (const fault of faultsOf(packed)) report(fault)
  await expectGood('publint', [programOf('publint', 'publint'), 'run', tarball, '--strict'])
  // Older ways to resolve a module, and `require`, are not promised: Node 20.19 and newer need neither.
  await expectGood('attw', [programOf('@arethetypeswrong/cli', 'attw'), tarball, '--profile', 'esm-only'])
  await useIt(tarball)
} finally {
  rmSync(scratch, { recursive: true })
}

async function pack(): Promise<Packed> {
  const args = ['pack', '--ignore-scripts', '--json', '--pack-destination', scratch]
  const { status, stdout, stderr } = await run('npm', args, { cwd: root })
  if (status !== 0) throw new Error(`npm pack has failed: ${stderr}`)
  const [packed] = JSON.parse(stdout) as [Packed]
  return packed
}

async function expectGood(what: string, args: readonly string[], cwd = root): Promise<void> {
  const { status, stdout, stderr } = await run(process.execPath, args, { cwd })
  if (status === 0) console.log(`${what}: good`)
  else report(`${what}: ${stdout}${stderr}`)
}

function report(fault: string): void {
  console.error(fault)
  process.exitCode = 1
}

/** A program that has the package installed reads schemas and uses a validator, and its types are checked. */
async function useIt(tarball: string): Promise<void> {
  const user = join(scratch, 'user')
  const installed = join(user, 'node_modules/agentwire')
  mkdirSync(installed, { recursive: true })
  await run('tar', ['xzf', tarball, '--strip-components=1', '-C', installed])
  symlinkSync(join(root, 'node_modules/@types'), join(user, 'node_modules/@types'))
  writeFileSync(join(user, 'package.json'), '{"type":"module"}')
  writeFileSync(join(user, 'use.ts'), use)
  const tsc = programOf('typescript', 'tsc')
  const strict = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2022', '--types', 'node']
  await expectGood('types of a validator', [tsc, ...strict, '--resolveJsonModule', 'use.ts'], user)
  writeFileSync(join(user, 'use.js'), use)
  await expectGood('use of a validator', ['use.js'], user)
}
