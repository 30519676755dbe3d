import { randomUUID } from 'node:crypto'
import type { Outbound } from '../../schemas/hub/envelope.ts'
import type { AccountBook } from './accounts.ts'
import { type Approvals, butlerAsSender, type Order } from './approvals.ts'
import type { Connection } from './connection.ts'
import type { Errands } from './errands.ts'
import type { Exchange } from './exchange.ts'
import { isProgram, plainRole } from './roles.ts'
import type { Roster } from './roster.ts'

/** What somebody has said to the butler. */
export interface Question {
  /** The payload, or its JSON if it is no text. */
  text: string
  /** Who has asked. */
  from: { id: number; name: string; role: string }
}

/** What became of a command. */
export type Outcome =
  | { result: 'answered'; agentName: string; answer: string }
  | { result: 'rejected' | 'not connected' | 'timeout'; agentName: string }

/** What the butler can do beside talking. */
export interface Hands {
  /** Has an agent do something, if an administrator approves it. */
  command(order: Order): Promise<Outcome>
}

/** The butler's brain: answers a question chunk by chunk. What it throws is an answer that has failed. */
export type Butler = (question: Question, hands: Hands) => AsyncIterable<string>

export interface ButlerDeskOptions {
  accounts: AccountBook
  approvals: Approvals
  butler: Butler
  errands: Errands
  exchange: Exchange
  roster: Roster<Connection>
  /** Role of an account or of somebody who is connected. */
  roleOf(userId: number): string | undefined
  onError(error: unknown): void
}

/** Where the butler sits: brings it what people say to it, and sends its answers. */
export class ButlerDesk {
  protected readonly options: ButlerDeskOptions

  constructor(options: ButlerDeskOptions) {
    this.options = options
  }

  /** Hears a frame for the butler: a question of a human, or an agent's answer to a command. */
  hear(frame: Outbound): void {
    const { accounts, errands, onError } = this.options
    if (frame.type !== 'CHAT' || frame.target_id !== accounts.butler.id) return
    if (!isProgram(frame.sender_role)) void this.answer(frame).catch(onError)
    else if (plainRole(frame.sender_role) === 'AGENT')
      errands.answered(frame.sender_id, frame.stream_id, frame.payload)
  }

  /** Streams the butler's answer to whoever has asked: chunks, the whole, the end. */
  protected async answer(question: Outbound): Promise<void> {
    const { accounts, exchange, roster } = this.options
    const streamId = randomUUID()
    const say = (type: string, payload: string, local_id?: string) =>
      exchange.publish({
        local_id,
        conversation_id: question.conversation_id,
        type,
        ...butlerAsSender(accounts),
        target_id: question.sender_id,
        payload,
        stream_id: streamId,
      })
    let whole = ''
    for await (const chunk of this.chunks(question)) {
      await roster.of(question.sender_id)?.room()
      whole += chunk
      say('CHAT_STREAM', chunk)
    }
    say('CHAT', whole, randomUUID())
    say('CHAT_STREAM_END', '')
  }

  /** What the butler says. If it fails, that is said in its place. */
  protected async *chunks(question: Outbound): AsyncIterable<string> {
    const { butler, onError } = this.options
    const hands: Hands = { command: order => this.command(order, question) }
    const from = { id: question.sender_id, name: question.sender_name, role: question.sender_role }
    try {
      yield* butler({ text: textOf(question.payload), from }, hands)
    } catch (error) {
      onError(error)
      yield 'I am sorry: I have failed to answer that.'
    }
  }

  protected async command(order: Order, question: Outbound): Promise<Outcome> {
    const { accounts, approvals, errands, exchange } = this.options
    const agentName = accounts.get(order.agentId)?.username ?? 'Unknown Agent'
    if (!this.isThere(order.agentId)) return { result: 'not connected', agentName }
    const requester = { requesterId: question.sender_id, threadId: question.conversation_id }
    const { actionId, approved } = await approvals.ask({ ...order, ...requester })
    if (!approved) return { result: 'rejected', agentName }
    // It may have left while the administrator thought about it.
    if (!this.isThere(order.agentId)) return { result: 'not connected', agentName }
    const streamId = `exec_${actionId}`
    const answer = errands.expect(order.agentId, streamId)
    exchange.publish({
      type: 'CHAT',
      ...butlerAsSender(accounts),
      target_id: order.agentId,
      payload: `[DIRECTIVE] ${order.command}`,
      stream_id: streamId,
    })
    const said = await answer
    if (said === 'timeout') return { result: 'timeout', agentName }
    return { result: 'answered', agentName, answer: textOf(said.payload) }
  }

  protected isThere(agentId: number): boolean {
    const { roleOf, roster } = this.options
    return roster.of(agentId) !== undefined && plainRole(roleOf(agentId) ?? '') === 'AGENT'
  }
}

function textOf(payload: unknown): string {
  return typeof payload === 'string' ? payload : JSON.stringify(payload)
}
