import { build } from 'esbuild'

/**
 * Makes the programs, each with what it imports in few files: to start from the hundreds of files of the libraries
 * takes most of a second.
 */
await build({
  entryPoints: ['conformance/cli.ts', 'conformance/self-proof.ts', 'conformance/embedded/reference-main.ts'],
  outdir: 'dist/bin',
  entryNames: '[name]',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  // These are CommonJS, or are imported only where they are needed.
  external: ['@modelcontextprotocol/sdk', 'commander', 'jiti', 'ws', 'yaml'],
  logLevel: 'warning',
})
