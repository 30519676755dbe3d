import { Semaphore } from './semaphore.ts'
import type { Instance } from './target/instance.ts'
import type { Trial } from './trial.ts'

const turns = new WeakMap<Instance, Semaphore>()

/** Waits until no other run uses what this target has only once, and keeps that until the run is over. */
export async function takeTurn(trial: Trial): Promise<void> {
  const turn = turns.get(trial.instance) ?? new Semaphore(1)
  turns.set(trial.instance, turn)
  await new Promise<void>(begun => {
    void turn.run(() => {
      begun()
      return new Promise<void>(over => trial.later(over))
    })
  })
}
