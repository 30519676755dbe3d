import { randomUUID } from 'node:crypto'
import type { Outbound } from '../../schemas/hub/envelope.ts'
import { AuthDecision, type AuthRequest } from '../../schemas/hub/payloads.ts'
import { fits } from '../../schemas/validate.ts'
import { Confirmations } from '../core/confirmations.ts'
import type { AccountBook } from './accounts.ts'
import type { Connection } from './connection.ts'
import type { Exchange } from './exchange.ts'
import type { Gate, Identity } from './gate.ts'
import type { Journal } from './journal.ts'
import type { Roster } from './roster.ts'

export interface ApprovalsOptions {
  accounts: AccountBook
  exchange: Exchange
  gate: Gate
  journal: Journal
  roster: Roster<Connection>
}

/** A command that the butler wants to give. */
export interface Order {
  /** Who is to act. */
  agentId: number
  /** What the agent is to do. */
  command: string
  /** Why, for the administrator. */
  reason: string
}

/** A command for which somebody has asked. */
export interface RequestedOrder extends Order {
  requesterId: number
  threadId: number | undefined
}

/** What a decision has led to. */
export type DecisionOutcome = 'decided' | 'decided before' | 'unknown action' | 'no administrator'

/** The commands that wait for an administrator. */
export class Approvals {
  protected readonly options: ApprovalsOptions
  protected readonly confirmations = new Confirmations<boolean>()
  readonly #requesters = new Map<string, number>()

  /** Whoever waited for a decision before the hub was started is gone. */
  constructor(options: ApprovalsOptions) {
    this.options = options
    options.journal.expirePending()
  }

  /** Asks an administrator, and resolves with the decision. */
  async ask(order: RequestedOrder): Promise<{ actionId: string; approved: boolean }> {
    const actionId = randomUUID()
    const decision = this.confirmations.open(actionId)
    this.#requesters.set(actionId, order.requesterId)
    this.#request(order, actionId, this.administratorFor(order.requesterId))
    return { actionId, approved: await decision }
  }

  /** Hears an AUTH_RESPONSE. Only one for the butler decides, and only if its payload is a decision. */
  hear(frame: Outbound, sender: Identity | undefined): void {
    if (frame.type !== 'AUTH_RESPONSE' || frame.target_id !== this.options.accounts.butler.id || !sender)
      return
    if (!fits(AuthDecision, frame.payload)) return
    const { action_id, approved } = frame.payload
    this.decide(action_id, approved === true, sender)
  }

  decide(actionId: string, approved: boolean, by: Identity): DecisionOutcome {
    if (!this.mayDecide(by)) return 'no administrator'
    const row = this.options.journal.request(actionId)
    if (!row) return 'unknown action'
    if (!this.confirmations.settle(actionId, approved)) return 'decided before'
    const status = approved ? 'APPROVED' : 'REJECTED'
    this.options.journal.settle(row, status)
    this.announce(actionId, status, by.userId)
    return 'decided'
  }

  protected mayDecide(by: Identity): boolean {
    return this.options.gate.isAdmin(by)
  }

  /** Tells the one who has decided, and the one who waits. */
  protected announce(actionId: string, status: string, decidedBy: number): void {
    const { accounts, exchange } = this.options
    const requesterId = this.#requesters.get(actionId) ?? decidedBy
    this.#requesters.delete(actionId)
    for (const userId of new Set([decidedBy, requesterId]))
      exchange.publish({
        type: 'AUTH_STATUS_UPDATE',
        ...butlerAsSender(accounts),
        target_id: userId,
        payload: { action_id: actionId, status },
      })
  }

  /** Whom to ask: the requester, if that is one; else one who is there; else one who can find it in the history. */
  protected administratorFor(requesterId: number): number | undefined {
    const { accounts, gate, roster } = this.options
    const connected = [...roster.all()]
      .map(({ identity }) => identity)
      .filter(identity => gate.isAdmin(identity))
      .map(({ userId }) => userId)
      .sort((a, b) => a - b)
    return connected.find(id => id === requesterId) ?? connected[0] ?? accounts.withRole('ADMIN')[0]?.id
  }

  /** Stores the request first, so that the frame carries the number of its record. */
  #request(order: RequestedOrder, actionId: string, administrator: number | undefined): void {
    const { accounts, exchange, journal } = this.options
    const payload: AuthRequest = {
      action_id: actionId,
      target_agent_id: order.agentId,
      target_agent_name: accounts.get(order.agentId)?.username ?? 'Unknown Agent',
      command: order.command,
      reason: order.reason,
      status: 'PENDING',
    }
    const receiverId = administrator ?? order.requesterId
    const timestamp = exchange.timestamp()
    const { requesterId, threadId } = order
    const butlerId = accounts.butler.id
    const text = JSON.stringify(payload)
    const id = journal.fileRequest({
      actionId,
      butlerId,
      receiverId,
      requesterId,
      threadId,
      payload: text,
      timestamp,
    })
    if (administrator === undefined) return
    exchange.publish({
      id,
      conversation_id: threadId,
      type: 'AUTH_REQUEST',
      ...butlerAsSender(accounts),
      target_id: administrator,
      payload,
      timestamp,
    })
  }
}

/** The butler as the sender of a frame. */
export function butlerAsSender({ butler }: AccountBook) {
  return { sender_id: butler.id, sender_name: butler.username, sender_role: butler.role }
}
