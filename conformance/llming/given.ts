import fc from 'fast-check'

export { anyUnicode, jsonObject, jsonValue } from '../engine/json-values.ts'

/** A session id that a tester chooses: one path segment without a dot. */
export const sessionIdText = fc.stringMatching(/^[A-Za-z0-9_-]{8,40}$/).map(text => `unknown-${text}`)
