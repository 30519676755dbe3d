import { aiSessions } from '../../schemas/ai-sessions/index.ts'
import type { Endpoint } from '../../schemas/protocol.ts'

/** A call that needs a token. */
export interface Route {
  method: string
  /** With an id that nothing has. */
  path: string
}

/** Every call of the service for which it has to know the user. */
export const routes: readonly Route[] = Object.values(aiSessions.endpoints)
  .filter((endpoint: Endpoint) => endpoint.headers !== undefined)
  .map(({ method, path }) => ({ method, path: path.replace(/\{\w+\}/g, unknownId()) }))

/** An id of the usual shape that nothing has. */
export function unknownId(): string {
  return crypto.randomUUID()
}
