import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { memberOf } from '../../schemas/json.ts'
import { each } from '../engine/check.ts'
import { anyText, textMatching } from '../engine/match.ts'
import { check, type LlmingTrial, when } from './driver.ts'
import {
  hmac,
  nowS,
  signedText,
  type TokenKind,
  token,
  tokenKind,
  tokenValue,
  tokenVectors,
  withLastDigitChanged,
} from './tokens.ts'

/** Larger than the age of any token. */
const anyAge = { authMaxAgeS: 1e10, identityMaxAgeS: 1e10 }
/** Characters that a cookie's value may hold as they are. */
const cookieCharacters = [...'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-+*!$&()=:/']

/** Session and identity tokens, cookie names, and how a request is tied to a session. */
export const access = [
  check(
    'llming/access/token-format',
    when('a token that the target signs', {
      given: { kind: tokenKind, value: tokenValue },
      async run(t, { kind, value }) {
        const signed = await t.tokens.sign(kind, value)
        const [carried, ts, signature, ...rest] = signed.split('.')
        t.equal([carried, rest.length], [value, 0], 'the value and the number of further parts')
        t.equal(ts, textMatching(/^(0|[1-9]\d*)$/, 'whole seconds in decimal'), 'the timestamp')
        t.that(
          Math.abs(Number(ts) - nowS()) <= 5,
          'the timestamp is the time of signing',
          Number(ts) - nowS(),
        )
        t.equal(signature, hmac(t.tokens.secret, signedText(kind, value, ts ?? '')), 'the signature')
      },
    }),
    when('a token that the tester signs', {
      given: { kind: tokenKind, value: tokenValue },
      async run(t, { kind, value }) {
        const good = token(kind, value, nowS(), t.tokens.secret)
        t.equal(await t.tokens.named(kind, good), value, 'whom a token names that the tester has signed')
        const other = token(kind, value, nowS(), `${t.tokens.secret}-other`)
        t.equal(
          await t.tokens.named(kind, other),
          null,
          'whom a token names that was signed with another secret',
        )
        t.equal(
          await t.tokens.named(kind, withLastDigitChanged(good)),
          null,
          'whom a token with a changed digit names',
        )
      },
    }),
    ...['k', 's3cret-ключ'].map(secret =>
      when(`the token vectors of the secret ${secret}`, {
        settings: { secret },
        given: { vector: each(...tokenVectors.filter(each => each.secret === secret)) },
        async run(t, { vector: { kind, value, ts, signature } }) {
          // A vector from the future may be refused, on a machine whose clock is behind.
          if (ts > nowS()) return
          t.equal(
            await t.tokens.named(kind, `${value}.${ts}.${signature}`, anyAge),
            value,
            'whom the vector names',
          )
        },
      }),
    ),
  ),

  check('llming/access/tokens-expire', {
    given: { kind: tokenKind, value: tokenValue, beyondS: fc.integer({ min: 5, max: 100_000 }) },
    async run(t, { kind, value, beyondS }) {
      const limitS = t.limit(kind === 'auth' ? 'authTokenMaxAgeS' : 'identityTokenMaxAgeS')
      const aged = (ageS: number) => t.tokens.named(kind, token(kind, value, nowS() - ageS, t.tokens.secret))
      await t.refusing(async () => t.equal(await aged(limitS + beyondS), null, 'whom an expired token names'))
      await t.accepting(async () => {
        t.equal(await aged(limitS - 5), value, 'whom a token just within the limit names')
        t.equal(await aged(Math.floor(limitS / 2)), value, 'whom a token of half the limit names')
      })
    },
  }),

  check('llming/access/session-token-tamper-proof', {
    given: {
      value: tokenValue,
      how: each<'substitute' | 'insert' | 'delete'>('substitute', 'insert', 'delete'),
      at: fc.nat(200),
      character: each(...cookieCharacters),
    },
    async run(t, { value, how, at, character }) {
      const signed = await t.tokens.sign('auth', value)
      const place = at % signed.length
      const mutant = {
        substitute: () => replaceAt(signed, place, character),
        insert: () => signed.slice(0, place) + character + signed.slice(place),
        delete: () => signed.slice(0, place) + signed.slice(place + 1),
      }[how]()
      await t.twin('the unchanged token', async () =>
        t.equal(await t.tokens.named('auth', signed), value, 'whom it names'),
      )
      await t.refusing(async () =>
        t.equal(await t.tokens.named('auth', mutant), null, `whom a token names after "${how}"`),
      )
    },
  }),

  check(
    'llming/access/identity-token-tamper-proof',
    when('one character substituted', {
      given: { value: tokenValue, at: fc.nat(200), character: each(...cookieCharacters) },
      async run(t, { value, at, character }) {
        const signed = await t.tokens.sign('identity', value)
        const place = at % signed.length
        const mutant = replaceAt(signed, place, character)
        await t.twin('the unchanged token', async () =>
          t.equal(await t.tokens.named('identity', signed), value, 'whom it names'),
        )
        await namesNobody(t, mutant)
      },
    }),
    when('the timestamp spelt differently', {
      given: { value: tokenValue, spell: each('0$', '+$', '$.0', '$_', '00$', '-$') },
      async run(t, { value, spell }) {
        const [carried = '', ts = '', signature] = (await t.tokens.sign('identity', value)).split('.')
        const respelt = spell === '$_' ? `${ts.slice(0, -3)}_${ts.slice(-3)}` : spell.replace('$', ts)
        await namesNobody(t, `${carried}.${respelt}.${signature}`)
        await t.twin('as it was signed', async () =>
          t.equal(await t.tokens.named('identity', `${carried}.${ts}.${signature}`), value, 'whom it names'),
        )
      },
    }),
    when('its parts put together differently', {
      given: { value: tokenValue, ageS: each(0, 10_000_000) },
      async run(t, { value, ageS }) {
        const ts = nowS() - ageS
        const signature = hmac(t.tokens.secret, signedText('identity', value, ts))
        await namesNobody(t, `${value}:${ts}.${signature}`)
        await namesNobody(t, `id:${value}:${ts}.${signature}`)
        await t.twin('in the right order, fresh', async () =>
          t.equal(
            await t.tokens.named('identity', token('identity', value, nowS(), t.tokens.secret)),
            value,
            'whom it names',
          ),
        )
      },
    }),
  ),

  check('llming/access/tokens-domain-separated', {
    given: { kind: tokenKind, value: tokenValue },
    async run(t, { kind, value }) {
      const signed = await t.tokens.sign(kind, value)
      const other = kind === 'auth' ? 'identity' : 'auth'
      await t.refusing(async () =>
        t.equal(await t.tokens.named(other, signed), null, 'whom it names as the other kind'),
      )
      await t.twin('as its own kind', async () =>
        t.equal(await t.tokens.named(kind, signed), value, 'whom it names'),
      )
    },
  }),

  check('llming/access/legacy-token-refused', {
    given: { kind: tokenKind, value: tokenValue },
    async run(t, { kind, value }) {
      const legacy = `${value}.${hmac(t.tokens.secret, kind === 'auth' ? value : `id:${value}`)}`
      await t.refusing(async () =>
        t.equal(await t.tokens.named(kind, legacy), null, 'whom a token without a time names'),
      )
      await t.twin('a token of three parts', async () =>
        t.equal(
          await t.tokens.named(kind, token(kind, value, nowS(), t.tokens.secret)),
          value,
          'whom it names',
        ),
      )
    },
  }),

  check('llming/access/future-token-refused', {
    given: { kind: tokenKind, value: tokenValue, aheadS: fc.integer({ min: 60, max: 10 * 365 * 86_400 }) },
    async run(t, { kind, value, aheadS }) {
      const future = token(kind, value, nowS() + t.limit('tokenFutureSkewS') + aheadS, t.tokens.secret)
      await t.refusing(async () =>
        t.equal(await t.tokens.named(kind, future), null, 'whom a token from the future names'),
      )
      await t.twin('a token of now', async () =>
        t.equal(
          await t.tokens.named(kind, token(kind, value, nowS(), t.tokens.secret)),
          value,
          'whom it names',
        ),
      )
    },
  }),

  check('llming/access/malformed-token-refused', {
    given: {
      kind: tokenKind,
      value: tokenValue,
      form: each('empty', 'no dot', 'four parts', 'a word as time', 'a short signature', 'dots only'),
    },
    async run(t, { kind, value, form }) {
      const good = token(kind, value, nowS(), t.tokens.secret)
      const malformed = malform(form, kind, value, t.tokens.secret, good)
      const { status, json } = await t.tokens.whoamiWith(kind, malformed)
      await t.refusing(async () => {
        t.equal(status, 200, 'the status for a malformed token')
        t.equal(json, { auth: null, identity: null, resolved: null }, 'whom a malformed token names')
      })
      await t.twin('a well-formed one', async () =>
        t.equal(await t.tokens.named(kind, good), value, 'whom it names'),
      )
    },
  }),

  check(
    'llming/access/non-ascii-credential-refused',
    when('in a token', {
      given: { kind: tokenKind, value: tokenValue, at: fc.integer({ min: 0, max: 63 }) },
      async run(t, { kind, value, at }) {
        const good = token(kind, value, nowS(), t.tokens.secret)
        const place = good.length - 64 + at
        const { status, json } = await t.tokens.whoamiWith(
          kind,
          `${good.slice(0, place)}\u00e9${good.slice(place + 1)}`,
        )
        await t.refusing(async () => {
          t.that(status < 500, 'no server error', status)
          const named = (json ?? {}) as Record<string, unknown>
          t.equal(named[kind] ?? null, null, 'whom it names')
        })
        await t.twin('the ASCII token', async () =>
          t.equal(await t.tokens.named(kind, good), value, 'whom it names'),
        )
      },
    }),
    when('in the debug key', {
      alone: true,
      given: { suffix: each('\u00e9', '\u00ff', '\u0080') },
      async run(t, { suffix }) {
        const { status } = await t.debug.ask('GET', '/sessions', { key: `${t.debug.key}${suffix}` })
        await t.refusing(async () =>
          t.that(status === 401 || status === 400, 'a status of 401 or 400', status),
        )
        await t.twin('the right key', async () =>
          t.equal((await t.debug.ask('GET', '/sessions')).status, 200, 'status'),
        )
      },
    }),
    when('in the MCP key', {
      async run(t) {
        const refused = await t.mcp.openStream(`${t.mcp.key}\u00e9`)
        await t.refusing(async () =>
          t.that(refused.status === 401 || refused.status === 400, 'a status of 401 or 400', refused.status),
        )
        await t.twin('the right key', async () =>
          t.equal((await t.mcp.openStream(t.mcp.key)).status, 200, 'status'),
        )
      },
    }),
  ),

  check(
    'llming/access/cookie-names',
    ...[
      { appName: 'myapp', prefix: 'myapp' },
      { appName: 'my-app', prefix: 'my_app' },
      { appName: null, prefix: 'llming' },
    ].map(({ appName, prefix }) =>
      when(appName === null ? 'without an app name' : `for the app name ${appName}`, {
        settings: { appName },
        given: { kind: tokenKind, value: tokenValue },
        async run(t, { kind, value }) {
          const names = await t.control('cookieNames')
          const expected = {
            auth: `${prefix}_auth`,
            session: `${prefix}_session`,
            identity: `${prefix}_identity`,
          }
          t.equal(names, expected, 'the names of the cookies')
          const good = token(kind, value, nowS(), t.tokens.secret)
          await t.refusing(async () => {
            const { json } = await t.tokens.whoami({ Cookie: `otherapp_${kind}=${good}` })
            t.equal(json, { auth: null, identity: null, resolved: null }, "whom another app's cookie names")
          })
          await t.twin("the app's own cookie", async () =>
            t.equal(await t.tokens.named(kind, good), value, 'whom it names'),
          )
        },
      }),
    ),
  ),

  check(
    'llming/access/signing-needs-secret',
    when('without a secret', {
      settings: { secret: null },
      given: { kind: tokenKind, value: tokenValue },
      run: failsToSign,
    }),
    when('with one', {
      onlyTwin: true,
      given: { kind: tokenKind, value: tokenValue },
      run: signs,
    }),
  ),

  check(
    'llming/access/empty-secret-refused',
    when('an empty secret', {
      settings: { secret: '' },
      mayRefuseLaunch: { twin: { secret: 'x' } },
      given: { kind: tokenKind, value: tokenValue },
      run: failsToSign,
    }),
    when('a secret of one character', {
      settings: { secret: 'x' },
      onlyTwin: true,
      given: { kind: tokenKind, value: tokenValue },
      run: signs,
    }),
  ),

  check(
    'llming/access/request-resolves-to-session',
    when('by its token', {
      given: {
        carrier: each<Carrier>('cookie', 'bearer', 'session_id', 'sid'),
        page: each('whoami', 'elsewhere/whoami'),
      },
      async run(t, { carrier, page }) {
        const session = await t.session()
        const { headers, query } = carried(carrier, session.token, session.cookieName)
        const { json } = await t.tokens.whoami(headers, { query, page })
        t.equal(memberOf(json, 'resolved'), session.id, `the session of a request with a ${carrier}`)
      },
    }),
    when('not by anything else', {
      given: { carrier: each<Carrier>('cookie', 'bearer', 'session_id', 'sid') },
      async run(t, { carrier }) {
        const session = await t.session()
        const resolved = async (value: string | undefined) => {
          const { headers, query } =
            value === undefined ? { headers: {}, query: {} } : carried(carrier, value, session.cookieName)
          const { json } = await t.tokens.whoami(headers, { query })
          return memberOf(json, 'resolved')
        }
        const strange = randomUUID()
        await t.refusing(async () => {
          t.equal(await resolved(undefined), null, 'the session of a request without a token')
          t.equal(await resolved(withLastDigitChanged(session.token)), null, 'the session of a changed token')
          t.equal(await resolved(session.id), null, 'the session of a bare id')
          const unregistered = await t.tokens.sign('auth', strange)
          t.equal(await resolved(unregistered), null, 'the session of a token for no registered session')
        })
        await t.twin('the token itself', async () =>
          t.equal(await resolved(session.token), session.id, 'the session of the request'),
        )
      },
    }),
  ),

  check(
    'llming/access/generated-session-id-unguessable',
    when('two hundred of them', {
      once: true,
      async run(t) {
        const sessions = []
        for (let i = 0; i < 200; i++) sessions.push(await t.session())
        const ids = sessions.map(({ id }) => id)
        t.equal(new Set(ids).size, ids.length, 'number of different ids')
        for (const { id, token } of sessions) {
          t.equal(id, textMatching(/^[^.]{22,}$/, 'at least 22 characters and no dot'), 'a generated id')
          t.equal(await t.tokens.named('auth', token), id, 'whom its token names')
        }
        const fixed = constantPositions(ids)
        t.equal(fixed, [...fixed.keys()], 'positions that are the same in all ids, beyond a prefix')
        const length = Math.min(...ids.map(id => id.length)) - fixed.length
        const bits = length * Math.log2(new Set(ids.flatMap(id => [...id.slice(fixed.length)])).size)
        t.that(
          bits >= t.limit('sessionIdMinBits'),
          `room for ${t.limit('sessionIdMinBits')} random bits`,
          bits,
        )
      },
    }),
    when('one chosen by the tester', {
      onlyTwin: true,
      given: { id: fc.stringMatching(/^[A-Za-z0-9_-]{8,30}$/) },
      async run(t, { id }) {
        const chosen = `${id}-${randomUUID()}`
        t.equal((await t.session({ sessionId: chosen })).id, chosen, 'the id of the session')
      },
    }),
  ),

  check('llming/access/dotted-session-id-consistent', {
    given: { head: tokenValue, tail: tokenValue },
    async run(t, { head, tail }) {
      const unique = randomUUID()
      const { status, body } = await t.tryControl('createSession', { sessionId: `${head}.${tail}${unique}` })
      await t.refusing(async () => {
        const given = String(memberOf(body, 'token') ?? '')
        if (status === 200)
          t.equal(await t.tokens.named('auth', given), memberOf(body, 'sessionId'), 'whom its token names')
        else t.equal(status >= 400, true, 'whether a dotted id is refused')
      })
      await t.twin('an id without a dot', async () => {
        const sessionId = `${head}${tail}${unique}`
        const session = await t.session({ sessionId })
        t.equal(await t.tokens.named('auth', session.token), sessionId, 'whom its token names')
      })
    },
  }),

  check('llming/access/foreign-origin-refused', {
    given: {
      origin: each('https://evil.example', 'http://evil.example:8080', 'null'),
      own: each(false, true),
    },
    async run(t, { origin, own }) {
      const session = await t.session()
      const foreign = await session.dial({ Origin: origin })
      await t.refusing(async () => t.that(foreign.fate !== 'open', 'the handshake is refused', foreign.fate))
      await t.twin('with its own origin, or none', async () => {
        const socket = await session.dial(own ? { Origin: t.instance.url.origin } : {})
        t.equal(socket.fate, 'open', 'the connection')
        await socket.isServed()
      })
    },
  }),
]

/** A text with another character at one place: the given one, or a neighbour where that is there already. */
function replaceAt(text: string, place: number, character: string): string {
  const other = text[place] === character ? (character === 'a' ? 'b' : 'a') : character
  return text.slice(0, place) + other + text.slice(place + 1)
}

/** Neither as a session nor as an identity. */
async function namesNobody(t: LlmingTrial, text: string): Promise<void> {
  await t.refusing(async () => {
    for (const kind of ['auth', 'identity'] as const)
      t.equal(await t.tokens.named(kind, text), null, `whom the changed token names in the ${kind} cookie`)
  })
}

async function failsToSign(
  t: LlmingTrial,
  { kind, value }: { kind: TokenKind; value: string },
): Promise<void> {
  const { status, body } = await t.tryControl('sign', { kind, value })
  await t.refusing(async () => t.that(status >= 400, 'signing fails', [status, body]))
  await t.twin('what needs no secret works', async () =>
    t.equal((await t.control('cookieNames')).auth, anyText, 'the name of a cookie'),
  )
}

async function signs(t: LlmingTrial, { kind, value }: { kind: TokenKind; value: string }): Promise<void> {
  const signed = await t.tokens.sign(kind, value)
  t.equal(await t.tokens.named(kind, signed), value, 'whom the token names')
}

type Carrier = 'cookie' | 'bearer' | 'session_id' | 'sid'

function carried(carrier: Carrier, value: string, cookieName: string) {
  const none: Record<string, string> = {}
  if (carrier === 'cookie') return { headers: { Cookie: `${cookieName}=${value}` }, query: none }
  if (carrier === 'bearer') return { headers: { Authorization: `Bearer ${value}` }, query: none }
  return { headers: none, query: { [carrier]: value } }
}

function malform(form: string, kind: TokenKind, value: string, secret: string, good: string): string {
  const ts = nowS()
  switch (form) {
    case 'empty':
      return ''
    case 'no dot':
      return good.replaceAll('.', '')
    case 'four parts':
      return `${good}.${hmac(secret, good)}`
    case 'a word as time':
      return token(kind, value, 'soon', secret)
    case 'a short signature':
      return `${value}.${ts}.${hmac(secret, signedText(kind, value, ts)).slice(0, 32)}`
    default:
      return '..'
  }
}

/** The positions at which all texts have the same character. */
function constantPositions(texts: readonly string[]): number[] {
  const [first = ''] = texts
  return [...first].flatMap((character, index) =>
    texts.every(text => text[index] === character) ? [index] : [],
  )
}
