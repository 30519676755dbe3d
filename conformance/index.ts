/**
 * What a profile is written with, and what runs it.
 *
 * A profile is a {@link defineProfile} of a protocol, its requirements, a {@link Trial} of its own that knows how to
 * open a session, and {@link Check}s made by {@link checksFor}. {@link runProfile} tests a {@link Provider} with it;
 * the command line does no more than that.
 *
 * @packageDocumentation
 */
export {
  type Case,
  type Check,
  checksFor,
  Each,
  each,
  type LimitValues,
  type NamedCase,
} from './engine/check.ts'
export { Evidence, type Failure, NotApplicable, Unreached, Violation } from './engine/evidence.ts'
export * from './engine/match.ts'
export type { PlanOptions } from './engine/plan.ts'
export { defineProfile, type JudgedRequirement, type Profile } from './engine/profile.ts'
export { type RunOptions, type RunResult, runProfile } from './engine/runner.ts'
export { Socket } from './engine/socket.ts'
export type { Instance } from './engine/target/instance.ts'
export { type LaunchOptions, LaunchRefused, type Provider, Unreachable } from './engine/target/provider.ts'
export {
  defaultTolerance,
  type HttpOptions,
  type Tolerance,
  Trial,
  type TrialContext,
} from './engine/trial.ts'
export { type CloseSeen, type ReceivedFrame, WireSocket } from './engine/wire/wire-socket.ts'
