import { showRow } from './bench/row.ts'

/**
 * What things cost, next to their goals: of the kit itself, and of the references under load. Run it on a machine that
 * has nothing else to do. Names of benches choose among them.
 */
const benches = {
  kit: async () => (await import('./bench/kit.ts')).benchKit(),
  schemas: async () => (await import('./bench/schemas.ts')).benchSchemas(),
  'ai-sessions': async () => (await import('./bench/sessions.ts')).benchSessions(),
  hub: async () => (await import('./bench/hub.ts')).benchHub(),
}

for (const name of process.argv.slice(2))
  if (!(name in benches)) throw new Error(`no bench "${name}"; there are ${Object.keys(benches).join(', ')}`)
for (const [name, bench] of Object.entries(benches)) {
  if (process.argv.length > 2 && !process.argv.includes(name)) continue
  for (const row of await bench()) {
    console.log(showRow(row))
    if (!row.reached) process.exitCode = 1
  }
}
