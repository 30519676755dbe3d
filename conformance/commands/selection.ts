import type { Profile } from '../engine/profile.ts'
import { didYouMean, UsageError } from '../engine/usage-error.ts'

/**
 * Which requirements a list of globs asks for. `*` stands for anything within a part of the id, `**` for anything.
 *
 * @throws UsageError when a glob matches nothing: a run that judges nothing must not look like a success
 */
export function selection(globs: readonly string[], profiles: readonly Profile[]): (id: string) => boolean {
  const ids = profiles.flatMap(({ requirements }) => requirements.map(({ id }) => id))
  const patterns = globs.map(glob => {
    const pattern = new RegExp(
      `^${glob
        .split('**')
        .map(part => part.split('*').map(escapeRegExp).join('[^/]*'))
        .join('.*')}$`,
    )
    if (!ids.some(id => pattern.test(id)))
      throw new UsageError(`--only ${glob} matches no requirement.${didYouMean(glob, ids)}`)
    return pattern
  })
  return id => patterns.length === 0 || patterns.some(pattern => pattern.test(id))
}

function escapeRegExp(text: string): string {
  return text.replace(/[.+?^${}()|[\]\\]/g, '\\$&')
}
