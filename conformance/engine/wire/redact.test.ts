import fc from 'fast-check'
import { expect, test } from 'vitest'
import { credential, Redactor } from './redact.ts'

function hiding(secrets: Readonly<Record<string, string>>): Redactor {
  const redactor = new Redactor()
  for (const [name, secret] of Object.entries(secrets)) redactor.hide(secret, name)
  return redactor
}

test('a secret is shown by its name, wherever it stands', () => {
  const { redact } = hiding({ 'debug key': 'hunter2' })
  expect(redact('key hunter2, "hunter2"')).toBe('key ‹debug key›, "‹debug key›"')
})

test('no text shows a secret, however it is embedded', () => {
  const secret = fc.string({
    minLength: 3,
    maxLength: 12,
    unit: fc.constantFrom('a', 'b', '.', '+', '$', 'é'),
  })
  fc.assert(
    fc.property(fc.uniqueArray(secret, { minLength: 1, maxLength: 4 }), fc.string(), (secrets, around) => {
      const redactor = new Redactor()
      for (const [index, each] of secrets.entries()) redactor.hide(each, `secret ${index}`)
      const shown = redactor.redact(secrets.map(each => around + each).join('|'))
      // What is left of one after another was cut out of it is no secret; the whole is.
      for (const each of secrets) if (!around.includes(each)) expect(shown).not.toContain(each)
    }),
  )
})

test('a token that contains its session id is hidden whole', () => {
  const { redact } = hiding({ 'session 1': 'abc-def', 'token of session 1': 'abc-def.17.00ff' })
  expect(redact('abc-def.17.00ff of abc-def')).toBe('‹token of session 1› of ‹session 1›')
})

test('the form that a secret takes in a URL is hidden, too', () => {
  expect(hiding({ key: 'a b/c' }).redact('?key=a%20b%2Fc')).toBe('?key=‹key›')
})

test('a credential that is not known by name is not shown at all', () => {
  const { redact } = hiding({ 'debug key': 'hunter2' })
  expect(redact(`x-debug-key: ${credential('hunter2')}`)).toBe('x-debug-key: ‹debug key›')
  expect(redact(`x-debug-key: ${credential('hunter3')}`)).toBe('x-debug-key: ‹another value›')
  expect(redact(`x-debug-key: ${credential('hunter2x')}`)).toBe('x-debug-key: ‹another value›')
  expect(redact(`authorization: ${credential('Bearer hunter2')}`)).toBe('authorization: Bearer ‹debug key›')
  expect(redact(`x-debug-key: ${credential('')}`)).toBe('x-debug-key: ')
})

test('a very short secret is replaced only where nothing else can stand', () => {
  const { redact } = hiding({ secret: 'k' })
  expect(redact(`a key: ${credential('k')}`)).toBe('a key: ‹secret›')
})
