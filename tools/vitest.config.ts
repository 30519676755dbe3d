import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  root: fileURLToPath(new URL('..', import.meta.url)),
  test: {
    include: ['{spec,schemas,reference,conformance,tools}/**/*.test.ts'],
    // A test may fork the reference server: the child, like this process, then reads TypeScript.
    pool: 'forks',
    execArgv: ['--import', 'tsx'],
    // Loading the schemas is the dearest part of most files, and none of them keeps a state.
    isolate: false,
    // Targets and kit run in processes of their own, so more would only keep each other waiting.
    maxWorkers: Math.min(2, availableParallelism()),
    // Those that run concurrently wait most of the time for what does not come.
    maxConcurrency: 12,
    // Generous, since the machine may be busy: no test measures time.
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
})
