import { expect, test } from 'vitest'
import { World } from './testing/world.ts'

test.each([
  ['name', 'nameMaxChars', 'x'],
  ['description', 'descriptionMaxChars', 'x'],
] as const)('%s is as long as %s says, more or less than by default', async (member, limit, letter) => {
  for (const length of [3, 1_000]) {
    const world = await World.start({ limits: { [limit]: length } })
    const person = await world.person()
    const make = (text: string) => person.ask('POST', '/v1/profiles', { name: 'p', [member]: text })
    expect((await make(letter.repeat(length))).status).toBe(201)
    expect((await make(letter.repeat(length + 1))).status).toBe(400)
  }
})

test('ttl_seconds is as large as ttlMaxSeconds says', async () => {
  const world = await World.start({ limits: { ttlMaxSeconds: 100_000 } })
  const person = await world.person()
  const { body } = await person.ask('POST', '/v1/profiles', { name: 'p', ttl_seconds: 100_000 })
  const { id } = body.profile as { id: string }
  expect((await person.ask('PUT', `/v1/profiles/${id}`, { ttl_seconds: 100_001 })).status).toBe(400)
})
