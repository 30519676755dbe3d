import fc from 'fast-check'
import { each } from '../engine/check.ts'
import { check } from './driver.ts'

/** Logs. */
export const debugging = [
  check('hub/debugging/log-hides-tokens', {
    // Each run reads the whole log.
    alone: true,
    given: {
      kind: each('good', 'bad', 'API token', 'HTTP'),
      text: fc.stringMatching(/^[A-Za-z0-9]{20,40}$/),
    },
    async run(t, { kind, text }) {
      t.need('logs')
      const person = await t.person(kind === 'API token' ? 'AGENT' : 'MEMBER')
      const bad = `${text}-${t.newMarker()}`
      const token = { good: person.token, bad, 'API token': person.apiToken ?? '', HTTP: person.token }[kind]
      if (token === '') return t.leaveOut('the target names no API token')
      if (kind === 'HTTP') await t.rest.ask(person, 'GET', `/api/chat/history/${person.id}`)
      else await person.dial(token)
      // What has been logged about it is there once a later connection works.
      await t.arrange('a connection works', async () => (await person.connect()).isServed())
      const { lines } = (await t.control('logs')) as { lines: string[] }
      t.equal(
        lines.filter(line => line.includes(token)),
        [],
        'the lines of the log with the token',
      )
    },
  }),
]
