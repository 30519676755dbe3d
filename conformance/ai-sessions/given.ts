import fc from 'fast-check'
import { anyUnicode } from '../engine/json-values.ts'

export { anyUnicode } from '../engine/json-values.ts'

/** Names of tools, as they may stand in a list of those that are allowed. */
export const toolNames = fc.array(fc.stringMatching(/^[A-Za-z][A-Za-z0-9_]{0,11}$/), { maxLength: 5 })

/** What an agent can be told to say: one line. Its own marks show whether blanks around it are lost. */
export const sayable = anyUnicode.map(text => `<${text.replaceAll(/[\r\n]/g, ' ')}>`)

/** Bytes of a small file. */
export const fileBytes = fc.array(fc.integer({ min: 0, max: 255 }), { maxLength: 200 })

/** A short plain word. */
export const word = fc.stringMatching(/^[a-z]{1,12}$/)
