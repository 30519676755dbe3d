import type { Profile } from './engine/profile.ts'
import { didYouMean, UsageError } from './engine/usage-error.ts'

/** All profiles by name, loaded when they are first needed. */
const loaders: Record<string, () => Promise<Profile>> = {
  llming: async () => (await import('./llming/index.ts')).profile,
  hub: async () => (await import('./hub/index.ts')).profile,
  'ai-sessions': async () => (await import('./ai-sessions/index.ts')).profile,
}

export const profileNames: readonly string[] = Object.keys(loaders)

/**
 * @param own - a profile that the user has brought along; it goes before ours
 * @throws UsageError when there is no profile of that name
 */
export async function loadProfile(name: string, own?: Profile): Promise<Profile> {
  if (own?.protocol.name === name) return own
  const load = loaders[name]
  if (load) return load()
  const known = own ? [own.protocol.name, ...profileNames] : profileNames
  throw new UsageError(`there is no profile "${name}".${didYouMean(name, known)} Known: ${known.join(', ')}`)
}
