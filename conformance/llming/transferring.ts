import { createContext, runInContext } from 'node:vm'
import fc from 'fast-check'
import { each } from '../engine/check.ts'
import { oneOf, textMatching } from '../engine/match.ts'
import { check } from './driver.ts'

const script = '/llming-com/llming-ws.js'

/** Delivery of the client script. */
export const transferring = [
  check('llming/transferring/client-file-served', {
    given: { url: each('ws://localhost/ws/a', 'wss://example.com/ws/b?x=1') },
    async run(t, { url }) {
      t.need('static-client')
      const { status, headers, text } = await t.ask('GET', script)
      t.equal(status, 200, 'the status of the client script')
      t.equal(
        String(headers['content-type'] ?? '').split(';')[0],
        oneOf('text/javascript', 'application/javascript'),
        'its content type',
      )
      t.equal(define(text, url), 'constructed', 'what comes of running it and constructing LlmingWebSocket')
      await t.twin('a file that does not exist', async () =>
        t.equal((await t.ask('GET', '/llming-com/nope.js')).status, 404, 'its status'),
      )
    },
  }),

  check('llming/transferring/no-path-escape', {
    given: {
      climb: each('..', '%2e%2e', '.%2e', '%2E%2E', '..%2f..', '..%5c..', '....//'),
      depth: fc.integer({ min: 1, max: 6 }),
      file: each('etc/passwd', 'package.json', 'pyproject.toml', 'llming-com/llming-ws.js.map'),
    },
    async run(t, { climb, depth, file }) {
      t.need('static-client')
      const path = `/llming-com/${`${climb}/`.repeat(depth)}${file}`
      const { status } = await t.ask('GET', path, { bad: true })
      await t.refusing(async () =>
        t.equal(`${status}`, textMatching(/^4\d\d$/, 'a 4xx status'), `GET ${path}`),
      )
      await t.twin('the script itself', async () =>
        t.equal((await t.ask('GET', script)).status, 200, 'its status'),
      )
    },
  }),
]

/** Runs a script where nothing is known but a WebSocket class that does nothing. */
function define(text: string, url: string): string {
  class WebSocket {}
  const context = createContext({
    WebSocket,
    console: {},
    setTimeout() {},
    clearTimeout() {},
    setInterval() {},
    clearInterval() {},
  })
  try {
    runInContext(text, context, { timeout: 1_000 })
    return String(
      runInContext(
        `typeof LlmingWebSocket === 'function' && typeof new LlmingWebSocket(${JSON.stringify(url)}).connect === 'function' ? 'constructed' : 'no usable class'`,
        context,
        { timeout: 1_000 },
      ),
    )
  } catch (error) {
    return `an exception: ${(error as Error).message}`
  }
}
