import { pathToFileURL } from 'node:url'
import { declared, folderOf } from '../generate/declared.ts'
import { measure, median } from './measure.ts'
import { type Row, ratioRow, row } from './row.ts'

type Validators = Readonly<Record<string, (value: unknown) => boolean>>

/** What is often on the wire, by protocol and shape. */
const typical: Readonly<Record<string, Readonly<Record<string, object>>>> = {
  llming: {
    'frames/request': { type: 'notes.add', _req_id: 12, title: 'shopping', text: 'milk, bread, a newspaper' },
    'frames/reply': { type: 'notes.add', _req_id: 12, ok: true, id: 'n-17' },
  },
  'ai-sessions': {
    'frames/client/prompt': { type: 'prompt', payload: { text: 'Summarise the file notes.md, please.' } },
    'frames/server/assistant': {
      type: 'assistant',
      session_id: '0d5bb1ac-7c5c-4a0e-9a37-90b5c6a5e6ce',
      timestamp: '2026-11-27T17:00:00.123Z',
      payload: { content: [{ type: 'text', text: 'The notes list what is to be bought.' }] },
    },
  },
  hub: {
    'frames/client/CHAT': {
      type: 'CHAT',
      target_id: 7,
      local_id: '0d5bb1ac-7c5c-4a0e-9a37-90b5c6a5e6ce',
      payload: 'Could you look after the deployment, please?',
    },
    'frames/server/CHAT': {
      type: 'CHAT',
      id: 1204,
      local_id: '0d5bb1ac-7c5c-4a0e-9a37-90b5c6a5e6ce',
      sender_id: 5,
      sender_name: 'ada',
      sender_role: 'MEMBER',
      target_id: 7,
      payload: 'Could you look after the deployment, please?',
      timestamp: '2026-11-27T17:00:00.123Z',
    },
  },
}

/** Its validators, as whoever has installed the package imports them. */
function moduleOf(protocol: string): string {
  return pathToFileURL(`dist/validators/${protocol}.js`).href
}

async function importing(protocol: string): Promise<Row> {
  const script = `const begin = performance.now()
    import(${JSON.stringify(moduleOf(protocol))}).then(() => console.log(performance.now() - begin))`
  const times: number[] = []
  for (let i = 0; i < 9; i++) times.push(Number((await measure('-e', script)).stdout))
  const ms = median(times)
  return row(`${protocol}: import of its validators`, `${ms.toFixed(1)} ms`, '≤ 30 ms', ms <= 30)
}

const rounds = 9
const framesARound = 20_000

async function validating(protocol: string): Promise<Row[]> {
  if (!(protocol in typical))
    return [row(`${protocol}: what is typical of it?`, 'not said', 'a frame', false)]
  const { validators } = (await import(moduleOf(protocol))) as { validators: Validators }
  return Object.entries(typical[protocol] ?? {}).map(([shape, frame]) => {
    const text = JSON.stringify(frame)
    const validate = validators[shape]
    if (!validate) throw new Error(`${protocol} has no shape ${shape}`)
    const ratios = Array.from({ length: rounds }, () => {
      const frames: unknown[] = []
      const begin = performance.now()
      for (let i = 0; i < framesARound; i++) frames.push(JSON.parse(text))
      const parsed = performance.now()
      for (const each of frames) if (!validate(each)) throw new Error(`${shape} refuses ${text}`)
      return (performance.now() - parsed) / (parsed - begin)
    })
    const what = `${protocol}: validating ${shape}, against JSON.parse of it`
    return ratioRow(what, median(ratios), { atMost: 0.3 })
  })
}

/** What it costs to import the compiled validators of a protocol, and to use them. */
export async function benchSchemas(): Promise<Row[]> {
  const rows: Row[] = []
  for (const name of declared.map(folderOf)) rows.push(await importing(name), ...(await validating(name)))
  return rows
}
