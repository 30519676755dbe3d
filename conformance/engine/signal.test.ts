import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Signal } from './signal.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

test('what is there already needs no signal', async () => {
  expect(await new Signal().until(() => 'here', 1_000)).toBe('here')
  expect(vi.getTimerCount()).toBe(0)
})

test('a probe is asked again at every signal, until it answers', async () => {
  const signal = new Signal()
  let value: string | undefined
  const probe = vi.fn(() => value)
  const waiting = signal.until(probe, 1_000)
  signal.notify()
  value = 'now'
  signal.notify()
  signal.notify()
  expect(await waiting).toBe('now')
  expect(probe).toHaveBeenCalledTimes(3)
  expect(vi.getTimerCount()).toBe(0)
})

test('false and null are answers', async () => {
  expect(await new Signal().until(() => false, 1_000)).toBe(false)
  expect(await new Signal().until(() => null, 1_000)).toBeNull()
})

test('without an answer the wait ends when its time is over', async () => {
  const signal = new Signal()
  const probe = vi.fn(() => undefined)
  const waiting = signal.until(probe, 1_000)
  vi.advanceTimersByTime(1_000)
  vi.runAllTimers()
  expect(await waiting).toBeUndefined()
  const asked = probe.mock.calls.length
  signal.notify()
  expect(probe).toHaveBeenCalledTimes(asked)
})

test('what has come while the event loop was stalled has come in time', async () => {
  vi.useRealTimers()
  const signal = new Signal()
  let value: string | undefined
  const waiting = signal.until(() => value, 5)
  // The reader of a socket runs after the timers that a stall has made late.
  setImmediate(() => {
    value = 'read'
  })
  const stalledUntil = performance.now() + 20
  while (performance.now() < stalledUntil);
  expect(await waiting).toBe('read')
})
