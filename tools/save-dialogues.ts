import { mkdirSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { defectsOf } from '../conformance/defects/index.ts'
import { EmbeddedProvider } from '../conformance/embedded/provider.ts'
import { ReferenceProcess } from '../conformance/embedded/reference-process.ts'
import { runProfile } from '../conformance/engine/runner.ts'
import { defaultTolerance } from '../conformance/engine/tolerance.ts'
import { loadProfile } from '../conformance/profiles.ts'
import type { Vector } from '../schemas/kit/vector.ts'

/**
 * `save-dialogues PROFILE DEFECT...`: keeps the smallest dialogue that shows each of these defects as a vector, which
 * a server without the defect must bear.
 */
const [name = '', ...wanted] = process.argv.slice(2)
const profile = await loadProfile(name)
const folder = fileURLToPath(new URL(`../schemas/vectors/${name}/dialogues`, import.meta.url))
const reference = new ReferenceProcess()
mkdirSync(folder, { recursive: true })

for (const defect of wanted) {
  const known = (await defectsOf(name)).find(each => each.name === defect)
  const [id] = known?.breaks ?? []
  if (id === undefined) throw new Error(`${name} has no defect ${defect}`)
  const { accounts } = await runProfile({
    profile,
    provider: await EmbeddedProvider.create(profile.protocol, reference, { defect }),
    seed: 1,
    runsOf: () => 100,
    costly: () => true,
    tolerance: defaultTolerance,
    selected: each => each === id,
    slow: true,
    destructive: true,
    bail: false,
    shrink: true,
    concurrency: 16,
    budgetMs: 120_000,
    replayCommand: () => '',
    signal: new AbortController().signal,
    emit: () => {},
  })
  const failure = accounts.map(account => account.result()).find(result => result.id === id)?.failure
  if (!failure) throw new Error(`${id} has not failed`)
  const vector: Vector = {
    format: 'agentwire-vector/1',
    id,
    ...failure.counterexample,
    message: failure.message,
  }
  writeFileSync(`${folder}/${defect}.json`, `${JSON.stringify(vector, null, 2)}\n`)
  console.log(`${defect}: ${JSON.stringify(failure.counterexample.input)}`)
}
await reference.close()
