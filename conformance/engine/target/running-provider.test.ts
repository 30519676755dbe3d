import { text } from 'node:stream/consumers'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { Config } from '../../../schemas/kit/config.ts'
import { llming } from '../../../schemas/llming/index.ts'
import { answering, httpServer, type TestServer } from '../../testing/test-server.ts'
import { UsageError } from '../usage-error.ts'
import { LaunchRefused } from './provider.ts'
import { RunningProvider } from './running-provider.ts'

const as = { settings: {}, fresh: false, frozen: false }

/** A target with a control API that notes down what it is asked. */
async function controlled(description: object = {}) {
  const calls: [operation: string, args: unknown][] = []
  const server = await httpServer(
    async (request, response) => {
      const operation = request.url?.split('/').pop() ?? ''
      if (request.method === 'GET') return answering(200, { ...offered, ...description })(request, response)
      const args: { settings?: { secret?: unknown } } = JSON.parse((await text(request)) || '{}')
      calls.push([operation, args])
      const refused = args.settings?.secret === ''
      answering(refused ? 422 : 200, refused ? { error: 'an empty secret' } : {})(request, response)
    },
    (_, socket) => socket.destroy(),
  )
  onTestFinished(server.close)
  return { server, calls }
}

const offered = {
  format: 'agentwire-control/1',
  profile: 'llming',
  operations: ['restart', 'freeze', 'advance', 'createSession'],
  settings: ['secret', 'limits'],
  capabilities: ['ws', 'tokens'],
  limits: { sweepMs: 500 },
}

async function provider({ url }: TestServer, config?: Partial<Config>): Promise<RunningProvider> {
  const loaded = config && { config: { profile: 'llming', ...config }, folder: '.' }
  const created = await RunningProvider.create(url, llming, loaded)
  onTestFinished(() => created.close())
  return created
}

async function without(): Promise<TestServer> {
  const server = await httpServer(answering(404, { detail: 'Not Found' }), (_, socket) => socket.destroy())
  onTestFinished(server.close)
  return server
}

describe('what is known of a target', () => {
  test('level 0, by its URL: a WebSocket, and the defaults', async () => {
    const target = await provider(await without())
    expect(target).toMatchObject({ level: 0, virtualTime: false })
    expect([...target.capabilities]).toEqual(['ws'])
    expect(target.limits.sweepMs).toBe(60_000)
  })

  test('level 1, by a config: what it says', async () => {
    const target = await provider(await without(), { capabilities: ['debug'], limits: { sweepMs: 7 } })
    expect(target.level).toBe(1)
    expect([...target.capabilities]).toEqual(['debug'])
    expect(target.limits.sweepMs).toBe(7)
  })

  test('level 2, by its control API: what that says, unless the config says otherwise', async () => {
    const { server } = await controlled()
    const target = await provider(server, { capabilities: ['ws'] })
    expect(target).toMatchObject({ level: 2, virtualTime: true })
    expect([...target.capabilities]).toEqual(['ws'])
    expect([...target.settings]).toEqual(['secret', 'limits'])
    expect(target.limits.sweepMs).toBe(500)
  })

  test('a clock that cannot be set right again is left alone', async () => {
    const { server } = await controlled({ operations: ['freeze', 'advance'] })
    const target = await provider(server)
    expect(target.virtualTime).toBe(false)
    expect(target.settings.size).toBe(0)
  })

  test('a control API that the config names and that is none is a mistake in the config', async () => {
    const created = provider(await without(), { control: '/steering' })
    await expect(created).rejects.toThrow(UsageError)
    await expect(created).rejects.toThrow('control: GET /steering answered 404')
  })

  test('nor is one that describes something else', async () => {
    const { server } = await controlled({ format: 'something-else/1' })
    await expect(provider(server, { control: '/control' })).rejects.toThrow('does not describe a control API')
  })
})

describe('a launch', () => {
  test('as it was found needs no restart', async () => {
    const { server, calls } = await controlled()
    const target = await provider(server)
    await target.launch(as)
    await target.launch(as)
    await target.close()
    expect(calls).toEqual([])
  })

  test('with other settings restarts it, and with the same ones again does not', async () => {
    const { server, calls } = await controlled()
    const target = await provider(server, { settings: { debugKey: 'x' } })
    const settings = { limits: { sweepMs: 9 } }
    const instance = await target.launch({ ...as, settings })
    await target.launch({ ...as, settings })
    expect(instance.limits.sweepMs).toBe(9)
    expect(calls).toEqual([['restart', { settings: { debugKey: 'x', limits: { sweepMs: 9 } } }]])
  })

  test('that must be fresh restarts it every time, and one with a frozen clock freezes it', async () => {
    const { server, calls } = await controlled()
    const target = await provider(server)
    await target.launch({ ...as, fresh: true, frozen: true })
    await target.launch({ ...as, fresh: true })
    expect(calls.map(([operation]) => operation)).toEqual(['restart', 'freeze', 'restart'])
  })

  test('that the target refuses', async () => {
    const { server } = await controlled()
    const launched = (await provider(server)).launch({ ...as, settings: { secret: '' } })
    await expect(launched).rejects.toThrow(LaunchRefused)
    await expect(launched).rejects.toThrow('an empty secret')
  })
})

test('in the end the target is left as it was found', async () => {
  const { server, calls } = await controlled()
  const target = await provider(server, { settings: { debugKey: 'x' } })
  await target.launch({ ...as, settings: { secret: 'y' } })
  await target.close()
  expect(calls.at(-1)).toEqual(['restart', { settings: { debugKey: 'x' } }])
})

test('each ready-made session is given out once', async () => {
  const target = await provider(await without(), { sessions: ['one', 'two'] })
  const instance = await target.launch(as)
  expect([1, 2, 3].map(() => instance.takeSession?.())).toEqual(['one', 'two', undefined])
})
