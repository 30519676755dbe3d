import type { Peer } from '../../../reference/core/service.ts'
import { hmacHex } from '../../../reference/core/signing.ts'
import type { Refusal } from '../../../reference/llming/access-gate.ts'
import { AuthManager, type TokenKind } from '../../../reference/llming/auth.ts'
import { parts } from '../../../reference/llming/server.ts'
import type { Session, SessionDetails } from '../../../reference/llming/session.ts'
import type { Defect } from '../defect.ts'

export const access: Defect[] = [
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
