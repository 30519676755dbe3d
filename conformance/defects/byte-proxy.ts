import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import type { Host } from '../../reference/core/node-host.ts'

/** Faults of the bytes below HTTP and WebSocket, for what a server leaves to its libraries. */
export interface ByteTamper {
  /** What the server gets of the bytes that have come from a client in one go; `cut`: the connection ends. */
  toServer?(bytes: Buffer): Buffer | 'cut'
  /** What the client gets of the bytes that the server has sent in one go. */
  toClient?(bytes: Buffer): Buffer
}

/** A running server behind a proxy that passes on its bytes with faults. */
export async function behindProxy(host: Host, tamper: ByteTamper): Promise<Host> {
  const open = new Set<Socket>()
  const proxy = createServer(client => {
    const server = connect(host.port, '127.0.0.1')
    for (const [one, other] of [
      [client, server],
      [server, client],
    ] as const) {
      open.add(one)
      one.setNoDelay(true)
      // What breaks on one side ends on the other, after all that has been passed on.
      one.on('error', () => one.destroy())
      one.on('close', () => {
        open.delete(one)
        other.destroySoon()
      })
      one.on('end', () => other.end())
    }
    client.on('data', bytes => {
      const passed = tamper.toServer?.(bytes) ?? bytes
      if (passed === 'cut') client.destroy()
      else server.write(passed)
    })
    server.on('data', bytes => client.write(tamper.toClient?.(bytes) ?? bytes))
  })
  await new Promise<void>(resolve => proxy.listen(0, '127.0.0.1', resolve))
  const { port } = proxy.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    async close() {
      const closed = new Promise(resolve => proxy.close(resolve))
      for (const socket of open) socket.destroy()
      await Promise.all([closed, host.close()])
    },
  }
}
