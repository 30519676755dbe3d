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
const atOnce = 50
const rounds = 5
const messages = 20_000
const burst = 10_000
/** Messages of one sender that have not arrived yet. */
const inFlight = 20
const patienceMs = 60_000

/** The reference hub under load, next to a server that does no more than parse and forward. */
export async function benchHub(): Promise<Row[]> {
  const idleRatio = (await idleBytes('hub-reference')) / (await idleBytes('bare-relay'))
  const reference: Server = await ServerProcess.start('hub-reference')
  const bare: Server = await ServerProcess.start('bare-relay')
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

/** What a fresh server needs for each of many connections that do nothing. */
async function idleBytes(program: string): Promise<number> {
  const server: Server = await ServerProcess.start(program)
  const { url, senders, others } = server.ready
  const [first, idle] = [await connectAll(url, senders), others]
  const before = await server.rssBytes()
  const sockets = await connectAll(url, idle)
  const bytes = ((await server.rssBytes()) - before) / idle.length
  for (const socket of [...first, ...sockets]) socket.terminate()
  await server.stop()
  return bytes
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

/** Some at a time, or the last would wait for too long. */
async function connectAll(url: string, users: readonly User[]): Promise<WebSocket[]> {
  const sockets: WebSocket[] = []
  for (let from = 0; from < users.length; from += atOnce)
    sockets.push(
      ...(await Promise.all(
        users.slice(from, from + atOnce).map(async ({ token }) => {
          const socket = new WebSocket(`${url}?token=${token}`, { perMessageDeflate: false })
          await once(socket, 'open')
          return socket
        }),
      )),
    )
  return sockets
}
