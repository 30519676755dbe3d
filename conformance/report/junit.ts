import type { Report, RequirementResult } from '../../schemas/kit/report.ts'

/** A report in the XML that CI servers read. What was not judged counts as skipped, a flaky MUST as failed. */
export function junitReport(report: Report): string {
  const results = report.requirements
  const failed = results.filter(isFailure)
  const cases = results.map(testCase).join('\n')
  return `<?xml version="1.0" encoding="UTF-8"?>
<testsuites>
<testsuite name="agentwire ${escapeXml(report.profiles.join(', '))}" tests="${results.length}" failures="${failed.length}" skipped="${results.filter(isSkipped).length}" time="${report.durationMs / 1000}">
${cases}
</testsuite>
</testsuites>
`
}

function testCase(result: RequirementResult): string {
  const [profile, behaviour, ...slug] = result.id.split('/')
  const head = `<testcase classname="${escapeXml(`${profile}.${behaviour}`)}" name="${escapeXml(slug.join('/'))}" time="${result.durationMs / 1000}"`
  const reason = escapeXml(result.failure?.message ?? result.reason ?? result.verdict)
  if (isFailure(result)) {
    const { expected = '', received = '', replay = '' } = result.failure ?? {}
    const text = escapeXml(`expected ${expected}\nreceived ${received}\nreplay ${replay}`)
    return `${head}><failure type="${result.verdict}" message="${reason}">${text}</failure></testcase>`
  }
  return isSkipped(result) ? `${head}><skipped message="${reason}"/></testcase>` : `${head}/>`
}

function isFailure({ level, verdict, known }: RequirementResult): boolean {
  return known === undefined && (verdict === 'fail' || (level === 'MUST' && verdict === 'flaky'))
}

function isSkipped(result: RequirementResult): boolean {
  return !isFailure(result) && result.verdict !== 'pass'
}

function escapeXml(text: string): string {
  const named: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
  const printable = text.replace(/\p{Cc}/gu, char => ('\t\n'.includes(char) ? char : '�'))
  return printable.replace(/[&<>"]/g, char => named[char] ?? '')
}
