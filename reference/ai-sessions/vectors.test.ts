import { expect, test } from 'vitest'
import { frames } from '../../schemas/ai-sessions/frames.ts'
import { fits } from '../../schemas/validate.ts'
import { computations, pickedVectors } from '../testing/vectors.ts'
import { createClient } from './http-client.ts'

interface Given {
  baseUrl: string
  sessionId: string
  token: string
}

test.each(computations('ai-sessions'))('%s', (_, { operation, given, result }) => {
  expect(operation).toBe('websocket-url')
  const { baseUrl, sessionId, token } = given as unknown as Given
  expect(createClient({ baseUrl, token }).getWebSocketURL(sessionId)).toBe(result)
})

const picked = (['client/prompt', 'client/upload_request'] as const).flatMap(name =>
  pickedVectors('ai-sessions', `frames/${name}`).map(([title, vector]) => [name, title, vector] as const),
)

test.each(picked)('the frame %s, %s', (name, _, { judgement, value, text }) => {
  // Every message of a client passes this before the server reads it.
  const accepted = fits(frames[name].schema, text === undefined ? value : JSON.parse(text))
  if (judgement !== 'implementation-defined') expect(accepted).toBe(judgement === 'valid')
})
