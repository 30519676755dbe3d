import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { closes } from '../../schemas/hub/closes.ts'
import { systemClock } from '../core/clock.ts'
import { computations, pickedVectors } from '../testing/vectors.ts'
import { expectToTalk, heardBy, World } from './testing/world.ts'
import { TokenAuthority } from './tokens.ts'

interface Given {
  secret: string
  issuer: string
  nowS: number
  token: string
}

test.each(computations('hub'))('%s', async (_, { operation, judgement, given, result }) => {
  const { secret, issuer, nowS, token } = given as unknown as Given
  expect(operation).toBe('verify-token')
  const clock = { ...systemClock, now: () => nowS * 1_000 }
  const claims = await new TokenAuthority({ secret, issuer, lifetimeS: 3_600, clock }).verify(token)
  if (judgement === 'valid') expect(claims).toEqual(result)
  if (judgement === 'invalid') expect(claims).toBeUndefined()
})

describe('a hub', () => {
  let world: World

  beforeAll(async () => {
    world = await World.listen()
  })

  afterAll(() => world.close())

  test.each(pickedVectors('hub', 'frames/client/CHAT'))('%s', async (_, { judgement, value, text }) => {
    const sender = await world.join('MEMBER')
    sender.peer.socket.send(text ?? JSON.stringify(value))
    const outcome = await heardBy(sender, sender).catch(() => sender.peer.ended)
    if (judgement === 'valid') expect(outcome).toBeInstanceOf(Array)
    if (judgement === 'invalid') expect(outcome).toBe(closes.undecodable.code)
    // Whatever it makes of the others, it goes on to serve everybody else.
    await expectToTalk(await world.join('MEMBER'), await world.join('AGENT'))
    expect(world.errors).toEqual([])
  })
})
