import fc from 'fast-check'
import type { Trial } from './trial.ts'

/** Limits by name, as the target has them. */
export type LimitValues = Readonly<Record<string, number>>

/** Values that are all tried, one after another, where a generator might leave one out. */
export class Each<T> {
  /** The values, in the order in which they are tried. */
  readonly values: readonly T[]

  constructor(values: readonly T[]) {
    this.values = values
  }
}

/** A member of `given` for which every one of these values is tried. */
export function each<const T>(...values: readonly T[]): Each<T> {
  return new Each(values)
}

/** One way to try a requirement. What it is given is generated; a counterexample is made small on the wire. */
export interface Case<T extends Trial = Trial, G = object> {
  /** Generators by name. Their values must have a JSON form, so that a counterexample can be kept. */
  given?: { readonly [K in keyof G]: fc.Arbitrary<G[K]> | Each<G[K]> }
  /** What the target must be launched with. Limits are wishes: a target that cannot be relaunched keeps its own. */
  settings?: Readonly<Record<string, unknown>>
  /** Limits are no wishes here: the case makes no sense, or costs too much, with others. */
  exactLimits?: true
  /** The server has no other sessions meanwhile, and is fresh at the start. */
  alone?: boolean
  /** It moves the time, by at most so many milliseconds in one run. With a virtual clock that implies `alone`. */
  time?: (limits: LimitValues) => number
  /**
   * A target that refuses to be launched with these settings does what the requirement asks for, provided that it can
   * be launched with the twin's.
   */
  mayRefuseLaunch?: { twin: Readonly<Record<string, unknown>> }
  /** The valid twin of the other cases, for a launch of its own: it may show a violation, but it proves nothing. */
  onlyTwin?: true
  /** It costs so much that one run has to do. */
  once?: boolean
  /**
   * One run. What it expects of the target is judged by the trial; what else it throws is a fault of the check itself,
   * and ends the command with status 4.
   */
  run(t: T, given: G): Promise<unknown>
}

/** A case of a check that has several, and its name in reports. */
export interface NamedCase {
  /** Empty for the only case of a check. */
  name: string
  /** What it tries. */
  body: Case<Trial, object>
}

/** The code that judges one requirement: one or more cases. */
export interface Check {
  /** The id of the requirement that it judges. */
  id: string
  /** At least one. */
  cases: readonly NamedCase[]
}

/**
 * The two words that a profile's behaviour files are written with, for its own kind of trial and its own ids: `check`
 * makes the {@link Check} of one requirement, `when` names a case of one that has several.
 */
export function checksFor<T extends Trial, Id extends string>() {
  /** A case of a check that has several. */
  function when<G>(name: string, body: Case<T, G>): NamedCase {
    return { name, body: body as Case<Trial, object> }
  }
  /** The check of one requirement. */
  function check<G>(id: Id, body: Case<T, G>): Check
  function check(id: Id, ...cases: NamedCase[]): Check
  function check<G>(id: Id, first: Case<T, G> | NamedCase, ...rest: NamedCase[]): Check {
    return { id, cases: 'body' in first ? [first, ...rest] : [when('', first), ...rest] }
  }
  return { check, when }
}

/** The generator of the part of a case's input that is not enumerated. */
export function generatorOf(body: Case<Trial, object>): fc.Arbitrary<object> {
  const generated = Object.entries(body.given ?? {}).filter(([, given]) => !(given instanceof Each))
  return fc.record(Object.fromEntries(generated) as Record<string, fc.Arbitrary<unknown>>)
}

/** The enumerated part of the input of one run. In every round each list moves on, at a pace of its own. */
export function enumerated(body: Case<Trial, object>, run: number): object {
  const lists = Object.entries(body.given ?? {}).filter((entry): entry is [string, Each<unknown>] => {
    return entry[1] instanceof Each
  })
  return Object.fromEntries(
    lists.map(([name, { values }], place) => {
      const round = Math.floor(run / values.length)
      return [name, values[(run + place * round) % values.length]]
    }),
  )
}
