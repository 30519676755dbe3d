import { roles } from '../../schemas/hub/envelope.ts'

/** Whether a role is one that programs have. All others are human, the empty one too. */
export function isProgram(role: string | undefined): boolean {
  const plain = plainRole(role ?? '')
  return plain === 'AGENT' || plain === 'BUTLER'
}

/** A role without what makes no difference: case, and blanks around it. */
export function plainRole(role: string): string {
  return usual.has(role) ? role : role.trim().toUpperCase()
}

/** Asked for several times with each message, so the usual case is a look-up. */
const usual: ReadonlySet<string> = new Set(roles)
