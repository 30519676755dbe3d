import {
  type Counts,
  type FailureReport,
  type Report,
  type RequirementResult,
  type Verdict,
  verdicts,
} from '../../schemas/kit/report.ts'
import { drawDialogue } from './dialogue.ts'
import type { Paint } from './style.ts'

const marks: Record<Verdict, { mark: string; format: Parameters<Paint>[0] }> = {
  pass: { mark: '✓', format: 'green' },
  fail: { mark: '✗', format: 'red' },
  warn: { mark: '!', format: 'yellow' },
  flaky: { mark: '~', format: 'magenta' },
  inconclusive: { mark: '?', format: 'magenta' },
  'not-applicable': { mark: '-', format: 'dim' },
  skipped: { mark: '-', format: 'dim' },
  untestable: { mark: '-', format: 'dim' },
}

export interface TextOptions {
  paint: Paint
  columns: number
  /** The sentence of a requirement. */
  sentence(id: string): string
}

/** A report for a person: every requirement by behaviour, then what went wrong, then the sum. */
export function textReport(report: Report, options: TextOptions): string {
  const { paint } = options
  const shown = report.requirements.filter(({ reason }) => reason !== 'not selected')
  const target = report.target.url ?? 'the embedded reference server'
  const lines = [
    `${paint('bold', `agentwire ${report.tool.version}`)} · ${report.profiles.join(', ')} · ${target} · level ${report.target.level} · seed ${report.seed} · ${report.runs} runs`,
    ...behaviours(shown).flatMap(([behaviour, results]) => [
      '',
      paint('bold', behaviour),
      ...results.map(result => requirementLine(result, options)),
    ]),
    ...shown.filter(({ failure }) => failure).flatMap(result => failureLines(result, options)),
    ...(report.stale.length > 0
      ? ['', 'Lines of the baseline that nothing fails for any more:', ...report.stale]
      : []),
    ...(report.aborted === null ? [] : ['', paint('red', `The run ended early: ${report.aborted}.`)]),
    '',
    sumLine(report, paint),
  ]
  return `${lines.join('\n')}\n`
}

function behaviours(results: readonly RequirementResult[]): [string, RequirementResult[]][] {
  const groups = new Map<string, RequirementResult[]>()
  for (const result of results) {
    const name = result.id.split('/').slice(0, 2).join('/')
    groups.set(name, [...(groups.get(name) ?? []), result])
  }
  return [...groups]
}

function requirementLine(result: RequirementResult, { paint, columns }: TextOptions): string {
  const { mark, format } = marks[result.verdict]
  const slug = result.id.split('/').slice(2).join('/').padEnd(36)
  const observed = result.runs > 0 ? `${result.observations} observed in ${result.runs} runs` : ''
  const verdict = result.verdict === 'pass' ? '' : `${result.verdict}${result.known ? ' (known)' : ''}`
  const about = [verdict, result.failure?.message ?? observed, result.reason].filter(part => part).join(' · ')
  const room = Math.max(40, columns - 42)
  return `  ${paint(format, mark)} ${slug} ${paint('dim', about.length > room ? `${about.slice(0, room - 1)}…` : about)}`
}

function failureLines(
  { id, level, verdict, failure, known }: RequirementResult,
  options: TextOptions,
): string[] {
  if (!failure) return []
  const { paint, columns } = options
  const { violations, runs } = failure.reproduced
  const input = JSON.stringify(failure.counterexample.input)
  const label = (name: string) => paint('dim', name.padEnd(10))
  return [
    '',
    `${paint(marks[verdict].format, `${marks[verdict].mark} ${verdict}`)}  ${paint('bold', id)} (${level})${known ? `  known: ${known}` : ''}`,
    ...wrap(options.sentence(id), Math.min(columns, 110) - 2).map(line => paint('italic', `  ${line}`)),
    '',
    `  ${withoutValues(failure)}`,
    `  ${label('expected')}${failure.expected}`,
    `  ${label('received')}${failure.received}`,
    `  ${label('input')}${input}${failure.counterexample.case ? `  in the case "${failure.counterexample.case}"` : ''}`,
    `  ${label('seen')}${violations} of ${runs} times on fresh sessions`,
    '',
    ...drawDialogue(failure.transcript, paint).map(line => `  ${line}`),
    '',
    `  ${label('replay')}${failure.replay}`,
  ]
}

/** The message; the values that it ends with are left to the lines below, where these say the same. */
function withoutValues({ message, expected, received }: FailureReport): string {
  const values = `: expected ${expected}, received ${received}`
  return message.endsWith(values) ? message.slice(0, -values.length) : message
}

function sumLine(report: Report, paint: Paint): string {
  const counts = report.counts as Counts
  const parts = verdicts
    .filter(verdict => counts[verdict] > 0)
    .map(verdict => paint(marks[verdict].format, `${counts[verdict]} ${verdict}`))
  const format = { conformant: 'green', 'non-conformant': 'red', inconclusive: 'magenta' }[
    report.verdict
  ] as 'green'
  return `${parts.join(' · ')} · ${(report.durationMs / 1000).toFixed(1)} s\n${paint(['bold', format], report.verdict)}`
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = []
  for (const paragraph of text.split('\n')) {
    let line = ''
    for (const word of paragraph.split(' ')) {
      if (line !== '' && line.length + word.length + 1 > width) {
        lines.push(line)
        line = word
      } else line = line === '' ? word : `${line} ${word}`
    }
    lines.push(line)
  }
  return lines
}
