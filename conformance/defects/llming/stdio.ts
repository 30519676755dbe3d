import { PassThrough, Transform } from 'node:stream'
import type { BridgeOptions } from '../../../reference/llming/bridge.ts'
import type { Defect } from '../defect.ts'

/** The options of the stdio server with its output filtered line by line. */
function withOutput(options: BridgeOptions, keep: (line: string) => boolean): BridgeOptions {
  const lines = new PassThrough()
  const filter = new Transform({
    transform(chunk, _encoding, done) {
      done(
        null,
        String(chunk)
          .split(/(?<=\n)/)
          .filter(keep)
          .join(''),
      )
    },
  })
  lines.pipe(filter).pipe(options.stdout)
  return { ...options, stdout: lines }
}

/** The options of the stdio server with its requests changed. */
function withRequests(
  options: BridgeOptions,
  change: (url: URL, init: RequestInit) => RequestInit,
): BridgeOptions {
  return {
    ...options,
    fetch: (input, init = {}) => {
      const url = new URL(String(input))
      return fetch(url, change(url, init))
    },
  }
}

export const stdio: Defect[] = [
  {
    name: 'banner-on-stdout',
    does: 'writes a banner to standard output',
    breaks: ['llming/mcp/handshake'],
    bridge(options, run) {
      options.stdout.write('llming-debug-stdio is ready\n')
      return run(options)
    },
  },
  {
    name: 'runs-without-key',
    does: 'ends with status 0 when the key is missing',
    breaks: ['llming/mcp/stdio-discovers-tools'],
    bridge: async (options, run) => (options.env.LLMING_DEBUG_KEY ? run(options) : 0),
  },
  {
    name: 'looks-only-once',
    does: 'looks for the app once only',
    breaks: ['llming/mcp/stdio-discovers-tools'],
    bridge: (options, run) => run({ ...options, stdioPollMs: 1e9 }),
  },
  {
    name: 'tools-unannounced',
    does: 'does not announce the tools that it has found',
    breaks: ['llming/mcp/stdio-announces-tools'],
    bridge: (options, run) => run(withOutput(options, line => !line.includes('list_changed'))),
  },
  {
    name: 'key-not-forwarded',
    does: 'leaves the key out of forwarded calls',
    breaks: ['llming/mcp/stdio-forwards-calls'],
    bridge: (options, run) =>
      run(
        withRequests(options, (url, init) => {
          if (url.pathname.endsWith('/commands')) return init
          return { ...init, headers: { 'content-type': 'application/json' } }
        }),
      ),
  },
  {
    name: 'session-id-lost',
    does: 'fills "unknown" into the path in the place of the session id',
    breaks: ['llming/mcp/stdio-session-id-honoured'],
    bridge: (options, run) =>
      run(
        withRequests(options, (url, init) => {
          url.pathname = url.pathname.replace(/(?<=\/(sessions|x)\/)[^/]+(?=\/)/, 'unknown')
          return init
        }),
      ),
  },
  {
    name: 'refused-key-unreported',
    does: 'says nothing when its key is refused',
    breaks: ['llming/mcp/stdio-unauthorised-reported'],
    bridge: (options, run) => run({ ...options, stderr: new PassThrough().resume() }),
  },
]
