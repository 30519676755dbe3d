import { randomUUID } from 'node:crypto'
import { isJsonObject, type JsonObject, memberOf } from '../../schemas/json.ts'
import type { IdOf } from '../../spec/registry.ts'
import { checksFor } from '../engine/check.ts'
import { Unreached } from '../engine/evidence.ts'
import { show } from '../engine/match.ts'
import type { Instance } from '../engine/target/instance.ts'
import { type HttpOptions, Trial } from '../engine/trial.ts'
import { takeTurn } from '../engine/turns.ts'
import type { HttpAnswer } from '../engine/wire/http.ts'
import type { AgentSession } from './session.ts'
import { rankOf } from './session.ts'
import type { SessionSocket } from './session-socket.ts'
import { User, type UserDetails } from './user.ts'

/** So much of a secret may be shown: its beginning says only of what kind it is. */
const prefixLength = 'sk-ant-'.length
const tellingLength = 12

/** Users who may create sessions, and how many more each of them may have. One run after the other uses them. */
const shared = new WeakMap<Instance, { details: Omit<UserDetails, 'name'>; left: number }[]>()

/** How many of the tokens of a config have been used, and how many one run uses at most. */
const taken = new WeakMap<Instance, number>()
const tokensInRun = 3

/** One run against a service of hosted sessions: its users, and what they have seen. */
export class AiTrial extends Trial {
  readonly #secrets: string[] = []
  readonly #ranks = new Map<string, number>()
  #tokens: Promise<string[]> | undefined
  #users = 0
  #markers = 0

  /** Somebody who is not registered. */
  async stranger(details: JsonObject = {}): Promise<User> {
    if (!this.instance.operations.has('createUser')) return this.#namedStranger()
    const { user: id, token } = await this.control('createUser', details)
    if (typeof id !== 'string' || typeof token !== 'string')
      throw new Unreached(`the target gave no token of a user, but ${show({ id, token })}`)
    return this.#userWith(id, token)
  }

  /** Somebody of a domain that may not register. */
  foreigner(): Promise<User> {
    this.need('foreignDomain')
    return this.stranger({ domain: 'foreign' })
  }

  /** A token of a user that is not valid any more. */
  async expiredToken({ id, name }: User): Promise<string> {
    this.need('expiredToken')
    const { token } = await this.control('createUser', { user: id, expired: true })
    if (typeof token !== 'string') throw new Unreached(`the target gave no token, but ${show(token)}`)
    this.hide(token, `expired token of ${name}`)
    return token
  }

  /** A token with another first character of its signature, or of itself if it has none. */
  changed({ token, name }: User): string {
    const place = token.lastIndexOf('.') + 1
    const other = token.slice(0, place) + (token[place] === 'A' ? 'B' : 'A') + token.slice(place + 1)
    this.hide(other, `changed token of ${name}`)
    return other
  }

  /** The code that the stand-in for OAuth takes. */
  get oauthCode(): string {
    return String(this.instance.settings.oauthCode ?? 'good-code')
  }

  /** Somebody who is registered, and has no credentials. */
  async member(): Promise<User> {
    const user = await this.stranger()
    await user.register()
    return user
  }

  /** Somebody who may create sessions. */
  async user(): Promise<User> {
    const user = await this.member()
    await user.storeKey()
    return user
  }

  /**
   * A running session, for a run that asks nothing about its user: he may have sessions of other runs as well, as many
   * as his limits admit.
   */
  async session(): Promise<AgentSession> {
    const users = shared.get(this.instance) ?? []
    shared.set(this.instance, users)
    const [known] = users
    if (known) {
      if (--known.left === 0) users.shift()
      return new User(this, { ...known.details, name: this.#newName() }).session()
    }
    const user = await this.user()
    const session = await user.session()
    // Whoever the config names is taken off before another run.
    if (this.#tokens) return session
    const left = Math.min(this.limit('maxSessions'), this.limit('createPerMinute')) - 1
    if (left > 0) users.push({ details: { id: user.id, token: user.token, key: user.key }, left })
    return session
  }

  /** An open connection to such a session. */
  async attached(): Promise<SessionSocket> {
    return (await this.session()).connect()
  }

  /** A text that nothing else in this run contains. */
  newMarker(): string {
    return `m${++this.#markers}-${randomUUID().slice(0, 8)}`
  }

  /** From now on it is a breach to show so much of this that it can be recognized. */
  keepSecret(secret: string, name: string): void {
    this.hide(secret, name)
    this.#secrets.push(secret)
  }

  /** Whether a text holds so much of a secret that it can be recognized. */
  shows(text: string, secret: string): boolean {
    const telling = secret
      .slice(prefixLength)
      .replace(/^api03-/, '')
      .slice(0, tellingLength)
    return text.includes(telling)
  }

  /** Judges each text that comes from the service: it must not give away a secret. */
  watchText(text: string): void {
    for (const secret of this.#secrets) {
      if (!this.shows(text, secret)) continue
      this.evidence.violate('ai-sessions/access/key-never-returned', {
        message: 'a stored key is shown',
        expected: `no text with more of the key than its first ${prefixLength} characters`,
        received: text,
      })
    }
  }

  override async ask(method: string, path: string, options: HttpOptions = {}): Promise<HttpAnswer> {
    const answer = await super.ask(method, path, options)
    this.watchText(answer.text)
    this.#watchStatus(memberOf(answer.json, 'session'))
    const sessions = memberOf(answer.json, 'sessions')
    if (Array.isArray(sessions)) for (const session of sessions) this.#watchStatus(session)
    return answer
  }

  override unsolicited(frame: unknown): string {
    switch (memberOf(frame, 'type')) {
      case 'result':
        return 'ai-sessions/lifecycle/turn-ends-with-result'
      case 'session_end':
        return 'ai-sessions/lifecycle/one-session-end'
      case 'assistant':
      case 'tool_use':
      case 'tool_result':
        return 'ai-sessions/routing/frames-stay-in-session'
      case 'upload_url':
      case 'download_url':
        return 'ai-sessions/transferring/ws-request-id-returned'
      default:
        return super.unsolicited(frame)
    }
  }

  /** One of those whom the config names, as if the service had never seen him. */
  async #namedStranger(): Promise<User> {
    this.#tokens ??= this.#takeTokens()
    const tokens = await this.#tokens
    const token = tokens.shift()
    if (token === undefined) return this.leaveOut('"settings.tokens" names too few users')
    const user = this.#userWith(token, token)
    await this.arrange('the user is taken off', () => user.ask('DELETE', '/v1/register'))
    return user
  }

  /** The tokens of the config. In each run others come first, since users have rates. */
  async #takeTokens(): Promise<string[]> {
    const { tokens } = this.instance.settings
    if (!Array.isArray(tokens))
      return this.leaveOut('the target names no users: neither its control API nor "settings.tokens"')
    await takeTurn(this)
    const first = (taken.get(this.instance) ?? 0) % tokens.length
    taken.set(this.instance, first + tokensInRun)
    return [...tokens.slice(first), ...tokens.slice(0, first)].map(String)
  }

  #userWith(id: string, token: string): User {
    const key = String(this.instance.settings.apiKey ?? `sk-ant-api03-${randomUUID()}`)
    return new User(this, { id, name: this.#newName(), token, key })
  }

  #newName(): string {
    return `user ${++this.#users}`
  }

  /** Judges each status that is seen of a session: none may go back. */
  #watchStatus(session: unknown): void {
    if (!isJsonObject(session) || typeof session.id !== 'string') return
    const { id, status } = session
    const rank = rankOf(status)
    if (rank === undefined) {
      this.note(`a session has the status ${show(status)}`)
      return
    }
    const before = this.#ranks.get(id) ?? 0
    if (rank < before)
      this.evidence.violate('ai-sessions/lifecycle/status-never-goes-back', {
        message: 'the status of a session goes back',
        expected: before === 2 ? 'a status that says that it is over' : 'running, or over',
        received: show(status),
      })
    this.#ranks.set(id, Math.max(rank, before))
  }
}

/** The words that this profile's checks are written with. */
export const { check, when } = checksFor<AiTrial, IdOf<'ai-sessions', 'server'>>()
