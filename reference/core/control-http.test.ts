import { afterAll, beforeAll, expect, test } from 'vitest'
import { createFixture } from '../llming/fixture.ts'
import { type Host, listen } from './node-host.ts'

let host: Host
let base: string

beforeAll(async () => {
  host = await listen([createFixture()])
  base = `${host.url}/control/llming`
})

afterAll(() => host.close())

const post = (path: string, body: string, headers: Record<string, string> = {}) =>
  fetch(`${base}/${path}`, { method: 'POST', body, headers })

test('an operation is called by its own method only', async () => {
  expect((await post('freeze', '{}')).status).toBe(200)
  expect((await fetch(`${base}/freeze`)).status).toBe(405)
  expect((await fetch(`${base}/freeze`, { method: 'PUT', body: '{}' })).status).toBe(405)
  expect((await fetch(`${base}/whoami`)).status).toBe(200)
  expect((await post('whoami', '{}')).status).toBe(405)
  expect((await fetch(base, { method: 'POST', body: '{}' })).status).toBe(405)
  expect((await post('restart', '{"settings":{}}')).status).toBe(200)
})

test('a name that every object has is no operation', async () => {
  for (const name of ['__proto__', 'toString', 'constructor'])
    expect((await post(name, '{}')).status, name).toBe(404)
})

test('a body that is too large is refused, the largest is read', async () => {
  const padded = (bytes: number) => '{}'.padEnd(bytes)
  expect((await post('drop', padded(1_048_577))).status).toBe(413)
  expect((await post('drop', padded(1_048_576))).status).toBe(200)
})

test('an argument in the query is a number only if it is written as one', async () => {
  expect((await fetch(`${base}/whoami?authMaxAgeS=5`)).status).toBe(200)
  for (const text of ['', 'x', '0x5', '1e1', '-1'])
    expect((await fetch(`${base}/whoami?authMaxAgeS=${text}`)).status, text).toBe(400)
})

test('what a browser sends is refused', async () => {
  expect((await post('drop', '{}', { Origin: host.url })).status).toBe(403)
  expect((await post('drop', '{}')).status).toBe(200)
})

test('other machines are refused, whatever the body says', async () => {
  const service = createFixture()
  const call = (address: string | undefined) =>
    service.fetch(new Request('http://localhost/control/llming/drop', { method: 'POST', body: '{}' }), {
      address,
    })
  expect((await call('10.0.0.1'))?.status).toBe(403)
  expect((await call(undefined))?.status).toBe(403)
  expect((await call('::1'))?.status).not.toBe(403)
  await service.close()
})

test('settings that forbid a launch are answered with 422 and are not described', async () => {
  const limited = JSON.stringify({ settings: { limits: { sweepMs: 7 } } })
  expect((await post('restart', limited)).status).toBe(200)
  expect((await post('restart', '{"settings":{"mcpKey":"","limits":{"sweepMs":8}}}')).status).toBe(422)
  expect(await (await fetch(base)).json()).toMatchObject({ limits: { sweepMs: 7 } })
  expect((await post('restart', '{"settings":{}}')).status).toBe(200)
  expect(await (await fetch(base)).json()).toMatchObject({ limits: {} })
})
