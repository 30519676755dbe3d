import Type from 'typebox'
import { describe, expect, test } from 'vitest'
import { llming } from '../../schemas/llming/index.ts'
import { toyProtocol } from '../testing/toy.ts'
import { EndpointShapes, FrameShapes } from './shapes.ts'

describe('frames', () => {
  const toy = new FrameShapes(toyProtocol)

  test('a message is judged by the frame that its type names, and by who sends it', () => {
    expect(toy.breach('server', { type: 'doubled', n: 2 })).toBeUndefined()
    expect(toy.breach('server', { type: 'doubled', n: 2.5 })).toMatchObject({
      requirement: 'toy/framing/shape',
    })
    expect(toy.breach('client', { type: 'double' })?.problem).toContain('n')
  })

  test.each([[null], [5], ['text'], [[]], [{}], [{ type: 5 }], [undefined]])(
    '%j from a server of llming is no frame',
    message => {
      expect(new FrameShapes(llming).breach('server', message)).toBeDefined()
    },
  )

  test('a protocol may name its frames by another member', () => {
    const [shape, n] = [['toy/framing/shape'], Type.Integer()]
    const counted = { from: 'server', summary: 'A number.', requirement: shape } as const
    const kinds = new FrameShapes({
      ...toyProtocol,
      discriminator: 'kind',
      frames: {
        one: { ...counted, schema: Type.Object({ kind: Type.Literal('one'), type: n }) },
        two: { ...counted, schema: Type.Object({ kind: Type.Literal('two') }) },
      },
    })
    expect(kinds.breach('server', { kind: 'one', type: 2 })).toBeUndefined()
    expect(kinds.breach('server', { kind: 'one' })?.problem).toContain('type')
    expect(kinds.breach('server', { kind: 'two' })).toBeUndefined()
  })

  test('a type that no frame names is judged by those that leave it open', () => {
    expect(new FrameShapes(llming).breach('server', { type: 'anything', x: 1 })).toBeUndefined()
  })
})

describe('endpoints', () => {
  const shapes = new EndpointShapes(llming)
  const list = { count: 0, sessions: [] }

  test('a response is judged by its endpoint and status', () => {
    expect(shapes.breach('GET', '/debug/sessions', 200, list)).toBeUndefined()
    expect(shapes.breach('GET', '/debug/sessions', 200, {})).toMatchObject({
      requirement: 'llming/debugging/session-list',
    })
    expect(shapes.breach('GET', '/debug/sessions', 401, {})).toMatchObject({
      requirement: 'llming/debugging/command-refusals',
    })
  })

  test('the more literal path comes first', () => {
    expect(shapes.breach('GET', '/debug/commands', 200, {})).toMatchObject({
      requirement: 'llming/debugging/command-list',
    })
    expect(shapes.breach('GET', '/debug/sessions/s1', 200, {})).toMatchObject({
      requirement: 'llming/debugging/session-detail',
    })
  })

  test('what the protocol does not list is not judged', () => {
    expect(shapes.breach('GET', '/elsewhere', 200, 'x')).toBeUndefined()
    expect(shapes.breach('GET', '/debug/sessions', 302, 'x')).toBeUndefined()
    expect(shapes.breach('DELETE', '/debug/sessions', 200, 'x')).toBeUndefined()
  })
})
