import { CompactSign } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hub } from '../../schemas/hub/index.ts'
import { isJsonObject, type JsonObject } from '../../schemas/json.ts'
import { casesOf, testOperations } from '../testing/boundary-cases.ts'
import { createFixture } from './fixture.ts'
import { heardBy, type Person, secret, World } from './testing/world.ts'

const { closes, formats, frames, operations } = hub

let world: World
let member: Person
let butler: Person

beforeAll(async () => {
  world = await World.listen()
  member = world.person('MEMBER')
  butler = world.person('BUTLER')
})

afterAll(() => world.close())

/** What comes of a message: what its sender hears, and the code if the connection is closed. */
async function outcomeOf(sender: Person, message: unknown): Promise<{ heard: JsonObject[]; code?: number }> {
  const who = await world.join(sender)
  who.peer.send(message)
  try {
    const [heard = []] = await heardBy(who, who)
    return { heard }
  } catch {
    return { heard: [...who.peer.untaken], code: await who.peer.ended }
  }
}

const echoed = ['CHAT', 'CHAT_STREAM', 'CHAT_STREAM_END']
const reserved = ['AUTH_REQUEST', 'AUTH_STATUS_UPDATE', 'BUTLER_AGENT_MESSAGE']

/** What belongs to the sender of a message, and passes through the hub unchanged. */
function content({ type, payload = null, stream_id, local_id }: JsonObject) {
  return { type: type ?? '', payload, stream_id: stream_id || undefined, local_id: local_id || undefined }
}

/** Whether a sender hears of a message that the hub takes: by the copy of a broadcast, or by an echo. */
function hears({ role }: Person, { type, target_id }: JsonObject): boolean {
  return !target_id || (role === 'MEMBER' && echoed.includes(String(type)))
}

const sent = Object.entries(frames).filter(([, { from }]) => from === 'client')

describe.each(sent)('the frame %s', (name, { schema }) => {
  const type = name.replace('client/', '')
  const isReserved = reserved.includes(type)
  const sender = () => (isReserved ? butler : member)

  test.each(casesOf(schema))('%s', async (_, { valid, value, constraint }) => {
    const { heard, code } = await outcomeOf(sender(), value)
    // With another type, or with none, it is another frame, which is taken too.
    const hasOtherType =
      /^\/(properties\/type\/|required\/0$)/.test(constraint) &&
      typeof ((value as JsonObject).type ?? '') === 'string'
    if (valid || hasOtherType) {
      const message = value as JsonObject
      expect(code).toBeUndefined()
      expect(heard.map(content)).toEqual(hears(sender(), message) ? [content(message)] : [])
    } else if (isReserved && /^\/(properties\/payload|required\/1$)/.test(constraint)) {
      // What speaks for the hub is dropped if it has not the shape in which others believe it.
      expect({ heard, code }).toEqual({ heard: [], code: undefined })
    } else expect({ heard, code }).toEqual({ heard: [], code: closes.undecodable.code })
  })
})

test('nothing that was refused has been a fault of the hub', () => {
  expect(world.errors).toEqual([])
})

describe('the claims of a token', () => {
  /** What makes claims good here and now. A boundary of one of these leaves no claims that are good otherwise. */
  const right = { iss: 'echocenter', exp: Math.floor(Date.now() / 1000) + 3_600 }
  const about = (constraint: string) => Object.keys(right).find(name => constraint.includes(`/${name}/`))
  const tried = casesOf(formats.claims).filter(([, { valid, constraint }]) => !(valid && about(constraint)))

  test.each(tried)('%s', async (_, { valid, value, constraint }) => {
    const claims = isJsonObject(value) ? { ...value } : value
    if (isJsonObject(claims) && isJsonObject(value))
      for (const [name, good] of Object.entries(right))
        if (name in claims && name !== about(constraint)) claims[name] = good
    const token = await new CompactSign(Buffer.from(JSON.stringify(claims)))
      .setProtectedHeader({ alg: 'HS256' })
      .sign(Buffer.from(secret))
    const { tokens } = world.hub
    if (valid) expect(await tokens.verify(token)).toEqual(claims)
    else expect(await tokens.verify(token)).toBeUndefined()
  })
})

testOperations(operations, createFixture)
