/** Who may import whom. A place is a folder, with a slash at its end, or a file. */
export interface Arrow {
  from: string
  to: string
  /** For an arrow that is an exception. */
  because?: string
}

/** The wings of the house. Inside its own wing a file may import what it likes, save for what is said of profiles. */
export const wings = ['spec/', 'schemas/', 'reference/', 'conformance/', 'tools/'] as const

/** The arrows between wings. There are no others. */
export const arrows: readonly Arrow[] = [
  { from: 'reference/', to: 'schemas/' },
  { from: 'conformance/', to: 'schemas/' },
  { from: 'conformance/', to: 'spec/' },
  { from: 'conformance/embedded/', to: 'reference/', because: 'it is the default target' },
  { from: 'conformance/defects/', to: 'reference/', because: 'a defect is put around the reference' },
  { from: 'conformance/self-proof.ts', to: 'reference/', because: 'it tries the defects' },
  { from: 'tools/', to: 'spec/' },
  { from: 'tools/', to: 'schemas/' },
  { from: 'tools/', to: 'reference/' },
  { from: 'tools/', to: 'conformance/' },
]

/** Files of the tests: they are not part of the package, and nothing else imports them. */
export function isTest(path: string): boolean {
  return path.endsWith('.test.ts') || path.includes('/testing/')
}

/** Further arrows that tests have. */
export const testArrows: readonly Arrow[] = [
  { from: 'conformance/', to: 'reference/', because: 'a test may start the reference' },
]

/**
 * Files that know all profiles by name. Any other file that belongs to no profile imports none, above all the engine;
 * and a file of one profile imports no other profile, wherever it stands. Tests are free in their own wing.
 */
export const knowsAllProfiles: readonly string[] = [
  'schemas/index.ts',
  'conformance/profiles.ts',
  'conformance/embedded/',
  'conformance/defects/',
  'tools/',
]
