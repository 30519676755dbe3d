import { expect, test } from 'vitest'
import { defaultTolerance, onBusyHost } from './tolerance.ts'

test('a host that is idle, or does not say, waits as long as it is told', () => {
  expect(onBusyHost(defaultTolerance, 0)).toEqual(defaultTolerance)
  expect(onBusyHost(defaultTolerance, 1)).toEqual(defaultTolerance)
})

test('a busy host waits longer, in whole milliseconds, and never for ever', () => {
  const tolerance = { closeWithinMs: 100, replyWithinMs: 333, settleMs: 20 }
  expect(onBusyHost(tolerance, 1.5)).toEqual({ closeWithinMs: 150, replyWithinMs: 500, settleMs: 30 })
  expect(onBusyHost(tolerance, 1_000)).toEqual({ closeWithinMs: 500, replyWithinMs: 1_665, settleMs: 100 })
})
