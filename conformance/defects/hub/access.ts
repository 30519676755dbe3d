import { decodeJwt, decodeProtectedHeader } from 'jose'
import type { UpgradeRequest } from '../../../reference/core/service.ts'
import type { AccountBook, NewAgent } from '../../../reference/hub/accounts.ts'
import type { Connection } from '../../../reference/hub/connection.ts'
import type { Identity } from '../../../reference/hub/gate.ts'
import { parts } from '../../../reference/hub/server.ts'
import type { AccountRow } from '../../../reference/hub/store.ts'
import type { Claims, User } from '../../../schemas/hub/index.ts'
import type { Defect } from '../defect.ts'
import { responses } from '../tamper.ts'

type HttpOptions = ConstructorParameters<typeof parts.HttpSurface>[0]

export const access: Defect[] = [
  {
    name: 'no-token-is-the-last-one',
    does: 'takes somebody without a token for whoever came last',
    breaks: ['hub/access/missing-token-refused'],
    wire: forgivingNoToken(),
  },
  {
    name: 'refused-after-the-upgrade',
    does: 'opens every WebSocket, and closes those with a bad token at once',
    breaks: [
      'hub/access/missing-token-refused',
      'hub/access/bad-token-refused',
      'hub/access/expired-token-refused',
      'hub/access/token-claims-checked',
      'hub/access/replaced-agent-token-refused',
      'hub/access/refusal-status-401',
    ],
    wire: {
      async upgrade(request, pass) {
        const taken = await pass(request)
        return taken instanceof Response && taken.status === 401 ? closing : taken
      },
    },
  },
  {
    name: 'signature-not-looked-at',
    does: 'believes the claims of every JWT',
    breaks: ['hub/access/bad-token-refused', 'hub/access/rest-token-required'],
    parts: {
      TokenAuthority: class extends parts.TokenAuthority {
        override async verify(token: string): Promise<Claims | undefined> {
          return (await super.verify(token)) ?? claimsIn(token)
        }
      },
    },
  },
  {
    name: 'algorithm-none',
    does: 'accepts a JWT that says itself that it is not signed',
    breaks: ['hub/access/bad-token-refused'],
    parts: {
      TokenAuthority: class extends parts.TokenAuthority {
        override async verify(token: string): Promise<Claims | undefined> {
          const claims = claimsIn(token)
          const unsigned = claims && decodeProtectedHeader(token).alg === 'none'
          return unsigned ? claims : super.verify(token)
        }
      },
    },
  },
  {
    name: 'tokens-live-for-ever',
    does: 'accepts a JWT after its end',
    breaks: ['hub/access/expired-token-refused', 'hub/access/rest-token-required'],
    parts: { TokenAuthority: verifyingAt((now, { exp }) => Math.min(now, exp - 1)) },
  },
  {
    name: 'tokens-begin-at-once',
    does: 'accepts a JWT before its beginning',
    breaks: ['hub/access/expired-token-refused'],
    parts: { TokenAuthority: verifyingAt((now, { nbf }) => Math.max(now, nbf ?? 0)) },
  },
  {
    name: 'any-issuer',
    does: 'accepts a JWT of any issuer',
    breaks: ['hub/access/token-claims-checked'],
    parts: {
      TokenAuthority: class extends parts.TokenAuthority {
        override async verify(token: string): Promise<Claims | undefined> {
          const issuer = claimsIn(token)?.iss ?? this.options.issuer
          return new parts.TokenAuthority({ ...this.options, issuer }).verify(token)
        }
      },
    },
  },
  {
    name: 'refusal-ends-another',
    does: 'takes a place from a user whom a refused token names',
    breaks: ['hub/access/refused-client-not-registered'],
    ...refusalEndsAnother(),
  },
  {
    name: 'refusal-as-400',
    does: 'refuses bad tokens with 400',
    breaks: ['hub/access/refusal-status-401'],
    wire: {
      async upgrade(request, pass) {
        const taken = await pass(request)
        return taken instanceof Response ? new Response(await taken.text(), { status: 400 }) : taken
      },
    },
  },
  {
    name: 'refusal-as-detail',
    does: 'calls the reason of a refusal `detail`',
    breaks: ['hub/access/refusal-status-401'],
    wire: responses(
      () => true,
      (status, { error }) => (status >= 400 ? { body: { detail: error } } : undefined),
    ),
  },
  {
    name: 'api-token-as-member',
    does: 'lets agents with an API token in as members',
    breaks: ['hub/access/agent-api-token-identity'],
    parts: {
      Gate: class extends parts.Gate {
        protected override agent(token: string): Identity | undefined {
          const agent = super.agent(token)
          return agent && { ...agent, role: 'MEMBER' }
        }
      },
    },
  },
  {
    name: 'api-tokens-made-up-fail',
    does: 'does not know the API tokens that it has made up',
    breaks: ['hub/access/agent-api-token-identity'],
    parts: {
      AccountBook: class extends parts.AccountBook {
        override agentOf(apiToken: string): Readonly<AccountRow> | undefined {
          return apiToken.startsWith('agt_') ? undefined : super.agentOf(apiToken)
        }
      },
    },
  },
  {
    name: 'api-tokens-never-die',
    does: 'goes on accepting an API token that was replaced',
    breaks: ['hub/access/replaced-agent-token-refused'],
    parts: {
      AccountBook: class extends parts.AccountBook {
        readonly #first = new Map<string, number>()
        override createAgent(agent: NewAgent): ReturnType<AccountBook['createAgent']> {
          const made = super.createAgent(agent)
          this.#first.set(made.apiToken, made.account.id)
          return made
        }
        override agentOf(apiToken: string): Readonly<AccountRow> | undefined {
          return super.agentOf(apiToken) ?? this.get(this.#first.get(apiToken) ?? 0)
        }
      },
    },
  },
  {
    name: 'expiry-looked-at-once',
    does: 'keeps a connection whose JWT expires',
    breaks: ['hub/access/dead-token-ends-socket'],
    parts: {
      Gate: class extends parts.Gate {
        override async user(token: string): Promise<Identity | undefined> {
          const user = await super.user(token)
          return user && { ...user, expiresAt: undefined }
        }
      },
    },
  },
  {
    name: 'replacing-ends-nothing',
    does: 'keeps a connection whose API token is replaced',
    breaks: ['hub/access/dead-token-ends-socket'],
    parts: {
      HttpSurface: class extends parts.HttpSurface {
        constructor(options: HttpOptions) {
          super({ ...options, onTokenReplaced: () => {} })
        }
      },
    },
  },
  {
    name: 'any-origin',
    does: 'opens for every page of a browser',
    breaks: ['hub/access/foreign-origin-refused'],
    parts: {
      Gate: class extends parts.Gate {
        override originAllowed(): boolean {
          return true
        }
      },
    },
  },
  {
    name: 'origin-by-its-beginning',
    does: 'takes an origin that begins like an allowed one for that',
    breaks: ['hub/access/foreign-origin-refused'],
    parts: {
      Gate: class extends parts.Gate {
        override originAllowed(request: UpgradeRequest): boolean {
          const origin = request.headers.get('origin') ?? ''
          const { allowedOrigins } = this.options
          return allowedOrigins.some(each => origin.startsWith(each)) || super.originAllowed(request)
        }
      },
    },
  },
  {
    name: 'api-tokens-over-http',
    does: 'accepts API tokens of agents over HTTP',
    breaks: ['hub/access/rest-token-required'],
    parts: {
      Gate: class extends parts.Gate {
        override async user(token: string): Promise<Identity | undefined> {
          return (await super.user(token)) ?? this.agent(token)
        }
      },
    },
  },
  {
    name: 'no-token-is-forbidden',
    does: 'answers 403 in place of 401',
    breaks: ['hub/access/rest-token-required', 'hub/access/refusal-status-401'],
    wire: responses(
      () => true,
      (status, body) => (status === 401 ? { status: 403, body } : undefined),
    ),
  },
  {
    name: 'everybody-is-an-administrator',
    does: 'lets everybody do what is for administrators',
    breaks: ['hub/access/admin-routes-guarded', 'hub/access/butler-agent-history-admin-only'],
    parts: {
      Gate: class extends parts.Gate {
        override isAdmin(): boolean {
          return true
        }
      },
    },
  },
  {
    name: 'refused-but-done',
    does: 'refuses to make an agent for a member, after it has been made',
    breaks: ['hub/access/admin-routes-guarded'],
    parts: {
      HttpSurface: class extends parts.HttpSurface {
        protected override mountAccounts(): void {
          this.app.post('/api/users/agents', this.user, async (c, next) => {
            const { username } = (await c.req.raw.clone().json()) as NewAgent
            if (c.var.user.role !== 'ADMIN') this.options.accounts.createAgent({ username })
            await next()
          })
          super.mountAccounts()
        }
      },
    },
  },
  {
    name: 'helpers-for-everybody',
    does: 'has helper routes for development that nobody guards',
    breaks: ['hub/access/admin-routes-guarded'],
    parts: {
      HttpSurface: class extends parts.HttpSurface {
        protected override mountAccounts(): void {
          this.app.get('/api/dev/mock/agent-token/:username', this.user, c => c.json({ token: 'agt_secret' }))
          super.mountAccounts()
        }
      },
    },
  },
  {
    name: 'butler-history-for-everybody',
    does: 'shows everybody what the butler and an agent have said',
    breaks: ['hub/access/butler-agent-history-admin-only'],
    parts: {
      HttpSurface: class extends parts.HttpSurface {
        protected override mountChat(): void {
          this.app.get('/api/chat/butler-agent/:agent', this.user, c => c.json([]))
          super.mountChat()
        }
      },
    },
  },
  {
    name: 'any-password',
    does: 'logs in with any password',
    breaks: ['hub/access/login-token-works'],
    parts: {
      AccountBook: class extends parts.AccountBook {
        override async login(username: string): Promise<Readonly<AccountRow> | undefined> {
          return this.store.find('username', username)[0]
        }
      },
    },
  },
  {
    name: 'login-of-another',
    does: "gives a login somebody else's token",
    breaks: ['hub/access/login-token-works'],
    parts: {
      HttpSurface: class extends parts.HttpSurface {
        constructor(options: HttpOptions) {
          const { tokens } = options
          const sign = (user: { id: number; role: string }) => tokens.sign({ ...user, id: user.id + 1 })
          super({ ...options, tokens: Object.assign(Object.create(tokens), { sign }) })
        }
      },
    },
  },
  {
    name: 'login-tells-names',
    does: 'says at a login whether it knows the name',
    breaks: ['hub/access/login-token-works'],
    parts: {
      HttpSurface: class extends parts.HttpSurface {
        protected override mountOpen(): void {
          this.app.post('/api/auth/login', async (c, next) => {
            const { username } = (await c.req.raw.clone().json()) as { username: string }
            const known = this.options.store.accounts.find('username', username).length > 0
            return known ? next() : c.json({ error: 'no such user' }, 401)
          })
          super.mountOpen()
        }
      },
    },
  },
  {
    name: 'api-tokens-in-lists',
    does: 'shows API tokens to everybody',
    breaks: ['hub/access/agent-token-hidden'],
    parts: {
      HttpSurface: class extends parts.HttpSurface {
        protected override describe(account: Readonly<AccountRow>): User {
          return { ...super.describe(account), ...(account.tokenHash ? { api_token: 'agt_secret' } : {}) }
        }
      },
    },
  },
]

/** A connection that is of no use. */
const closing = {
  opened: (socket: { close(code: number, reason: string): void }) => socket.close(1008, 'invalid token'),
  text() {},
  binary() {},
  closed() {},
}

function tokenOf({ url }: UpgradeRequest): string | null {
  return new URL(url).searchParams.get('token')
}

function forgivingNoToken(): Defect['wire'] {
  let last: string | undefined
  return {
    upgrade(request, pass) {
      const token = tokenOf(request)
      if (token) last = request.url
      return pass(token || !last ? request : { ...request, url: last })
    },
  }
}

function claimsIn(token: string): Claims | undefined {
  try {
    return decodeJwt<Claims>(token)
  } catch {
    return undefined
  }
}

/** Verifies tokens at another moment than now, in seconds. */
function verifyingAt(moment: (now: number, claims: Claims) => number) {
  return class extends parts.TokenAuthority {
    override async verify(token: string): Promise<Claims | undefined> {
      const { clock } = this.options
      const claims = claimsIn(token)
      if (!claims) return undefined
      const now = () => 1000 * moment(clock.now() / 1000, claims)
      return new parts.TokenAuthority({ ...this.options, clock: { now, after: clock.after } }).verify(token)
    }
  }
}

function refusalEndsAnother(): Pick<Defect, 'parts' | 'wire'> {
  const rosters = new Set<InstanceType<typeof parts.Roster>>()
  return {
    parts: {
      Roster: class extends parts.Roster {
        constructor() {
          super()
          rosters.add(this)
        }
      },
    },
    wire: {
      async upgrade(request, pass) {
        const taken = await pass(request)
        const userId = claimsIn(tokenOf(request) ?? '')?.user_id ?? 0
        if (taken instanceof Response)
          for (const roster of rosters) {
            const connection: Connection | undefined = roster.of(userId)
            if (connection) roster.leave(connection)
          }
        return taken
      },
    },
  }
}
