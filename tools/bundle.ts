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
  // They find their own parts by their place.
  external: ['jiti', 'node-sqlite3-wasm'],
  // Libraries in CommonJS ask for Node's own modules with this.
  banner: {
    js: "import { createRequire as nodeRequire } from 'node:module'; const require = nodeRequire(import.meta.url);",
  },
  legalComments: 'none',
  logLevel: 'warning',
})
