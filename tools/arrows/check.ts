import { posix } from 'node:path'
import ts from 'typescript'
import { type Arrow, arrows, isTest, knowsAllProfiles, testArrows, wings } from './rules.ts'

/** An import that must not be. */
export interface ForbiddenImport {
  path: string
  line: number
  message: string
}

/**
 * Judges the imports of TypeScript files, type-only and dynamic ones included.
 *
 * @param files - source texts by path, relative to the root of the repository
 * @param profiles - names of the profiles, which are names of folders too
 */
export function forbiddenImports(
  files: ReadonlyMap<string, string>,
  profiles: readonly string[],
): ForbiddenImport[] {
  return [...files].flatMap(([path, source]) =>
    importsOf(path, source).flatMap(({ target, line }) => {
      const message = objection(path, target, profiles)
      return message === undefined ? [] : [{ path, line, message: `imports ${target}: ${message}` }]
    }),
  )
}

/** The files of the repository that a file imports. Packages are of no interest here, save for our own. */
function importsOf(path: string, source: string): { target: string; line: number }[] {
  return ts.preProcessFile(source, true, true).importedFiles.flatMap(({ fileName, pos }) => {
    const own = /^agentwire\/(.*)$/.exec(fileName)?.[1]
    if (own === undefined && !fileName.startsWith('.')) return []
    const target = own ?? posix.join(posix.dirname(path), fileName)
    return [{ target, line: source.slice(0, pos).split('\n').length }]
  })
}

/** Why a file must not import another one, or nothing. */
function objection(from: string, to: string, profiles: readonly string[]): string | undefined {
  const [own, other] = [wingOf(from), wingOf(to)]
  const tests = isTest(from)
  if (isTest(to) && !tests) return 'it belongs to the tests'
  if (own !== other) {
    if (other === undefined) return `it is in none of ${wings.join(', ')}`
    const allowed = tests ? [...arrows, ...testArrows] : arrows
    const some = allowed.some(arrow => within(from, arrow.from) && within(to, arrow.to))
    if (!some) return `${own ?? 'this file'} may import ${targetsOf(own, other)}`
  }
  const [mine, theirs] = [profileOf(from, profiles), profileOf(to, profiles)]
  if (theirs === undefined || mine === theirs || (tests && (own === other || mine === undefined)))
    return undefined
  if (mine !== undefined) return `a file of the profile ${mine} may import no other profile`
  if (knowsAllProfiles.some(place => within(from, place))) return undefined
  return `it belongs to the profile ${theirs}, and only ${knowsAllProfiles.join(', ')} may import all profiles`
}

function wingOf(path: string): string | undefined {
  return wings.find(wing => within(path, wing))
}

function within(path: string, place: string): boolean {
  return place.endsWith('/') ? `${path}/`.startsWith(place) : path === place
}

/** The profile of a file: it stands in a folder of that name, or has the name itself. */
function profileOf(path: string, profiles: readonly string[]): string | undefined {
  const names = path.split('/').map(name => name.replace(/(\.test)?\.ts$/, ''))
  return profiles.find(profile => names.includes(profile))
}

/** What a wing may import, in words, with the exceptions that concern the wing that was to be imported. */
function targetsOf(own: string | undefined, other: string): string {
  if (own === undefined) return 'nothing'
  const general = arrows.filter(({ from }) => from === own).map(({ to }) => to)
  const exceptions = arrows.filter(({ from, to }) => from !== own && within(from, own) && to === other)
  const plain = general.length > 0 ? `only ${[own, ...general].join(', ')}` : `only ${own}`
  const meet = (arrow: Arrow) => `${arrow.from} because ${arrow.because}`
  return exceptions.length > 0
    ? `${plain}; it meets ${other} only in ${exceptions.map(meet).join(', ')}`
    : plain
}
