import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'

const derive = promisify<string, Buffer, number, ScryptOptions, Buffer>(scrypt)
const cost: ScryptOptions = { N: 16_384, r: 8, p: 1 }
const keyBytes = 32

/** A password as it is stored: salt and derived key. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16)
  return `${salt.toString('base64url')}.${(await derive(password, salt, keyBytes, cost)).toString('base64url')}`
}

/** Whether a password belongs to a stored hash. Takes as long without one, so that nobody can tell which names exist. */
export async function passwordFits(password: string, hash: string | null | undefined): Promise<boolean> {
  const [salt = '', key = ''] = (hash ?? `${'A'.repeat(22)}.`).split('.')
  const derived = await derive(password, Buffer.from(salt, 'base64url'), keyBytes, cost)
  const expected = Buffer.from(key, 'base64url')
  return expected.length === derived.length && timingSafeEqual(expected, derived)
}
