import { doubling, toyServer } from './toy.ts'

// The toy server as a program of its own, for a config's "start". It does not survive the number 666.

const { AGENTWIRE_PORT, AGENTWIRE_SETTINGS = '{}' } = process.env
const settings: { strict?: boolean } = JSON.parse(AGENTWIRE_SETTINGS)
if (settings.strict) {
  console.error('this target cannot be strict')
  process.exit(3)
}
await toyServer(message => {
  if (message.n === 666) process.exit(1)
  return doubling(message)
}, Number(AGENTWIRE_PORT))
