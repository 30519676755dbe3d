import { connect } from 'node:net'
import { UsageError } from '../usage-error.ts'
import { Unreachable } from './provider.ts'

/** Parses the URL of a target. @throws UsageError when it is none, or leads away from this machine unasked */
export function targetUrl(text: string, allowRemote: boolean): URL {
  if (!URL.canParse(text))
    throw new UsageError(`"${text}" is no URL; expected something like http://127.0.0.1:3000`)
  const url = new URL(text)
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw new UsageError(`${text}: expected http or https; the WebSocket's URL follows from it`)
  if (!isLoopback(url.hostname) && !allowRemote)
    throw new UsageError(
      `${url.hostname} is not this machine. The kit floods and confuses what it tests: pass --allow-remote if that is yours to do.`,
    )
  return url
}

function isLoopback(hostname: string): boolean {
  const host = hostname.replace(/^\[|\]$/g, '')
  return (
    host === 'localhost' || host.endsWith('.localhost') || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host)
  )
}

/** @throws Unreachable when nobody listens there */
export async function mustListen(url: URL, withinMs: number): Promise<void> {
  const fault = await tryConnect(url, withinMs)
  if (fault !== undefined) throw new Unreachable(`nobody answers at ${url.origin}: ${fault}`)
}

/** What keeps a TCP connection from opening, or `undefined`. */
export function tryConnect(url: URL, withinMs: number): Promise<string | undefined> {
  return new Promise(resolve => {
    const port = Number(url.port || (url.protocol === 'https:' ? 443 : 80))
    const socket = connect({ host: url.hostname.replace(/^\[|\]$/g, ''), port })
    const done = (fault?: string) => {
      clearTimeout(timer)
      socket.destroy()
      resolve(fault)
    }
    const timer = setTimeout(() => done(`no connection in ${withinMs} ms`), withinMs)
    socket.once('connect', () => done())
    socket.once('error', error => done(error.message || (error as NodeJS.ErrnoException).code || 'refused'))
  })
}
