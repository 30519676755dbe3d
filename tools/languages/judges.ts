import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { ShapeVectors } from '../../schemas/kit/vectors.ts'
import { programOf, run } from '../programs.ts'

/** What an implementation in another language says of the vectors. */
export interface Verdict {
  agrees: boolean
  /** What it has judged, and where it disagrees. */
  text: string
}

/** Python's `jsonschema`, as a Python program uses it. */
export async function judgeByPython(schemas: string, vectors: string): Promise<Verdict> {
  const script = fileURLToPath(new URL('judge.py', import.meta.url))
  // Without traces of itself beside the sources.
  const { status, stdout, stderr } = await run('python3', ['-B', script, schemas, vectors])
  return { agrees: status === 0, text: (stdout + stderr).trim() }
}

/** Python's own library, for what has to be worked out. */
export async function computeByPython(vectors: string): Promise<Verdict> {
  const script = fileURLToPath(new URL('compute.py', import.meta.url))
  const { status, stdout, stderr } = await run('python3', ['-B', script, vectors])
  return { agrees: status === 0, text: (stdout + stderr).trim() }
}

/** A protocol with the files of its vectors, as texts by path. */
export interface Protocolled {
  name: string
  files: ReadonlyMap<string, string>
}

interface Ctrf {
  results: {
    summary: { tests: number; passed: number }
    tests: { name: string; status: string; filePath: string }[]
  }
}

/** The validator of Sourcemeta, which is written in C++: it reads vectors as the test suites of its own format. */
export async function judgeByCpp(
  schemas: string,
  protocols: Protocolled[],
  scratch: string,
): Promise<Verdict> {
  const program = programOf('@sourcemeta/jsonschema', 'jsonschema')
  const verdicts = await Promise.all(
    protocols.map(async ({ name, files }) => {
      const folder = join(scratch, name)
      mkdirSync(folder, { recursive: true })
      const expected = writeSuites(folder, files)
      const bundle = join(schemas, name, `${name}.json`)
      const { stdout, stderr } = await run(process.execPath, [
        program,
        'test',
        folder,
        '--resolve',
        bundle,
        '--json',
      ])
      if (!stdout.startsWith('{')) return { agrees: false, text: `${name}: ${stderr || stdout}` }
      const { summary, tests } = (JSON.parse(stdout) as Ctrf).results
      const others = tests.filter(({ status }) => status !== 'passed')
      return {
        agrees: expected > 0 && summary.tests === expected && summary.passed === expected,
        text: [
          `${name}: ${summary.tests} of ${expected} judged by C++, ${others.length} otherwise`,
          ...others.map(each => `${each.filePath}: ${each.name}`),
        ].join('\n'),
      }
    }),
  )
  return { agrees: verdicts.every(({ agrees }) => agrees), text: verdicts.map(({ text }) => text).join('\n') }
}

/** Writes one suite for each schema, and says how many instances are to be judged. */
function writeSuites(folder: string, files: ReadonlyMap<string, string>): number {
  let expected = 0
  let suites = 0
  for (const text of files.values()) {
    const content = JSON.parse(text) as ShapeVectors
    if (content.format !== 'agentwire-vectors/1') continue
    const decided = content.vectors.filter(({ judgement }) => judgement !== 'implementation-defined')
    // The text of an instance stays as it is: to parse it here would lose what it is about.
    const tests = decided.map(
      ({ id, why, judgement, value, text }) =>
        `{"description":${JSON.stringify(`${id}: ${why}`)},"valid":${judgement === 'valid'},"data":${text ?? JSON.stringify(value)}}`,
    )
    for (const schema of content.schemas) {
      writeFileSync(
        join(folder, `${suites++}.json`),
        `{"target":${JSON.stringify(schema)},"tests":[\n${tests.join(',\n')}\n]}\n`,
      )
      expected += tests.length
    }
  }
  return expected
}
