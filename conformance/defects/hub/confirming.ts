import { Confirmations } from '../../../reference/core/confirmations.ts'
import { butlerAsSender, type DecisionOutcome, type Order } from '../../../reference/hub/approvals.ts'
import type { Outcome } from '../../../reference/hub/butler.ts'
import type { Connection } from '../../../reference/hub/connection.ts'
import type { Errand } from '../../../reference/hub/errands.ts'
import type { Identity } from '../../../reference/hub/gate.ts'
import type { StoredRequest } from '../../../reference/hub/journal.ts'
import { parts } from '../../../reference/hub/server.ts'
import type { Outbound } from '../../../schemas/hub/envelope.ts'
import type { AuthRequest } from '../../../schemas/hub/payloads.ts'
import { isJsonObject, type JsonObject, memberOf, parseJsonObject } from '../../../schemas/json.ts'
import type { Defect } from '../defect.ts'
import { responses, type Tamper } from '../tamper.ts'

type Published = Parameters<InstanceType<typeof parts.Exchange>['publish']>[0]

/** A hub that sends other frames in place of those of its own. */
function publishing(change: (frame: Published) => Published[]) {
  return {
    Exchange: class extends parts.Exchange {
      override publish(frame: Published): Outbound {
        const [first, ...others] = change(frame).map(each => super.publish(each))
        return first ?? others[0] ?? { ...frame, timestamp: this.timestamp() }
      }
    },
  }
}

/** A hub that says something else in its requests for approval. */
function requesting(change: (payload: AuthRequest, frame: Published) => Partial<Published>) {
  return publishing(frame => [
    frame.type === 'AUTH_REQUEST' ? { ...frame, ...change(frame.payload as AuthRequest, frame) } : frame,
  ])
}

/** A hub that reads the payload of an AUTH_RESPONSE otherwise. */
function hearing(change: (payload: unknown) => unknown) {
  return {
    Approvals: class extends parts.Approvals {
      override hear(frame: Outbound, sender: Identity | undefined): void {
        super.hear({ ...frame, payload: change(frame.payload) }, sender)
      }
    },
  }
}

/** A hub whose questions for a decision are kept otherwise. */
function keeping(kept: () => Confirmations<boolean>) {
  return {
    Approvals: class extends parts.Approvals {
      protected override readonly confirmations = kept()
    },
  }
}

/** A hub that lets others decide. */
function decidedBy(may: (by: Identity, rightly: boolean) => boolean) {
  return {
    Approvals: class extends parts.Approvals {
      protected override mayDecide(by: Identity): boolean {
        return may(by, super.mayDecide(by))
      }
    },
  }
}

/** A hub that keeps frames of one type from some who should have them. */
function withholding(type: string, from: (reader: Connection) => boolean) {
  return {
    Router: class extends parts.Router {
      protected override *readers(frame: Outbound): Iterable<Connection> {
        for (const reader of super.readers(frame)) if (frame.type !== type || !from(reader)) yield reader
      }
    },
  }
}

/** A hub whose butler never hears of one kind of outcome. */
function forgetting(forgotten: Outcome['result']) {
  return {
    ButlerDesk: class extends parts.ButlerDesk {
      protected override async command(order: Order, question: Outbound): Promise<Outcome> {
        const outcome = await super.command(order, question)
        return outcome.result === forgotten ? new Promise(() => {}) : outcome
      }
    },
  }
}

/** A hub that has its own mind about which command an answer belongs to. */
function matching(find: (errands: readonly Errand[], streamId: string | undefined) => Errand | undefined) {
  return {
    Errands: class extends parts.Errands {
      protected override find(errands: readonly Errand[], streamId: string | undefined): Errand | undefined {
        return find(errands, streamId)
      }
    },
  }
}

/** Changes the body of a decision over HTTP. */
function posting(change: (body: JsonObject) => JsonObject): Tamper {
  return {
    async fetch(request, pass) {
      if (!isDecision(new URL(request.url).pathname)) return pass(request)
      const text = await request.text()
      const body = parseJsonObject(text)
      const { url, method, headers } = request
      return pass(new Request(url, { method, headers, body: body ? JSON.stringify(change(body)) : text }))
    },
  }
}

type ApprovalsOptions = ConstructorParameters<typeof parts.Approvals>[0]

/** A hub that announces the start of a command. */
function starting(to: (options: ApprovalsOptions, decidedBy: number) => number[], sender_role = 'BUTLER') {
  return {
    Approvals: class extends parts.Approvals {
      protected override announce(actionId: string, status: string, decidedBy: number): void {
        super.announce(actionId, status, decidedBy)
        const { accounts, exchange } = this.options
        const notice = { type: 'CHAT_STREAM', stream_id: `exec_${actionId}`, payload: 'It begins.' }
        for (const target_id of to(this.options, decidedBy))
          exchange.publish({ ...notice, ...butlerAsSender(accounts), sender_role, target_id })
      }
    },
  }
}

/** Questions for a decision whose ids are told. */
function watchedConfirmations(opened: (id: string) => void): Confirmations<boolean> {
  return new (class extends Confirmations<boolean> {
    override open(id: string): Promise<boolean> {
      opened(id)
      return super.open(id)
    }
  })()
}

const isDecision = (path: string) => path === '/api/chat/auth/response'
const isDirective = ({ type, payload }: Published) =>
  type === 'CHAT' && String(payload).startsWith('[DIRECTIVE] ')
const isAdmin = ({ identity }: Connection) => identity.role === 'ADMIN'

export const confirming: Defect[] = [
  {
    name: 'request-shown-to-agent',
    does: 'sends the request for approval to the agent as well',
    breaks: ['hub/confirming/request-to-admins-only'],
    parts: publishing(frame =>
      frame.type === 'AUTH_REQUEST'
        ? [frame, { ...frame, target_id: (frame.payload as AuthRequest).target_agent_id }]
        : [frame],
    ),
  },
  {
    name: 'request-for-everybody',
    does: 'sends the request for approval to all',
    breaks: ['hub/confirming/request-to-admins-only'],
    parts: requesting(() => ({ target_id: undefined })),
  },
  {
    name: 'requester-asked',
    does: 'asks the requester, whoever that is',
    breaks: ['hub/confirming/request-to-admins-only'],
    parts: {
      Approvals: class extends parts.Approvals {
        protected override administratorFor(requesterId: number): number {
          return requesterId
        }
      },
    },
  },
  {
    name: 'request-without-reason',
    does: 'gives no reason in a request',
    breaks: ['hub/confirming/request-complete'],
    parts: requesting(({ reason, ...payload }) => ({ payload })),
  },
  {
    name: 'request-as-text',
    does: 'sends the payload of a request as JSON text',
    breaks: ['hub/confirming/request-complete'],
    parts: requesting(payload => ({ payload: JSON.stringify(payload) })),
  },
  {
    name: 'request-of-one-word',
    does: 'names only the first word of a command in the request',
    breaks: ['hub/confirming/request-complete'],
    parts: requesting(payload => ({ payload: { ...payload, command: payload.command.split(' ')[0] } })),
  },
  {
    name: 'request-from-administrator',
    does: 'lets a request come from the one who is asked',
    breaks: ['hub/confirming/request-complete'],
    parts: requesting((_, { target_id = 0 }) => ({ sender_id: target_id, sender_role: 'ADMIN' })),
  },
  {
    name: 'one-action-id',
    does: 'has the same action_id for all requests of an agent',
    breaks: ['hub/confirming/request-complete'],
    parts: requesting(payload => ({ payload: { ...payload, action_id: `of ${payload.target_agent_id}` } })),
  },
  {
    name: 'request-without-id',
    does: 'sends a request without the number of its record',
    breaks: ['hub/confirming/request-carries-record-id'],
    parts: requesting(() => ({ id: undefined })),
  },
  {
    name: 'request-with-another-id',
    does: 'sends a request with a number of its own',
    breaks: ['hub/confirming/request-carries-record-id'],
    parts: requesting((_, { id = 0 }) => ({ id: id + 1_000_000 })),
  },
  {
    name: 'first-account-asked',
    does: 'asks the first administrator on the list, connected or not',
    breaks: ['hub/confirming/request-reaches-connected-admin'],
    parts: {
      Approvals: class extends parts.Approvals {
        protected override administratorFor(): number | undefined {
          return this.options.accounts.withRole('ADMIN')[0]?.id
        }
      },
    },
  },
  {
    name: 'request-filed-for-another',
    does: 'files a request for the requester alone',
    breaks: ['hub/confirming/request-reaches-connected-admin'],
    parts: {
      Journal: class extends parts.Journal {
        override fileRequest(request: StoredRequest): number {
          return super.fileRequest({ ...request, receiverId: request.requesterId })
        }
      },
    },
  },
  {
    name: 'decisions-over-http-only',
    does: 'takes no notice of AUTH_RESPONSE',
    breaks: ['hub/confirming/approved-command-delivered'],
    parts: {
      Approvals: class extends parts.Approvals {
        override hear(): void {}
      },
    },
  },
  {
    name: 'decisions-over-socket-only',
    does: 'takes no notice of decisions over HTTP, but says that it does',
    breaks: ['hub/confirming/approved-command-delivered'],
    wire: {
      async fetch(request, pass) {
        return isDecision(new URL(request.url).pathname)
          ? Response.json({ status: 'processed' })
          : pass(request)
      },
    },
  },
  {
    name: 'only-the-asked-decides',
    does: 'lets nobody decide but the administrator who was asked',
    breaks: ['hub/confirming/approved-command-delivered'],
    parts: {
      Approvals: class extends parts.Approvals {
        override decide(actionId: string, approved: boolean, by: Identity): DecisionOutcome {
          const asked = this.options.journal.request(actionId)?.receiverId
          return asked === by.userId ? super.decide(actionId, approved, by) : 'no administrator'
        }
      },
    },
  },
  {
    name: 'commands-in-ascii',
    does: 'replaces what is not ASCII in a command',
    breaks: ['hub/confirming/approved-command-delivered'],
    parts: publishing(frame => [
      isDirective(frame) ? { ...frame, payload: String(frame.payload).replace(/[^ -~]/g, '?') } : frame,
    ]),
  },
  {
    name: 'commands-before-asking',
    does: 'gives a command while it asks whether it may',
    breaks: ['hub/confirming/undecided-command-withheld'],
    parts: {
      ButlerDesk: class extends parts.ButlerDesk {
        protected override command(order: Order, question: Outbound): Promise<Outcome> {
          const { accounts, exchange } = this.options
          const payload = `[DIRECTIVE] ${order.command}`
          exchange.publish({ type: 'CHAT', ...butlerAsSender(accounts), target_id: order.agentId, payload })
          return super.command(order, question)
        }
      },
    },
  },
  {
    name: 'no-means-yes',
    does: 'gives a command whatever was decided over the WebSocket',
    breaks: ['hub/confirming/undecided-command-withheld'],
    parts: hearing(payload => ({ ...(payload as JsonObject), approved: true })),
  },
  {
    name: 'no-means-yes-over-http',
    does: 'gives a command whatever was decided over HTTP',
    breaks: ['hub/confirming/undecided-command-withheld'],
    wire: posting(body => ({ ...body, approved: true })),
  },
  {
    name: 'silence-means-yes',
    does: 'gives a command when nobody has decided for long',
    breaks: ['hub/confirming/undecided-command-withheld'],
    parts: {
      Exchange: class extends parts.Exchange {
        override publish(frame: Published): Outbound {
          if (frame.type === 'AUTH_REQUEST') {
            const { target_agent_id, command } = frame.payload as AuthRequest
            const directive = {
              ...frame,
              id: undefined,
              type: 'CHAT',
              target_id: target_agent_id,
              payload: command,
            }
            this.options.clock.after(45_000, () => super.publish(directive))
          }
          return super.publish(frame)
        }
      },
    },
  },
  {
    name: 'any-word-approves',
    does: 'takes any value for a yes that does not count as false',
    breaks: ['hub/confirming/only-true-approves'],
    parts: hearing(payload =>
      isJsonObject(payload) ? { ...payload, approved: Boolean(payload.approved) } : payload,
    ),
  },
  {
    name: 'decisions-as-text',
    does: 'reads a decision out of a text',
    breaks: ['hub/confirming/only-true-approves'],
    parts: hearing(payload => (typeof payload === 'string' ? parseJsonObject(payload) : payload)),
  },
  {
    name: 'no-word-approves',
    does: 'takes a decision without a word about approval for a yes',
    breaks: ['hub/confirming/only-true-approves'],
    parts: hearing(payload =>
      isJsonObject(payload) && !('approved' in payload) ? { ...payload, approved: true } : payload,
    ),
  },
  {
    name: 'ill-formed-means-no',
    does: 'takes an ill-formed decision for a no',
    breaks: ['hub/confirming/only-true-approves'],
    parts: hearing(payload =>
      isJsonObject(payload) && typeof payload.approved !== 'boolean'
        ? { ...payload, approved: false }
        : payload,
    ),
  },
  {
    name: 'any-action-will-do',
    does: 'applies a decision about an unknown action to the latest one',
    breaks: ['hub/confirming/only-true-approves'],
    parts: {
      Approvals: class extends parts.Approvals {
        #latest = ''
        override decide(actionId: string, approved: boolean, by: Identity): DecisionOutcome {
          const known = this.options.journal.request(actionId) ? actionId : this.#latest
          return super.decide(known, approved, by)
        }
        protected override readonly confirmations = watchedConfirmations(actionId => {
          this.#latest = actionId
        })
      },
    },
  },
  {
    name: 'http-text-approves',
    does: 'takes the text "true" for a yes over HTTP',
    breaks: ['hub/confirming/only-true-approves'],
    wire: posting(body => ({ ...body, approved: body.approved === 'true' || body.approved === true })),
  },
  {
    name: 'no-json-is-fine',
    does: 'answers 200 to a decision that is no JSON',
    breaks: ['hub/confirming/only-true-approves'],
    wire: responses(isDecision, status =>
      status === 400 ? { status: 200, body: { status: 'processed' } } : undefined,
    ),
  },
  {
    name: 'hasty-decisions-lost',
    does: 'begins to wait for a decision a little after it has asked',
    breaks: ['hub/confirming/immediate-decision-counts'],
    parts: keeping(
      () =>
        new (class extends Confirmations<boolean> {
          override open(id: string): Promise<boolean> {
            return new Promise(resolve => {
              setTimeout(() => void super.open(id).then(resolve), 20)
            })
          }
        })(),
    ),
  },
  {
    name: 'given-again',
    does: 'gives a command once more for each yes',
    breaks: ['hub/confirming/first-decision-final'],
    parts: {
      Approvals: class extends parts.Approvals {
        override decide(actionId: string, approved: boolean, by: Identity): DecisionOutcome {
          const outcome = super.decide(actionId, approved, by)
          if (outcome === 'decided before' && approved) {
            const { accounts, exchange, journal } = this.options
            const { target_agent_id, command } = JSON.parse(journal.request(actionId)?.payload ?? '{}')
            const target = { target_id: target_agent_id, payload: `[DIRECTIVE] ${command}` }
            exchange.publish({ type: 'CHAT', ...butlerAsSender(accounts), ...target })
          }
          return outcome
        }
      },
    },
  },
  {
    name: 'last-decision-counts',
    does: 'lets a decision be changed for a while',
    breaks: ['hub/confirming/first-decision-final'],
    parts: {
      Approvals: class extends parts.Approvals {
        readonly #latest = new Map<string, boolean>()
        override decide(actionId: string, approved: boolean, by: Identity): DecisionOutcome {
          if (!this.mayDecide(by)) return 'no administrator'
          this.#latest.set(actionId, approved)
          setTimeout(() => super.decide(actionId, this.#latest.get(actionId) ?? false, by), 20)
          return 'decided'
        }
      },
    },
  },
  {
    name: 'anybody-decides',
    does: 'lets all people decide over the WebSocket',
    breaks: ['hub/confirming/only-admins-decide'],
    parts: decidedBy((by, rightly) => rightly || by.role !== 'AGENT'),
  },
  {
    name: 'agents-decide',
    does: 'lets an agent decide about its own command',
    breaks: ['hub/confirming/only-admins-decide'],
    parts: decidedBy((by, rightly) => rightly || by.role === 'AGENT'),
  },
  {
    name: 'anybody-decides-over-http',
    does: 'lets everybody decide over HTTP, and refuses them only after that',
    breaks: ['hub/confirming/only-admins-decide'],
    parts: {
      HttpSurface: class extends parts.HttpSurface {
        protected override mountChat(): void {
          const { approvals, accounts } = this.options
          this.app.use('/api/chat/auth/response', this.user, async (c, next) => {
            const body: unknown = await c.req.raw
              .clone()
              .json()
              .catch(() => undefined)
            const [action_id, approved] = [memberOf(body, 'action_id'), memberOf(body, 'approved')]
            const [admin] = accounts.withRole('ADMIN')
            if (admin)
              approvals.decide(String(action_id), approved === true, {
                ...c.var.user,
                userId: admin.id,
                role: 'ADMIN',
              })
            await next()
          })
          super.mountChat()
        }
      },
    },
  },
  {
    name: 'refusal-means-no',
    does: 'takes the decision of somebody who may not decide for a no',
    breaks: ['hub/confirming/only-admins-decide'],
    parts: {
      Approvals: class extends parts.Approvals {
        override decide(actionId: string, approved: boolean, by: Identity): DecisionOutcome {
          const outcome = super.decide(actionId, approved, by)
          if (outcome === 'no administrator') this.confirmations.settle(actionId, false)
          return outcome
        }
      },
    },
  },
  {
    name: 'decider-untold',
    does: 'does not tell the administrator who has decided',
    breaks: ['hub/confirming/decision-announced'],
    parts: withholding('AUTH_STATUS_UPDATE', isAdmin),
  },
  {
    name: 'requester-untold',
    does: 'does not tell the requester what was decided',
    breaks: ['hub/confirming/decision-announced'],
    parts: withholding('AUTH_STATUS_UPDATE', reader => !isAdmin(reader)),
  },
  {
    name: 'rejections-unannounced',
    does: 'announces approvals only',
    breaks: ['hub/confirming/decision-announced'],
    parts: publishing(frame =>
      frame.type === 'AUTH_STATUS_UPDATE' && (frame.payload as JsonObject).status === 'REJECTED'
        ? []
        : [frame],
    ),
  },
  {
    name: 'unknown-action-processed',
    does: 'answers 200 to a decision about an unknown action',
    breaks: ['hub/confirming/rest-decision-keyed-by-action'],
    wire: responses(isDecision, status =>
      status === 404 ? { status: 200, body: { status: 'processed' } } : undefined,
    ),
  },
  {
    name: 'stream-id-decides',
    does: 'applies a decision to the action whose stream the body names',
    breaks: ['hub/confirming/rest-decision-keyed-by-action'],
    wire: posting(({ stream_id, ...body }) =>
      stream_id === undefined ? body : { ...body, action_id: String(stream_id).replace(/^exec_/, '') },
    ),
  },
  {
    name: 'status-not-kept',
    does: 'leaves a stored request as it was',
    breaks: ['hub/confirming/history-shows-decision'],
    parts: {
      Journal: class extends parts.Journal {
        override settle(): void {}
      },
    },
  },
  {
    name: 'undecided-never-expires',
    does: 'leaves a request undecided over a restart',
    breaks: ['hub/confirming/history-shows-decision'],
    parts: {
      Journal: class extends parts.Journal {
        override expirePending(): void {}
      },
    },
  },
  {
    name: 'request-hidden-from-requester',
    does: "does not show a request in the requester's history",
    breaks: ['hub/confirming/history-shows-decision'],
    parts: {
      Journal: class extends parts.Journal {
        override fileRequest(request: StoredRequest): number {
          return super.fileRequest({ ...request, requesterId: request.receiverId })
        }
      },
    },
  },
  {
    name: 'rejection-untold',
    does: 'says nothing after a rejection',
    breaks: ['hub/confirming/requester-told-outcome'],
    parts: forgetting('rejected'),
  },
  {
    name: 'answer-untold',
    does: "keeps an agent's answer to itself",
    breaks: ['hub/confirming/requester-told-outcome'],
    parts: forgetting('answered'),
  },
  {
    name: 'timeout-untold',
    does: 'says nothing when an agent does not answer',
    breaks: ['hub/confirming/requester-told-outcome'],
    parts: forgetting('timeout'),
  },
  {
    name: 'absent-agent-untold',
    does: 'says nothing when an agent is not connected',
    breaks: ['hub/confirming/requester-told-outcome'],
    parts: forgetting('not connected'),
  },
  {
    name: 'asks-and-says-absent',
    does: 'asks an administrator about an agent that is not connected',
    breaks: ['hub/confirming/requester-told-outcome'],
    parts: {
      ButlerDesk: class extends parts.ButlerDesk {
        protected override command(order: Order, question: Outbound): Promise<Outcome> {
          const { approvals } = this.options
          const requester = { requesterId: question.sender_id, threadId: question.conversation_id }
          if (!this.isThere(order.agentId)) void approvals.ask({ ...order, ...requester })
          return super.command(order, question)
        }
      },
    },
  },
  {
    name: 'any-word-is-an-answer',
    does: 'takes whatever the agent says next for its answer, whoever it is for',
    breaks: ['hub/confirming/answer-matched-to-command'],
    parts: {
      ButlerDesk: class extends parts.ButlerDesk {
        override hear(frame: Outbound): void {
          if (frame.type === 'CHAT' && frame.sender_role === 'AGENT')
            this.options.errands.answered(frame.sender_id, frame.stream_id, frame.payload)
          else super.hear(frame)
        }
      },
    },
  },
  {
    name: 'late-answer-for-the-next',
    does: 'takes the late answer to one command for that to the next',
    breaks: ['hub/confirming/answer-matched-to-command'],
    parts: matching(errands => errands.find(({ resolve }) => resolve)),
  },
  {
    name: 'latest-command-answered',
    does: 'takes an answer for that to the latest command',
    breaks: ['hub/confirming/answer-matched-to-command'],
    parts: matching(
      (errands, streamId) => errands.find(each => each.streamId === streamId) ?? errands.at(-1),
    ),
  },
  {
    name: 'answers-in-order-only',
    does: 'takes no notice of the stream_id of an answer',
    breaks: ['hub/confirming/answer-matched-to-command'],
    parts: matching(errands => errands[0]),
  },
  {
    name: 'failure-unreported',
    does: 'says nothing when the butler fails',
    breaks: ['hub/confirming/failure-reported'],
    parts: {
      ButlerDesk: class extends parts.ButlerDesk {
        protected override async answer(question: Outbound): Promise<void> {
          if (question.payload !== 'fail') await super.answer(question)
        }
      },
    },
  },
  {
    name: 'start-told-to-all-administrators',
    does: 'tells all administrators that a command begins',
    breaks: ['hub/confirming/start-notice-to-requester'],
    parts: starting(({ roster }) => [...roster.all()].filter(isAdmin).map(({ identity }) => identity.userId)),
  },
  {
    name: 'start-told-by-the-system',
    does: 'has the role SYSTEM in the notice that a command begins',
    breaks: ['hub/confirming/start-notice-to-requester'],
    parts: starting((_, decidedBy) => [decidedBy], 'SYSTEM'),
  },
]
