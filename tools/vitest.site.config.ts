import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

/** The checks of the site that `npm run docs` has made. They need Chromium, so they are no part of `npm test`. */
export default defineConfig({
  root: fileURLToPath(new URL('..', import.meta.url)),
  test: {
    include: ['tools/site/checks/*.check.ts'],
    pool: 'forks',
    execArgv: ['--import', 'tsx'],
    isolate: false,
    maxWorkers: 1,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
})
