import { randomUUID } from 'node:crypto'
import type { Profile, ProfileChange, ProfileInput } from '../../schemas/ai-sessions/index.ts'
import type { Limits } from '../../schemas/ai-sessions/limits.ts'
import type { Clock } from '../core/clock.ts'
import { Refusal } from './refusal.ts'

/** What a new user finds. */
const firstProfiles: readonly ProfileInput[] = [
  { name: 'Default', allowed_tools: ['Read', 'Glob', 'Grep'] },
  { name: 'Full Permissions', permission_mode: 'bypassPermissions' },
]

export interface ProfileBookOptions {
  clock: Clock
  limits: Limits
}

/** The profiles of one user. Exactly one of them is the default. */
export class ProfileBook {
  protected readonly options: ProfileBookOptions
  protected readonly profiles = new Map<string, Profile>()

  constructor(options: ProfileBookOptions) {
    this.options = options
    for (const input of firstProfiles) this.add(input)
  }

  all(): Profile[] {
    return [...this.profiles.values()]
  }

  /** @throws Refusal when there is none of that id */
  get(id: string): Profile {
    const profile = this.profiles.get(id)
    if (!profile) throw new Refusal('not_found', 'there is no such profile')
    return profile
  }

  /** @throws Refusal when there are too many */
  add(input: ProfileInput): Profile {
    const { maxProfiles } = this.options.limits
    if (this.profiles.size >= maxProfiles)
      throw new Refusal('max_profiles', `a user has ${maxProfiles} profiles at most`)
    const now = this.now()
    const head = { id: randomUUID(), is_default: this.profiles.size === 0 }
    const profile: Profile = { ...input, ...head, created_at: now, updated_at: now }
    this.profiles.set(profile.id, profile)
    return profile
  }

  /** Changes what is given. @throws Refusal when there is none of that id */
  change(id: string, change: ProfileChange): Profile {
    const { created_at, is_default, ...members } = this.get(id)
    const profile: Profile = { ...members, ...change, id, is_default, created_at, updated_at: this.now() }
    this.profiles.set(id, profile)
    return profile
  }

  /** @throws Refusal when there is none of that id, or it is the default */
  remove(id: string): void {
    if (this.get(id).is_default) throw new Refusal('conflict', 'the default profile cannot be deleted')
    this.profiles.delete(id)
  }

  /** @throws Refusal when there is none of that id */
  makeDefault(id: string): Profile {
    const chosen = this.get(id)
    for (const profile of this.profiles.values()) profile.is_default = profile === chosen
    return chosen
  }

  protected now(): string {
    return new Date(this.options.clock.now()).toISOString()
  }
}
