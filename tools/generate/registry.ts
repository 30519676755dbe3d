import { specPages } from '../spec/pages.ts'

/** The requirements of all pages as data, and their ids as types. */
export function registry(root: string): Map<string, string> {
  const requirements = specPages(root).flatMap(({ page }) =>
    page.requirements.map(({ line, ...rest }) => rest),
  )
  const idsOf = (role: string) =>
    requirements
      .filter(requirement => requirement.role === role)
      .map(({ id }) => `\n  | '${id}'`)
      .join('')
  const text = `// Generated from the pages beside it. To change it, change a page and run "npm run generate".

/** One normative sentence. */
export interface Requirement {
  id: RequirementId
  level: 'MUST' | 'SHOULD' | 'MAY'
  role: 'server' | 'client'
  /** The paragraph of the page, as plain text. */
  text: string
  revision?: number
  slow?: true
  destructive?: true
  /** Why no tester can judge it from outside. */
  untestable?: string
  /** Stated, but not judged yet. */
  unchecked?: true
}

export type RequirementId = ServerRequirementId | ClientRequirementId

/** The ids of one profile and role. */
export type IdOf<Profile extends string, Role extends 'server' | 'client'> = Extract<
  Role extends 'server' ? ServerRequirementId : ClientRequirementId,
  \`\${Profile}/\${string}\`
>

export const requirements: readonly Requirement[] = ${JSON.stringify(requirements, null, 2)}

export type ServerRequirementId =${idsOf('server')}

export type ClientRequirementId =${idsOf('client')}
`
  return new Map([['spec/registry.ts', text]])
}
