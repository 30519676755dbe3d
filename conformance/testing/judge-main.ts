import { RunningProvider } from '../engine/target/running-provider.ts'
import { profile } from '../llming/index.ts'
import { idsOf, judge } from './judge.ts'

/** A target to be judged by a process of its own, which a hostile one may take along. */
export interface Commission {
  url: string
  only: readonly string[]
  /** How long to wait for what does not come. */
  withinMs: number
}

export interface Finding {
  passes: string[]
  faults: readonly string[]
  exitStatus: number
  /** All that the report says, in one text. */
  said: string
  /** The most memory that the process has had until now. */
  peakBytes: number
}

async function find({ url, only, withinMs }: Commission): Promise<Finding> {
  const sessions = Array.from({ length: 100 }, (_, index) => `session-${index}`)
  const config = { profile: 'llming', capabilities: ['ws'], sessions }
  const provider = await RunningProvider.create(new URL(url), profile.protocol, { config, folder: '.' })
  const judged = await judge(profile, provider, {
    selected: id => only.includes(id),
    runsOf: () => 2,
    concurrency: 4,
    shrink: false,
    tolerance: { closeWithinMs: withinMs, replyWithinMs: withinMs, settleMs: 20 },
  })
  return {
    passes: idsOf(judged, 'pass'),
    faults: judged.faults,
    exitStatus: judged.exitStatus,
    said: JSON.stringify(judged.report),
    peakBytes: process.resourceUsage().maxRSS * 1024,
  }
}

process.on('message', (commission: Commission) => {
  void find(commission).then(
    finding => process.send?.(finding),
    error => process.send?.({ error: String(error) }),
  )
})
process.on('disconnect', () => process.exit())
