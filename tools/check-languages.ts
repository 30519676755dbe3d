import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { protocols } from '../schemas/index.ts'
import { declared, folderOf } from './generate/declared.ts'
import {
  computeByPython,
  judgeByCpp,
  judgeByPython,
  type Protocolled,
  type Verdict,
} from './languages/judges.ts'
import { type Language, languages, writeTypes } from './languages/types.ts'
import { run } from './programs.ts'
import { vectorFolder } from './vectors/folder.ts'

/**
 * Shows that the bundles are good in other languages: validators in Python and C++ judge every vector, and types made
 * from the bundles compile or can be imported in Python, Go, Rust and Java.
 */
const root = fileURLToPath(new URL('..', import.meta.url))
const [schemas, vectors] = [join(root, 'schemas/json'), join(root, 'schemas/vectors')]
const scratch = mkdtempSync(join(tmpdir(), 'agentwire-languages-'))
const folders: Protocolled[] = declared.map(protocol => ({
  name: folderOf(protocol),
  files: vectorFolder(root, protocol).files,
}))

try {
  say(await judgeByPython(schemas, vectors))
  say(await judgeByCpp(schemas, folders, join(scratch, 'suites')))
  say(await computeByPython(vectors))
  say(await noticeFalseVector(join(scratch, 'false')))
  for (const verdict of await Promise.all(languages.map(acceptTypes))) say(verdict)
} finally {
  rmSync(scratch, { recursive: true })
}

function say({ agrees, text }: Verdict): void {
  console.log(`${agrees ? '✓' : '✗'} ${text}`)
  if (!agrees) process.exitCode = 1
}

/** A judge that agrees with everything proves nothing: one vector is judged falsely, and both must say so. */
async function noticeFalseVector(folder: string): Promise<Verdict> {
  const [{ name, files }] = folders as [Protocolled]
  const [path, text] = [...files].find(([, content]) => content.includes('agentwire-vectors/1')) ?? ['', '']
  const spoiled = text.replace('"judgement":"valid"', '"judgement":"invalid"')
  mkdirSync(dirname(join(folder, 'vectors', name, path)), { recursive: true })
  writeFileSync(join(folder, 'vectors', name, path), spoiled)
  const python = await judgeByPython(schemas, join(folder, 'vectors'))
  const cpp = await judgeByCpp(schemas, [{ name, files: new Map([[path, spoiled]]) }], join(folder, 'suites'))
  const noticed = [python, cpp].every(verdict => /, 1 otherwise/.test(verdict.text) && !verdict.agrees)
  return {
    agrees: noticed,
    text: noticed ? 'both notice a vector that is judged falsely' : python.text + cpp.text,
  }
}

async function acceptTypes(language: Language): Promise<Verdict> {
  const begin = performance.now()
  const folder = join(scratch, language.name)
  const words = await writeTypes(folder, protocols, language)
  const [program, ...args] = language.accept(words)
  const { status, stdout, stderr } = await run(program, args, { cwd: folder, env: language.env })
  const seconds = ((performance.now() - begin) / 1000).toFixed(1)
  const text = `types in ${language.name} of ${protocols.map(({ name }) => name).join(', ')}, ${seconds} s`
  return status === 0
    ? { agrees: true, text }
    : { agrees: false, text: `${text}\n${(stdout + stderr).slice(0, 5_000)}` }
}
