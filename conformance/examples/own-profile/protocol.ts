import { defineProtocol, limit, Type } from 'agentwire/schemas'

const amount = Type.Integer({ minimum: 1, maximum: 1_000_000 })
const total = Type.Integer({ minimum: 0 })
const token = Type.String({
  minLength: 1,
  description: 'names the session, and is all it takes to come back to it',
})
const exactly = { additionalProperties: false }

/** The shapes of `tally`. */
export const protocol = defineProtocol({
  name: 'tally',
  title: 'Tally',
  summary: 'A sum that a client adds to over a WebSocket, and that outlives the connection.',
  discriminator: 'kind',
  limits: Type.Object({
    'rate.adds': limit('messages of one connection that are counted in one window', 10),
    'rate.windowMs': limit(
      'length of a window, which opens with the first message after the last one',
      1_000,
    ),
  }),
  frames: {
    add: {
      from: 'client',
      summary: 'Adds to the total.',
      requirement: ['tally/connecting/adds-answered'],
      schema: Type.Object({ kind: Type.Literal('add'), amount }, exactly),
    },
    welcome: {
      from: 'server',
      summary: 'Opens every connection.',
      requirement: ['tally/connecting/welcome-first'],
      schema: Type.Object({ kind: Type.Literal('welcome'), token, total }, exactly),
    },
    total: {
      from: 'server',
      summary: 'The answer to an `add` that was counted.',
      requirement: ['tally/connecting/adds-answered'],
      schema: Type.Object({ kind: Type.Literal('total'), total }, exactly),
    },
    slowDown: {
      from: 'server',
      summary: 'The answer to an `add` that was not.',
      requirement: ['tally/rate-limiting/excess-refused'],
      schema: Type.Object({ kind: Type.Literal('slow-down') }, exactly),
    },
  },
  closes: {
    badMessage: {
      code: 4400,
      reason: 'bad message',
      when: 'a message is no `add`',
      clientWill: 'give up',
      requirement: ['tally/connecting/bad-message-closed'],
    },
    unknownToken: {
      code: 4404,
      reason: 'unknown token',
      when: 'the token names no session',
      clientWill: 'give up',
      requirement: ['tally/connecting/unknown-token-closed'],
    },
    superseded: {
      code: 4409,
      reason: 'superseded',
      when: 'a newer connection has come back to the session',
      clientWill: 'give up',
      requirement: ['tally/superseding/older-closed'],
    },
  },
})
