/**
 * What a profile of your own is written with; `conformance/README.md` shows how, from an empty file on.
 *
 * A profile is declared by {@link defineProfile}: the shapes of a protocol (`defineProtocol` of `agentwire/schemas`),
 * its requirements, a {@link Trial} that knows how to open a session, and {@link Check}s written with the words of
 * {@link checksFor}. `agentwire test` runs it when it is the `profile` of the config.
 *
 * @packageDocumentation
 */

/** The generators of fast-check, of the version that the kit runs them with. */
export { default as fc } from 'fast-check'
export {
  type Case,
  type Check,
  checksFor,
  Each,
  each,
  type LimitValues,
  type NamedCase,
} from './engine/check.ts'
export { type Failure, Unreached } from './engine/evidence.ts'
export { anyUnicode, jsonObject, jsonValue } from './engine/json-values.ts'
export {
  anyBoolean,
  anyText,
  anything,
  anyWholeNumber,
  difference,
  including,
  Matcher,
  nonEmptyText,
  oneOf,
  show,
  textMatching,
} from './engine/match.ts'
export { defineProfile, type JudgedRequirement, type Profile } from './engine/profile.ts'
export { Socket } from './engine/socket.ts'
export type { Bridge, Instance } from './engine/target/instance.ts'
export type { Tolerance } from './engine/tolerance.ts'
export {
  type ControlAnswer,
  type HttpOptions,
  Trial,
  type TrialContext,
} from './engine/trial.ts'
export type { FrameOptions } from './engine/wire/frames.ts'
export type { HttpAnswer, OpenAnswer } from './engine/wire/http.ts'
export type { RawExchange, RawResponse } from './engine/wire/raw-exchange.ts'
export type {
  CloseSeen,
  Handshake,
  ReceivedFrame,
  WireSocket,
} from './engine/wire/wire-socket.ts'
