import fc from 'fast-check'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { Verdict } from '../../schemas/kit/report.ts'
import { idsOf, judge } from '../testing/judge.ts'
import { check, doubling, type ToyBehaviour, toyProfile, toyServer, toyTarget, when } from '../testing/toy.ts'
import { type Check, each } from './check.ts'
import type { RunOptions } from './runner.ts'
import { LaunchRefused, type Provider } from './target/provider.ts'

const doubles = check('toy/routing/doubles', {
  given: { n: fc.integer({ min: 0, max: 1_000 }) },
  async run(t, { n }) {
    await (await t.connect()).doubles(n)
  },
})

async function judged(
  behaviour: ToyBehaviour,
  checks: readonly Check[] = [doubles],
  { marks = {}, ...options }: Partial<RunOptions> & { marks?: Parameters<typeof toyProfile>[1] } = {},
) {
  const server = await toyServer(behaviour)
  onTestFinished(server.close)
  return judge(toyProfile(checks, marks), await toyTarget(server), options)
}

/** A server that answers wrongly from a number on. */
const wrongFrom =
  (limit: number): ToyBehaviour =>
  ({ n }) => [{ type: 'doubled', n: Number(n) >= limit ? 0 : 2 * Number(n) }]

describe('a verdict', () => {
  test('pass: it was seen to hold in every run', async () => {
    const { report, exitStatus } = await judged(doubling, [doubles], { runsOf: () => 25 })
    expect(report.requirements[0]).toMatchObject({
      verdict: 'pass',
      runs: 25,
      observations: 25,
      reason: null,
    })
    expect(exitStatus).toBe(0)
  })

  test('fail: violated, and the smallest input that shows it is found on the wire', async () => {
    const { report, exitStatus } = await judged(wrongFrom(17), [doubles], {
      runsOf: () => 50,
    })
    expect(report.requirements[0]).toMatchObject({
      verdict: 'fail',
      failure: {
        counterexample: { case: '', check: 'toy/routing/doubles', input: { n: 17 } },
        reproduced: { violations: 3, runs: 3 },
        received: '{"type":"doubled","n":0}',
        replay: 'agentwire replay report.json toy/routing/doubles',
      },
    })
    expect(report.requirements[0]?.failure?.transcript.map(({ text }) => text)).toContain(
      '{"type":"double","n":17}',
    )
    expect(exitStatus).toBe(1)
  })

  test('warn: the same for a SHOULD, and the exit status stays clean if another requirement passes', async () => {
    const other = check('toy/connecting/opens', {
      async run(t) {
        t.equal((await t.connect()).wire.open, true, 'open')
      },
    })
    const marks = { 'toy/routing/doubles': { level: 'SHOULD' } } as const
    const found = await judged(wrongFrom(0), [doubles, other], { marks })
    expect(idsOf(found, 'warn')).toEqual(['toy/routing/doubles'])
    expect(found.exitStatus).toBe(0)
  })

  test('flaky: violated once, and never again', async () => {
    let served = 0
    const once: ToyBehaviour = message => doubling(++served === 3 ? { n: -1 } : message)
    const found = await judged(once, [doubles], { runsOf: () => 5, concurrency: 1 })
    expect(found.report.requirements[0]).toMatchObject({
      verdict: 'flaky',
      reason: 'violated, but fresh runs showed it only 0 of 3 times',
    })
    expect(found.exitStatus).toBe(5)
  })

  test('inconclusive: what it takes did not come about', async () => {
    const unreached = check('toy/access/refused', {
      async run(t) {
        await t.arrange('a session is made', async () => t.equal(1, 2, 'a number'))
      },
    })
    const { report, exitStatus } = await judged(doubling, [unreached], { runsOf: () => 10, concurrency: 1 })
    expect(report.requirements[0]).toMatchObject({
      verdict: 'inconclusive',
      reason: '3 of 3 runs could not be judged: a session is made: a number: expected 2, received 1',
    })
    expect(exitStatus).toBe(5)
  })

  test('inconclusive: it ran, and nothing was looked at', async () => {
    const idle = check('toy/access/idle', { run: async () => {} })
    expect((await judged(doubling, [idle])).report.requirements[0]).toMatchObject({
      verdict: 'inconclusive',
      reason: 'nothing was observed',
    })
  })

  test('not-applicable: the target says that it lacks what it takes', async () => {
    const needy = check('toy/mcp/needy', {
      async run(t) {
        t.need('mcp')
      },
    })
    expect((await judged(doubling, [needy])).report.requirements[0]).toMatchObject({
      verdict: 'not-applicable',
      reason: 'the target does not declare "mcp"',
    })
  })
})

test('a refusal without its valid twin is no pass', async () => {
  const refuses = (twin: boolean) =>
    check('toy/access/refuses', {
      async run(t) {
        await t.refusing(async () => t.equal(403, 403, 'the status'))
        if (twin) await t.twin('the right one', async () => t.equal(200, 200, 'the status'))
      },
    })
  expect(idsOf(await judged(doubling, [refuses(false)]), 'inconclusive')).toEqual(['toy/access/refuses'])
  expect(idsOf(await judged(doubling, [refuses(true)]), 'pass')).toEqual(['toy/access/refuses'])
})

test('a case that is only a twin can fail, and proves nothing', async () => {
  const withTwin = (received: number) =>
    check('toy/access/twin', when('the twin', { onlyTwin: true, run: async t => t.equal(received, 1, 'it') }))
  expect(idsOf(await judged(doubling, [withTwin(1)]), 'inconclusive')).toEqual(['toy/access/twin'])
  expect(idsOf(await judged(doubling, [withTwin(2)]), 'fail')).toEqual(['toy/access/twin'])
})

describe('a launch that is refused', () => {
  /** A target that can be launched with two settings, and refuses some. */
  const picky = (inner: Provider, refuses: readonly string[]): Provider => ({
    level: 2,
    url: inner.url,
    capabilities: inner.capabilities,
    settings: new Set(['empty', 'full']),
    limits: inner.limits,
    virtualTime: false,
    parallel: 1,
    relaunches: false,
    async launch(options) {
      if (refuses.some(name => name in options.settings)) throw new LaunchRefused('not with me')
      return inner.launch({ ...options, settings: {} })
    },
    release: instance => inner.release(instance),
    close: () => inner.close(),
  })

  const secret = check('toy/access/secret', {
    settings: { empty: true },
    mayRefuseLaunch: { twin: { full: true } },
    run: async t => t.equal('launched', 'refused', 'what became of the launch'),
  })

  test.each<[string, string[], Verdict]>([
    ['holds where the twin is taken', ['empty'], 'pass'],
    ['shows nothing where the twin is refused, too', ['empty', 'full'], 'inconclusive'],
    ['is not needed, and then the case itself is judged', [], 'fail'],
  ])('%s', async (_, refuses, verdict) => {
    const server = await toyServer()
    onTestFinished(server.close)
    const found = await judge(toyProfile([secret]), picky(await toyTarget(server), refuses))
    expect(idsOf(found, verdict)).toEqual(['toy/access/secret'])
  })

  test('is inconclusive where the requirement does not ask for it', async () => {
    const server = await toyServer()
    onTestFinished(server.close)
    const plain = check('toy/access/plain', { settings: { empty: true }, run: async t => t.holds() })
    const found = await judge(toyProfile([plain]), picky(await toyTarget(server), ['empty']))
    expect(found.report.requirements[0]).toMatchObject({
      verdict: 'inconclusive',
      reason: '1 of 1 runs could not be judged: the target could not be launched: not with me',
    })
  })
})

test('a frame that nothing has asked for is a violation, though the check itself was content', async () => {
  const doubled: ToyBehaviour = message => [...doubling(message), ...doubling(message)]
  const settled = check('toy/routing/once', {
    async run(t) {
      const socket = await t.connect()
      await socket.doubles(1)
      await socket.ponged()
    },
  })
  const { report } = await judged(doubled, [settled])
  expect(report.requirements[0]).toMatchObject({
    verdict: 'fail',
    failure: {
      message: '#1 received a frame that nothing had asked for',
      received: '{"type":"doubled","n":2}',
    },
  })
})

test('a frame that breaks its schema is charged to the requirement that states the shape', async () => {
  const marks = { 'toy/framing/shape': {} }
  const talkative: ToyBehaviour = message => [...doubling(message), { type: 'doubled', n: 'two' }]
  const lenient = check('toy/routing/lenient', {
    async run(t) {
      const socket = await t.connect()
      await socket.doubles(1)
      await socket.ponged()
      socket.forget()
    },
  })
  const found = await judged(talkative, [lenient], { marks })
  expect(idsOf(found, 'fail')).toEqual(['toy/framing/shape'])
  expect(idsOf(found, 'pass')).toEqual(['toy/routing/lenient'])
})

describe('a mistake of the kit', () => {
  test.each<[string, Check, string]>([
    [
      'a check that throws',
      check('toy/a/throws', {
        async run() {
          throw new TypeError('oops')
        },
      }),
      'TypeError: oops',
    ],
    [
      'a check that sends what its own schema forbids',
      check('toy/a/sends', {
        async run(t) {
          const socket = await t.connect()
          socket.send({ type: 'double', n: 0.5 })
        },
      }),
      'the kit would send a frame that breaks its schema',
    ],
    [
      'a check that asks for a limit that the protocol does not have',
      check('toy/a/limit', {
        async run(t) {
          t.limit('patience')
        },
      }),
      'the protocol has no limit "patience"',
    ],
    [
      'a check that judges what is no requirement',
      check('toy/a/about', {
        async run(t) {
          await t.about('toy/a/none', async () => t.equal(1, 1, 'it'))
        },
      }),
      'a check judges "toy/a/none"',
    ],
  ])('%s: status 4, and no failure of the target', async (_, faulty, told) => {
    const found = await judged(doubling, [faulty, doubles])
    expect(found.faults.join()).toContain(told)
    expect(found.exitStatus).toBe(4)
    expect(idsOf(found, 'fail')).toEqual([])
  })
})

describe('the end of a run', () => {
  test('--bail: nothing is begun after the first failure', async () => {
    const failing = check('toy/a/fails', { run: async t => t.equal(1, 2, 'it') })
    const rest = Array.from({ length: 20 }, (_, index) =>
      check(`toy/z/rest-${index}`, { alone: true, run: async t => t.equal(1, 1, 'it') }),
    )
    const found = await judged(doubling, [failing, ...rest], { bail: true })
    expect(found.report.aborted).toBe('stopped at the first failure, toy/a/fails')
    expect(idsOf(found, 'pass')).toEqual([])
    expect(found.exitStatus).toBe(1)
  })

  test('interrupted: what has been found out is kept', async () => {
    const stop = new AbortController()
    const last = check('toy/z/last', {
      alone: true,
      async run(t) {
        stop.abort()
        t.holds()
      },
    })
    const never = check('toy/z/never', { alone: true, run: async t => t.holds() })
    const found = await judged(doubling, [doubles, last, never], { signal: stop.signal })
    expect(found.report.aborted).toBe('interrupted')
    expect(idsOf(found, 'pass')).toContain('toy/routing/doubles')
    expect(idsOf(found, 'inconclusive')).toEqual(['toy/z/never'])
    expect(found.exitStatus).toBe(5)
  })

  test('the budget: what was not begun in time is inconclusive, and says so', async () => {
    const found = await judged(doubling, [doubles], { budgetMs: 0 })
    expect(found.report.requirements[0]).toMatchObject({
      verdict: 'inconclusive',
      reason: '3 of 3 runs could not be judged: the budget of the run was used up',
    })
  })

  test('the target dies: status 3, and what was seen before is kept', async () => {
    const server = await toyServer()
    onTestFinished(server.close)
    const dying = check('toy/z/dies', {
      alone: true,
      async run(t) {
        await server.close()
        await (await t.connect()).doubles(1)
      },
    })
    const profile = toyProfile([doubles, dying])
    const found = await judge(profile, await toyTarget(server))
    expect(found.exitStatus).toBe(3)
    expect(found.report.aborted).toBe('the target died during toy/z/dies')
    expect(idsOf(found, 'pass')).toEqual(['toy/routing/doubles'])
    expect(found.events).toContainEqual({ event: 'target-died', during: ['toy/z/dies'], restarted: false })
  })
})

describe('what is given', () => {
  test('the same seed gives the same inputs', async () => {
    const inputs = async (seed: number) => {
      const seen: number[] = []
      const recording: ToyBehaviour = message => {
        seen.push(Number(message.n))
        return doubling(message)
      }
      await judged(recording, [doubles], { seed, runsOf: () => 10 })
      return seen.toSorted((a, b) => a - b)
    }
    const first = await inputs(7)
    expect(await inputs(7)).toEqual(first)
    expect(await inputs(8)).not.toEqual(first)
  })

  test('a list is tried from end to end', async () => {
    const seen = new Set<number>()
    const listed = check('toy/routing/listed', {
      given: { n: each(1, 2, 3, 4, 5) },
      async run(t, { n }) {
        seen.add(n)
        t.holds()
      },
    })
    await judged(doubling, [listed], { runsOf: () => 5 })
    expect([...seen].toSorted()).toEqual([1, 2, 3, 4, 5])
  })
})

test('the stream of events begins with every requirement, and ends with its result', async () => {
  const { events } = await judged(doubling, [doubles])
  expect(events.at(0)).toEqual({ event: 'requirement-started', id: 'toy/routing/doubles' })
  expect(events.at(-1)).toMatchObject({ event: 'requirement-finished', result: { verdict: 'pass' } })
})
