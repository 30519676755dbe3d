import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import { LagMeter } from './lag.ts'

let now = 0
beforeEach(() => {
  now = 1_000
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  vi.spyOn(performance, 'now').mockImplementation(() => now)
})
afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

function meter(): LagMeter {
  const started = new LagMeter()
  onTestFinished(() => started.close())
  return started
}

/** The event loop turns on time, or only after a stall. */
function turn(times = 1, stallMs = 0): void {
  for (let i = 0; i < times; i++) {
    now += 20 + stallMs
    vi.advanceTimersByTime(20)
  }
}

test('a loop that turns on time has lost nothing', () => {
  const lag = meter()
  turn(100)
  expect(lag.lostSince(1_000)).toBe(0)
})

test('a timer that is a little late is no stall', () => {
  const lag = meter()
  turn(10, 15)
  expect(lag.lostSince(1_000)).toBe(0)
})

test('stalls add up', () => {
  const lag = meter()
  turn()
  turn(1, 300)
  turn(5)
  turn(1, 200)
  expect(lag.lostSince(1_000)).toBe(500)
})

test('what was lost before does not count', () => {
  const lag = meter()
  turn(1, 700)
  const since = now
  turn(3)
  expect(lag.lostSince(since + 1)).toBe(0)
})

test('a stall that is not over yet counts already', () => {
  const lag = meter()
  turn()
  now += 620
  expect(lag.lostSince(now - 620)).toBe(600)
})
