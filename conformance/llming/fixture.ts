import { isJsonObject, type JsonObject } from '../../schemas/json.ts'
import { anyText, anything, including, Matcher } from '../engine/match.ts'

/** A command of the fixture application as `GET /debug/commands` describes it. */
type Described = JsonObject & { name: string; app: string; scope: string; params: JsonObject[] }

type Parameter = [name: string, type: string, defaultValue?: unknown]

function described(
  name: string,
  scope: string,
  method: string,
  path: string,
  parameters: readonly Parameter[] = [],
  more: JsonObject = {},
): Described {
  return {
    name,
    description: anyText,
    scope,
    http_method: method,
    http_path: path,
    tags: [],
    app: '',
    requires_websocket: false,
    params: parameters.map(([name, type, ...defaults]) => ({
      name,
      json_type: type,
      description: anyText,
      required: defaults.length === 0,
      default: defaults.length === 0 ? anything : defaults[0],
    })),
    ...more,
  }
}

const below = (name: string) => `/sessions/{session_id}/${name}`

/** The commands that every target of this profile declares. */
export const commands: readonly Described[] = [
  described('ping', 'global', 'GET', '/ping'),
  described('greet', 'session', 'POST', below('greet'), [
    ['name', 'string'],
    ['n', 'integer', 1],
    ['flag', 'boolean', false],
  ]),
  described('whereami', 'session', 'GET', below('whereami')),
  described('need_ws', 'session', 'GET', below('need_ws'), [], { requires_websocket: true }),
  described('custom', 'session', 'GET', '/custom/where'),
  described('templated', 'session', 'GET', '/x/{session_id}/here'),
  described('fail', 'global', 'POST', '/fail', [['code', 'integer', 418]]),
  described('crash', 'global', 'POST', '/crash'),
  described('injected', 'global', 'POST', '/injected', [['other', 'string', '']]),
  described('types', 'global', 'POST', '/types', [
    ['s', 'string'],
    ['i', 'integer'],
    ['f', 'number'],
    ['b', 'boolean'],
    ['l', 'array'],
    ['d', 'object'],
    ['u', 'string'],
    ['o', 'integer', 3],
  ]),
  described('lodgeonly', 'global', 'GET', '/lodgeonly', [], { app: 'lodge' }),
  described('putit', 'global', 'PUT', '/custom/put', [['a', 'integer']]),
  described('defaults_only', 'session', 'POST', below('defaults_only'), [], { description: 'doc text' }),
  described('list_sessions', 'global', 'GET', '/list_sessions'),
]

/** The input schema that a command must have as a tool; descriptions are free. */
export function toolSchema(command: JsonObject) {
  const params = (Array.isArray(command.params) ? command.params : []).filter(isJsonObject)
  const own = command.scope === 'session' ? [['session_id', 'string']] : []
  const typed = [...own, ...params.map(({ name, json_type }) => [name, json_type])]
  const required = [
    ...own.map(([name]) => name),
    ...params.filter(each => each.required).map(({ name }) => name),
  ]
  return including({
    type: 'object',
    properties: Object.fromEntries(typed.map(([name, type]) => [name, including({ type })])),
    ...(required.length > 0 ? { required: sameMembers(required) } : {}),
  })
}

function sameMembers(names: readonly unknown[]): Matcher {
  const sorted = (values: readonly unknown[]) => values.map(String).sort().join()
  return new Matcher(
    `${names.join(', ')} in any order`,
    value => Array.isArray(value) && sorted(value) === sorted(names),
  )
}
