import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, test } from 'vitest'
import { protocols } from '../schemas/index.ts'
import type { Vector } from '../schemas/kit/vector.ts'
import { EmbeddedProvider } from './embedded/provider.ts'
import { ReferenceProcess } from './embedded/reference-process.ts'
import { replayCounterexample } from './engine/replay.ts'
import { defaultTolerance, onBusyHost, type Tolerance } from './engine/tolerance.ts'
import { loadProfile } from './profiles.ts'

const vectors = fileURLToPath(new URL('../schemas/vectors', import.meta.url))
const reference = new ReferenceProcess()

afterAll(() => reference.close())

/** The published dialogues. Each is called after the defect that it was saved from. */
const dialogues = protocols.flatMap(({ name }) => {
  const folder = join(vectors, name, 'dialogues')
  const files = existsSync(folder) ? readdirSync(folder) : []
  return files.map(file => [name, basename(file, '.json'), join(folder, file)] as const)
})

/** What does not come from a server with a defect is not waited for long. */
const hasty: Tolerance = { closeWithinMs: 500, replyWithinMs: 500, settleMs: 50 }

async function violations(profileName: string, path: string, defect?: string) {
  const profile = await loadProfile(profileName)
  const provider = await EmbeddedProvider.create(profile.protocol, reference, { defect })
  const vector = JSON.parse(readFileSync(path, 'utf8')) as Vector
  const tolerance = defect === undefined ? onBusyHost(defaultTolerance) : hasty
  return (await replayCounterexample(profile, provider, vector, tolerance)).reproduced
}

test.each(dialogues)(
  '%s: the reference bears the dialogue of %s, and the defect does not',
  async (...row) => {
    const [profile, defect, path] = row
    const sound = await violations(profile, path)
    expect(sound.runs).toBeGreaterThan(0)
    expect(sound.violations).toBe(0)
    expect((await violations(profile, path, defect)).violations).toBeGreaterThan(0)
  },
)
