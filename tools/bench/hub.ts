import { once } from 'node:events'
import { WebSocket } from 'ws'
import { median } from './measure.ts'
import { type Row, ratioRow, row } from './row.ts'
import { ServerProcess } from './server-process.ts'

interface User {
  id: number
  token: string
}
type Server = ServerProcess<{ url: string; senders: User[]; others: User[] }>

const connected = 200
const idle = 1_000
const rounds = 5
const messages = 20_000
const burst = 10_000
/** Messages of one sender that have not arrived yet. */
const inFlight = 20
const patienceMs = 60_000

/** The reference hub under load, next to a server that does no more than parse and forward. */
export async function benchHub(): Promise<Row[]> {
  const [reference, bare] = await Promise.all([
    ServerProcess.start('hub-reference') as Promise<Server>,
    ServerProcess.start('bare-relay') as Promise<Server>,
  ])
  const idleRatio = (await idleBytes(reference)) / (await idleBytes(bare))
  const crowds = [await Crowd.connect(reference), await Crowd.connect(bare)] as const
  const ratios: number[] = []
  for (let round = 0; round < rounds; round++) {
    const ours = await crowds[0].deliver(messages, inFlight)
    const theirs = await crowds[1].deliver(messages, inFlight)
    // The first round finds code that has not been compiled yet.
    if (round > 0) ratios.push(theirs.ms / ours.ms)
  }
  const { delivered } = await crowds[0].deliver(burst, burst)
  for (const crowd of crowds) crowd.close()
  await Promise.all([reference.stop(), bare.stop()])
  return [
    ratioRow(`hub, ${connected} users, 50 senders: deliveries, against a bare relay`, median(ratios), {
      atLeast: 0.5,
    }),
    row(`hub, a burst of ${burst} messages`, `${delivered} delivered`, 'all', delivered === burst),
    ratioRow('hub, memory of an idle connection, against bare ws', idleRatio, { atMost: 2 }),
  ]
}

/** What the server needs for each of many connections that do nothing. */
async function idleBytes(server: Server): Promise<number> {
  const before = await server.rssBytes()
  const sockets = await connectAll(server.ready.url, server.ready.others.slice(-idle))
  const after = await server.rssBytes()
  await closeAll(sockets)
  return (after - before) / idle
}

/** Users of one server, some of whom speak. */
class Crowd {
  readonly #senders: readonly WebSocket[]
  readonly #others: readonly WebSocket[]
  readonly #targets: readonly User[]
  #onDelivery = (_sender: number) => {}

  private constructor(senders: readonly WebSocket[], others: readonly WebSocket[], targets: readonly User[]) {
    this.#senders = senders
    this.#others = others
    this.#targets = targets
    for (const socket of others)
      socket.on('message', data => this.#onDelivery(JSON.parse(String(data)).payload.sender))
  }

  static async connect({ ready: { url, senders, others } }: Server): Promise<Crowd> {
    const targets = others.slice(0, connected - senders.length)
    return new Crowd(await connectAll(url, senders), await connectAll(url, targets), targets)
  }

  /**
   * Lets each sender have so many messages under way until all have been delivered, and says how long that took. It
   * waits only so long for those that are missing.
   */
  async deliver(count: number, underWay: number): Promise<{ ms: number; delivered: number }> {
    const begin = performance.now()
    let [sent, delivered] = [0, 0]
    const send = (sender: number) => {
      if (sent === count) return
      const target_id = this.#targets[sent++ % this.#targets.length]?.id
      const payload = { sender, text: 'The quick brown fox jumps over the lazy dog.' }
      this.#senders[sender]?.send(JSON.stringify({ type: 'CHAT', target_id, payload }))
    }
    await new Promise<void>(resolve => {
      AbortSignal.timeout(patienceMs).addEventListener('abort', () => resolve())
      this.#onDelivery = sender => {
        send(sender)
        if (++delivered === count) resolve()
      }
      for (let i = 0; i < underWay; i++) for (const sender of this.#senders.keys()) send(sender)
    })
    return { ms: performance.now() - begin, delivered }
  }

  close(): void {
    for (const socket of [...this.#senders, ...this.#others]) socket.terminate()
  }
}

async function connectAll(url: string, users: readonly User[]): Promise<WebSocket[]> {
  const sockets: WebSocket[] = []
  for (const { token } of users) {
    const socket = new WebSocket(`${url}?token=${token}`, { perMessageDeflate: false })
    await once(socket, 'open')
    sockets.push(socket)
  }
  return sockets
}

async function closeAll(sockets: readonly WebSocket[]): Promise<void> {
  await Promise.all(
    sockets.map(socket => {
      socket.close()
      return once(socket, 'close')
    }),
  )
}
