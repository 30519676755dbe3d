import { olderRevisions, protocols } from '../../schemas/index.ts'
import type { Protocol } from '../../schemas/protocol.ts'

/** Everything that is declared and generated from: the protocols, and the revisions of them that came before. */
export const declared: readonly Protocol[] = [...protocols, ...olderRevisions]

/** The folder of a protocol's files: its name, and for an older revision its number as well. */
export function folderOf(protocol: Protocol): string {
  return olderRevisions.includes(protocol) ? `${protocol.name}-revision-${protocol.revision}` : protocol.name
}
