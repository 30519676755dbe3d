import { build } from 'esbuild'

/**
 * Makes the programs, each with what it imports in few files: to start from the hundreds of files of the libraries
 * takes most of a second. What profiles are written with is made along with them, since it has to be the same code
 * that then runs them.
 */
await build({
  entryPoints: {
    cli: 'conformance/cli.ts',
    'self-proof': 'conformance/self-proof.ts',
    'reference-main': 'conformance/embedded/reference-main.ts',
    conformance: 'conformance/index.ts',
  },
  outdir: 'dist/bin',
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
