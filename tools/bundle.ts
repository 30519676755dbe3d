import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { build } from 'esbuild'
import { declared, folderOf } from './generate/declared.ts'
import { validatorModule } from './validators/source.ts'

/**
 * Makes the programs, each with what it imports in few files: to start from the hundreds of files of the libraries
 * takes most of a second. What profiles are written with is made along with them, since it has to be the same code
 * that then runs them. Last come the validators of each protocol, compiled beforehand.
 */
// What an earlier build has left is not part of this one.
rmSync('dist/bin', { recursive: true, force: true })
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
  // The first two find their own parts by their place, and few need the last one.
  external: ['jiti', 'node-sqlite3-wasm', 'yaml'],
  // Libraries in CommonJS ask for Node's own modules with this.
  banner: {
    js: "import { createRequire as nodeRequire } from 'node:module'; const require = nodeRequire(import.meta.url);",
  },
  minify: true,
  // They stand in what is printed when something goes wrong.
  keepNames: true,
  legalComments: 'none',
  logLevel: 'warning',
})

mkdirSync('dist/validators', { recursive: true })
for (const protocol of declared) {
  const { code, types } = await validatorModule(protocol)
  writeFileSync(`dist/validators/${folderOf(protocol)}.js`, code)
  writeFileSync(`dist/validators/${folderOf(protocol)}.d.ts`, types)
}
