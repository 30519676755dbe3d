import { describe, expect, test } from 'vitest'
import { parsePage } from './parse.ts'

const page = (...lines: string[]) => parsePage('p', lines.join('\n'))
const section = '## access'
const faultsOf = (...lines: string[]) => page(section, ...lines).faults

describe('a page', () => {
  test('states requirements as headings and as rows, with their marks', () => {
    const { requirements, faults } = page(
      section,
      '### p/access/one (MUST, server, slow, revision 2)',
      '',
      'It MUST **hold**, see [maxBytes](#limits).',
      '',
      '- And this.',
      '## framing',
      '| id | level, role | requirement |',
      '| --- | --- | --- |',
      '| `p/framing/two` | MAY, client, not yet checked | It MAY be a \\| b. |',
      '| `p/framing/three` | SHOULD, server, untestable: nobody sees it | It SHOULD. |',
    )
    expect(faults).toEqual([])
    expect(requirements).toEqual([
      {
        id: 'p/access/one',
        level: 'MUST',
        role: 'server',
        slow: true,
        revision: 2,
        text: 'It MUST hold, see maxBytes.\n\n- And this.',
        line: 2,
      },
      {
        id: 'p/framing/two',
        level: 'MAY',
        role: 'client',
        unchecked: true,
        text: 'It MAY be a | b.',
        line: 10,
      },
      {
        id: 'p/framing/three',
        level: 'SHOULD',
        role: 'server',
        untestable: 'nobody sees it',
        text: 'It SHOULD.',
        line: 11,
      },
    ])
  })

  test('mentions what a schema must have by links to the tables', () => {
    const { mentions } = page(
      '[`maxBytes`](#limits) and [4001](#close-codes), but [this](#access) is no mention',
    )
    expect(mentions).toEqual([
      { kind: 'limits', name: 'maxBytes', line: 1 },
      { kind: 'close-codes', name: '4001', line: 1 },
    ])
  })

  test('says nothing inside of fenced code', () => {
    const { requirements, mentions, faults } = page(section, '```', '### p/access/one', '[a](#limits)', '```')
    expect([requirements, mentions, faults]).toEqual([[], [], []])
  })
})

describe('a fault is', () => {
  test.each([
    ['a level that is none', '### p/access/one (SHALL, server)', '"SHALL" is not MUST, SHOULD or MAY'],
    ['a role that is none', '### p/access/one (MUST, proxy)', '"proxy" is not server or client'],
    ['a mark that is none', '### p/access/one (MUST, server, fast)', '"fast" is not a mark'],
    ['a heading without a bracket', '### p/access/one', 'looks like a requirement without a bracket'],
    ['an id of another form', '### p/access/One (MUST, server)', 'is not of the form profile/behaviour/slug'],
    ['an id of another page', '### q/access/one (MUST, server)', 'stands on the page of p'],
    ['an id of another section', '### p/framing/one (MUST, server)', 'stands in the section "access"'],
  ])('%s', (_, heading, message) => {
    const [fault, ...more] = faultsOf('', heading, 'It MUST, SHOULD or MAY.')
    expect(more).toEqual([])
    expect(fault).toMatchObject({ page: 'p', line: 3 })
    expect(fault?.message).toContain(message)
  })

  test.each(['| p/access/one | MUST, server |', '| `p/Access/one` | MUST, server | It MUST. |'])(
    'a row that is not read: %s',
    row => {
      const [fault, ...more] = faultsOf(row)
      expect(more).toEqual([])
      expect(fault).toMatchObject({ line: 2 })
      expect(fault?.message).toContain('expected | id | LEVEL, role | text |')
    },
  )

  test('a text that does not say its level', () => {
    const [fault] = faultsOf('### p/access/one (MUST, server)', 'It does.')
    expect(fault).toEqual({ page: 'p', line: 2, message: 'p/access/one: its text does not say MUST' })
  })
})
