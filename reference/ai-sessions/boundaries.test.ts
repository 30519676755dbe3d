import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { aiSessions } from '../../schemas/ai-sessions/index.ts'
import type { JsonObject } from '../../schemas/json.ts'
import { casesOf, testOperations } from '../testing/boundary-cases.ts'
import type { Peer } from '../testing/serving.ts'
import { createFixture } from './fixture.ts'
import { turn, World } from './testing/world.ts'

const { formats, frames, operations } = aiSessions

let world: World

beforeAll(async () => {
  const many = 1_000_000
  world = await World.listen({
    limits: {
      maxSessions: many,
      createPerMinute: many,
      promptsPerMinute: many,
      uploadsPerMinute: many,
      messagesPerSecond: many,
    },
  })
})

afterAll(() => world.close())

/** What the service complains of, after a message and up to the end of a turn that follows. */
async function complaints(peer: Peer, message: unknown): Promise<unknown[]> {
  peer.send(message)
  peer.send({ type: 'prompt', payload: { text: 'say fence' } })
  const seen = await peer.until(
    ({ type, payload }) => type === 'assistant' && JSON.stringify(payload).includes('"fence"'),
  )
  return seen.filter(({ type }) => type === 'error').map(({ payload }) => (payload as JsonObject).code)
}

const sent = Object.entries(frames).filter(([, { from }]) => from === 'client')
/** Files that are not there, and questions that nobody has asked, are complained of whatever the message looks like. */
const inVain = /upload_complete|download_request|_response|upload_request/

describe.each(sent)('the frame %s', (name, { schema }) => {
  test.each(casesOf(schema))('%s', async (_, { valid, value }) => {
    const person = await world.person()
    const codes = await complaints(await person.attached(), value)
    if (!valid) expect(codes).toEqual(['invalid_message'])
    else if (!inVain.test(name)) expect(codes).toEqual([])
    expect(world.errors).toEqual([])
  })
})

describe('the claims of a token', () => {
  test.each(casesOf(formats.claims).filter(([, { constraint }]) => !constraint.includes('/exp/')))(
    '%s',
    async (_, { valid, value }) => {
      const { gate } = world.server
      const token = await new (class extends (gate.constructor as typeof import('./gate.ts').Gate) {
        signed = (claims: JsonObject) => this.key.sign(claims)
      })({ secret: 'a secret for tests of ai-sessions only', clock: world.clock })
        .signed(value as JsonObject)
        .catch(() => undefined)
      const claims = await gate.identify(token)
      if (valid) expect(claims).toMatchObject({ sub: (value as JsonObject).sub })
      else expect(claims).toBeUndefined()
    },
  )
})

test('a turn that follows all this is a turn like any other', async () => {
  const peer = await (await world.person()).attached()
  expect((await turn(peer, 'say hello')).map(({ type }) => type)).toEqual(['assistant', 'result'])
})

testOperations(operations, createFixture)
