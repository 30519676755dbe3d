import fc from 'fast-check'
import type { Case } from '../engine/check.ts'
import { type Command, CommandScene } from './command.ts'
import type { HubTrial } from './driver.ts'

type Decider = 'admin' | 'requester' | 'agent'
/** `silent`: a decision without a word about approval, which is a no. `vague`: one that is no decision at all. */
type Word = 'yes' | 'no' | 'silent' | 'vague'

interface Decision {
  /** Number of the command, modulo how many there are. */
  about: number
  by: Decider
  says: Word
}

interface Given {
  commands: number
  decisions: Decision[]
}

/**
 * Several commands wait at once, and those who may decide and those who may not say all kinds of things about them in
 * any order. Only what the administrator has said counts, and of that only the first. It is one administrator: what
 * two of them say on two connections has no order.
 */
export const anyDecisions: Case<HubTrial, Given> = {
  alone: true,
  given: {
    commands: fc.integer({ min: 1, max: 3 }),
    decisions: fc.array(
      fc.record({
        about: fc.nat(2),
        by: fc.constantFrom<Decider>('admin', 'admin', 'requester', 'agent'),
        says: fc.constantFrom<Word>('yes', 'no', 'silent', 'vague'),
      }),
      { maxLength: 8 },
    ),
  },
  async run(t, given) {
    const scene = await CommandScene.open(t)
    const commands: Command[] = []
    for (let i = 0; i < given.commands; i++) commands.push(await scene.pending())
    const decisions = given.decisions.map(each => ({ ...each, about: each.about % given.commands }))
    for (const { about, by, says } of decisions)
      commands[about]?.decide({ yes: true, no: false, silent: undefined, vague: 'true' }[says], scene[by])
    for (const by of ['requester', 'agent'] as const) await scene[by].fence(scene.admin)
    await scene.twin()
    for (const [about, { copies }] of commands.entries()) {
      const own = decisions.filter(each => each.about === about)
      const expected = isApproved(own) ? 1 : 0
      await t.about(copies < expected ? 'hub/confirming/approved-command-delivered' : broken(own), async () =>
        t.equal(copies, expected, `how often a command is given after ${spoken(own)}`),
      )
    }
    scene.forget()
  },
}

function isApproved(decisions: readonly Decision[]): boolean {
  return decisions.find(counts)?.says === 'yes'
}

function counts({ by, says }: Decision): boolean {
  return by === 'admin' && says !== 'vague'
}

/** What is broken if a command is given too often after these decisions. */
function broken(decisions: readonly Decision[]): string {
  if (decisions.filter(counts).length > 1) return 'hub/confirming/first-decision-final'
  if (decisions.some(({ by, says }) => by !== 'admin' && says === 'yes'))
    return 'hub/confirming/only-admins-decide'
  if (decisions.some(({ says }) => says === 'vague' || says === 'silent'))
    return 'hub/confirming/only-true-approves'
  return 'hub/confirming/undecided-command-withheld'
}

function spoken(decisions: readonly Decision[]): string {
  return decisions.map(({ by, says }) => `${says} of ${by}`).join(', ') || 'no decision'
}
