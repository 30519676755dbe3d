import type { JsonObject } from '../../schemas/json.ts'

/** What an agent can do in the course of one turn. */
export interface Turn {
  /** Says something. */
  say(text: string): void
  /** Tells that a tool is used. Resolves to the id of the use. */
  useTool(name: string, input: JsonObject): string
  /** Tells what the tool has given. */
  toolResult(toolUseId: string, content: string): void
  /** Writes a file into the workspace. @throws Error when the path does not lie in it */
  write(path: string, text: string): Promise<void>
  /** Resolves when the time has passed. @throws Interrupted when the turn is interrupted before */
  sleep(ms: number): Promise<void>
  /** Ends the session from inside. */
  end(reason: string): void
  /** True as soon as the turn is over: by an interrupt, or with the session. */
  readonly over: boolean
}

/** How a turn has come to its end. */
export interface TurnResult {
  success: boolean
  summary: string
}

/** Whoever works behind the prompts of a session. */
export interface Agent {
  /** Does something about a prompt. An error that is thrown is a crash, and ends the session. */
  prompt(text: string, turn: Turn): Promise<TurnResult>
}

/** A turn was interrupted while its agent waited. */
export class Interrupted extends Error {}
