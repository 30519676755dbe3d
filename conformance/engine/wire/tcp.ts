import { connect as connectTcp, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'

/** Opens a TCP connection to the origin of a URL, through TLS if that says so. */
export function connectTo(url: URL, ready: () => void): Socket {
  const tls = url.protocol === 'https:'
  const port = Number(url.port || (tls ? 443 : 80))
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const tcp = tls ? connectTls({ host, port, servername: host }) : connectTcp({ host, port })
  tcp.setNoDelay(true)
  return tcp.once(tls ? 'secureConnect' : 'connect', ready)
}

/** The bytes of an HTTP request without a body. */
export function requestHead(method: string, url: URL, headers: Readonly<Record<string, string>>): Buffer {
  const lines = Object.entries({ Host: url.host, ...headers }).map(([name, value]) => `${name}: ${value}\r\n`)
  return Buffer.from(`${method} ${url.pathname}${url.search} HTTP/1.1\r\n${lines.join('')}\r\n`, 'latin1')
}
