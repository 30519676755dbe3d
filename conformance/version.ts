import { createRequire } from 'node:module'

/** Walks up to the package's own manifest: the sources lie one folder nearer to it than the compiled files. */
function readVersion(): string {
  const require = createRequire(import.meta.url)
  for (const path of ['../package.json', '../../package.json'])
    try {
      return (require(path) as { version: string }).version
    } catch {
      // Not this one.
    }
  throw new Error('package.json is missing')
}

export const version = readVersion()
