import type { Defect } from '../../conformance/defects/defect.ts'
import { defectsOf } from '../../conformance/defects/index.ts'
import type { Check } from '../../conformance/engine/check.ts'
import { loadProfile } from '../../conformance/profiles.ts'
import { protocols } from '../../schemas/index.ts'
import type { ShapeVector } from '../../schemas/kit/vectors.ts'
import type { Protocol } from '../../schemas/protocol.ts'
import { specPages } from '../spec/pages.ts'
import type { Requirement } from '../spec/parse.ts'
import { type Excerpt, excerptsOf } from './excerpts.ts'
import { vectorsByShape } from './vectors.ts'

/** All that is known of one profile, gathered from the four wings. */
export interface Facts {
  name: string
  protocol: Protocol
  /** The page of the specification, as it stands in the repository. */
  markdown: string
  requirements: readonly Requirement[]
  checks: ReadonlyMap<string, Check>
  /** Where the code of each check stands, by the id of its requirement. */
  excerpts: ReadonlyMap<string, Excerpt>
  defects: readonly Defect[]
  /** The published vectors, by the path of the shape. */
  vectors: ReadonlyMap<string, readonly ShapeVector[]>
}

/**
 * The facts of every profile that has a page in `spec/`.
 *
 * @throws Error when a page has no protocol of its name, UsageError when there is no profile of that name
 */
export async function gatherFacts(root: string): Promise<Facts[]> {
  return Promise.all(
    specPages(root).map(async ({ markdown, page: { name, requirements } }) => {
      const protocol = protocols.find(each => each.name === name)
      if (!protocol) throw new Error(`spec/${name}.md: there is no protocol "${name}"`)
      const { checks } = await loadProfile(name)
      return {
        name,
        protocol,
        markdown,
        requirements,
        checks: new Map(checks.map(check => [check.id, check])),
        excerpts: excerptsOf(
          root,
          `conformance/${name}`,
          checks.map(({ id }) => id),
        ),
        defects: await defectsOf(name),
        vectors: vectorsByShape(root, protocol),
      }
    }),
  )
}

/** The second word of an id. */
export function behaviourOf(id: string): string {
  return id.split('/')[1] ?? ''
}

/** The third word of an id. */
export function slugOf(id: string): string {
  return id.split('/')[2] ?? ''
}

/** The behaviours that a profile has requirements for, in the order of its page. */
export function behavioursOf({ requirements }: Facts): string[] {
  return [...new Set(requirements.map(({ id }) => behaviourOf(id)))]
}

/** The things of a protocol that state a requirement's shape, by name. */
export function stating<T extends { requirement: readonly string[] }>(
  all: Readonly<Record<string, T>>,
  id: string,
): [string, T][] {
  return Object.entries(all).filter(([, { requirement }]) => requirement.includes(id))
}
