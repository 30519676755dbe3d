import { describe, expect, onTestFinished, test } from 'vitest'
import { deadUrl, tcpServer } from '../../testing/test-server.ts'
import { UsageError } from '../usage-error.ts'
import { Unreachable } from './provider.ts'
import { mustListen, targetUrl, tryConnect } from './reachable.ts'

const connectWithinMs = 20_000

describe('the URL of a target', () => {
  test.each([
    'http://127.0.0.1:3000',
    'http://127.8.9.10',
    'http://localhost:3000',
    'http://app.localhost:3000',
    'http://[::1]:3000',
    'https://localhost',
  ])('%s is this machine', text => {
    expect(targetUrl(text, false).href).toContain(text)
  })

  test.each([
    'http://192.168.1.1',
    'http://0.0.0.0',
    'http://example.com',
    'http://localhost.example.com',
    'http://127.0.0.1.example.com',
    'http://[::2]',
    'http://user@example.com:80/127.0.0.1',
  ])('%s is another one: refused by name, unless --allow-remote', text => {
    expect(() => targetUrl(text, false)).toThrow(UsageError)
    expect(() => targetUrl(text, false)).toThrow(`${new URL(text).hostname} is not this machine`)
    expect(() => targetUrl(text, false)).toThrow('--allow-remote')
    expect(targetUrl(text, true).hostname).toBe(new URL(text).hostname)
  })

  test.each([
    ['127.0.0.1:3000', '"127.0.0.1:3000" is no URL'],
    ['', '"" is no URL'],
    ['ws://127.0.0.1:3000', 'expected http or https'],
    ['localhost:3000', 'expected http or https'],
    ['file:///etc/passwd', 'expected http or https'],
  ])('"%s" is refused', (text, told) => {
    expect(() => targetUrl(text, true)).toThrow(UsageError)
    expect(() => targetUrl(text, true)).toThrow(told)
  })
})

test('a port on which somebody listens', async () => {
  const { url, close } = await tcpServer(() => {})
  onTestFinished(close)
  expect(await tryConnect(url, connectWithinMs)).toBeUndefined()
  await mustListen(url, connectWithinMs)
})

test('a port on which nobody listens is named', async () => {
  const url = await deadUrl()
  expect(await tryConnect(url, connectWithinMs)).toContain('ECONNREFUSED')
  const waited = mustListen(url, connectWithinMs)
  await expect(waited).rejects.toThrow(Unreachable)
  await expect(waited).rejects.toThrow(`nobody answers at ${url.origin}`)
})
