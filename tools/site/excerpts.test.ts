import { describe, expect, it } from 'vitest'
import { excerptsIn } from './excerpts.ts'

const text = `
const other = 1

export const access = [
  // Why it is so.
  check('p/access/one', {
    async run(t) {
      await t.opens('p/access/nothing')
    },
  }),
  ...rows.map(of),
]

const rows = [{ id: 'p/access/two', slow: true }]
`

describe('the code of a check', () => {
  const found = excerptsIn('conformance/p/access.ts', text, new Set(['p/access/one', 'p/access/two']))

  it('is the call that names the id, with its comment and without its indent', () => {
    expect(found.get('p/access/one')).toEqual({
      path: 'conformance/p/access.ts',
      line: 6,
      code: [
        '// Why it is so.',
        "check('p/access/one', {",
        '  async run(t) {',
        "    await t.opens('p/access/nothing')",
        '  },',
        '})',
      ].join('\n'),
    })
  })

  it('is the row of a table where the id stands there', () => {
    expect(found.get('p/access/two')?.code).toBe("{ id: 'p/access/two', slow: true }")
  })
})
