import { parseJsonObject } from '../../schemas/json.ts'
import type { Agent, Turn, TurnResult } from './agent.ts'

/** Ends the turn without success. */
class Failed extends Error {}

type Command = (turn: Turn, rest: string) => void | Promise<void>

const commands: Readonly<Record<string, Command>> = {
  say: (turn, text) => turn.say(text),
  async count(turn, rest) {
    const [last = 0, pauseMs = 0] = rest.split(' ').map(Number)
    for (let i = 1; i <= last && !turn.over; i++) {
      if (i > 1 && pauseMs > 0) await turn.sleep(pauseMs)
      turn.say(String(i))
    }
  },
  tool(turn, rest) {
    const [name, json] = halves(rest)
    const id = turn.useTool(name, parseJsonObject(json) ?? {})
    turn.toolResult(id, `${name} has been used`)
  },
  write(turn, rest) {
    const [path, text] = halves(rest)
    return turn.write(path, text)
  },
  sleep: (turn, ms) => turn.sleep(Number(ms) || 0),
  fail(_turn, text) {
    throw new Failed(text)
  },
  end: (turn, reason) => turn.end(reason || 'completed'),
  crash() {
    throw new Error('the agent has crashed, as it was told to')
  },
}

/** An agent that does what each line of a prompt says. What is no command is said. */
export const scriptedAgent: Agent = {
  async prompt(text: string, turn: Turn): Promise<TurnResult> {
    try {
      for (const line of text.split('\n')) {
        if (turn.over) break
        const [word, rest] = halves(line)
        const command = Object.hasOwn(commands, word) ? commands[word] : undefined
        await (command ? command(turn, rest) : turn.say(line))
      }
      return { success: true, summary: 'done' }
    } catch (error) {
      if (error instanceof Failed) return { success: false, summary: error.message }
      throw error
    }
  },
}

/** The first word, and what follows the space behind it. */
function halves(line: string): [string, string] {
  const space = line.indexOf(' ')
  return space < 0 ? [line, ''] : [line.slice(0, space), line.slice(space + 1)]
}
