import type { CancelTimer, Clock } from '../core/clock.ts'

/** A command that an agent has been told. */
export interface Errand {
  streamId: string
  /** Absent once it has been given up. */
  resolve?: (answer: unknown) => void
  cancel: CancelTimer
}

/** An agent's answer, or that there was none in time. */
export type Answer = { payload: unknown } | 'timeout'

/**
 * What agents have been told to do and have not answered yet. An agent answers in the order in which it was told, so
 * a command that has been given up keeps its place for a while: its late answer must not pass for that of the next.
 */
export class Errands {
  protected readonly clock: Clock
  protected readonly timeoutMs: number
  readonly #byAgent = new Map<number, Errand[]>()

  constructor(clock: Clock, timeoutMs: number) {
    this.clock = clock
    this.timeoutMs = timeoutMs
  }

  /** Expects an answer. Call it before the agent is told, and the answer cannot come too early. */
  expect(agentId: number, streamId: string): Promise<Answer> {
    return new Promise(resolve => {
      const errand: Errand = {
        streamId,
        resolve: payload => resolve({ payload }),
        cancel: this.clock.after(this.timeoutMs, () => {
          errand.resolve = undefined
          errand.cancel = this.clock.after(this.timeoutMs, () => this.#remove(agentId, errand))
          resolve('timeout')
        }),
      }
      const errands = this.#byAgent.get(agentId)
      if (errands) errands.push(errand)
      else this.#byAgent.set(agentId, [errand])
    })
  }

  /** Takes what an agent has said to the butler for an answer: to the command that it names, else to the oldest. */
  answered(agentId: number, streamId: string | undefined, payload: unknown): void {
    const errand = this.find(this.#byAgent.get(agentId) ?? [], streamId)
    if (!errand) return
    errand.cancel()
    this.#remove(agentId, errand)
    errand.resolve?.(payload)
  }

  protected find(errands: readonly Errand[], streamId: string | undefined): Errand | undefined {
    return errands.find(errand => errand.streamId === streamId) ?? errands[0]
  }

  #remove(agentId: number, errand: Errand): void {
    const left = (this.#byAgent.get(agentId) ?? []).filter(each => each !== errand)
    if (left.length > 0) this.#byAgent.set(agentId, left)
    else this.#byAgent.delete(agentId)
  }
}
