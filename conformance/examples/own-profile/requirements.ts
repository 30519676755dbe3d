import type { JudgedRequirement } from 'agentwire/conformance'

/** What a server of `tally` must do. */
export const requirements = [
  {
    id: 'tally/connecting/welcome-first',
    level: 'MUST',
    role: 'server',
    text: 'A connection without a token MUST be answered with `welcome`: the token of a new session, and its total, 0.',
  },
  {
    id: 'tally/connecting/unknown-token-closed',
    level: 'MUST',
    role: 'server',
    text: 'A connection with a token that names no session MUST be closed with 4404, without a message.',
  },
  {
    id: 'tally/connecting/adds-answered',
    level: 'MUST',
    role: 'server',
    text: 'Each `add` MUST be answered with `total`: the sum of all amounts of the session, in the order in which they came.',
  },
  {
    id: 'tally/connecting/bad-message-closed',
    level: 'MUST',
    role: 'server',
    text: 'A message that is no `add` MUST be answered by closing the connection with 4400.',
  },
  {
    id: 'tally/superseding/older-closed',
    level: 'MUST',
    role: 'server',
    text: 'When a connection comes back to a session that has one already, the older one MUST be closed with 4409.',
  },
  {
    id: 'tally/superseding/newest-served',
    level: 'MUST',
    role: 'server',
    text: 'The newest connection of a session MUST be served, whenever and however the older one ends.',
  },
  {
    id: 'tally/reconnecting/total-kept',
    level: 'MUST',
    role: 'server',
    text: 'A connection with the token of a session MUST be answered with `welcome`: that token, and the total so far.',
  },
  {
    id: 'tally/rate-limiting/excess-refused',
    level: 'MUST',
    role: 'server',
    text: 'An `add` beyond the limit of its window MUST be answered with `slow-down`, and MUST NOT be counted.',
  },
  {
    id: 'tally/rate-limiting/served-again',
    level: 'MUST',
    role: 'server',
    text: 'When the window is over, an `add` MUST be counted again.',
  },
] as const satisfies readonly JudgedRequirement[]

export type RequirementId = (typeof requirements)[number]['id']
