import { Inbound } from '../../schemas/hub/envelope.ts'
import { problem } from '../../schemas/validate.ts'

/** A message that cannot be taken, with the reason. */
export class Undecodable extends Error {}

/** Reads one message of a client. @throws Undecodable */
export function decode(text: string): Inbound {
  let message: unknown
  try {
    message = JSON.parse(text)
  } catch {
    throw new Undecodable('no JSON')
  }
  const found = problem(Inbound, message)
  if (found !== undefined) throw new Undecodable(found)
  return message as Inbound
}

/** Reads the bytes of a binary message as text. @throws Undecodable */
export function decodeUtf8(bytes: Uint8Array): string {
  try {
    return strictUtf8.decode(bytes)
  } catch {
    throw new Undecodable('no UTF-8')
  }
}

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** JSON text of what a client has sent. @throws Undecodable when it is nested too deeply */
export function encode(value: object): string {
  try {
    return JSON.stringify(value)
  } catch (error) {
    if (error instanceof RangeError) throw new Undecodable('nested too deeply')
    throw error
  }
}
