import { PassThrough, Transform } from 'node:stream'
import type { Clock } from '../../reference/core/clock.ts'
import { ConnectionSlot } from '../../reference/core/connection-slot.ts'
import type { Peer } from '../../reference/core/service.ts'
import { hmacHex } from '../../reference/core/signing.ts'
import { SlidingWindow } from '../../reference/core/sliding-window.ts'
import type { Refusal } from '../../reference/llming/access-gate.ts'
import { AuthManager, type TokenKind } from '../../reference/llming/auth.ts'
import type { BridgeOptions } from '../../reference/llming/bridge.ts'
import { type Command, type CommandContext, CommandError } from '../../reference/llming/commands.ts'
import type { Connection } from '../../reference/llming/connection.ts'
import type { Outcome } from '../../reference/llming/controller.ts'
import { ToolError, type ToolSource } from '../../reference/llming/mcp.ts'
import { type Arguments, type Injected, RequestError, type Route } from '../../reference/llming/router.ts'
import { parts } from '../../reference/llming/server.ts'
import { Session, type SessionDetails } from '../../reference/llming/session.ts'
import { type JsonObject, parseJsonObject } from '../../schemas/json.ts'
import type { Limits } from '../../schemas/llming/index.ts'
import type { Defect } from './defect.ts'
import { outgoing, responses } from './tamper.ts'

const isReply = (message: JsonObject) => '_req_id' in message
const ok = (body: unknown) =>
  new Response(JSON.stringify(body), { headers: { 'Content-Type': 'application/json' } })
const path = (request: Request) => new URL(request.url).pathname

const access: Defect[] = [
  {
    name: 'token-signs-colon',
    does: 'signs `<sid>:<ts>` instead of `<sid>.<ts>`',
    breaks: ['llming/access/token-format'],
    parts: {
      AuthManager: class extends AuthManager {
        protected override signedText(kind: TokenKind, value: string, ts: string): string {
          return kind === 'auth' ? `${value}:${ts}` : super.signedText(kind, value, ts)
        }
      },
    },
  },
  {
    name: 'tokens-never-expire',
    does: 'accepts tokens of any age',
    breaks: ['llming/access/tokens-expire'],
    parts: {
      AuthManager: class extends AuthManager {
        protected override maxAgeS(): number {
          return Number.POSITIVE_INFINITY
        }
      },
    },
  },
  {
    name: 'tokens-expire-early',
    does: 'refuses tokens after half of their time',
    breaks: ['llming/access/tokens-expire'],
    parts: {
      AuthManager: class extends AuthManager {
        protected override maxAgeS(kind: TokenKind): number {
          return super.maxAgeS(kind) / 2
        }
      },
    },
  },
  {
    name: 'half-a-signature',
    does: 'compares only the first half of a signature',
    breaks: ['llming/access/session-token-tamper-proof'],
    parts: {
      AuthManager: class extends AuthManager {
        override verify(kind: TokenKind, token: string | undefined, maxAgeS?: number): string | null {
          const [value = '', ts = '', signature = ''] = (token ?? '').split('.')
          const right = hmacHex(this.secret(), this.signedText(kind, value, ts))
          const half = signature.slice(0, 32) === right.slice(0, 32)
          return super.verify(kind, half ? `${value}.${ts}.${right}` : token, maxAgeS)
        }
      },
    },
  },
  {
    name: 'timestamp-as-number',
    does: "takes an identity token's timestamp as a number, however it is spelt",
    breaks: ['llming/access/identity-token-tamper-proof'],
    parts: {
      AuthManager: class extends AuthManager {
        protected override signedText(kind: TokenKind, value: string, ts: string): string {
          return super.signedText(kind, value, kind === 'identity' ? String(Number(ts)) : ts)
        }
      },
    },
  },
  {
    name: 'one-kind-of-token',
    does: 'signs both kinds of token alike',
    breaks: ['llming/access/tokens-domain-separated'],
    parts: {
      AuthManager: class extends AuthManager {
        protected override signedText(_kind: TokenKind, value: string, ts: string): string {
          return super.signedText('auth', value, ts)
        }
      },
    },
  },
  {
    name: 'legacy-tokens',
    does: 'still accepts tokens without a time',
    breaks: ['llming/access/legacy-token-refused'],
    parts: {
      AuthManager: class extends AuthManager {
        override verify(kind: TokenKind, token: string | undefined, maxAgeS?: number): string | null {
          const [value = '', signature, ...rest] = (token ?? '').split('.')
          const signed = hmacHex(this.secret(), kind === 'auth' ? value : `id:${value}`)
          return rest.length === 0 && signature === signed ? value : super.verify(kind, token, maxAgeS)
        }
      },
    },
  },
  {
    name: 'tokens-from-the-future',
    does: 'accepts tokens from any time ahead',
    breaks: ['llming/access/future-token-refused'],
    parts: {
      AuthManager: class extends AuthManager {
        protected override futureSkewS(): number {
          return Number.POSITIVE_INFINITY
        }
      },
    },
  },
  {
    name: 'malformed-token-throws',
    does: 'fails on a token that has not three parts',
    breaks: ['llming/access/malformed-token-refused'],
    parts: {
      AuthManager: class extends AuthManager {
        override verify(kind: TokenKind, token: string | undefined, maxAgeS?: number): string | null {
          if (token !== undefined && token.split('.').length !== 3) throw new Error('not three parts')
          return super.verify(kind, token, maxAgeS)
        }
      },
    },
  },
  {
    name: 'non-ascii-key-throws',
    does: 'fails on a debug key with bytes outside ASCII',
    breaks: ['llming/access/non-ascii-credential-refused'],
    parts: {
      AccessGate: class extends parts.AccessGate {
        override refusal(headers: Headers, peer: Peer): Refusal | undefined {
          if (/[^ -~]/.test(headers.get('x-debug-key') ?? '')) throw new Error('cannot compare these')
          return super.refusal(headers, peer)
        }
      },
    },
  },
  {
    name: 'dashed-cookie-names',
    does: 'leaves the dashes of the app name in the names of the cookies',
    breaks: ['llming/access/cookie-names'],
    parts: {
      AuthManager: class extends AuthManager {
        override readonly authCookieName = `${this.options.appName || 'llming'}_auth`
      },
    },
  },
  {
    name: 'default-secret',
    does: 'signs with a built-in secret when none is configured',
    breaks: ['llming/access/signing-needs-secret'],
    parts: {
      AuthManager: class extends AuthManager {
        protected override secret(): string {
          return this.options.secret === undefined ? 'changeme' : super.secret()
        }
      },
    },
  },
  {
    name: 'empty-secret',
    does: 'signs with an empty secret',
    breaks: ['llming/access/empty-secret-refused'],
    parts: {
      AuthManager: class extends AuthManager {
        protected override secret(): string {
          return this.options.secret === '' ? '' : super.secret()
        }
      },
    },
  },
  {
    name: 'bare-session-id-resolves',
    does: 'takes a session id in the query for a token',
    breaks: ['llming/access/request-resolves-to-session'],
    parts: {
      AuthManager: class extends AuthManager {
        override resolve(request: Request, registered: (id: string) => boolean): string | null {
          const bare = new URL(request.url).searchParams.get('session_id')
          return bare !== null && registered(bare) ? bare : super.resolve(request, registered)
        }
      },
    },
  },
  {
    name: 'counted-session-ids',
    does: 'numbers its session ids',
    breaks: ['llming/access/generated-session-id-unguessable'],
    parts: {
      SessionRegistry: class extends parts.SessionRegistry {
        static count = 0
        protected override generateId(): string {
          const Registry = this.constructor as unknown as { count: number }
          return `session-of-this-server-${String(++Registry.count).padStart(9, '0')}`
        }
      },
    },
  },
  {
    name: 'dotted-session-ids',
    does: 'takes session ids with a dot, whose tokens it then refuses',
    breaks: ['llming/access/dotted-session-id-consistent'],
    parts: {
      SessionRegistry: class extends parts.SessionRegistry {
        override create(details: SessionDetails = {}): Session {
          if (!details.id?.includes('.')) return super.create(details)
          const session = this.make({ ...details, id: details.id })
          this.add(session)
          return session
        }
      },
      AuthManager: class extends AuthManager {
        override sign(kind: TokenKind, value: string): string {
          const signed = super.sign(kind, value.replaceAll('.', '-'))
          return value.includes('.') ? `${value}.${signed.split('.').slice(1).join('.')}` : signed
        }
      },
    },
  },
  {
    name: 'any-origin',
    does: 'opens for every browser origin',
    breaks: ['llming/access/foreign-origin-refused'],
    wire: {
      upgrade: ({ url, headers }, pass) =>
        pass({ url, headers: { get: name => (name.toLowerCase() === 'origin' ? null : headers.get(name)) } }),
    },
  },
]

function unknownByHttp(): Pick<Defect, 'parts' | 'wire'> {
  const known = new Set<string>()
  return {
    parts: {
      SessionRegistry: class extends parts.SessionRegistry {
        override add(session: Session): void {
          known.add(session.id)
          super.add(session)
        }
        override remove(session: Session): boolean {
          known.delete(session.id)
          return super.remove(session)
        }
      },
    },
    wire: {
      upgrade: (request, pass) =>
        known.has(new URL(request.url).pathname.slice('/ws/'.length))
          ? pass(request)
          : new Response('', { status: 404 }),
    },
  }
}

const connecting: Defect[] = [
  {
    name: 'query-breaks-the-url',
    does: 'does not find a session whose URL has a query',
    breaks: ['llming/connecting/registered-session-opens'],
    wire: {
      upgrade: (request, pass) =>
        request.url.includes('?') ? new Response('', { status: 404 }) : pass(request),
    },
  },
  {
    name: 'unknown-session-by-http',
    does: 'refuses an unknown session before the handshake, where a browser cannot see why',
    breaks: ['llming/connecting/unknown-session-4004'],
    ...unknownByHttp(),
  },
  {
    name: 'unknown-session-told',
    does: 'sends an error frame to an unknown session before closing',
    breaks: ['llming/connecting/refused-connection-no-effect'],
    wire: {
      upgrade(request, pass) {
        const taken = pass(request)
        if (!taken || taken instanceof Response || !/unknown/.test(request.url)) return taken
        return {
          ...taken,
          opened(socket) {
            socket.send('{"type":"error","error":"no such session"}')
            taken.opened(socket)
          },
        }
      },
    },
  },
  {
    name: 'push-goes-astray',
    does: 'delivers every second push to another session',
    breaks: ['llming/connecting/sessions-isolated'],
    parts: {
      Controller: class extends parts.Controller {
        static previous: InstanceType<typeof parts.Controller> | undefined
        override send(message: JsonObject): boolean {
          const Kind = this.constructor as unknown as { previous?: InstanceType<typeof parts.Controller> }
          const other = Kind.previous
          Kind.previous = this
          const astray = other && other !== this && other.session.connection
          return astray ? this.sendOn(astray, message) : super.send(message)
        }
      },
    },
  },
  {
    name: 'no-controller-closes',
    does: 'ends the connection of a session without controller at its first frame',
    breaks: ['llming/connecting/no-controller-survives'],
    parts: {
      Connection: class extends parts.Connection {
        protected override async handle(message: JsonObject): Promise<void> {
          if (this.session.controller) await super.handle(message)
          else this.end({ code: 1011, reason: '' })
        }
      },
    },
  },
]

const framing: Defect[] = [
  {
    name: 'pushes-in-a-list',
    does: 'wraps pushes in an array',
    breaks: ['llming/framing/frames-are-typed-objects'],
    wire: outgoing(message => (message.type === 'note' ? [[message]] : undefined)),
  },
  {
    name: 'answers-garbage',
    does: 'answers text that is not JSON with an error',
    breaks: ['llming/framing/invalid-frame-ignored'],
    parts: {
      Connection: class extends parts.Connection {
        override text(data: string): void {
          if (!parseJsonObject(data)) this.send('{"type":"error","error":"not an object"}')
          super.text(data)
        }
      },
    },
  },
  {
    name: 'garbage-closes',
    does: 'ends the connection at text that is not JSON',
    breaks: ['llming/framing/invalid-frame-ignored'],
    parts: {
      Connection: class extends parts.Connection {
        override text(data: string): void {
          if (parseJsonObject(data)) super.text(data)
          else this.end({ code: 1007, reason: '' })
        }
      },
    },
  },
  {
    name: 'odd-type-crashes',
    does: 'fails on a type that is no text, and loses the connection',
    breaks: ['llming/framing/hostile-frame-survived'],
    parts: {
      Connection: class extends parts.Connection {
        protected override async handle(message: JsonObject): Promise<void> {
          if (typeof message.type === 'object' && message.type !== null) this.end({ code: 1011, reason: '' })
          else await super.handle(message)
        }
      },
    },
  },
  {
    name: 'binary-cuts',
    does: 'drops the TCP connection at a binary frame',
    breaks: ['llming/framing/binary-frame-orderly'],
    wire: { handler: (_handler, socket) => ({ binary: () => socket()?.cut() }) },
  },
  {
    name: 'no-astral-characters',
    does: 'replaces characters beyond the basic plane',
    breaks: ['llming/framing/valid-text-accepted'],
    wire: { toClient: text => [text.replace(/[\ud800-\udbff][\udc00-\udfff]/g, '?')] },
  },
  {
    name: 'unsendable-result-lost',
    does: 'drops a result that has no JSON form',
    breaks: ['llming/framing/unsendable-result-answered'],
    parts: {
      Dispatcher: class extends parts.Dispatcher {
        override reply(message: JsonObject, result: unknown): JsonObject | undefined {
          return message.type === 'windows.broken' ? undefined : super.reply(message, result)
        }
      },
    },
  },
  {
    name: 'no-size-limit',
    does: 'serves frames of any size',
    breaks: ['llming/framing/size-limit'],
    parts: {
      Connection: class extends parts.Connection {
        protected override tooLong(): boolean {
          return false
        }
      },
    },
  },
  {
    name: 'size-limit-one-less',
    does: 'refuses a frame of exactly the limit',
    breaks: ['llming/framing/size-limit'],
    parts: {
      Connection: class extends parts.Connection {
        protected override tooLong(data: string): boolean {
          return Buffer.byteLength(data) >= this.options.limits.maxMessageBytes
        }
      },
    },
  },
  {
    name: 'size-in-characters',
    does: 'counts characters instead of bytes',
    breaks: ['llming/framing/size-counted-in-bytes'],
    parts: {
      Connection: class extends parts.Connection {
        protected override tooLong(data: string): boolean {
          return data.length > this.options.limits.maxMessageBytes
        }
      },
    },
  },
]

const routing: Defect[] = [
  {
    name: 'replies-twice',
    does: 'sends every reply twice',
    breaks: ['llming/routing/result-is-replied'],
    wire: outgoing(message => (isReply(message) ? [message, message] : undefined)),
  },
  {
    name: 'answers-nothing',
    does: 'replies for handlers that return nothing',
    breaks: ['llming/routing/result-is-replied'],
    parts: {
      Dispatcher: class extends parts.Dispatcher {
        override reply(message: JsonObject, result: unknown): JsonObject | undefined {
          return super.reply(message, result ?? {})
        }
      },
    },
  },
  {
    name: 'false-ids-lost',
    does: 'leaves out a request id that counts as false',
    breaks: ['llming/routing/req-id-echoed'],
    wire: outgoing(({ _req_id, ...message }) => (_req_id || _req_id === undefined ? undefined : [message])),
  },
  {
    name: 'ids-become-texts',
    does: 'turns request ids into texts',
    breaks: ['llming/routing/req-id-echoed'],
    wire: outgoing(message =>
      isReply(message) ? [{ ...message, _req_id: String(message._req_id) }] : undefined,
    ),
  },
  {
    name: 'ids-made-up',
    does: 'puts an empty request id on frames that have none',
    breaks: ['llming/routing/req-id-not-invented'],
    wire: outgoing(message =>
      isReply(message) || !/^(windows\.(list|boom)|chunk)$/.test(String(message.type))
        ? undefined
        : [{ ...message, _req_id: null }],
    ),
  },
  {
    name: 'outer-prefix-ignored',
    does: 'drops the outermost of several prefixes',
    breaks: ['llming/routing/nested-prefixes-joined'],
    parts: {
      Dispatcher: class extends parts.Dispatcher {
        override find(type: unknown): Route | undefined {
          if (typeof type !== 'string') return undefined
          const table = new Map(
            [...this.table].map(([name, route]) => [name.replace(/^\w+\.(?=\w+\.)/, ''), route]),
          )
          return table.get(type)
        }
      },
    },
  },
  {
    name: 'types-in-any-case',
    does: 'ignores the case and the blanks of a type',
    breaks: ['llming/routing/unknown-type-ignored'],
    parts: {
      Dispatcher: class extends parts.Dispatcher {
        override find(type: unknown): Route | undefined {
          return super.find(typeof type === 'string' ? type.trim().toLowerCase() : type)
        }
      },
    },
  },
  {
    name: 'unknown-type-answered',
    does: 'answers an unknown type with an error',
    breaks: ['llming/routing/unknown-type-ignored'],
    parts: {
      Controller: class extends parts.Controller {
        override async handleMessage(message: JsonObject, origin: Connection | undefined): Promise<Outcome> {
          const outcome = await super.handleMessage(message, origin)
          if (outcome === 'unknown type') this.sendOn(origin, { type: 'error', error: 'unknown type' })
          return outcome
        }
      },
    },
  },
  {
    name: 'null-is-absent',
    does: 'uses the default for an explicit null',
    breaks: ['llming/routing/arguments-by-name'],
    parts: {
      Dispatcher: class extends parts.Dispatcher {
        override bind(route: Route, message: JsonObject, injected: Injected): Arguments {
          const args = super.bind(route, message, injected)
          for (const [name, parameter] of Object.entries(route.parameters))
            if (args[name] === null && 'default' in parameter) args[name] = parameter.default
          return args
        }
      },
    },
  },
  {
    name: 'message-overrides-injected',
    does: 'lets a message replace injected values',
    breaks: ['llming/routing/injected-not-overridable'],
    parts: {
      Dispatcher: class extends parts.Dispatcher {
        override bind(route: Route, message: JsonObject, injected: Injected): Arguments {
          const args = super.bind(route, message, injected)
          for (const name of ['controller', 'send'] as const)
            if (name in message) (args as JsonObject)[name] = message[name]
          return args
        }
      },
    },
  },
  {
    name: 'missing-argument-silent',
    does: 'says nothing when a required argument is missing',
    breaks: ['llming/routing/failure-replied'],
    wire: outgoing(message => (String(message.error).startsWith('missing') ? [] : undefined)),
  },
  {
    name: 'exception-text-sent',
    does: "sends an exception's text to the client",
    breaks: ['llming/routing/error-text-not-internal'],
    parts: {
      Dispatcher: class extends parts.Dispatcher {
        override errorReply(message: JsonObject, error: unknown): JsonObject {
          return super.errorReply(message, new RequestError((error as Error).message))
        }
      },
    },
  },
  {
    name: 'requests-at-once',
    does: 'handles the requests of a connection at the same time',
    breaks: ['llming/routing/frames-in-order'],
    parts: {
      Connection: class extends parts.Connection {
        protected override next(step: () => unknown): void {
          void (async () => step())().catch(error => this.options.onError(error))
        }
      },
    },
  },
]

/** A registry whose sessions keep their connection in another kind of slot. */
function withSlot(Slot: new () => ConnectionSlot<Connection>) {
  return {
    SessionRegistry: class extends parts.SessionRegistry {
      protected override make(details: SessionDetails & { id: string }): Session {
        const made = super.make(details)
        return new Session({ ...details }, made.data, this.options.clock as Clock, new Slot())
      }
    },
  }
}

const superseding: Defect[] = [
  {
    name: 'superseded-with-4000',
    does: 'closes a superseded connection with 4000',
    breaks: ['llming/superseding/old-socket-closed-4001'],
    wire: { close: close => (close.code === 4001 ? { ...close, code: 4000 } : close) },
  },
  {
    name: 'older-connection-wins',
    does: 'refuses a second connection while there is one',
    breaks: ['llming/superseding/new-socket-serves'],
    parts: {
      Connection: class extends parts.Connection {
        override opened(socket: Parameters<Connection['opened']>[0]): void {
          if (this.session.connection) {
            this.ended = true
            socket.close(4009, 'Session already connected')
          } else super.opened(socket)
        }
      },
    },
  },
  {
    name: 'late-close-tears-down',
    does: "lets the superseded connection's end clear the newer one",
    breaks: ['llming/superseding/late-teardown-harmless'],
    parts: withSlot(
      class extends ConnectionSlot<Connection> {
        override release(connection: Connection): boolean {
          if (this.current) super.release(this.current)
          return super.release(connection)
        }
      },
    ),
  },
  {
    name: 'superseded-reported-disconnected',
    does: 'reports a session that was taken over as not connected',
    breaks: ['llming/superseding/session-state-right'],
    parts: {
      Connection: class extends parts.Connection {
        protected override supersede(older: Connection): void {
          super.supersede(older)
          this.session.data.set('taken over', true)
        }
      },
      SessionRegistry: class extends parts.SessionRegistry {
        override isConnected(session: Session): boolean {
          return !session.data.get('taken over') && super.isConnected(session)
        }
      },
    },
  },
  {
    name: 'supersedes-once',
    does: 'supersedes the first connection only',
    breaks: ['llming/superseding/newest-wins'],
    parts: {
      Connection: class extends parts.Connection {
        protected override supersede(older: Connection): void {
          if (!this.session.data.get('superseded')) super.supersede(older)
          this.session.data.set('superseded', true)
        }
      },
    },
  },
  {
    name: 'superseding-race',
    does: 'looks for an older connection some time before it records the new one',
    breaks: ['llming/superseding/simultaneous-one-left'],
    parts: {
      Connection: class extends parts.Connection {
        override opened(socket: Parameters<Connection['opened']>[0]): void {
          const older = this.session.connection
          this.socket = socket
          this.options.clock.after(10, () => {
            this.session.slot.take(this)
            if (older) this.supersede(older)
          })
          this.next(() => this.connected())
        }
      },
    },
  },
  {
    name: 'busy-connection-kept',
    does: 'does not supersede a connection that is inside a handler',
    breaks: ['llming/superseding/old-socket-busy'],
    parts: {
      Connection: class extends parts.Connection {
        get busy(): boolean {
          return this.waiting > 0
        }
        protected override supersede(older: Connection): void {
          if (!(older as Connection & { busy: boolean }).busy) super.supersede(older)
        }
      },
    },
  },
  {
    name: 'reply-follows-the-session',
    does: "sends a reply to the session's current connection",
    breaks: ['llming/superseding/reply-stays-on-its-socket'],
    parts: {
      Controller: class extends parts.Controller {
        override handleMessage(message: JsonObject): Promise<Outcome> {
          const { session } = this
          const current = { send: (text: string) => session.connection?.send(text) ?? false }
          return super.handleMessage(message, current as Connection)
        }
      },
    },
  },
  {
    name: 'waits-for-the-old-close',
    does: 'serves a new connection only when the old one has answered its close',
    breaks: ['llming/superseding/unresponsive-old-socket'],
    parts: {
      Connection: class extends parts.Connection {
        release: () => void = () => {}
        protected override supersede(older: Connection): void {
          super.supersede(older)
          const gone = new Promise<void>(resolve => {
            ;(older as Connection & { release: () => void }).release = resolve
          })
          this.next(() => gone)
        }
        override closed(): void {
          this.release()
          super.closed()
        }
      },
    },
  },
  {
    name: 'superseded-still-served',
    does: 'executes what still arrives on a superseded connection',
    breaks: ['llming/superseding/closed-socket-not-served'],
    parts: {
      Connection: class extends parts.Connection {
        override text(data: string): void {
          this.ended = false
          super.text(data)
        }
      },
    },
  },
  {
    name: 'replaced-session-keeps-socket',
    does: 'leaves the connection of a replaced session open',
    breaks: ['llming/superseding/reprovisioned-session-closes-old'],
    parts: {
      SessionRegistry: class extends parts.SessionRegistry {
        override create(details: SessionDetails = {}): Session {
          const replaced = details.id === undefined ? undefined : this.get(details.id)
          if (replaced) this.remove(replaced)
          return super.create(details)
        }
      },
    },
  },
]

const reconnecting: Defect[] = [
  {
    name: 'state-lost-with-connection',
    does: "forgets the session's data when its connection ends",
    breaks: ['llming/reconnecting/session-resumes'],
    parts: {
      Connection: class extends parts.Connection {
        override closed(): void {
          this.session.data.clear()
          super.closed()
        }
      },
    },
  },
  {
    name: 'pushes-queued',
    does: 'keeps what was pushed without a connection for the next one',
    breaks: ['llming/reconnecting/no-replay'],
    parts: {
      Controller: class extends parts.Controller {
        override send(message: JsonObject): boolean {
          const sent = super.send(message)
          const queue = (this.session.data.get('queue') ?? []) as JsonObject[]
          if (!sent) this.session.data.set('queue', [...queue, message])
          return sent
        }
      },
      Connection: class extends parts.Connection {
        override opened(socket: Parameters<Connection['opened']>[0]): void {
          super.opened(socket)
          for (const message of (this.session.data.get('queue') ?? []) as JsonObject[])
            this.send(JSON.stringify(message))
          this.session.data.delete('queue')
        }
      },
    },
  },
]

const liveness: Defect[] = [
  {
    name: 'ack-with-id',
    does: 'echoes the id of a heartbeat in its ack',
    breaks: ['llming/liveness/heartbeat-acked'],
    parts: {
      Controller: class extends parts.Controller {
        override async handleMessage(message: JsonObject, origin: Connection | undefined): Promise<Outcome> {
          if (message.type !== 'heartbeat' || !('_req_id' in message))
            return super.handleMessage(message, origin)
          this.sendOn(origin, { type: 'heartbeat_ack', _req_id: message._req_id })
          return 'handled'
        }
      },
    },
  },
  {
    name: 'silent-sessions-kept',
    does: 'never removes a session that has a connection',
    breaks: ['llming/liveness/silent-session-removed', 'llming/liveness/silent-socket-closed'],
    parts: {
      SessionRegistry: class extends parts.SessionRegistry {
        protected override expired(session: Session, now: number, limits: Limits): boolean {
          return !session.connection && super.expired(session, now, limits)
        }
      },
    },
  },
  {
    name: 'silent-sessions-removed-early',
    does: 'removes a silent session after half the time',
    breaks: ['llming/liveness/silent-session-removed'],
    parts: {
      SessionRegistry: class extends parts.SessionRegistry {
        protected override expired(session: Session, now: number, limits: Limits): boolean {
          return super.expired(session, now, { ...limits, heartbeatTtlMs: limits.heartbeatTtlMs / 2 })
        }
      },
    },
  },
  {
    name: 'silence-closed-with-1001',
    does: 'closes a silent connection with 1001',
    breaks: ['llming/liveness/silent-socket-closed'],
    wire: {
      close: close => (close.reason === 'Heartbeat timeout' ? { ...close, code: 1001 } : close),
    },
  },
]

const rateLimiting: Defect[] = [
  {
    name: 'no-rate-limit',
    does: 'serves any number of frames',
    breaks: ['llming/rate-limiting/limit-enforced'],
    parts: {
      Connection: class extends parts.Connection {
        protected override admits(): boolean {
          return true
        }
      },
    },
  },
  {
    name: 'rate-limit-one-less',
    does: 'serves one frame less than the limit',
    breaks: ['llming/rate-limiting/limit-enforced'],
    parts: {
      Connection: class extends parts.Connection {
        protected override readonly window = new SlidingWindow(
          this.options.limits['rateLimit.messages'] - 1,
          this.options.limits['rateLimit.windowMs'],
        )
      },
    },
  },
  {
    name: 'excess-told',
    does: 'answers a frame over the limit with an error',
    breaks: ['llming/rate-limiting/excess-keeps-open'],
    parts: {
      Connection: class extends parts.Connection {
        protected override admits(message: JsonObject | undefined): boolean {
          const admitted = super.admits(message)
          if (!admitted) this.send('{"type":"error","error":"rate limit exceeded"}')
          return admitted
        }
      },
    },
  },
  {
    name: 'excess-closes',
    does: 'ends the connection at a frame over the limit',
    breaks: ['llming/rate-limiting/excess-keeps-open'],
    parts: {
      Connection: class extends parts.Connection {
        protected override admits(message: JsonObject | undefined): boolean {
          const admitted = super.admits(message)
          if (!admitted) this.end({ code: 1008, reason: '' })
          return admitted
        }
      },
    },
  },
  {
    name: 'fixed-window',
    does: 'begins a new window when the old one is over, instead of sliding',
    breaks: ['llming/rate-limiting/sliding-window'],
    parts: {
      Connection: class extends parts.Connection {
        protected override readonly window = new (class extends SlidingWindow {
          #startedAt = 0
          #count = 0
          override admit(now: number): boolean {
            if (now - this.#startedAt >= this.windowMs) {
              this.#startedAt = now
              this.#count = 0
            }
            return ++this.#count <= this.limit
          }
        })(this.options.limits['rateLimit.messages'], this.options.limits['rateLimit.windowMs'])
      },
    },
  },
  {
    name: 'dropped-frames-count',
    does: 'counts the frames that it drops',
    breaks: ['llming/rate-limiting/dropped-frames-do-not-count'],
    parts: {
      Connection: class extends parts.Connection {
        protected override readonly window = new (class extends SlidingWindow {
          override admit(now: number): boolean {
            const admitted = super.admit(now)
            if (!admitted) this.arrivals.push(now)
            return admitted
          }
        })(this.options.limits['rateLimit.messages'], this.options.limits['rateLimit.windowMs'])
      },
    },
  },
  {
    name: 'garbage-is-free',
    does: 'does not count frames that are no request',
    breaks: ['llming/rate-limiting/invalid-frames-count'],
    parts: {
      Connection: class extends parts.Connection {
        protected override admits(message: JsonObject | undefined): boolean {
          return message === undefined || super.admits(message)
        }
      },
    },
  },
  {
    name: 'heartbeats-limited',
    does: 'counts and drops heartbeats like any other frame',
    breaks: ['llming/rate-limiting/heartbeats-exempt'],
    parts: {
      Connection: class extends parts.Connection {
        protected override admits(): boolean {
          return this.window.admit(this.options.clock.now())
        }
      },
    },
  },
]

const lifecycle: Defect[] = [
  {
    name: 'idle-sessions-kept',
    does: 'never removes a session without a connection',
    breaks: ['llming/lifecycle/idle-session-expires'],
    parts: {
      SessionRegistry: class extends parts.SessionRegistry {
        protected override expired(session: Session, now: number, limits: Limits): boolean {
          return session.connection !== undefined && super.expired(session, now, limits)
        }
      },
    },
  },
  {
    name: 'idle-sessions-removed-early',
    does: 'removes an idle session after half the time',
    breaks: ['llming/lifecycle/idle-session-expires'],
    parts: {
      SessionRegistry: class extends parts.SessionRegistry {
        protected override expired(session: Session, now: number, limits: Limits): boolean {
          return super.expired(session, now, { ...limits, sessionTtlMs: limits.sessionTtlMs / 2 })
        }
      },
    },
  },
  {
    name: 'idle-since-connecting',
    does: 'counts the idle time from the connect',
    breaks: ['llming/lifecycle/ttl-counted-from-disconnect'],
    parts: {
      Connection: class extends parts.Connection {
        protected override left(): void {
          this.session.slot.release(this)
        }
      },
    },
  },
  {
    name: 'failing-hook-blocks-sweep',
    does: 'ends a sweep at the first hook that fails',
    breaks: ['llming/lifecycle/hook-failure-does-not-block-expiry'],
    parts: {
      SessionRegistry: class extends parts.SessionRegistry {
        override sweep(): void {
          const now = this.options.clock.now()
          for (const session of this.all().filter(each => this.options.expired(each, now))) {
            try {
              void this.options.onExpired(session)
            } catch {
              return
            }
            this.remove(session)
          }
        }
      },
    },
  },
  {
    name: 'early-sessions-kept',
    does: 'does not sweep sessions that were there before it ran',
    breaks: ['llming/lifecycle/early-session-swept'],
    parts: {
      SessionRegistry: class extends parts.SessionRegistry {
        protected override expired(session: Session, now: number, limits: Limits): boolean {
          return session.id !== 'boot-session' && super.expired(session, now, limits)
        }
      },
    },
  },
  {
    name: 'ended-with-1001',
    does: 'closes the connection of an ended session with 1001',
    breaks: ['llming/lifecycle/ended-session-gone'],
    wire: { close: close => (close.code === 1000 ? { ...close, code: 1001 } : close) },
  },
  {
    name: 'ended-session-reconnects',
    does: 'keeps an ended session',
    breaks: ['llming/lifecycle/ended-session-gone'],
    parts: {
      SessionRegistry: class extends parts.SessionRegistry {
        override end(session: Session): void {
          super.end(session)
          this.add(session)
        }
      },
    },
  },
  {
    name: 'revoked-socket-left-open',
    does: 'forgets a revoked session without closing its connection',
    breaks: ['llming/lifecycle/revoked-socket-closed'],
    parts: {
      SessionRegistry: class extends parts.SessionRegistry {
        override revoke({ userEmail }: { userEmail?: string }): string[] {
          const matching = this.all().filter(each => userEmail !== undefined && each.userEmail === userEmail)
          for (const session of matching) this.remove(session)
          return matching.map(({ id }) => id)
        }
      },
    },
  },
  {
    name: 'revokes-all',
    does: 'revokes every session when it is given no criterion',
    breaks: ['llming/lifecycle/revoke-needs-criteria'],
    parts: {
      SessionRegistry: class extends parts.SessionRegistry {
        override revoke(criteria: { userEmail?: string }): string[] {
          if (criteria.userEmail !== undefined) return super.revoke(criteria)
          return this.all().map(session => {
            this.end(session)
            return session.id
          })
        }
      },
    },
  },
]

const transferring: Defect[] = [
  {
    name: 'script-as-text',
    does: 'serves the client script as plain text',
    breaks: ['llming/transferring/client-file-served'],
    wire: {
      async fetch(request, pass) {
        const response = await pass(request)
        if (!path(request).endsWith('.js') || response?.status !== 200) return response
        return new Response(await response.text(), { headers: { 'Content-Type': 'text/plain' } })
      },
    },
  },
  {
    name: 'folder-climbed',
    does: 'serves files outside the folder of the script',
    breaks: ['llming/transferring/no-path-escape'],
    wire: {
      fetch: async (request, pass) =>
        /(passwd|package\.json|pyproject\.toml)$/.test(path(request))
          ? new Response('root:x:0:0')
          : pass(request),
    },
  },
]

const isList = (where: string) => where === '/debug/sessions'
const isDetail = (where: string) => /^\/debug\/sessions\/[^/]+$/.test(where)
const isInjection = (where: string) => where.endsWith('/ws_send')

/** A request with one more header. */
function withHeader(request: Request, name: string, value: string): Request {
  const headers = new Headers(request.headers)
  headers.set(name, value)
  const { url, method } = request
  const bodied = method !== 'GET'
  const text = () => request.text()
  return Object.assign(new Request(url, { method, headers, ...(bodied ? { body: ' ' } : {}) }), { text })
}

const debugging: Defect[] = [
  {
    name: 'key-by-prefix',
    does: 'accepts a debug key that begins like the right one',
    breaks: ['llming/debugging/key-required'],
    parts: {
      AccessGate: class extends parts.AccessGate {
        override refusal(headers: Headers, peer: Peer): Refusal | undefined {
          const [given, key] = [headers.get('x-debug-key') ?? '', this.options.key() ?? '']
          if (!key || !given.startsWith(key)) return super.refusal(headers, peer)
          return super.refusal(new Headers({ ...Object.fromEntries(headers), 'x-debug-key': key }), peer)
        }
      },
    },
  },
  {
    name: 'address-before-key',
    does: 'looks at the address before the key',
    breaks: ['llming/debugging/key-required'],
    parts: {
      AccessGate: class extends parts.AccessGate {
        override refusal(headers: Headers, peer: Peer): Refusal | undefined {
          return this.addressRefusal(this.clientAddress(headers, peer)) ?? super.refusal(headers, peer)
        }
      },
    },
  },
  {
    name: 'open-without-key',
    does: 'opens the debug surface to everybody when no key is configured',
    breaks: ['llming/debugging/unconfigured-refused'],
    parts: {
      AccessGate: class extends parts.AccessGate {
        override refusal(headers: Headers, peer: Peer): Refusal | undefined {
          return this.options.key() ? super.refusal(headers, peer) : undefined
        }
      },
    },
  },
  {
    name: 'any-address',
    does: 'allows every address',
    breaks: ['llming/debugging/ip-allow-list'],
    parts: {
      AccessGate: class extends parts.AccessGate {
        protected override isAllowed(): boolean {
          return true
        }
      },
    },
  },
  {
    name: 'all-of-172-allowed',
    does: 'allows 172.0.0.0/8 instead of 172.16.0.0/12',
    breaks: ['llming/debugging/ip-allow-list'],
    parts: {
      AccessGate: class extends parts.AccessGate {
        protected override isAllowed(address: string, family: number): boolean {
          return address.startsWith('172.') || super.isAllowed(address, family)
        }
      },
    },
  },
  {
    name: 'everybody-is-a-proxy',
    does: 'believes `X-Forwarded-For` from anybody',
    breaks: ['llming/debugging/forwarded-for-trusted-only'],
    parts: {
      AccessGate: class extends parts.AccessGate {
        protected override clientAddress(headers: Headers, peer: Peer): string | undefined {
          return (
            headers.get('x-forwarded-for')?.split(',').at(-1)?.trim() || super.clientAddress(headers, peer)
          )
        }
      },
    },
  },
  {
    name: 'first-forwarded-address',
    does: 'takes the first element of `X-Forwarded-For`',
    breaks: ['llming/debugging/forwarded-for-not-spoofable'],
    parts: {
      AccessGate: class extends parts.AccessGate {
        protected override clientAddress(headers: Headers, peer: Peer): string | undefined {
          const [first] = (headers.get('x-forwarded-for') ?? '').split(',')
          const believed = new Headers({ 'x-forwarded-for': first?.trim() ?? '' })
          return super.clientAddress(first === undefined ? headers : believed, peer)
        }
      },
    },
  },
  {
    name: 'no-ipv6',
    does: 'allows no IPv6 address',
    breaks: ['llming/debugging/ipv6-judged-like-ipv4'],
    parts: {
      AccessGate: class extends parts.AccessGate {
        protected override isAllowed(address: string, family: number): boolean {
          return family === 4 && super.isAllowed(address, family)
        }
      },
    },
  },
  {
    name: 'short-ids-in-list',
    does: 'shortens the ids in the session list',
    breaks: ['llming/debugging/session-list'],
    wire: responses(isList, (_status, body) => ({
      body: {
        ...body,
        sessions: ((body.sessions ?? []) as JsonObject[]).map(session => ({
          ...session,
          session_id: String(session.session_id).slice(0, 8),
        })),
      },
    })),
  },
  {
    name: 'detail-without-email',
    does: "leaves the e-mail out of a session's detail",
    breaks: ['llming/debugging/session-detail'],
    wire: responses(isDetail, (_status, { user_email: _, ...body }) => ({ body })),
  },
  {
    name: 'reading-is-activity',
    does: 'counts the reading of a session as its activity',
    breaks: ['llming/debugging/reading-does-not-extend-life'],
    parts: {
      SessionRegistry: class extends parts.SessionRegistry {
        override idleSeconds(session: Session): number {
          const seconds = super.idleSeconds(session)
          session.touch()
          return seconds
        }
      },
    },
  },
  {
    name: 'injection-only-acknowledged',
    does: 'answers an injection without running it',
    breaks: ['llming/debugging/inject-runs-handler'],
    wire: {
      async fetch(request, pass) {
        if (!isInjection(path(request))) return pass(request)
        const response = await pass(
          new Request(request.url, { method: 'POST', headers: request.headers, body: '{}' }),
        )
        const { type } = parseJsonObject(await request.text()) ?? {}
        return response?.status === 200
          ? ok({ ok: true, forwarded: typeof type === 'string' ? type : '' })
          : response
      },
    },
  },
  {
    name: 'injection-into-the-void',
    does: 'answers an injection into an unknown session with success',
    breaks: ['llming/debugging/inject-refusals'],
    wire: responses(isInjection, status =>
      status === 404 ? { status: 200, body: { ok: true, forwarded: '' } } : undefined,
    ),
  },
  {
    name: 'bad-injection-accepted',
    does: 'takes an injection that is no object for an empty one',
    breaks: ['llming/debugging/inject-bad-body-4xx'],
    wire: responses(isInjection, status =>
      status === 422 ? { status: 200, body: { ok: true, forwarded: '' } } : undefined,
    ),
  },
  {
    name: 'injection-always-ok',
    does: 'reports every injection as a success',
    breaks: ['llming/debugging/inject-reports-outcome'],
    wire: responses(isInjection, (status, { forwarded }) =>
      status === 200 ? { body: { ok: true, forwarded } } : undefined,
    ),
  },
  {
    name: 'routes-over-http',
    does: 'offers the routes of the WebSocket as commands',
    breaks: ['llming/debugging/surfaces-separate'],
    wire: {
      fetch: async (request, pass) =>
        path(request).endsWith('/windows.list') ? ok({ windows: [1, 2] }) : pass(request),
    },
  },
  {
    name: 'commands-over-websocket',
    does: 'answers debug commands on the WebSocket',
    breaks: ['llming/debugging/surfaces-separate'],
    parts: {
      Controller: class extends parts.Controller {
        override async handleMessage(message: JsonObject, origin: Connection | undefined): Promise<Outcome> {
          if (message.type === 'ping')
            this.sendOn(origin, { type: 'ping', pong: true, _req_id: message._req_id })
          return super.handleMessage(message, origin)
        }
      },
    },
  },
  {
    name: 'any-method',
    does: 'runs a command by any method',
    breaks: ['llming/debugging/command-endpoint'],
    wire: responses(
      where => where === '/debug/ping',
      status => (status === 405 ? { status: 200, body: { pong: true } } : undefined),
    ),
  },
  {
    name: 'current-is-the-first',
    does: 'takes the first session for the current one',
    breaks: ['llming/debugging/command-acts-on-session', 'llming/mcp/call-runs-command'],
    parts: {
      SessionRegistry: class extends parts.SessionRegistry {
        override mostRecentlyActive(): Session | undefined {
          return this.all()[0]
        }
      },
    },
  },
  {
    name: 'refusals-without-detail',
    does: 'names the text of a refusal "error"',
    breaks: ['llming/debugging/command-refusals'],
    wire: responses(
      where => /whereami|need_ws|custom|fail/.test(where),
      (status, { detail }) => (status >= 400 ? { body: { error: detail } } : undefined),
    ),
  },
  {
    name: 'crash-told',
    does: "tells a crashed command's exception to the caller",
    breaks: ['llming/debugging/command-crash-not-leaked'],
    parts: {
      CommandRunner: class extends parts.CommandRunner {
        override async run(
          ...args: Parameters<InstanceType<typeof parts.CommandRunner>['run']>
        ): Promise<unknown> {
          try {
            return await super.run(...args)
          } catch (error) {
            throw error instanceof CommandError ? error : new CommandError(500, (error as Error).message)
          }
        }
      },
    },
  },
  {
    name: 'parameters-unconverted',
    does: 'does not convert parameters from the query',
    breaks: ['llming/debugging/command-parameters-bound'],
    parts: {
      CommandRunner: class extends parts.CommandRunner {
        protected override bind(command: Command, values: JsonObject): JsonObject {
          return super.bind(command, values, false)
        }
      },
    },
  },
  {
    name: 'bad-parameters-accepted',
    does: 'puts the default in the place of a bad parameter',
    breaks: ['llming/debugging/command-bad-parameter-4xx'],
    parts: {
      CommandRunner: class extends parts.CommandRunner {
        protected override bind(command: Command, values: JsonObject, convert: boolean): JsonObject {
          try {
            return super.bind(command, values, convert)
          } catch {
            return { name: 'nobody', n: 1, flag: false }
          }
        }
      },
    },
  },
  {
    name: 'arguments-fill-context',
    does: 'lets arguments fill the injected values of a global command',
    breaks: ['llming/debugging/injected-not-overridable'],
    parts: {
      CommandRunner: class extends parts.CommandRunner {
        override run(command: Command, sessionId: string | undefined, values: JsonObject, convert: boolean) {
          if (command.scope === 'session') return super.run(command, sessionId, values, convert)
          const run = (args: JsonObject, context: CommandContext) =>
            command.run(args, {
              ...context,
              ...('session_id' in values ? { session: { id: values.session_id } } : {}),
            } as CommandContext)
          return super.run({ ...command, run }, sessionId, values, convert)
        }
      },
    },
  },
  {
    name: 'command-list-open',
    does: 'lists its commands without a key',
    breaks: ['llming/debugging/commands-protected'],
    wire: {
      fetch: (request, pass) =>
        pass(path(request) === '/debug/commands' ? withHeader(request, 'x-debug-key', 'dbg') : request),
    },
  },
  {
    name: 'commands-without-defaults',
    does: 'lists every parameter as required',
    breaks: ['llming/debugging/command-list'],
    wire: responses(
      where => where === '/debug/commands',
      (_status, { commands }) => ({
        body: {
          commands: ((commands ?? []) as { params: JsonObject[] }[]).map(command => ({
            ...command,
            params: command.params.map(param => ({ ...param, required: true, default: null })),
          })),
        },
      }),
    ),
  },
  {
    name: 'short-ids-in-command',
    does: 'shortens the ids that the command list_sessions returns',
    breaks: ['llming/debugging/list-sessions-ids-usable'],
    wire: responses(
      where => where === '/debug/list_sessions',
      (_status, body) => ({
        body: {
          ...body,
          sessions: ((body.sessions ?? []) as JsonObject[]).map(session => ({
            ...session,
            session_id: `${String(session.session_id).slice(0, 8)}...`,
          })),
        },
      }),
    ),
  },
]

/** An MCP surface whose tools are changed. */
function withTools(change: (tools: ToolSource) => Partial<ToolSource>) {
  return {
    McpSurface: class extends parts.McpSurface {
      protected override tools(): ToolSource {
        const tools = super.tools()
        return { ...tools, ...change(tools) }
      }
    },
  }
}

const mcp: Defect[] = [
  {
    name: 'stream-begins-otherwise',
    does: 'names the first event of the stream "ready"',
    breaks: ['llming/mcp/handshake'],
    wire: {
      async fetch(request, pass) {
        const response = await pass(request)
        if (path(request) !== '/mcp/sse' || !response?.body || response.status !== 200) return response
        const rename = new TransformStream<Uint8Array, Uint8Array>({
          transform(chunk, controller) {
            const text = new TextDecoder().decode(chunk).replace('event: endpoint', 'event: ready')
            controller.enqueue(new TextEncoder().encode(text))
          },
        })
        return new Response(response.body.pipeThrough(rename), { headers: response.headers })
      },
    },
  },
  {
    name: 'messages-without-key',
    does: 'takes messages for a stream without the key',
    breaks: ['llming/mcp/key-required'],
    wire: {
      fetch: (request, pass) =>
        pass(path(request).startsWith('/mcp/messages') ? withHeader(request, 'x-mcp-key', 'mk') : request),
    },
  },
  {
    name: 'mcp-from-anywhere',
    does: 'takes MCP requests from other machines',
    breaks: ['llming/mcp/key-required'],
    parts: {
      McpSurface: class extends parts.McpSurface {
        protected override refusal(headers: Headers) {
          return super.refusal(headers, { address: '127.0.0.1' })
        }
      },
    },
  },
  {
    name: 'tools-without-required',
    does: 'marks no parameter of a tool as required',
    breaks: ['llming/mcp/tools-equal-commands'],
    parts: withTools(tools => ({
      list: () =>
        tools
          .list()
          .map(tool => ({ ...tool, inputSchema: { ...(tool.inputSchema as object), required: [] } })),
    })),
  },
  {
    name: 'tool-results-wrapped',
    does: 'wraps the value of a tool call',
    breaks: ['llming/mcp/call-runs-command'],
    parts: withTools(tools => ({ call: async (name, args) => ({ result: await tools.call(name, args) }) })),
  },
  {
    name: 'tool-errors-as-text',
    does: 'reports a failed call as a bare text',
    breaks: ['llming/mcp/call-errors'],
    parts: withTools(tools => ({
      async call(name, args) {
        try {
          return await tools.call(name, args)
        } catch (error) {
          return `failed: ${(error as Error).message}`
        }
      },
    })),
  },
  {
    name: 'tool-errors-unflagged',
    does: 'does not flag failed calls',
    breaks: ['llming/mcp/errors-flagged'],
    parts: withTools(tools => ({
      async call(name, args) {
        try {
          return await tools.call(name, args)
        } catch (error) {
          if (error instanceof ToolError) return error.failure
          throw error
        }
      },
    })),
  },
]

/** The options of the stdio server with its output filtered line by line. */
function withOutput(options: BridgeOptions, keep: (line: string) => boolean): BridgeOptions {
  const lines = new PassThrough()
  const filter = new Transform({
    transform(chunk, _encoding, done) {
      done(
        null,
        String(chunk)
          .split(/(?<=\n)/)
          .filter(keep)
          .join(''),
      )
    },
  })
  lines.pipe(filter).pipe(options.stdout)
  return { ...options, stdout: lines }
}

/** The options of the stdio server with its requests changed. */
function withRequests(
  options: BridgeOptions,
  change: (url: URL, init: RequestInit) => RequestInit,
): BridgeOptions {
  return {
    ...options,
    fetch: (input, init = {}) => {
      const url = new URL(String(input))
      return fetch(url, change(url, init))
    },
  }
}

const stdio: Defect[] = [
  {
    name: 'banner-on-stdout',
    does: 'writes a banner to standard output',
    breaks: ['llming/mcp/handshake'],
    bridge(options, run) {
      options.stdout.write('llming-debug-stdio is ready\n')
      return run(options)
    },
  },
  {
    name: 'runs-without-key',
    does: 'ends with status 0 when the key is missing',
    breaks: ['llming/mcp/stdio-discovers-tools'],
    bridge: async (options, run) => (options.env.LLMING_DEBUG_KEY ? run(options) : 0),
  },
  {
    name: 'looks-only-once',
    does: 'looks for the app once only',
    breaks: ['llming/mcp/stdio-discovers-tools'],
    bridge: (options, run) => run({ ...options, stdioPollMs: 1e9 }),
  },
  {
    name: 'tools-unannounced',
    does: 'does not announce the tools that it has found',
    breaks: ['llming/mcp/stdio-announces-tools'],
    bridge: (options, run) => run(withOutput(options, line => !line.includes('list_changed'))),
  },
  {
    name: 'key-not-forwarded',
    does: 'leaves the key out of forwarded calls',
    breaks: ['llming/mcp/stdio-forwards-calls'],
    bridge: (options, run) =>
      run(
        withRequests(options, (url, init) => {
          if (url.pathname.endsWith('/commands')) return init
          return { ...init, headers: { 'content-type': 'application/json' } }
        }),
      ),
  },
  {
    name: 'session-id-lost',
    does: 'fills "unknown" into the path in the place of the session id',
    breaks: ['llming/mcp/stdio-session-id-honoured'],
    bridge: (options, run) =>
      run(
        withRequests(options, (url, init) => {
          url.pathname = url.pathname.replace(/(?<=\/(sessions|x)\/)[^/]+(?=\/)/, 'unknown')
          return init
        }),
      ),
  },
  {
    name: 'refused-key-unreported',
    does: 'says nothing when its key is refused',
    breaks: ['llming/mcp/stdio-unauthorised-reported'],
    bridge: (options, run) => run({ ...options, stderr: new PassThrough().resume() }),
  },
]

/** The faults that the checks of this profile must notice. */
export const defects: readonly Defect[] = [
  ...access,
  ...connecting,
  ...framing,
  ...routing,
  ...superseding,
  ...reconnecting,
  ...liveness,
  ...rateLimiting,
  ...lifecycle,
  ...transferring,
  ...debugging,
  ...mcp,
  ...stdio,
]
