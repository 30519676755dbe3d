import { table } from '../generate/markdown.ts'
import { behaviours } from '../spec/parse.ts'
import { behaviourOf, type Facts } from './facts.ts'
import { link, places } from './pages.ts'

/** The page that the site opens with: what agentwire is, all behaviours of all profiles, and the rest of the README. */
export function entryPage(all: readonly Facts[], readme: string): string {
  const [title = '', ...rest] = readme.split('\n\n')
  return [
    title,
    'Session protocols between agents and live applications: what they say, and how to find out who keeps to it.',
    '## Behaviours and protocols',
    'How many requirements each protocol states, by behaviour, for servers and (after the plus sign) for clients; and what follows from them.',
    matrix(all),
    '## What it is',
    ...rest,
  ].join('\n\n')
}

function matrix(all: readonly Facts[]): string {
  const from = places.entry
  const things: [string, (facts: Facts) => string][] = [
    [
      'frames',
      ({ name, protocol }) => sized(protocol.frames, count => link(from, count, places.frames(name))),
    ],
    [
      'endpoints',
      ({ name, protocol }) => sized(protocol.endpoints, count => link(from, count, places.endpoints(name))),
    ],
    [
      'close codes',
      ({ name, protocol }) =>
        sized(protocol.closes, count => link(from, count, places.profile(name), 'Close codes')),
    ],
    [
      'limits',
      ({ name, protocol }) =>
        sized(protocol.limits.properties, count => link(from, count, places.profile(name), 'Limits')),
    ],
    ['checks', ({ checks }) => String(checks.size)],
    ['defects', ({ name, defects }) => sized(defects, count => link(from, count, places.defects(name)))],
  ]
  return table(
    ['', ...all.map(({ name }) => link(from, name, places.profile(name)))],
    [
      ...behaviours.map(behaviour => [behaviour, ...all.map(facts => cell(facts, behaviour))]),
      ...things.map(([name, of]) => [`*${name}*`, ...all.map(of)]),
    ],
  )
}

/** `15 + 1`: so many requirements of servers, so many of clients. */
function cell({ name, requirements }: Facts, behaviour: string): string {
  const own = requirements.filter(({ id }) => behaviourOf(id) === behaviour)
  if (own.length === 0) return ''
  const clients = own.filter(({ role }) => role === 'client').length
  const servers = own.length - clients
  const label = clients === 0 ? String(servers) : `${servers} + ${clients}`
  return link(places.entry, label, places.profile(name), behaviour)
}

function sized(all: object, linked: (count: string) => string): string {
  const count = Object.keys(all).length
  return count === 0 ? '' : linked(String(count))
}
