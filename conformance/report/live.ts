import type { Event } from '../../schemas/kit/events.ts'
import type { Paint } from './style.ts'

const barLength = 30
const redrawEveryMs = 100

/** Shows how far a run has come: a block that is redrawn on a terminal, a line now and then elsewhere. */
export class Progress {
  readonly #stream: NodeJS.WriteStream
  readonly #paint: Paint
  readonly #underWay = new Map<string, string>()
  readonly #finished = new Map<string, string>()
  #profile = ''
  readonly #planned = new Set<string>()
  #drawnLines = 0
  #drawnAt = Number.NEGATIVE_INFINITY
  #tenths = 0

  constructor(stream: NodeJS.WriteStream, paint: Paint) {
    this.#stream = stream
    this.#paint = paint
  }

  readonly take = (event: Event): void => {
    switch (event.event) {
      case 'run-started':
        this.#profile = event.profile
        this.#planned.clear()
        for (const id of event.requirements) this.#planned.add(id)
        this.#finished.clear()
        this.#tenths = 0
        break
      case 'requirement-started':
        this.#underWay.set(event.id, '')
        break
      case 'progress':
        this.#underWay.set(event.id, event.doing === 'running' ? `${event.runs}` : event.doing)
        break
      case 'requirement-finished':
        this.#underWay.delete(event.result.id)
        // A run may show what it was not asked for.
        this.#planned.add(event.result.id)
        this.#finished.set(event.result.id, event.result.verdict)
        break
      case 'target-died':
        this.#say(
          `the target died during ${event.during.join(', ')}${event.restarted ? '; restarting it' : ''}`,
        )
        break
      case 'run-finished':
        this.#erase()
        return
    }
    if (this.#stream.isTTY) this.#redraw()
    else this.#line()
  }

  #redraw(): void {
    const now = performance.now()
    if (now - this.#drawnAt < redrawEveryMs) return
    this.#drawnAt = now
    const share = this.#planned.size === 0 ? 1 : this.#finished.size / this.#planned.size
    const filled = Math.round(share * barLength)
    const bar = `${'━'.repeat(filled)}${this.#paint('dim', '━'.repeat(barLength - filled))}`
    const active = [...this.#underWay].slice(-4).map(([id, doing]) => this.#paint('dim', `  ${id} ${doing}`))
    const lines = [`${bar} ${this.#sum()}`, ...active].map(line => line.slice(0, this.#stream.columns + 20))
    this.#erase()
    this.#stream.write(`${lines.join('\n')}\n`)
    this.#drawnLines = lines.length
  }

  #erase(): void {
    if (this.#drawnLines > 0) this.#stream.write(`\u001b[${this.#drawnLines}A\u001b[0J`)
    this.#drawnLines = 0
  }

  #line(): void {
    const tenths = Math.floor((10 * this.#finished.size) / Math.max(1, this.#planned.size))
    if (tenths === this.#tenths) return
    this.#tenths = tenths
    this.#stream.write(`${this.#sum()}\n`)
  }

  #say(text: string): void {
    this.#erase()
    this.#stream.write(`${text}\n`)
  }

  #sum(): string {
    const verdicts = [...this.#finished.values()]
    const bad = ['fail', 'warn', 'flaky', 'inconclusive']
      .map(verdict => [verdict, verdicts.filter(each => each === verdict).length] as const)
      .filter(([, count]) => count > 0)
      .map(([verdict, count]) => `, ${count} ${verdict}`)
    return `${this.#profile}: ${this.#finished.size} of ${this.#planned.size} requirements${bad.join('')}`
  }
}
