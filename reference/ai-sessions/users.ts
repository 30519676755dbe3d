import type { Limits } from '../../schemas/ai-sessions/limits.ts'
import type { Clock } from '../core/clock.ts'
import { SlidingWindow } from '../core/sliding-window.ts'
import type { Credential } from './credentials.ts'
import type { ProfileBook } from './profiles.ts'
import { Refusal } from './refusal.ts'

/** Somebody who has registered, and all that is stored of him beside his sessions. */
export interface User {
  readonly id: string
  readonly registeredAt: string
  credential: Credential | undefined
  readonly profiles: ProfileBook
}

export interface UserBookOptions {
  clock: Clock
  limits: Limits
  /** Domains of e-mail addresses that may register. Absent: all. */
  allowedDomains?: readonly string[]
  makeProfiles(): ProfileBook
}

/** Who has registered. */
export class UserBook {
  protected readonly options: UserBookOptions
  protected readonly users = new Map<string, User>()
  /** Rates of each user, registered or not: who leaves and comes back is still the same. */
  readonly #registrations = new Map<string, SlidingWindow>()
  readonly #creations = new Map<string, SlidingWindow>()

  constructor(options: UserBookOptions) {
    this.options = options
  }

  /** @throws Refusal when his domain may not register, or he registers too often */
  register({ sub, email }: { sub: string; email?: string }): User {
    const known = this.users.get(sub)
    if (known) return known
    const { clock, limits, makeProfiles } = this.options
    this.mustBeAllowed(email)
    this.mustBeInTime(this.#registrations, sub, limits.registerPerMinute)
    const profiles = makeProfiles()
    const user: User = {
      id: sub,
      registeredAt: new Date(clock.now()).toISOString(),
      credential: undefined,
      profiles,
    }
    this.users.set(sub, user)
    return user
  }

  get(id: string): User | undefined {
    return this.users.get(id)
  }

  forget(user: User): void {
    this.users.delete(user.id)
  }

  /** @throws Refusal when he creates sessions too often */
  countCreation({ id }: User): void {
    this.mustBeInTime(this.#creations, id, this.options.limits.createPerMinute)
  }

  protected mustBeAllowed(email: string | undefined): void {
    const { allowedDomains } = this.options
    const domain = email?.slice(email.lastIndexOf('@') + 1).toLowerCase()
    if (allowedDomains && !(domain !== undefined && allowedDomains.includes(domain)))
      throw new Refusal('forbidden', 'this e-mail domain may not register')
  }

  protected mustBeInTime(windows: Map<string, SlidingWindow>, id: string, limit: number): void {
    const { clock, limits } = this.options
    const window = windows.get(id) ?? new SlidingWindow(limit, limits.rateWindowMs)
    windows.set(id, window)
    if (!window.admit(clock.now())) throw tooFast(window, clock.now())
  }
}

/** The refusal of a call that comes too soon after others. */
export function tooFast(window: SlidingWindow, now: number): Refusal {
  const seconds = Math.ceil(window.freeInMs(now) / 1000)
  return new Refusal('rate_limited', `too many calls; try again in ${seconds} s`, seconds)
}
