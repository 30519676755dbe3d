import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { measure, median } from './measure.ts'
import { type Row, ratioRow, row } from './row.ts'

const cli = 'dist/bin/cli.js'
const requirement = 'llming/superseding/newest-wins'

const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`

/** In turns, so that a slow moment of the machine meets both. */
async function coldStart(): Promise<Row> {
  const [help, nothing]: number[][] = [[], []]
  for (let i = 0; i < 15; i++) {
    nothing?.push((await measure('-e', '0')).wallMs)
    help?.push((await measure(cli, '--help')).wallMs)
  }
  const ratio = median(help ?? []) / median(nothing ?? [])
  return ratioRow('agentwire --help, against node -e 0', ratio, { atMost: 2.5 })
}

async function fullRun(profile: string, runs: number, goalMs: number): Promise<Row[]> {
  const { wallMs, cpuMs, maxRssBytes, status } = await measure(
    cli,
    'test',
    '--profile',
    profile,
    '--runs',
    String(runs),
  )
  if (status !== 0) throw new Error(`the reference did not pass at ${runs} runs: status ${status}`)
  const megabytes = maxRssBytes / 2 ** 20
  const what = `${profile}, every requirement at ${runs} runs`
  return [
    row(what, `${seconds(wallMs)} (${seconds(cpuMs)} of CPU)`, `≤ ${seconds(goalMs)}`, wallMs <= goalMs),
    row(`${what}: memory, kit and reference`, `${megabytes.toFixed(0)} MB`, '≤ 400 MB', megabytes <= 400),
  ]
}

/** A server that accepts and stays silent, so that each step of a check hangs. */
async function hungStep(): Promise<Row> {
  const server = createServer(() => {})
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const { wallMs } = await measure(
    cli,
    'test',
    '--profile',
    'llming',
    '--url',
    url,
    '--only',
    requirement,
    '--runs',
    '1',
  )
  server.close()
  return row(
    'a target that never answers',
    seconds(wallMs),
    'ends within a few budgets of 2 s',
    wallMs <= 8_000,
  )
}

async function deadTarget(): Promise<Row> {
  const { wallMs, status } = await measure(cli, 'test', '--profile', 'llming', '--url', 'http://127.0.0.1:9')
  return row(
    'a dead target',
    `${seconds(wallMs)}, exit ${status}`,
    '≤ 5 s, exit 3',
    wallMs <= 5_000 && status === 3,
  )
}

export async function benchKit(): Promise<Row[]> {
  return [
    await coldStart(),
    ...(await fullRun('llming', 10, 3_000)),
    ...(await fullRun('llming', 100, 10_000)),
    ...(await fullRun('hub', 100, 15_000)),
    await hungStep(),
    await deadTarget(),
  ]
}
