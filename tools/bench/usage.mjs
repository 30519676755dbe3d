// Loaded into a process that is measured, and into those that it forks: leaves a line of JSON when it ends.
import { appendFileSync } from 'node:fs'

process.on('exit', () => {
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage()
  const usage = { maxRssBytes: maxRSS * 1024, cpuMs: (userCPUTime + systemCPUTime) / 1000 }
  appendFileSync(process.env.AGENTWIRE_USAGE_FILE, `${JSON.stringify(usage)}\n`)
})
