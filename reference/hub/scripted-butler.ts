import type { Butler, Outcome } from './butler.ts'

/**
 * The butler that testers know by heart: `cmd AGENT_ID TEXT` has that agent commanded with TEXT, `fail` makes it fail,
 * and anything else is said back word by word.
 */
export const scriptedButler: Butler = async function* ({ text, from }, { command }) {
  if (text === 'fail') throw new Error('the scripted butler fails on purpose')
  const order = /^cmd (\d{1,15}) (.*)$/s.exec(text)
  if (!order) return yield* words(`You said: ${text}`)
  const [, agentId, its = ''] = order
  const outcome = await command({ agentId: Number(agentId), command: its, reason: `asked by ${from.name}` })
  yield* words(told(outcome))
}

function told(outcome: Outcome): string {
  const { agentName } = outcome
  switch (outcome.result) {
    case 'answered':
      return `${agentName} says: ${outcome.answer}`
    case 'rejected':
      return `The command for ${agentName} was rejected.`
    case 'timeout':
      return `${agentName} has not answered in time.`
    case 'not connected':
      return `${agentName} is not connected. Nothing was sent.`
  }
}

/** A text in pieces that join to the same text. */
function words(text: string): string[] {
  return text.match(/\s*\S+|\s+$/g) ?? [text]
}
