import { profile } from './profile.ts'

export default { profile, start: { command: ['node', 'server.mjs'] } }
