import type { Verdict } from '../schemas/kit/report.ts'
import type { Defect } from './defects/defect.ts'
import { defectsOf } from './defects/index.ts'
import { EmbeddedProvider } from './embedded/provider.ts'
import { ReferenceProcess } from './embedded/reference-process.ts'
import type { Profile } from './engine/profile.ts'
import { runProfile } from './engine/runner.ts'
import { Semaphore } from './engine/semaphore.ts'
import { defaultTolerance, onBusyHost, type Tolerance } from './engine/tolerance.ts'
import { loadProfile, profileNames } from './profiles.ts'

/** What the checks said about the server with one defect. */
export interface Kill {
  defect: Defect
  /** Requirements that were found violated. */
  killed: string[]
  /** Requirements that had to be found violated and were not, with the verdict. */
  missed: { id: string; verdict: Verdict }[]
}

export interface Proof {
  profile: string
  kills: Kill[]
  /** Server requirements that no defect has made fail. */
  unproved: { id: string; level: string }[]
  /** What the unchanged reference did not pass. */
  referenceFailures: { id: string; verdict: Verdict }[]
}

const seed = 20_260_000
const processes = 4
/** Runs of the checks that must notice, and of all others: one shows how far the damage is seen. */
const aimedRuns = 40
const otherRuns = 1
const hasty: Tolerance = { closeWithinMs: 500, replyWithinMs: 500, settleMs: 50 }

/** Which checks are run against a server with a defect: all, or those alone that must notice it. */
type Breadth = 'all' | 'aimed'

/** Runs checks against the reference server with every defect, and all of them against the server as it is. */
export async function prove(
  profile: Profile,
  defects: readonly Defect[],
  breadth: Breadth,
  done: (kill: Kill) => void,
): Promise<Proof> {
  const pool = Array.from({ length: processes }, () => new ReferenceProcess())
  const idle = [...pool]
  const places = new Semaphore(pool.length)
  try {
    const kills = await Promise.all(
      defects.map(defect =>
        places.run(async () => {
          const reference = idle.pop() as ReferenceProcess
          const kill = await tryDefect(profile, defect, breadth, reference)
          idle.push(reference)
          done(kill)
          return kill
        }),
      ),
    )
    const killed = new Set(kills.flatMap(kill => kill.killed))
    return {
      profile: profile.protocol.name,
      kills,
      unproved: profile.requirements.filter(
        ({ id, role, untestable }) => role === 'server' && !untestable && !killed.has(id),
      ),
      referenceFailures: await verdictsOf(profile, pool[0] as ReferenceProcess, {
        runsOf: () => 10,
        selected: () => true,
        tolerance: onBusyHost(defaultTolerance),
      }).then(verdicts =>
        [...verdicts].filter(([, verdict]) => verdict !== 'pass').map(([id, verdict]) => ({ id, verdict })),
      ),
    }
  } finally {
    await Promise.all(pool.map(each => each.close()))
  }
}

async function tryDefect(
  profile: Profile,
  defect: Defect,
  breadth: Breadth,
  reference: ReferenceProcess,
): Promise<Kill> {
  const isAimed = (id: string) => defect.breaks.includes(id)
  const verdicts = await verdictsOf(profile, reference, {
    defect: defect.name,
    runsOf: id => (isAimed(id) ? aimedRuns : otherRuns),
    selected: id => breadth === 'all' || isAimed(id),
    tolerance: onBusyHost(hasty),
  })
  const killed = [...verdicts]
    .filter(([, verdict]) => verdict === 'fail' || verdict === 'warn')
    .map(([id]) => id)
  const missed = defect.breaks
    .filter(id => !killed.includes(id))
    .map(id => ({ id, verdict: verdicts.get(id) ?? ('skipped' as const) }))
  // What one requirement asks for may show while another one is judged.
  if (missed.length > 0 && breadth === 'aimed') return tryDefect(profile, defect, 'all', reference)
  return { defect, killed, missed }
}

interface Judging {
  defect?: string
  runsOf(id: string): number
  selected(id: string): boolean
  tolerance: Tolerance
}

async function verdictsOf(
  profile: Profile,
  reference: ReferenceProcess,
  { defect, runsOf, selected, tolerance }: Judging,
): Promise<Map<string, Verdict>> {
  const provider = await EmbeddedProvider.create(profile.protocol, reference, { defect })
  const { accounts, faults } = await runProfile({
    profile,
    provider,
    seed,
    runsOf,
    costly: id => runsOf(id) > otherRuns,
    tolerance,
    selected,
    slow: true,
    destructive: true,
    bail: false,
    shrink: false,
    concurrency: 24,
    budgetMs: 120_000,
    replayCommand: () => '',
    signal: new AbortController().signal,
    emit: () => {},
  })
  if (faults.length > 0) throw new Error(`faults of the kit: ${faults.join('\n')}`)
  return new Map(accounts.map(account => [account.plan.requirement.id, account.verdict]))
}

/** The kill matrix as a table, and the score. */
export function showProof({ profile, kills, unproved, referenceFailures }: Proof): string {
  const survivors = kills.filter(({ missed }) => missed.length > 0)
  const lines = kills.map(({ defect, killed, missed }) => {
    const aimed = defect.breaks.map(
      id => `${missed.some(each => each.id === id) ? 'MISSED' : 'killed'} ${short(id)}`,
    )
    const others = killed.filter(id => !defect.breaks.includes(id)).map(short)
    return `  ${missed.length > 0 ? '✗' : '✓'} ${defect.name.padEnd(34)} ${aimed.join(', ')}${others.length > 0 ? `  (also ${others.join(', ')})` : ''}`
  })
  const score = ((100 * (kills.length - survivors.length)) / kills.length).toFixed(1)
  return [
    `${profile}: ${kills.length} defects`,
    ...lines,
    ...survivors.flatMap(({ defect, missed }) =>
      missed.map(({ id, verdict }) => `survived: ${defect.name} (${id}: ${verdict})`),
    ),
    ...unproved.map(({ id, level }) => `no defect kills: ${id} (${level})`),
    ...referenceFailures.map(({ id, verdict }) => `the reference itself: ${id}: ${verdict}`),
    `${profile}: ${kills.length - survivors.length} of ${kills.length} defects killed (${score} %)`,
  ].join('\n')
}

/** Whether a proof leaves nothing to be desired. A SHOULD without a defect is shown, but no fault. */
export function isSound({ kills, unproved, referenceFailures }: Proof): boolean {
  const musts = unproved.filter(({ level }) => level === 'MUST')
  return (
    kills.every(({ missed }) => missed.length === 0) && musts.length === 0 && referenceFailures.length === 0
  )
}

function short(id: string): string {
  return id.split('/').slice(1).join('/')
}

/** Whether a defect was asked for: by its name, or by the beginning of the id of what it breaks. */
function isMeant({ name, breaks }: Defect, only: readonly string[]): boolean {
  return only.length === 0 || only.some(word => word === name || breaks.some(id => id.startsWith(word)))
}

/** `--aimed` tries the checks that must notice first, and the others only where those do not. Other words name defects. */
async function main(args: readonly string[]): Promise<void> {
  const breadth = args.includes('--aimed') ? 'aimed' : 'all'
  const only = args.filter(arg => arg !== '--aimed')
  for (const name of profileNames) {
    const profile = await loadProfile(name)
    const defects = (await defectsOf(name)).filter(each => isMeant(each, only))
    if (defects.length === 0) continue
    const startedAt = performance.now()
    let count = 0
    const proof = await prove(profile, defects, breadth, () => {
      if (++count % 10 === 0) console.error(`${name}: ${count} of ${defects.length} defects tried`)
    })
    // Some defects alone say nothing of the requirements that others break.
    console.log(showProof(only.length === 0 ? proof : { ...proof, unproved: [] }))
    console.log(`${((performance.now() - startedAt) / 1000).toFixed(1)} s`)
    if (only.length === 0 && !isSound(proof)) process.exitCode = 1
  }
}

await main(process.argv.slice(2))
