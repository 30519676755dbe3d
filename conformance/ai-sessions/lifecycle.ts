import { profiles } from './profiles.ts'
import { sessions } from './sessions.ts'
import { turns } from './turns.ts'

/** Sessions, what goes on in them, and the profiles that they can be captured as. */
export const lifecycle = [...sessions, ...turns, ...profiles]
