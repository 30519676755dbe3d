import type { Entry } from '../engine/wire/transcript.ts'
import type { Paint } from './style.ts'

const laneWidth = 9
/** With more parties than this the lanes would leave no room for the text. */
const lanesAtMost = 7

/** A transcript as a sequence diagram: a lane for each party, the target on the right, the text beside it. */
export function drawDialogue(entries: readonly Entry[], paint: Paint): string[] {
  const parties = [...new Set(entries.filter(({ way }) => way !== 'note').map(({ party }) => party))]
  if (entries.length === 0) return []
  if (parties.length > lanesAtMost) return entries.map(entry => labelled(entry, paint))
  const head = [...parties, 'target'].map(party => party.padEnd(laneWidth)).join('')
  return [paint('dim', head.trimEnd()), ...entries.map(entry => drawEntry(entry, parties, paint))]
}

function drawEntry({ party, way, text, bad }: Entry, parties: readonly string[], paint: Paint): string {
  const lanes = (from: number, first: string, line: string, last: string) => {
    let drawn = ''
    for (let lane = 0; lane <= parties.length; lane++) {
      const within = lane >= from && from >= 0
      const mark = lane === parties.length ? last : lane === from ? first : within ? '┼' : '│'
      drawn += lane === parties.length ? mark : mark + (within ? line : ' ').repeat(laneWidth - 1)
    }
    return drawn
  }
  const from = parties.indexOf(party)
  if (way === 'note')
    return `${paint('dim', lanes(-1, '│', ' ', '│'))}  ${paint('italic', `${party}: ${text}`)}`
  const drawn = way === 'out' ? lanes(from, '├', '─', '▶') : lanes(from, '◀', '─', '┤')
  return `${paint('dim', drawn)}  ${text}${bad ? paint('yellow', '  (bad on purpose)') : ''}`
}

function labelled({ party, way, text, bad }: Entry, paint: Paint): string {
  const arrow = { out: '──▶', in: '◀──', note: '   ' }[way]
  return `${party.padEnd(8)} ${paint('dim', arrow)}  ${text}${bad ? '  (bad on purpose)' : ''}`
}
